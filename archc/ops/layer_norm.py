"""Norms over the last dimensions, over channels, and across neighbouring channels."""

from typing import Annotated, TypeAlias

from archc.diag import codes
from archc.ir.op import Op, Rules, Tensor, Types
from archc.ir.target import New
from archc.ir.types import TensorType
from archc.ops.checks import inferred, rank_from, settled
from archc.ops.dtypes import FLOATS, MODEL, require
from archc.ops.fields import NonNegativeNumber, Number, Positive, sized
from archc.ops.modules import as_module
from archc.ops.tensors import affine

Normalized: TypeAlias = Annotated[int | tuple[int, ...], sized(None, 1)]


class _LastDims(Op):
    """What the norms over the last dimensions share."""

    family = "norm"

    normalized_shape: Normalized | None = None
    """Sizes of the dimensions normalised over, the last of the input; the last one is inferred."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """The input's own type."""
        x = ins[0]
        rank_from(rules, x, 1)
        if self.normalized_shape is None:
            rules.number(x.features, "the last dimension")
        else:
            self._check_shape(x, rules)
        return ins

    def _check_shape(self, x: TensorType, rules: Rules) -> None:
        sizes = self._sizes(x)
        if len(sizes) > x.rank:
            message = f"normalises over {len(sizes)} dimensions, and the input {x} has {x.rank}"
            rules.stop(codes.RANK, message, at="normalized_shape")
        found = x.shape[-len(sizes) :]
        written = found[0] if len(found) == 1 else list(found)
        for given, size in zip(sizes, found, strict=True):
            rules.equal(
                size,
                given,
                codes.CHANNELS,
                f"expects the last dimensions to be {list(sizes)}, not {list(found)}",
                at="normalized_shape",
                help=f"write `normalized_shape: {written}`, or drop it for the last dimension",
            )

    def _sizes(self, x: TensorType) -> tuple[int, ...]:
        given = self.normalized_shape
        if given is None:
            return (settled(None, x.features),)
        return (given,) if isinstance(given, int) else given

    def lowered(self, ins: Types) -> New:
        """The module of the same name."""
        given = self.normalized_shape
        shape = settled(None, ins[0].features) if given is None else given
        return as_module(self, "normalized_shape", normalized_shape=shape)


class LayerNorm(_LastDims):
    """Normalise each position over its features."""

    rule = "(*, normalized_shape) -> the same"
    example = "LayerNorm"
    example_inputs = ((2, 16, 64),)

    eps: NonNegativeNumber = 1e-5
    """Added to the variance."""
    elementwise_affine: bool = True
    """Scale and shift by learned numbers, one each for a feature."""
    bias: bool = True
    """Shift too, where `elementwise_affine` is on."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """The input's own type."""
        require(ins[0], MODEL if self.elementwise_affine else FLOATS, rules)
        return super().infer(ins, rules)

    def tensors(self, ins: Types) -> tuple[Tensor, ...]:
        """Scale and offset."""
        return affine(self._sizes(ins[0]), weight=self.elementwise_affine, bias=self.bias)


CHANNELS_FIRST = '''\
class LayerNorm2d(nn.LayerNorm):
    """Layer norm over the channels at each place of an image: [N, C, H, W]."""

    def forward(self, x: Tensor) -> Tensor:
        x = x.permute(0, 2, 3, 1)
        x = nn.functional.layer_norm(x, self.normalized_shape, self.weight, self.bias, self.eps)
        return x.permute(0, 3, 1, 2)
'''


class LayerNorm2d(Op):
    """Normalise each place of an image over its channels.

    A layer norm for the layout of convolutions, as ConvNeXt has it (Liu et al., 2022); torchvision
    and timm have a module of this name, with the same weights.
    """

    family = "norm"
    rule = "(N, C, H, W) -> (N, C, H, W)"
    example = "{op: LayerNorm2d, eps: 1e-6}"

    normalized_shape: Positive | None = None
    """Channels of the input; inferred."""
    eps: NonNegativeNumber = 1e-5
    """Added to the variance."""
    elementwise_affine: bool = True
    """Scale and shift by learned numbers, one each for a channel."""
    bias: bool = True
    """Shift too, where `elementwise_affine` is on."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """The input's own type."""
        x = ins[0]
        rules.rank(x, 4)
        require(x, MODEL if self.elementwise_affine else FLOATS, rules)
        inferred(rules, self.normalized_shape, x.channels, "channels", at="normalized_shape")
        return ins

    def _channels(self, ins: Types) -> int:
        return settled(self.normalized_shape, ins[0].channels)

    def lowered(self, ins: Types) -> New:
        """A module of the emitted file: torch has none for this layout."""
        module = as_module(self, "normalized_shape", normalized_shape=self._channels(ins))
        return New(type(self).__name__, module.args, source=CHANNELS_FIRST)

    def tensors(self, ins: Types) -> tuple[Tensor, ...]:
        """Scale and offset."""
        sizes = (self._channels(ins),)
        return affine(sizes, weight=self.elementwise_affine, bias=self.bias)


class RMSNorm(_LastDims):
    """Divide each position by the root of its mean square."""

    rule = "(*, normalized_shape) -> the same"
    example = "{op: RMSNorm, eps: 1e-6}"
    example_inputs = ((2, 16, 64),)

    eps: NonNegativeNumber | None = None
    """Added to the mean square; null for the smallest step of the element type."""
    elementwise_affine: bool = True
    """Scale by learned numbers, one for each feature."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """The input's own type."""
        require(ins[0], FLOATS, rules)
        return super().infer(ins, rules)

    def tensors(self, ins: Types) -> tuple[Tensor, ...]:
        """The scale."""
        return affine(self._sizes(ins[0]), weight=self.elementwise_affine, bias=False)


class LocalResponseNorm(Op):
    """Damp each value by its neighbours across channels (Krizhevsky et al., 2012)."""

    family = "norm"
    rule = "(N, C, *) -> (N, C, *)"
    example = "{op: LocalResponseNorm, size: 5}"

    size: Positive
    """How many neighbouring channels count."""
    alpha: Number = 1e-4
    """Weight of the neighbours' squares."""
    beta: Number = 0.75
    """Power of the divisor."""
    k: Number = 1.0
    """Added inside the divisor."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """The input's own type."""
        rank_from(rules, ins[0], 3)
        require(ins[0], FLOATS, rules)
        return ins

    def lowered(self, ins: Types) -> New:
        """The module of the same name."""
        del ins
        return as_module(self, "size")
