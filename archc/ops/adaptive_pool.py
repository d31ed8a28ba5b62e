"""Adaptive pools: the output's size is given, the windows follow."""

from fractions import Fraction
from math import gcd
from typing import Annotated, ClassVar, TypeAlias, cast

from archc.ir.op import Op, Rules, Types
from archc.ir.target import New
from archc.ops.checks import check_spatial_rank
from archc.ops.dtypes import FLOATS, require
from archc.ops.fields import Size1, per_axis, sized
from archc.ops.modules import as_module

Output2: TypeAlias = Annotated[int | tuple[int | None, int | None], sized(2, 1, gaps=True)]
Output3: TypeAlias = Annotated[
    int | tuple[int | None, int | None, int | None], sized(3, 1, gaps=True)
]


class _AdaptivePool(Op):
    """What the adaptive pools share."""

    family = "pool"
    spatial: ClassVar[int]

    output_size: int | tuple[int | None, ...]
    """Size of the output; null in a list keeps the input's."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """The sizes asked for, whatever came in."""
        x = ins[0]
        check_spatial_rank(rules, x, self, self.spatial + 1, self.spatial + 2)
        require(x, FLOATS, rules)
        asked = zip(self._sizes(), x.shape[-self.spatial :], strict=True)
        sizes = [found if size is None else size for size, found in asked]
        return (x.with_shape(*x.shape[: -self.spatial], *sizes),)

    def _sizes(self) -> tuple[int | None, ...]:
        given = self.output_size
        return per_axis(given, self.spatial) if isinstance(given, int) else given

    def lowered(self, ins: Types) -> New:
        """The module of the same name."""
        del ins
        return as_module(self, "output_size")

    def receptive(self) -> tuple[tuple[int, int], ...] | None:
        """Everything, when one value is left; else it varies from place to place."""
        return () if set(self._sizes()) == {1} else None

    def receptive_at(
        self, ins: Types, outs: Types
    ) -> tuple[tuple[int, int | Fraction], ...] | None:
        """The largest window on each axis, and their mean distance."""
        pairs = zip(ins[0].shape[-self.spatial :], outs[0].shape[-self.spatial :], strict=True)
        axes = [(cast("int", size), cast("int", places)) for size, places in pairs]
        if all(places == 1 for _, places in axes):
            return ()
        return tuple((_window(size, places), Fraction(size, places)) for size, places in axes)

    def label(self) -> tuple[str, ...]:
        """The size asked for, a star where the input's is kept."""
        return ("to " + "x".join("*" if size is None else str(size) for size in self._sizes()),)


def _window(size: int, places: int) -> int:
    """The largest of the windows `floor(i*size/places)` up to `ceil((i + 1)*size/places)`.

    >>> _window(7, 7), _window(14, 7), _window(7, 3)
    (1, 2, 3)
    """
    common = gcd(size, places)
    size, places = size // common, places // common  # `i*size % places` takes every value below
    return (size + 2 * places - 2) // places


class AdaptiveAvgPool1d(_AdaptivePool):
    """Means of as many windows of a sequence as asked for."""

    spatial = 1
    rule = "(N, C, L) -> (N, C, output_size)"
    example = "{op: AdaptiveAvgPool1d, output_size: 4}"
    example_inputs = ((2, 8, 64),)

    output_size: Size1


class AdaptiveAvgPool2d(_AdaptivePool):
    """Means of as many windows of an image as asked for; 1 is a global pool."""

    spatial = 2
    rule = "(N, C, H, W) -> (N, C, output_size[0], output_size[1])"
    example = "{op: AdaptiveAvgPool2d, output_size: 1}"

    output_size: Output2


class AdaptiveAvgPool3d(_AdaptivePool):
    """Means of as many windows of a volume as asked for."""

    spatial = 3
    rule = "(N, C, D, H, W) -> (N, C, output_size[0], output_size[1], output_size[2])"
    example = "{op: AdaptiveAvgPool3d, output_size: [1, null, null]}"
    example_inputs = ((2, 8, 4, 16, 16),)

    output_size: Output3


class AdaptiveMaxPool1d(_AdaptivePool):
    """The largest values of as many windows of a sequence as asked for."""

    spatial = 1
    rule = "(N, C, L) -> (N, C, output_size)"
    example = "{op: AdaptiveMaxPool1d, output_size: 4}"
    example_inputs = ((2, 8, 64),)

    output_size: Size1


class AdaptiveMaxPool2d(_AdaptivePool):
    """The largest values of as many windows of an image as asked for."""

    spatial = 2
    rule = "(N, C, H, W) -> (N, C, output_size[0], output_size[1])"
    example = "{op: AdaptiveMaxPool2d, output_size: [7, 7]}"

    output_size: Output2


class AdaptiveMaxPool3d(_AdaptivePool):
    """The largest values of as many windows of a volume as asked for."""

    spatial = 3
    rule = "(N, C, D, H, W) -> (N, C, output_size[0], output_size[1], output_size[2])"
    example = "{op: AdaptiveMaxPool3d, output_size: 2}"
    example_inputs = ((2, 8, 4, 16, 16),)

    output_size: Output3
