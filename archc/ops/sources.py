"""Tensors made on the spot, on the device of another one; and another element type."""

import math
from fractions import Fraction
from typing import Annotated, ClassVar, TypeAlias

from pydantic import PlainValidator
from pydantic_core import PydanticCustomError

from archc.diag import codes
from archc.ir.dim import Dim, Size
from archc.ir.op import Family, Op, Rules, Types
from archc.ir.target import (
    Arg,
    Attribute,
    Call,
    Constant,
    Expression,
    Input,
    Keyword,
    Lowered,
    Method,
    Named,
)
from archc.ir.types import TensorType
from archc.ops.dtypes import FLOATS, INTEGERS, NUMBERS, Dtype
from archc.ops.fields import LARGEST

Step: TypeAlias = "int | float | Dim"


def _number(value: object) -> Step:
    """A number, or a run-time number."""
    if isinstance(value, Dim):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= LARGEST:
        return value
    raise PydanticCustomError("number", "must be a number")


Point: TypeAlias = Annotated[
    int | float | Dim, PlainValidator(_number, json_schema_input_type=int | float)
]


class Arange(Op):
    """The numbers from `start` up to `end`, on the device of the input.

    The input says where they are made and nothing else: `{op: Arange, end: in.shape.1}` numbers the
    places of the value before it.
    """

    family: ClassVar[Family] = "shape"
    ports = ("like",)
    rule = "(*) -> int64 (ceil((end - start) / step))"
    example = "{op: Arange, end: 16}"

    start: Point = 0
    """The first number."""
    end: Point
    """The number to stop before."""
    step: Point = 1
    """From one number to the next; negative counts down."""
    dtype: Dtype | None = None
    """The element type: whole numbers are int64, fractions float32, unless this says otherwise."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """As many as there are steps between."""
        del ins
        whole = all(isinstance(n, int | Dim) for n in (self.start, self.end, self.step))
        dtype = self.dtype or ("int64" if whole else "float32")
        if dtype == "bool" or (dtype in INTEGERS and not whole):
            message = f"counts {self.start}, ..., {self.end} in {dtype}"
            rules.stop(codes.BAD_PARAMETER, message, at="dtype")
        count = self._count(rules)
        message = f"has no numbers from {self.start} to {self.end} in steps of {self.step}"
        rules.at_least(count, 1, codes.EMPTY_OUTPUT, message, at="end")
        return (TensorType((count,), dtype),)

    def _count(self, rules: Rules) -> Size:
        start, end, step = self.start, self.end, self.step
        if isinstance(step, Dim) or step == 0:
            message = "has a step that is no fixed number" if step else "takes steps of 0"
            return rules.stop(codes.BAD_PARAMETER, message, at="step")
        if isinstance(start, int | float) and isinstance(end, int | float):
            if isinstance(start, int) and isinstance(end, int) and isinstance(step, int):
                return math.ceil(Fraction(end - start, step))
            return math.ceil((end - start) / step)
        if isinstance(start, float) or isinstance(end, float) or isinstance(step, float):
            message = "counts in fractions, and needs fixed numbers for it"
            return rules.stop(codes.OPEN_SIZE, message, at="end")
        span = end - start if step > 0 else start - end
        return (span + abs(step) - 1) // abs(step)

    def lowered(self, ins: Types) -> Lowered:
        """`torch.arange(end, device=x.device)`."""
        del ins
        args = [Arg("end", self.end)]
        stepped = self.step != 1 or isinstance(self.step, float)
        if stepped or self.start != 0 or isinstance(self.start, float):
            args.insert(0, Arg("start", self.start))
        if stepped:
            args.append(Arg("step", self.step))
        numbers = [Constant(arg) for arg in args]
        return Call("torch.arange", (*numbers, *made_like(self.dtype)))

    def label(self) -> tuple[str, ...]:
        """The bounds."""
        return (f"{self.start}..{self.end}",)


def made_like(dtype: str | None) -> tuple[Expression, ...]:
    """The element type, if it is given, and the device of the input."""
    named = () if dtype is None else (Keyword("dtype", Named(f"torch.{dtype}")),)
    return (*named, Keyword("device", Attribute(Input(), "device")))


class _Like(Op):
    """A tensor of the input's shape that has nothing to do with its values."""

    family: ClassVar[Family] = "shape"
    rule = "(*) -> (*)"
    takes: ClassVar[frozenset[str]] = NUMBERS | {"bool"}
    function: ClassVar[str]

    dtype: Dtype | None = None
    """The element type; null is the input's."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """The input's shape."""
        dtype = self.dtype or ins[0].dtype
        if dtype not in self.takes:
            at = "input" if self.dtype is None else "dtype"
            rules.stop(codes.WRONG_DTYPE, f"draws no random numbers in {dtype}", at=at)
        return (TensorType(ins[0].shape, dtype),)

    def lowered(self, ins: Types) -> Lowered:
        """`torch.zeros_like(x)`."""
        del ins
        named = () if self.dtype is None else (Keyword("dtype", Named(f"torch.{self.dtype}")),)
        return Call(f"torch.{self.function}", (Input(), *named))


class ZerosLike(_Like):
    """Zeros, as many as the input has elements."""

    function = "zeros_like"
    example = "ZerosLike"


class OnesLike(_Like):
    """Ones, as many as the input has elements."""

    function = "ones_like"
    example = "{op: OnesLike, dtype: bool}"


class RandnLike(_Like):
    """Random numbers of the normal distribution, as many as the input has elements."""

    function = "randn_like"
    takes = FLOATS
    example = "RandnLike"


class Cast(Op):
    """The same numbers in another element type: a given one, or that of a second input."""

    family = "shape"
    views = "maybe"
    ports = ("input", "like")
    optional_ports = 1
    rule = "(*) -> (*)"
    example = "{op: Cast, dtype: int64}"

    dtype: Dtype | None = None
    """The element type. `float32` is just that, also in a model that was converted to another."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """The input's shape."""
        if (self.dtype is None) == (len(ins) == 1):
            message = "takes `dtype` or a second input that has the element type, one of the two"
            rules.stop(codes.WRONG_INPUT_COUNT, message, at="dtype")
        return (TensorType(ins[0].shape, self.dtype or ins[1].dtype),)

    def keeps_positions(self, ins: Types) -> bool:
        """All of them."""
        del ins
        return True

    def lowered(self, ins: Types) -> Lowered:
        """`x.to(torch.int64)`, or `x.to(y.dtype)`."""
        if len(ins) == 2:
            return Method(Input(0), "to", (Attribute(Input(1), "dtype"),))
        return Method(Input(), "to", (Named(f"torch.{self.dtype}"),))

    def label(self) -> tuple[str, ...]:
        """The element type."""
        return (self.dtype,) if self.dtype else ()
