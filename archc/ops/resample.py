"""Resampling and moving values between channels and space."""

import math
from fractions import Fraction
from typing import Annotated, Literal, TypeAlias, TypeVar, cast

from pydantic import PlainValidator
from pydantic_core import PydanticCustomError

from archc.diag import codes
from archc.ir.dim import Dim, Size
from archc.ir.op import Op, Rules, Types
from archc.ir.target import New
from archc.ir.types import TensorType
from archc.ops.checks import rank_from
from archc.ops.dtypes import FLOATS, require
from archc.ops.fields import LARGEST, Positive, sized
from archc.ops.modules import as_module

N = TypeVar("N", bound=float)
Mode: TypeAlias = Literal[
    "nearest", "linear", "bilinear", "bicubic", "trilinear", "area", "nearest-exact"
]
RANKS: dict[str, tuple[int, ...]] = {
    "linear": (3,),
    "bilinear": (4,),
    "bicubic": (4,),
    "trilinear": (5,),
}
"""The modes that work on one rank only; the others take any number of axes up to 3."""
FINEST = 2**16
"""With denominators up to here doubles are exact for every output below 2**37."""


def _scale(value: object) -> object:
    entries = value if isinstance(value, list | tuple) else [value]
    if entries and all(_is_scale(entry) for entry in entries):
        return tuple(value) if isinstance(value, list) else value
    raise PydanticCustomError("scale", "must be a number above 0, or a list of such")


