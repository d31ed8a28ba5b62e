"""Padding. A list goes from the last axis to the first, before and after each, as in torch."""

from typing import Annotated, ClassVar, TypeAlias

from archc.diag import codes
from archc.ir.dim import Size
from archc.ir.op import Op, Rules, Types
from archc.ir.target import New
from archc.ir.types import TensorType
from archc.ops.checks import check_spatial_rank, rank_from
from archc.ops.dtypes import NUMBERS, require
from archc.ops.fields import LARGEST, Number, per_axis, sized
from archc.ops.modules import as_module
from archc.ops.numbers import check_fits

Sides1: TypeAlias = Annotated[int | tuple[int, int], sized(2, -LARGEST)]
Sides2: TypeAlias = Annotated[int | tuple[int, int, int, int], sized(4, -LARGEST)]
Sides3: TypeAlias = Annotated[int | tuple[int, int, int, int, int, int], sized(6, -LARGEST)]


class _Pad(Op):
    """What all pads share."""

    family = "shape"
    spatial: ClassVar[int]

    padding: int | tuple[int, ...]
    """On all sides, or a list `[left, right, top, bottom, ...]`; negative numbers cut off."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """Each of the last axes grows by what is added before and after it."""
        x = ins[0]
        self._check_input(x, rules)
        sides = zip(x.shape[-self.spatial :], self._pads(), strict=True)
        sizes = [self._side(rules, size, *pads) for size, pads in sides]
        return (x.with_shape(*x.shape[: -self.spatial], *sizes),)

    def _check_input(self, x: TensorType, rules: Rules) -> None:
        check_spatial_rank(rules, x, self, self.spatial + 1, self.spatial + 2)

    def _pads(self) -> list[tuple[int, int]]:
        flat = per_axis(self.padding, 2 * self.spatial)
        return list(zip(flat[::2], flat[1::2], strict=True))[::-1]

    def _side(self, rules: Rules, size: Size, before: int, after: int) -> Size:
        self._check_side(rules, size, before, after)
        out = size + before + after
        rules.at_least(
            out,
            1,
            codes.EMPTY_OUTPUT,
            f"leaves nothing of {size} with padding {before} and {after}",
            at="padding",
        )
        return out

    def _check_side(self, rules: Rules, size: Size, before: int, after: int) -> None:
        """What this kind of padding needs of one axis."""

    def keeps_positions(self, ins: Types) -> bool:
        """What is added stands around them."""
        del ins
        return True

    def lowered(self, ins: Types) -> New:
        """The module of the same name."""
        del ins
        return as_module(self, "padding")

    def label(self) -> tuple[str, ...]:
        """How much."""
        flat = per_axis(self.padding, 2 * self.spatial)
        return (f"by {flat[0]}" if len(set(flat)) == 1 else f"by {','.join(map(str, flat))}",)


def check_cut(rules: Rules, size: Size, before: int, after: int) -> None:
    """No more is cut off than there is."""
    cut = -min(before, 0) - min(after, 0)
    message = f"cuts {cut} off a size of {size}"
    rules.at_least(size, cut, codes.PADDING, message, at="padding")


class _ZeroPad(_Pad):
    """What the pads with one number share."""

    def _check_input(self, x: TensorType, rules: Rules) -> None:
        rank_from(rules, x, self.spatial)

    def _check_side(self, rules: Rules, size: Size, before: int, after: int) -> None:
        check_cut(rules, size, before, after)


class _ConstantPad(_ZeroPad):
    """What the pads with a given number share."""

    padding: int | tuple[int, ...]
    value: Number
    """The number that is added."""

    def _check_input(self, x: TensorType, rules: Rules) -> None:
        super()._check_input(x, rules)
        if any(before > 0 or after > 0 for before, after in self._pads()):
            check_fits(rules, self.value, x.dtype, at="value")

    def lowered(self, ins: Types) -> New:
        """The module of the same name."""
        del ins
        return as_module(self, "padding", "value")


class _ReflectionPad(_Pad):
    """What the pads that mirror share."""

    def _check_input(self, x: TensorType, rules: Rules) -> None:
        super()._check_input(x, rules)
        require(x, NUMBERS, rules)

    def _check_side(self, rules: Rules, size: Size, before: int, after: int) -> None:
        most = max(before, after)
        message = f"needs more than {most} values to reflect by {most}, and there are {size}"
        rules.at_least(size, most + 1, codes.PADDING, message, at="padding")


class _ReplicationPad(_Pad):
    """What the pads that repeat the edge share."""

    def _check_input(self, x: TensorType, rules: Rules) -> None:
        super()._check_input(x, rules)
        require(x, NUMBERS, rules)


class _CircularPad(_Pad):
    """What the pads that wrap around share."""

    def _check_side(self, rules: Rules, size: Size, before: int, after: int) -> None:
        check_cut(rules, size, before, after)
        left, most = size + min(before, 0) + min(after, 0), max(before, after)
        message = f"needs {most} values to wrap around by {most}, and there are {left}"
        rules.at_least(left, most, codes.PADDING, message, at="padding")


class ConstantPad1d(_ConstantPad):
    """Add a number around each sequence."""

    spatial = 1
    rule = "(*, L) -> (*, before + L + after)"
    example = "{op: ConstantPad1d, padding: 1, value: 0.5}"
    example_inputs = ((2, 8, 64),)

    padding: Sides1


class ConstantPad2d(_ConstantPad):
    """Add a number around each image."""

    spatial = 2
    rule = "(*, H, W) -> (*, top + H + bottom, left + W + right)"
    example = "{op: ConstantPad2d, padding: 1, value: 0.5}"

    padding: Sides2


class ConstantPad3d(_ConstantPad):
    """Add a number around each volume."""

    spatial = 3
    rule = "(*, D, H, W) -> (*, front + D + back, top + H + bottom, left + W + right)"
    example = "{op: ConstantPad3d, padding: 1, value: 0.5}"
    example_inputs = ((2, 8, 4, 16, 16),)

    padding: Sides3


class ZeroPad1d(_ZeroPad):
    """Add zeros around each sequence."""

    spatial = 1
    rule = "(*, L) -> (*, before + L + after)"
    example = "{op: ZeroPad1d, padding: 1}"
    example_inputs = ((2, 8, 64),)

    padding: Sides1


class ZeroPad2d(_ZeroPad):
    """Add zeros around each image."""

    spatial = 2
    rule = "(*, H, W) -> (*, top + H + bottom, left + W + right)"
    example = "{op: ZeroPad2d, padding: 1}"

    padding: Sides2


class ZeroPad3d(_ZeroPad):
    """Add zeros around each volume."""

    spatial = 3
    rule = "(*, D, H, W) -> (*, front + D + back, top + H + bottom, left + W + right)"
    example = "{op: ZeroPad3d, padding: 1}"
    example_inputs = ((2, 8, 4, 16, 16),)

    padding: Sides3


class ReflectionPad1d(_ReflectionPad):
    """Mirror each sequence at its edges, the edge itself not repeated."""

    spatial = 1
    rule = "(N, C, L) -> (N, C, before + L + after)"
    example = "{op: ReflectionPad1d, padding: 1}"
    example_inputs = ((2, 8, 64),)

    padding: Sides1


class ReflectionPad2d(_ReflectionPad):
    """Mirror each image at its edges, the edge itself not repeated."""

    spatial = 2
    rule = "(N, C, H, W) -> (N, C, top + H + bottom, left + W + right)"
    example = "{op: ReflectionPad2d, padding: 1}"

    padding: Sides2


class ReflectionPad3d(_ReflectionPad):
    """Mirror each volume at its edges, the edge itself not repeated."""

    spatial = 3
    rule = "(N, C, D, H, W) -> (N, C, front + D + back, top + H + bottom, left + W + right)"
    example = "{op: ReflectionPad3d, padding: 1}"
    example_inputs = ((2, 8, 4, 16, 16),)

    padding: Sides3


class ReplicationPad1d(_ReplicationPad):
    """Repeat the edge values of each sequence."""

    spatial = 1
    rule = "(N, C, L) -> (N, C, before + L + after)"
    example = "{op: ReplicationPad1d, padding: 1}"
    example_inputs = ((2, 8, 64),)

    padding: Sides1


class ReplicationPad2d(_ReplicationPad):
    """Repeat the edge values of each image."""

    spatial = 2
    rule = "(N, C, H, W) -> (N, C, top + H + bottom, left + W + right)"
    example = "{op: ReplicationPad2d, padding: 1}"

    padding: Sides2


class ReplicationPad3d(_ReplicationPad):
    """Repeat the edge values of each volume."""

    spatial = 3
    rule = "(N, C, D, H, W) -> (N, C, front + D + back, top + H + bottom, left + W + right)"
    example = "{op: ReplicationPad3d, padding: 1}"
    example_inputs = ((2, 8, 4, 16, 16),)

    padding: Sides3


class CircularPad1d(_CircularPad):
    """Wrap each sequence around."""

    spatial = 1
    rule = "(N, C, L) -> (N, C, before + L + after)"
    example = "{op: CircularPad1d, padding: 1}"
    example_inputs = ((2, 8, 64),)

    padding: Sides1


class CircularPad2d(_CircularPad):
    """Wrap each image around."""

    spatial = 2
    rule = "(N, C, H, W) -> (N, C, top + H + bottom, left + W + right)"
    example = "{op: CircularPad2d, padding: 1}"

    padding: Sides2


class CircularPad3d(_CircularPad):
    """Wrap each volume around."""

    spatial = 3
    rule = "(N, C, D, H, W) -> (N, C, front + D + back, top + H + bottom, left + W + right)"
    example = "{op: CircularPad3d, padding: 1}"
    example_inputs = ((2, 8, 4, 16, 16),)

    padding: Sides3
