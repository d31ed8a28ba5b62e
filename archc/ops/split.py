"""One tensor cut into several. The parts are chosen by number: `split.0`, `split.*`."""

from collections.abc import Sequence
from typing import Annotated, TypeAlias

from pydantic import PlainValidator

from archc.diag import codes
from archc.ir.dim import Size
from archc.ir.op import Op, Rules, Types
from archc.ir.target import Arg, Input, Lowered, Method
from archc.ir.types import TensorType
from archc.ops.axes import axis
from archc.ops.fields import LARGEST, Integer, Positive, Positives, whole
from archc.ops.sizes import known_sizes

MOST_PARTS = 10_000
"""More outputs than this are a mistake."""


class Chunk(Op):
    """Cut into parts of equal size, the last one smaller where the size does not divide.

    As in torch there are fewer parts where rounded-up ones fill the size sooner (5 in 4 chunks is
    2, 2, 1). An open size is assumed to divide.
    """

    family = "shape"
    views = "always"
    numbered_outputs = True
    rule = "(*, S, *) -> chunks times (*, S/chunks, *)"
    example = "{op: Chunk, chunks: 2}"

    chunks: Positive
    """How many parts."""
    dim: Integer = 1
    """The dimension to cut, by default the channels (torch's own default is 0)."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """The parts in order."""
        x = ins[0]
        place = _place(self.dim, x, rules)
        size = x.shape[place]
        if isinstance(size, int):
            _limit(min(self.chunks, size), "chunks", rules)
            return _cut(x, place, _pieces(size, -(-size // self.chunks)))
        _limit(self.chunks, "chunks", rules)
        rules.divides(
            size,
            self.chunks,
            codes.INDIVISIBLE,
            f"cuts dimension {place} of {x}, which is {size}, into {self.chunks} equal parts",
            at="chunks",
        )
        return _cut(x, place, [size // self.chunks] * self.chunks)

    def lowered(self, ins: Types) -> Lowered:
        """`x.chunk(chunks, dim=1)`."""
        del ins
        args = (Arg("chunks", self.chunks, keyword=False), Arg("dim", self.dim))
        return Method(Input(), "chunk", args=args)

    def label(self) -> tuple[str, ...]:
        """How many parts, and the dimension unless it is the channels."""
        return (f"in {self.chunks}", *_unless_channels(self.dim))


def _one_or_sections(value: object) -> object:
    """The size of every part, or a list of the parts' sizes."""
    value = whole(value)
    if type(value) is int and 1 <= value <= LARGEST:
        return value
    return known_sizes(value)


Sections: TypeAlias = Annotated[
    int | tuple[Size, ...],
    PlainValidator(_one_or_sections, json_schema_input_type=Positive | Positives),
]


class Split(Op):
    """Cut into parts of a given size, or of the sizes in a list. No part may be empty."""

    family = "shape"
    views = "always"
    numbered_outputs = True
    rule = "(*, S, *) -> (*, S_0, *), (*, S_1, *), ... with S_0 + S_1 + ... = S"
    example = "{op: Split, split_size_or_sections: [2, 6]}"

    split_size_or_sections: Sections
    """The size of every part (the last may be smaller), or the list of all sizes."""
    dim: Integer = 1
    """The dimension to cut, by default the channels (torch's own default is 0)."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """The parts in order."""
        x = ins[0]
        place = _place(self.dim, x, rules)
        size, wanted = x.shape[place], self.split_size_or_sections
        at = "split_size_or_sections"
        if isinstance(wanted, int):
            whole_size = rules.number(size, f"dimension {place}, cut in parts of {wanted},", at=at)
            _limit(-(-whole_size // wanted), at, rules)
            return _cut(x, place, _pieces(whole_size, wanted))
        total: Size = sum(wanted, start=0)
        shown = ", ".join(map(str, wanted))
        rules.equal(
            total,
            size,
            codes.ELEMENTS,
            f"cuts parts of [{shown}], {total} in all, from dimension {place} of {x}",
            at=at,
            help=f"the parts must add up to {size}",
        )
        return _cut(x, place, wanted)

    def lowered(self, ins: Types) -> Lowered:
        """`x.split((2, 6), dim=1)`."""
        del ins
        wanted = Arg("split_size_or_sections", self.split_size_or_sections, keyword=False)
        return Method(Input(), "split", args=(wanted, Arg("dim", self.dim)))

    def label(self) -> tuple[str, ...]:
        """The sizes, and the dimension unless it is the channels."""
        wanted = self.split_size_or_sections
        shown = f"by {wanted}" if isinstance(wanted, int) else " + ".join(map(str, wanted))
        return (shown, *_unless_channels(self.dim))


def _place(dim: int, x: TensorType, rules: Rules) -> int:
    if x.rank == 0:
        rules.stop(codes.RANK, f"has no dimension to cut in {x}", at="input")
    return axis(dim, x, rules)


def _limit(parts: int, at: str, rules: Rules) -> None:
    if parts > MOST_PARTS:
        rules.stop(codes.BAD_PARAMETER, f"would cut {parts} parts; {MOST_PARTS} are allowed", at=at)


def _pieces(total: int, piece: int) -> list[Size]:
    """Pieces of one size until nothing is left.

    >>> _pieces(5, 2)
    [2, 2, 1]
    """
    return [min(piece, total - start) for start in range(0, total, piece)]


def _cut(x: TensorType, place: int, sizes: Sequence[Size]) -> Types:
    return tuple(x.with_shape(*x.shape[:place], size, *x.shape[place + 1 :]) for size in sizes)


def _unless_channels(dim: int) -> tuple[str, ...]:
    return () if dim == 1 else (f"dim {dim}",)
