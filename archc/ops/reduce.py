"""One number in place of all those along some dimensions."""

from typing import ClassVar

from archc.ir.dim import Size
from archc.ir.op import Family, Op, Rules, Types
from archc.ir.target import Arg, Input, Lowered, Method
from archc.ir.types import TensorType
from archc.ops.axes import Axes, axes
from archc.ops.dtypes import EVERY, FLOATS, require
from archc.ops.fields import Integer

SPATIAL = frozenset({2, 3, 4, -1, -2})
"""Dimensions over which a reduction sees all places of a feature map."""


class Reduction(Op):
    """A reduction over named dimensions, or over all."""

    family: ClassVar[Family] = "pool"
    rule = "(*, S, *) -> (*, *), or (*, 1, *) with keepdim"
    takes: ClassVar[frozenset[str]] = FLOATS
    method: ClassVar[str]
    """What torch's tensors call it."""

    dim: Axes | None = None
    """The dimension or dimensions to reduce; null or an empty list means all."""
    keepdim: bool = False
    """Keep the reduced dimensions with size 1."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """The dimensions that are left."""
        x = ins[0]
        require(x, self.takes, rules)
        named = () if self.dim is None else self.dim
        reduced = set(range(x.rank)) if named == () else axes(named, x, rules)
        shape: list[Size] = []
        for place, size in enumerate(x.shape):
            if place not in reduced:
                shape.append(size)
            elif self.keepdim:
                shape.append(1)
        return (TensorType(tuple(shape), self._result(x.dtype)),)

    def _result(self, dtype: str) -> str:
        return dtype

    def lowered(self, ins: Types) -> Lowered:
        """`x.mean(dim=(2, 3), keepdim=True)`."""
        del ins
        args = [Arg("keepdim", self.keepdim)] if self.keepdim else []
        if args or self.dim is not None:
            args.insert(0, Arg("dim", self.dim))
        return Method(Input(), self.method, args=(*args, *self._further()))

    def _further(self) -> tuple[Arg, ...]:
        return ()

    def receptive(self) -> tuple[tuple[int, int], ...] | None:
        """Everything, if it reduces over places."""
        dims = self.dim if isinstance(self.dim, tuple) else (self.dim,)
        return () if not dims or None in dims or SPATIAL & set(dims) else None

    def label(self) -> tuple[str, ...]:
        """The dimensions."""
        if self.dim is None:
            return ("all",)
        dims = self.dim if isinstance(self.dim, tuple) else (self.dim,)
        return (f"dim {', '.join(map(str, dims))}",) if dims else ("all",)


class Mean(Reduction):
    """The mean over dimensions."""

    method = "mean"
    example = "{op: Mean, dim: [2, 3]}"


class Sum(Reduction):
    """The sum over dimensions; integers and booleans add up to int64."""

    method = "sum"
    takes = EVERY
    example = "{op: Sum, dim: 1, keepdim: true}"

    def _result(self, dtype: str) -> str:
        return dtype if dtype in FLOATS else "int64"


class Amax(Reduction):
    """The maximum over dimensions."""

    method = "amax"
    takes = EVERY
    example = "{op: Amax, dim: [2, 3]}"


class Amin(Reduction):
    """The minimum over dimensions."""

    method = "amin"
    takes = EVERY
    example = "{op: Amin, dim: [2, 3]}"


class _Spread(Reduction):
    """A reduction to a measure of spread."""

    correction: Integer = 1
    """Taken from the count that is divided by: 1 for a sample, 0 for the whole population."""

    def _further(self) -> tuple[Arg, ...]:
        return () if self.correction == 1 else (Arg("correction", self.correction),)


class Var(_Spread):
    """The variance over dimensions."""

    method = "var"
    example = "{op: Var, dim: 1, correction: 0, keepdim: true}"


class Std(_Spread):
    """The standard deviation over dimensions."""

    method = "std"
    example = "{op: Std, dim: [2, 3]}"
