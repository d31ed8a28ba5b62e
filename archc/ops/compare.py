"""Comparisons, logic, and choosing by a condition: what masks are made of."""

from typing import Annotated, ClassVar, TypeAlias

from pydantic import Field

from archc.diag import codes
from archc.ir.op import Family, Op, Rules, Types
from archc.ir.target import Arg, Call, Constant, Expression, Infix, Input, Lowered, Method
from archc.ir.types import TensorType
from archc.ops.broadcast import broadcast
from archc.ops.dtypes import common, with_number
from archc.ops.fields import LARGEST, Scalar
from archc.ops.numbers import check_fits

Fill: TypeAlias = Annotated[int, Field(ge=-LARGEST, le=LARGEST)] | float
"""A number that may be infinite."""


def one_or_other(rules: Rules, other: float | None, *, second: bool) -> None:
    """The last operand is an input or the constant `other`: one of the two."""
    if (other is None) == second:
        return
    takes = "needs a second input" if other is None else "has a second input already"
    message = f"{takes} or a constant as `other`, one of the two"
    rules.stop(codes.WRONG_INPUT_COUNT, message, at="other")


class _Comparison(Op):
    """Which elements compare so, as booleans."""

    family: ClassVar[Family] = "merge"
    ports = ("input", "other")
    optional_ports = 1
    rule = "(*), (*) -> bool, the broadcast shape"
    operator: ClassVar[str]
    sign: ClassVar[str]

    other: Scalar | None = None
    """A constant to compare with, in place of the second input."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """The broadcast shape."""
        one_or_other(rules, self.other, second=len(ins) == 2)
        return (TensorType(tuple(broadcast(ins, self.ports, rules)), "bool"),)

    def lowered(self, ins: Types) -> Lowered:
        """`x > y`."""
        second: Expression = Input(1)
        if len(ins) == 1:
            second = Constant(Arg("other", self.other))
        return Infix(self.operator, (Input(0), second))

    def label(self) -> tuple[str, ...]:
        """The sign, and the constant if there is one."""
        return (self.sign,) if self.other is None else (self.sign, f"{self.other:g}")


class Equal(_Comparison):
    """Where both are the same; shapes broadcast."""

    operator = "=="
    sign = "="
    example = "{op: Equal, other: 0}"


class NotEqual(_Comparison):
    """Where the two differ; shapes broadcast."""

    operator = "!="
    sign = "≠"
    example = "{op: NotEqual, other: 0}"


class Less(_Comparison):
    """Where the first is less than the second; shapes broadcast."""

    operator = sign = "<"
    example = "{op: Less, other: 0.5}"


class LessEqual(_Comparison):
    """Where the first is at most the second; shapes broadcast."""

    operator = "<="
    sign = "≤"
    example = "{op: LessEqual, from: [columns, rows]}"
    example_inputs = ((1, 16), (16, 1))


class Greater(_Comparison):
    """Where the first is more than the second; shapes broadcast."""

    operator = sign = ">"
    example = "{op: Greater, other: 0.5}"


class GreaterEqual(_Comparison):
    """Where the first is at least the second; shapes broadcast."""

    operator = ">="
    sign = "≥"
    example = "{op: GreaterEqual, other: 0.5}"


class _Logical(Op):
    """A logical operation; numbers count as true unless they are 0."""

    family: ClassVar[Family] = "merge"
    ports: ClassVar[tuple[str, ...]] = ("input", "other")
    rule = "(*), (*) -> bool, the broadcast shape"
    example_inputs: ClassVar[tuple[tuple[int, ...], ...]] = ((2, 1, 16, 16), (2, 1, 1, 16))
    function: ClassVar[str]

    def infer(self, ins: Types, rules: Rules) -> Types:
        """The broadcast shape."""
        return (TensorType(tuple(broadcast(ins, self.ports, rules)), "bool"),)

    def lowered(self, ins: Types) -> Lowered:
        """`torch.logical_and(x, y)`."""
        return Call(f"torch.{self.function}", tuple(map(Input, range(len(ins)))))


class LogicalAnd(_Logical):
    """Where both are true; shapes broadcast."""

    function = "logical_and"
    example = "{op: LogicalAnd, from: [causal, present]}"


class LogicalOr(_Logical):
    """Where one or both are true; shapes broadcast."""

    function = "logical_or"
    example = "{op: LogicalOr, from: [a, b]}"


class LogicalNot(_Logical):
    """Where the input is false."""

    function = "logical_not"
    ports = ("input",)
    rule = "(*) -> bool (*)"
    example = "LogicalNot"
    example_inputs = ((2, 8, 16, 16),)


class Where(Op):
    """The first value where a condition holds, the second elsewhere; shapes broadcast."""

    family = "merge"
    ports = ("condition", "input", "other")
    optional_ports = 1
    rule = "bool (*), (*), (*) -> the broadcast shape"
    example = "{op: Where, from: [mask, x, y]}"
    example_inputs = ((2, 1, 16, 16), (2, 8, 16, 16), (2, 8, 16, 16))
    example_dtypes = ("bool", "float32", "float32")

    other: Scalar | None = None
    """A constant in place of the last input."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """The broadcast shape, in the element type that both values promote to."""
        check_mask(ins[0], rules, at="condition")
        one_or_other(rules, self.other, second=len(ins) == 3)
        shape = tuple(broadcast(ins, self.ports, rules))
        if self.other is None:
            return (TensorType(shape, common(ins[1:])),)
        dtype = with_number(ins[1].dtype, self.other)
        if dtype not in {"float16", "bfloat16"}:  # there it becomes infinite
            check_fits(rules, self.other, dtype, at="other")
        return (TensorType(shape, dtype),)

    def lowered(self, ins: Types) -> Lowered:
        """`torch.where(mask, x, y)`."""
        args = () if self.other is None else (Arg("other", self.other, keyword=False),)
        return Call("torch.where", tuple(map(Input, range(len(ins)))), args)


class MaskedFill(Op):
    """A number where a mask is true, the input elsewhere; shapes broadcast."""

    family = "merge"
    ports = ("input", "mask")
    rule = "(*), bool (*) -> the broadcast shape"
    example = "{op: MaskedFill, value: -1e9, from: [scores, mask]}"
    example_inputs = ((2, 8, 16, 16), (2, 1, 1, 16))
    example_dtypes = ("float32", "bool")

    value: Fill
    """The number; `-.inf` is minus infinity."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """The broadcast shape, in the input's element type."""
        check_mask(ins[1], rules, at="mask")
        check_fits(rules, self.value, ins[0].dtype, at="value")
        return (TensorType(tuple(broadcast(ins, self.ports, rules)), ins[0].dtype),)

    def lowered(self, ins: Types) -> Lowered:
        """`x.masked_fill(mask, value)`."""
        del ins
        value = Arg("value", self.value, keyword=False)
        return Method(Input(0), "masked_fill", (Input(1),), (value,))

    def label(self) -> tuple[str, ...]:
        """The number."""
        return ("fill", f"{self.value:g}")


def check_mask(x: TensorType, rules: Rules, *, at: str) -> None:
    """A mask holds booleans."""
    if x.dtype != "bool":
        message = f"expects booleans, but gets {x.dtype}"
        rules.stop(codes.WRONG_DTYPE, message, at=at, help="compare it, as `{op: Less, other: 1}`")
