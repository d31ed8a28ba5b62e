"""The receptive field of a value: how much of the input one of its positions can depend on.

Fields compose along the graph: after a window of extent `k` and stride `s` the extent grows by
`(k - 1) * jump`, and the distance of neighbours (`jump`) is multiplied by `s` (Araujo et al.,
"Computing receptive fields of convolutional neural networks", Distill, 2019). At a merge each axis
takes the larger. The extent may exceed the input: it is what the network could see of a larger one.
"""

from __future__ import annotations

from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterable

    from archc.ir.op import Op
    from archc.ir.types import TensorType

Window: TypeAlias = "tuple[tuple[int, int | Fraction], ...]"


class Field(Struct, frozen=True):
    """What one position sees: `extents` in positions of the input, `jumps` between neighbours.

    Both are empty when it sees everything, and when it is `lost`: positions were moved or mixed in
    a way that is not followed, as by a permutation.
    """

    extents: tuple[Fraction, ...] = ()
    jumps: tuple[Fraction, ...] = ()
    lost: bool = False

    @property
    def everything(self) -> bool:
        """Whether the whole input is seen: after a global pool, attention or a flattening layer."""
        return not self.extents and not self.lost

    def sizes(self) -> tuple[int, ...] | None:
        """The extents as whole positions; None when everything is seen."""
        return tuple(map(ceil, self.extents)) or None

    def after(self, window: Window) -> Field:
        """The field of a window's output.

        >>> Field((Fraction(7),), (Fraction(2),)).after(((3, 2),)).sizes()
        (11,)
        """
        if self.lost:
            return self
        if len(window) != len(self.extents):
            return EVERYTHING
        axes = list(zip(self.extents, self.jumps, window, strict=True))
        grown = tuple(extent + (k - 1) * jump for extent, jump, (k, _) in axes)
        return Field(grown, tuple(jump * s for _, jump, (_, s) in axes))


EVERYTHING = Field()
LOST = Field(lost=True)


def start(type_: TensorType) -> Field | None:
    """The field of an input: one position of an image or a volume.

    None where it is not known yet which axes are positions: they are those of the first window.
    """
    return _point(type_.rank - 2) if type_.rank > 3 else None


def merge(fields: Iterable[Field | None]) -> Field | None:
    """What several values see together; values without a field, such as weights, add nothing."""
    known = [field for field in fields if field is not None]
    if not known:
        return None
    if any(field.everything for field in known):
        return EVERYTHING
    if len({len(field.extents) for field in known}) > 1 or known[0].lost:
        return LOST
    extents = zip(*(field.extents for field in known), strict=True)
    jumps = zip(*(field.jumps for field in known), strict=True)
    return Field(tuple(map(max, extents)), tuple(map(max, jumps)))


def through(
    field: Field | None, op: Op, ins: tuple[TensorType, ...], outs: tuple[TensorType, ...]
) -> Field | None:
    """The field of an op's outputs, from that of its inputs; all sizes are numbers."""
    window = op.receptive_at(ins, outs)
    if window is None and field is not None and not field.everything:
        if _flattens(ins, outs):
            return EVERYTHING
        return field if op.keeps_positions(ins) else LOST
    if window is None:
        return field
    if not window:
        return EVERYTHING
    return (field or _point(len(window))).after(window)


def _point(axes: int) -> Field:
    return Field((Fraction(1),) * axes, (Fraction(1),) * axes)


def _flattens(ins: tuple[TensorType, ...], outs: tuple[TensorType, ...]) -> bool:
    """Whether positions became features: an image in, a plain vector out."""
    return bool(ins and outs) and ins[0].rank > 2 and outs[0].rank <= 2
