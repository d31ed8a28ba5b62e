"""The same values several times."""

from typing import Annotated, ClassVar, TypeAlias

from pydantic import PlainValidator
from pydantic_core import PydanticCustomError

from archc.diag import codes
from archc.ir.dim import Dim, Size, compare_equal, product
from archc.ir.op import Op, Rules, Types
from archc.ir.target import Arg, Input, Lowered, Method
from archc.ir.types import TensorType
from archc.ops.broadcast import plainest
from archc.ops.fields import LARGEST, Integer, tupled
from archc.ops.sizes import Length, Lengths
from archc.ops.views import place_of

KEPT = -1
"""Stands for a size that stays."""


def _sizes(value: object) -> tuple[Size, ...]:
    value = tupled(value)
    if isinstance(value, tuple) and all(map(_is_size, value)):
        return value
    raise PydanticCustomError("sizes", "must be a list of sizes of at least 1, or -1 to keep one")


def _is_size(entry: object) -> bool:
    whole = type(entry) is int and (1 <= entry <= LARGEST or entry == KEPT)
    return whole or isinstance(entry, Dim)


Target: TypeAlias = Annotated[
    tuple[Size, ...], PlainValidator(_sizes, json_schema_input_type=tuple[int, ...])
]


class Expand(Op):
    """Repeat along dimensions of size 1, without copying."""

    family = "shape"
    views = "always"
    rule = "(*, 1, *) -> size"
    example = "{op: Expand, size: [-1, -1, 16, -1]}"
    example_inputs = ((2, 8, 1, 16),)

    size: Target
    """The sizes of the output; -1 keeps one. New dimensions come first."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """The sizes asked for, where they are the input's or that is 1."""
        x = ins[0]
        new = len(self.size) - x.rank
        if new < 0:
            message = f"expands {x} to {len(self.size)} dimensions, and it has more"
            rules.stop(codes.RANK, message, at="size")
        if KEPT in self.size[:new]:
            message = f"keeps the size of a dimension that {x} does not have"
            rules.stop(
                codes.DIM_RANGE, message, at="size", help="write the size of a new dimension"
            )
        pairs = zip(self.size[new:], x.shape, strict=True)
        kept = [self._one(wanted, size, x, rules) for wanted, size in pairs]
        return (x.with_shape(*self.size[:new], *kept),)

    def _one(self, wanted: Size, size: Size, x: TensorType, rules: Rules) -> Size:
        if wanted == KEPT:
            return size
        if size == 1:
            return wanted
        shown = ", ".join(map(str, self.size))
        message = f"expands {x} to [{shown}], and only a size of 1 becomes another"
        if compare_equal(wanted, size) is False:
            rules.stop(codes.SHAPES_DIFFER, message, at="size")
        rules.equal(wanted, size, codes.SHAPES_DIFFER, message, at="size")
        return plainest([wanted, size])

    def repeated(self, ins: Types, outs: Types) -> frozenset[int]:
        """Those that are new or were 1, and are not 1."""
        new = outs[0].rank - ins[0].rank
        before = (*(1,) * new, *ins[0].shape)
        pairs = enumerate(zip(before, outs[0].shape, strict=True))
        return frozenset(place for place, (size, wanted) in pairs if size != wanted)

    def lowered(self, ins: Types) -> Lowered:
        """`x.expand(size)`."""
        del ins
        return Method(Input(), "expand", args=(Arg("size", self.size, keyword=False),))

    def label(self) -> tuple[str, ...]:
        """The sizes."""
        return (f"[{', '.join(map(str, self.size))}]",)


class _Times(Op):
    """Copies side by side, so many along each dimension."""

    family = "shape"
    rule = "(*, S, *) -> (*, S * times, *)"
    method: ClassVar[str]
    at: ClassVar[str]
    """The parameter that says how many."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """Each size times its number; missing dimensions are 1, and come first."""
        x, counts = ins[0], self._counts(ins)
        if len(counts) < x.rank:
            message = f"says how often for {len(counts)} of the dimensions of {x}"
            rules.stop(codes.RANK, message, at=self.at, help="write 1 where nothing is repeated")
        shape = (*(1,) * (len(counts) - x.rank), *x.shape)
        pairs = zip(shape, counts, strict=True)
        return (x.with_shape(*(size * count for size, count in pairs)),)

    def _counts(self, ins: Types) -> tuple[Size, ...]:
        raise NotImplementedError

    def lowered(self, ins: Types) -> Lowered:
        """`x.repeat(repeats)`."""
        del ins
        counts = Arg(self.at, getattr(self, self.at), keyword=False)
        return Method(Input(), self.method, args=(counts,))

    def label(self) -> tuple[str, ...]:
        """How often."""
        return (" ".join(map(str, getattr(self, self.at))),)


class Repeat(_Times):
    """Copies side by side, so many along each dimension."""

    method = "repeat"
    at = "repeats"
    example = "{op: Repeat, repeats: [1, 2, 1, 1]}"

    repeats: Lengths
    """How often along each dimension; further ones in front are new."""

    def _counts(self, ins: Types) -> tuple[Size, ...]:
        del ins
        return self.repeats


class Tile(_Times):
    """Copies side by side along the last dimensions."""

    method = "tile"
    at = "dims"
    example = "{op: Tile, dims: [2, 2]}"

    dims: Lengths
    """How often along each dimension; those in front that are not named stay."""

    def _counts(self, ins: Types) -> tuple[Size, ...]:
        return (*(1,) * (ins[0].rank - len(self.dims)), *self.dims)


class RepeatInterleave(Op):
    """Every place several times, one copy after the other."""

    family = "shape"
    rule = "(*, S, *) -> (*, S * repeats, *)"
    example = "{op: RepeatInterleave, repeats: 2, dim: 1}"

    repeats: Length
    """How often."""
    dim: Integer | None = None
    """The dimension to repeat along; null flattens first."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """The size times the number of copies."""
        x = ins[0]
        if self.dim is None:
            return (x.with_shape(product(x.shape) * self.repeats),)
        place = place_of(self.dim, x, rules)
        grown = x.shape[place] * self.repeats
        return (x.with_shape(*x.shape[:place], grown, *x.shape[place + 1 :]),)

    def lowered(self, ins: Types) -> Lowered:
        """`x.repeat_interleave(repeats, dim=1)`."""
        del ins
        args = [Arg("repeats", self.repeats, keyword=False)]
        if self.dim is not None:
            args.append(Arg("dim", self.dim))
        return Method(Input(), "repeat_interleave", args=tuple(args))

    def label(self) -> tuple[str, ...]:
        """How often."""
        return (f"x{self.repeats}",)