def _is_scale(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= LARGEST


Scale: TypeAlias = Annotated[
    float | tuple[float, ...],
    PlainValidator(_scale, json_schema_input_type=float | tuple[float, ...]),
]


def scaled(rules: Rules, size: Size, factor: float, *, at: str = "scale_factor") -> Size:
    """`floor(size * factor)` as torch computes it, in double precision.

    An open size is scaled exactly where the factor is a whole number of halves, quarters and so on.
    """
    if not isinstance(size, Dim):
        return math.floor(size * factor)
    above, below = float(factor).as_integer_ratio()
    if below > FINEST:
        rules.stop(
            codes.OPEN_SIZE,
            f"has no exact formula for `{size}` scaled by {factor} while the size is open",
            at=at,
            help="use a factor such as 2, 1.5 or 0.25, or give the input a fixed size",
        )
    return size * above // below


def check_mode(rules: Rules, x: TensorType, mode: str, *, corners: bool | None) -> None:
    """The mode is one for the input's rank and type, and knows of corners if it is asked to."""
    rules.rank(x, *RANKS.get(mode, (3, 4, 5)))
    require(x, FLOATS, rules)
    if mode not in RANKS and corners is not None:
        message = f"has no corners to align in mode `{mode}`"
        rules.fail(codes.BAD_PARAMETER, message, at="align_corners", help="drop it")


def window_between(
    mode: str, before: TensorType, after: TensorType
) -> tuple[tuple[int, int | Fraction], ...]:
    """The window of each axis that is resized: what the mode blends, and how far places move."""
    taps = {"bicubic": 4}.get(mode, 1 if mode.startswith("nearest") else 2)
    pairs = zip(before.shape[2:], after.shape[2:], strict=True)
    steps = [Fraction(cast("int", size), cast("int", made)) for size, made in pairs]
    return tuple((math.ceil(step) if mode == "area" else taps, step) for step in steps)


class Upsample(Op):
    """Resize the last axes, to a size or by a factor."""

    family = "shape"
    rule = "(N, C, H, W) -> (N, C, floor(H*scale_factor), floor(W*scale_factor)) or (N, C, *size)"
    example = "{op: Upsample, scale_factor: 2, mode: bilinear}"

    size: Annotated[int | tuple[int, ...], sized(None, 1)] | None = None
    """Size of the output."""
    scale_factor: Scale | None = None
    """Output over input; give this or `size`."""
    mode: Mode = "nearest"
    """How values between are found. `linear` is for sequences, `trilinear` for volumes."""
    align_corners: bool | None = None
    """Keep the corner values in place, for the linear and cubic modes."""
    recompute_scale_factor: bool | None = None
    """Take the factor from the rounded output size again."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """The sizes asked for; the batch and the channels stay."""
        x = ins[0]
        check_mode(rules, x, self.mode, corners=self.align_corners)
        return (x.with_shape(*x.shape[:2], *self._sides(x, rules)),)

    def _sides(self, x: TensorType, rules: Rules) -> tuple[Size, ...]:
        if (self.size is None) == (self.scale_factor is None):
            both = self.size is not None
            told = "both are" if both else "neither is"
            rules.stop(
                codes.BAD_PARAMETER,
                f"takes `size` or `scale_factor`, and {told} given",
                at="scale_factor",
                help="drop one of them" if both else "`scale_factor: 2` doubles each side",
            )
        axes = x.rank - 2
        if self.size is not None:
            if self.recompute_scale_factor:
                message = "has no factor to recompute where `size` is given"
                rules.fail(codes.BAD_PARAMETER, message, at="recompute_scale_factor")
            return self._spread(self.size, axes, "size", rules)
        factors = self._spread(self.scale_factor or 1, axes, "scale_factor", rules)
        sizes = [scaled(rules, s, f) for s, f in zip(x.shape[2:], factors, strict=True)]
        for size in sizes:
            message = f"would have an empty output, of size {size}"
            rules.at_least(size, 1, codes.EMPTY_OUTPUT, message, at="scale_factor")
        return tuple(sizes)

    def _spread(self, given: N | tuple[N, ...], axes: int, at: str, rules: Rules) -> tuple[N, ...]:
        each = given if isinstance(given, tuple) else (given,) * axes
        if len(each) != axes:
            message = f"has {len(each)} entries in `{at}` for the {axes} axes of the input"
            rules.stop(codes.BAD_PARAMETER, message, at=at)
        return each

    def lowered(self, ins: Types) -> New:
        """The module of the same name."""
        del ins
        return as_module(self)

    def receptive_at(self, ins: Types, outs: Types) -> tuple[tuple[int, int | Fraction], ...]:
        """The neighbours that the mode blends; places as far apart as the sizes say."""
        return window_between(self.mode, ins[0], outs[0])

    def label(self) -> tuple[str, ...]:
        """Factor or size, and the mode."""
        given, sign = (self.size, "to ") if self.size is not None else (self.scale_factor, "x")
        each = given if isinstance(given, tuple) else (given,)
        return (sign + "x".join(map(str, each)), self.mode)


class PixelShuffle(Op):
    """Spread channels over space: `r*r` channels become a square of `r` by `r` pixels."""

    family = "shape"
    rule = "(*, C*r*r, H, W) -> (*, C, H*r, W*r), r = upscale_factor"
    example = "{op: PixelShuffle, upscale_factor: 2}"

    upscale_factor: Positive
    """How much larger the image becomes along each side."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """The channels must divide by the square of the factor."""
        x, factor = ins[0], self.upscale_factor
        rank_from(rules, x, 3)
        *batch, channels, height, width = x.shape
        area = factor * factor
        message = f"cannot divide {channels} channels by {factor}*{factor}"
        help_ = f"the input needs a multiple of {area} channels"
        rules.divides(channels, area, codes.INDIVISIBLE, message, at="upscale_factor", help=help_)
        return (x.with_shape(*batch, channels // area, height * factor, width * factor),)

    def lowered(self, ins: Types) -> New:
        """The module of the same name."""
        del ins
        return as_module(self, "upscale_factor")

    def receptive_at(self, ins: Types, outs: Types) -> tuple[tuple[int, int | Fraction], ...]:
        """One place becomes a square of them."""
        del ins, outs
        return ((1, Fraction(1, self.upscale_factor)),) * 2

    def label(self) -> tuple[str, ...]:
        """The factor."""
        return (f"x{self.upscale_factor}",)


class PixelUnshuffle(Op):
    """Gather space into channels: a square of `r` by `r` pixels becomes `r*r` channels."""

    family = "shape"
    rule = "(*, C, H*r, W*r) -> (*, C*r*r, H, W), r = downscale_factor"
    example = "{op: PixelUnshuffle, downscale_factor: 2}"

    downscale_factor: Positive
    """How much smaller the image becomes along each side."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """Both sides must divide by the factor."""
        x, factor = ins[0], self.downscale_factor
        rank_from(rules, x, 3)
        *batch, channels, height, width = x.shape
        for side, size in (("height", height), ("width", width)):
            message = f"cannot divide the {side} {size} by {factor}"
            rules.divides(size, factor, codes.INDIVISIBLE, message, at="downscale_factor")
        area = factor * factor
        return (x.with_shape(*batch, channels * area, height // factor, width // factor),)

    def lowered(self, ins: Types) -> New:
        """The module of the same name."""
        del ins
        return as_module(self, "downscale_factor")

    def receptive(self) -> tuple[tuple[int, int], ...]:
        """A square of pixels becomes one."""
        return ((self.downscale_factor, self.downscale_factor),) * 2

    def label(self) -> tuple[str, ...]:
        """The factor."""
        return (f"/{self.downscale_factor}",)


class ChannelShuffle(Op):
    """Deal the channels of each group out to all groups (Zhang et al., 2018)."""

    family = "shape"
    rule = "(N, C, *) -> (N, C, *)"
    example = "{op: ChannelShuffle, groups: 2}"

    groups: Positive
    """Groups that the channels stand in; must divide them."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """The input's own type."""
        x = ins[0]
        rank_from(rules, x, 3)
        message = f"cannot split {x.channels} channels into {self.groups} equal groups"
        rules.divides(x.channels, self.groups, codes.INDIVISIBLE, message, at="groups")
        return ins

    def keeps_positions(self, ins: Types) -> bool:
        """Only channels move."""
        del ins
        return True

    def lowered(self, ins: Types) -> New:
        """The module of the same name."""
        del ins
        return as_module(self, "groups")

    def label(self) -> tuple[str, ...]:
        """The groups."""
        return (f"groups {self.groups}",)
