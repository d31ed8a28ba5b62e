"""Resizing to a size that may follow from another value, and sampling by a grid."""

from fractions import Fraction
from typing import Annotated, Literal, TypeAlias, TypeVar

from pydantic import PlainValidator

from archc.diag import codes
from archc.ir.dim import Size
from archc.ir.op import Op, Rules, Types
from archc.ir.target import (
    Arg,
    Attribute,
    Call,
    Cut,
    Expression,
    Input,
    Keyword,
    Lowered,
    Subscript,
)
from archc.ir.types import TensorType
from archc.ops.dtypes import FLOATS, require
from archc.ops.resample import Mode, Scale, check_mode, scaled, window_between
from archc.ops.sizes import known_sizes, one_length

N = TypeVar("N")
SMOOTH = frozenset({"bilinear", "bicubic"})
"""The modes that `antialias` goes with."""


def _one_or_each(value: object) -> object:
    """One size for all axes, or a list of them."""
    return known_sizes(value) if isinstance(value, list | tuple) else one_length(value)


Target: TypeAlias = Annotated[
    Size | tuple[Size, ...],
    PlainValidator(_one_or_each, json_schema_input_type=int | tuple[int, ...]),
]


class Interpolate(Op):
    """Resize the last axes to a size, by a factor, or to the size of another value.

    With a second input the output has that one's height and width, as in a feature pyramid.
    """

    family = "pool"
    ports = ("input", "like")
    optional_ports = 1
    rule = "(N, C, H, W) -> (N, C, *size), or the H and W of `like`"
    example = "{op: Interpolate, from: {input: top, like: lateral}}"
    example_inputs = ((2, 8, 8, 8), (2, 8, 16, 16))

    size: Target | None = None
    """Size of the output."""
    scale_factor: Scale | None = None
    """Output over input; give this, `size`, or a second input."""
    mode: Mode = "nearest"
    """How values between are found. `linear` is for sequences, `trilinear` for volumes."""
    align_corners: bool | None = None
    """Keep the corner values in place, for the linear and cubic modes."""
    recompute_scale_factor: bool | None = None
    """Take the factor from the rounded output size again."""
    antialias: bool = False
    """Smooth before shrinking, for `bilinear` and `bicubic`."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """The sizes asked for; the batch and the channels stay."""
        x = ins[0]
        check_mode(rules, x, self.mode, corners=self.align_corners)
        if self.antialias and self.mode not in SMOOTH:
            message = f"smooths in the modes `bilinear` and `bicubic`, not in `{self.mode}`"
            rules.fail(codes.BAD_PARAMETER, message, at="antialias")
        return (x.with_shape(*x.shape[:2], *self._sides(ins, rules)),)

    def _sides(self, ins: Types, rules: Rules) -> tuple[Size, ...]:
        x, axes = ins[0], ins[0].rank - 2
        self._check_one(rules, like=len(ins) == 2)
        if len(ins) == 2:
            rules.rank(ins[1], x.rank, at="like")
            return ins[1].shape[2:]
        if self.size is not None:
            return self._spread(self.size, axes, "size", rules)
        factors = self._spread(self.scale_factor or 1, axes, "scale_factor", rules)
        sizes = [scaled(rules, s, f) for s, f in zip(x.shape[2:], factors, strict=True)]
        for size in sizes:
            message = f"would have an empty output, of size {size}"
            rules.at_least(size, 1, codes.EMPTY_OUTPUT, message, at="scale_factor")
        return tuple(sizes)

    def _check_one(self, rules: Rules, *, like: bool) -> None:
        """The output's size is said once."""
        said = [like, self.size is not None, self.scale_factor is not None]
        if sum(said) != 1:
            message = "takes one of `size`, `scale_factor` and a second input"
            rules.stop(codes.BAD_PARAMETER, f"{message}, not {sum(said)} of them", at="size")
        if self.recompute_scale_factor and self.scale_factor is None:
            message = "has no factor to recompute where the size is given"
            rules.fail(codes.BAD_PARAMETER, message, at="recompute_scale_factor")

    def _spread(self, given: N | tuple[N, ...], axes: int, at: str, rules: Rules) -> tuple[N, ...]:
        each = given if isinstance(given, tuple) else (given,) * axes
        if len(each) != axes:
            message = f"has {len(each)} entries in `{at}` for the {axes} axes of the input"
            rules.stop(codes.BAD_PARAMETER, message, at=at)
        return each

    def lowered(self, ins: Types) -> Lowered:
        """`nn.functional.interpolate(x, size=y.shape[2:])`."""
        operands: list[Expression] = [Input()]
        if len(ins) == 2:
            shape = Subscript(Attribute(Input(1), "shape"), (Cut(Arg("first", 2)),))
            operands.append(Keyword("size", shape))
        args = [
            Arg(name, getattr(self, name))
            for name, field in type(self).model_fields.items()
            if getattr(self, name) != field.default
        ]
        return Call("torch.nn.functional.interpolate", tuple(operands), tuple(args))

    def receptive_at(self, ins: Types, outs: Types) -> tuple[tuple[int, int | Fraction], ...]:
        """The neighbours that the mode blends; places as far apart as the sizes say."""
        return window_between(self.mode, ins[0], outs[0])

    def label(self) -> tuple[str, ...]:
        """Factor or size, and the mode."""
        given, sign = (self.size, "to ") if self.size is not None else (self.scale_factor, "x")
        if given is None:
            return (self.mode,)
        each = given if isinstance(given, tuple) else (given,)
        return (sign + "x".join(map(str, each)), self.mode)


