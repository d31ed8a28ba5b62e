"""Element by element over broadcast inputs: skips, gates and the like."""

from collections.abc import Sequence
from typing import ClassVar

from archc.diag import codes
from archc.ir.op import Family, Op, Rules, Types, Views
from archc.ir.target import Arg, Call, Constant, Expression, Infix, Input, Lowered, Method
from archc.ir.types import TensorType
from archc.ops.broadcast import broadcast
from archc.ops.dtypes import common, floating, with_number
from archc.ops.fields import Scalar


class _Elementwise(Op):
    """An operation between inputs that broadcast, and a constant if `other` is given."""

    family: ClassVar[Family] = "merge"
    views = "maybe"
    rule = "(*), (*), ... -> the broadcast shape"
    sign: ClassVar[str]
    """What the picture shows."""

    other: Scalar | None = None
    """A constant that stands as the last operand."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """The broadcast shape, in the element type that torch promotes to."""
        names = self._names(ins)
        self._check(ins, rules)
        shape = tuple(broadcast(ins, names, rules))
        kind, rank = ins[0].dtype, ins[0].rank
        for other in ins[1:]:
            kind = self._meet(TensorType((1,) * rank, kind), other)
            rank = max(rank, other.rank)
        if self.other is not None:
            kind = self._result(with_number(kind, self.other))
        return (TensorType(shape, kind),)

    def _names(self, ins: Types) -> Sequence[str]:
        return [str(index) for index in range(len(ins))] if self.variadic else self.ports

    def _check(self, ins: Types, rules: Rules) -> None:
        """What an op asks of its inputs besides their shapes."""

    def _meet(self, left: TensorType, right: TensorType) -> str:
        return self._result(common((left, right)))

    def _result(self, promoted: str) -> str:
        return promoted

    def gives_view(self, ins: Types) -> Views:
        """A single input with nothing to meet is passed on."""
        return "always" if len(ins) == 1 and self.other is None else "never"

    def label(self) -> tuple[str, ...]:
        """The sign, and the constant if there is one."""
        return (self.sign,) if self.other is None else (self.sign, f"{self.other:g}")


class _Operator(_Elementwise):
    """An operation that Python writes with an operator."""

    operator: ClassVar[str]

    def lowered(self, ins: Types) -> Lowered:
        """The operands joined by the operator."""
        operands: list[Expression] = [Input(index) for index in range(len(ins))]
        if self.other is not None:
            operands.append(Constant(Arg("other", self.other)))
        return Infix(self.operator, tuple(operands))


class Add(_Operator):
    """Add inputs, as a skip connection does; shapes broadcast."""

    ports = ("0",)
    variadic = True
    operator = sign = "+"
    example = "{op: Add, from: [a, b]}"
    example_inputs = ((2, 8, 16, 16), (2, 8, 16, 16))


class Multiply(_Operator):
    """Multiply inputs, as a gate does; shapes broadcast."""

    ports = ("0",)
    variadic = True
    operator = "*"
    sign = "×"  # noqa: RUF001 - the sign people write
    example = "{op: Multiply, from: [x, gate]}"
    example_inputs = ((2, 8, 16, 16), (2, 8, 1, 1))


class _Binary(_Operator):
    """An operation of exactly two operands, the second an input or a constant."""

    ports = ("input", "other")
    optional_ports = 1
    rule = "(*), (*) -> the broadcast shape"

    def _check(self, ins: Types, rules: Rules) -> None:
        if (self.other is None) == (len(ins) == 1):
            takes = "needs a second input" if self.other is None else "has a second input already"
            rules.stop(
                codes.WRONG_INPUT_COUNT,
                f"{takes} or a constant as `other`, one of the two",
                at="other",
            )


class Subtract(_Binary):
    """Subtract the second operand from the first; shapes broadcast."""

    operator = "-"
    sign = "−"  # noqa: RUF001 - the sign people write
    example = "{op: Subtract, from: [x, mean]}"
    example_inputs = ((2, 8, 16, 16), (2, 8, 1, 1))

    def _check(self, ins: Types, rules: Rules) -> None:
        super()._check(ins, rules)
        for name, x in zip(self.ports, ins, strict=False):
            if x.dtype == "bool":
                rules.stop(codes.WRONG_DTYPE, "expects numbers, but gets bool", at=name)


class Divide(_Binary):
    """Divide the first operand by the second; shapes broadcast, integers become floating."""

    operator = "/"
    sign = "÷"
    example = "{op: Divide, other: 2}"

    def _result(self, promoted: str) -> str:
        return floating(promoted)


class _Extreme(_Elementwise):
    """The larger or smaller of operands."""

    ports = ("0",)
    variadic = True
    function: ClassVar[str]
    bound: ClassVar[str]
    """What `torch.clamp` calls a constant."""

    def lowered(self, ins: Types) -> Lowered:
        """Calls around each other, and `clamp` for the constant."""
        result: Expression = Input(0)
        for index in range(1, len(ins)):
            result = Call(self.function, (result, Input(index)))
        if self.other is None:
            return result
        return Method(result, "clamp", args=(Arg(self.bound, self.other),))


class Maximum(_Extreme):
    """The largest of the inputs, element by element; shapes broadcast."""

    sign = "max"
    function = "torch.maximum"
    bound = "min"
    example = "{op: Maximum, from: [a, b]}"
    example_inputs = ((2, 8, 16, 16), (2, 8, 16, 16))


class Minimum(_Extreme):
    """The smallest of the inputs, element by element; shapes broadcast."""

    sign = "min"
    function = "torch.minimum"
    bound = "max"
    example = "{op: Minimum, from: [a, b]}"
    example_inputs = ((2, 8, 16, 16), (2, 8, 16, 16))