class GridSample(Op):
    """Read the input at the places that a grid lists, in coordinates from -1 to 1."""

    family = "pool"
    ports = ("input", "grid")
    rule = "(N, C, H_in, W_in), (N, H, W, 2) -> (N, C, H, W)"
    example = "{op: GridSample, align_corners: false, from: [x, grid]}"
    example_inputs = ((2, 8, 16, 16), (2, 4, 4, 2))

    mode: Literal["bilinear", "nearest", "bicubic"] = "bilinear"
    """How values between are found."""
    padding_mode: Literal["zeros", "border", "reflection"] = "zeros"
    """What lies beyond the edge."""
    align_corners: bool = False
    """Whether -1 and 1 are the centres of the corner pixels, or their outer edges."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """The channels of the input at the places of the grid."""
        x, grid = ins
        rules.rank(x, *((4,) if self.mode == "bicubic" else (4, 5)))
        rules.rank(grid, x.rank, at="grid")
        for port, type_ in zip(self.ports, ins, strict=True):
            require(type_, FLOATS, rules, at=port)
        if x.dtype != grid.dtype:
            message = f"expects one element type, but gets {x.dtype} and {grid.dtype}"
            rules.stop(codes.WRONG_DTYPE, message, at="grid")
        axes = x.rank - 2
        message = f"expects {axes} coordinates for each place, but gets {grid.features}"
        rules.equal(grid.features, axes, codes.CHANNELS, message, at="grid", axis=-1)
        message = f"gets a batch of {x.shape[0]} and grids for {grid.shape[0]}"
        rules.equal(x.shape[0], grid.shape[0], codes.SHAPES_DIFFER, message, at="grid", axis=0)
        return (x.with_shape(*x.shape[:2], *grid.shape[1:-1]),)

    def lowered(self, ins: Types) -> Lowered:
        """`nn.functional.grid_sample(x, grid, align_corners=False)`."""
        del ins
        given = {"mode": self.mode, "padding_mode": self.padding_mode}
        fields = type(self).model_fields
        args = [Arg(name, value) for name, value in given.items() if value != fields[name].default]
        corners = Arg("align_corners", self.align_corners)
        return Call("torch.nn.functional.grid_sample", (Input(0), Input(1)), (*args, corners))

    def receptive(self) -> tuple[tuple[int, int], ...]:
        """A place may read any other."""
        return ()


class AffineGrid(Op):
    """The grid that an affine map makes of the places of another value, for `GridSample`."""

    family = "shape"
    ports = ("theta", "like")
    rule = "(N, 2, 3), (N, C, H, W) -> (N, H, W, 2)"
    example = "{op: AffineGrid, from: {theta: theta, like: x}}"
    example_inputs = ((2, 2, 3), (2, 8, 16, 16))

    align_corners: bool = False
    """Whether -1 and 1 are the centres of the corner pixels, or their outer edges."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """Coordinates for each place of `like`."""
        theta, like = ins
        require(theta, FLOATS, rules, at="theta")
        rules.rank(like, 4, 5, at="like")
        rules.rank(theta, 3, at="theta")
        axes = like.rank - 2
        pairs = zip(theta.shape, (like.shape[0], axes, axes + 1), strict=True)
        for size, wanted in pairs:
            message = f"expects maps of [{like.shape[0]}, {axes}, {axes + 1}], but gets {theta}"
            rules.equal(size, wanted, codes.SHAPES_DIFFER, message, at="theta")
        return (TensorType((like.shape[0], *like.shape[2:], axes), theta.dtype),)

    def lowered(self, ins: Types) -> Lowered:
        """`nn.functional.affine_grid(theta, x.shape, align_corners=False)`."""
        del ins
        corners = Arg("align_corners", self.align_corners)
        operands = (Input(0), Attribute(Input(1), "shape"))
        return Call("torch.nn.functional.affine_grid", operands, (corners,))
