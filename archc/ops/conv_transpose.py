"""Transposed convolutions, which grow their input."""

from fractions import Fraction
from typing import ClassVar, Literal

from archc.diag import codes
from archc.ir.dim import Size, product
from archc.ir.op import Op, Rules, Tensor, Types
from archc.ir.target import New
from archc.ops.checks import check_spatial_rank, inferred, settled, split_evenly
from archc.ops.dtypes import MODEL, require
from archc.ops.fields import (
    Padding1,
    Padding2,
    Padding3,
    Positive,
    Size1,
    Size2,
    Size3,
    per_axis,
)
from archc.ops.modules import as_module
from archc.ops.tensors import weight_and_bias
from archc.ops.window import Window, window_label, windows


class _ConvTranspose(Op):
    """What the transposed convolutions of all ranks share."""

    family = "conv"
    spatial: ClassVar[int]

    in_channels: Positive | None = None
    """Channels of the input; inferred."""
    out_channels: Positive
    """Channels of the output."""
    kernel_size: int | tuple[int, ...]
    """Size of the kernel."""
    stride: int | tuple[int, ...] = 1
    """Distance in the output between two neighbours of the input."""
    padding: int | tuple[int, ...] = 0
    """Cut off both sides of the output."""
    output_padding: int | tuple[int, ...] = 0
    """Added to one side of the output, which several sizes of input would share."""
    groups: Positive = 1
    """Parts that the channels are split into, each convolved by itself."""
    bias: bool = True
    """Add one learned number to each output channel."""
    dilation: int | tuple[int, ...] = 1
    """Distance between two taps of the kernel."""
    padding_mode: Literal["zeros"] = "zeros"
    """Torch has no other here."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """The sizes that a convolution with these parameters would take its input from."""
        x = ins[0]
        check_spatial_rank(rules, x, self, self.spatial + 1, self.spatial + 2)
        require(x, MODEL, rules)
        axis = -self.spatial - 1
        channels = inferred(
            rules, self.in_channels, x.shape[axis], "input channels", at="in_channels", axis=axis
        )
        counts = {"input channels": channels, "output channels": self.out_channels}
        split_evenly(rules, counts, self.groups)
        extra = per_axis(self.output_padding, self.spatial)
        axes = zip(self._windows(), extra, x.shape[-self.spatial :], strict=True)
        sizes = [self._side(rules, *axis) for axis in axes]
        return (x.with_shape(*x.shape[: -self.spatial - 1], self.out_channels, *sizes),)

    def _side(self, rules: Rules, window: Window, extra: int, size: Size) -> Size:
        if extra >= max(window.stride, window.dilation):
            rules.fail(
                codes.PADDING,
                f"has output padding {extra}, and its stride of {window.stride} and dilation of"
                f" {window.dilation} allow at most {max(window.stride, window.dilation) - 1}",
                at="output_padding",
                help="the padding must be smaller than the stride or the dilation",
            )
        out = (size - 1) * window.stride - 2 * window.before + window.reach + extra
        rules.at_least(
            out,
            1,
            codes.EMPTY_OUTPUT,
            f"cuts away all of the output with padding {window.before}",
            at="padding",
            help="make the padding smaller, or the kernel or the input larger",
        )
        return out

    def _windows(self) -> tuple[Window, ...]:
        sizes = (self.kernel_size, self.stride, self.padding, self.dilation)
        return windows(self.spatial, *sizes)

    def _channels(self, ins: Types) -> int:
        return settled(self.in_channels, ins[0].shape[-self.spatial - 1])

    def lowered(self, ins: Types) -> New:
        """The module of the same name."""
        found = self._channels(ins)
        return as_module(self, "in_channels", "out_channels", in_channels=found)

    def tensors(self, ins: Types) -> tuple[Tensor, ...]:
        """One kernel for each input channel, over the output channels of its group."""
        width = self.out_channels // self.groups
        shape = (self._channels(ins), width, *per_axis(self.kernel_size, self.spatial))
        return weight_and_bias(shape, self.out_channels, bias=self.bias)

    def macs(self, ins: Types, outs: Types) -> Size:
        """Every weight once at each place of the input."""
        del outs
        shape, axes = ins[0].shape, self.spatial
        return product((self.tensors(ins)[0].count, *shape[: -axes - 1], *shape[-axes:]))

    def receptive_at(self, ins: Types, outs: Types) -> tuple[tuple[int, int | Fraction], ...]:
        """A place of the output meets every `stride`-th tap of the kernel."""
        del ins, outs
        return tuple((-(-w.reach // w.stride), Fraction(1, w.stride)) for w in self._windows())

    def label(self) -> tuple[str, ...]:
        """Kernel, stride (upwards), dilation and groups, where they say something."""
        up = tuple(fact.replace("/", "up ") for fact in window_label(self._windows()))
        return (*up, f"groups {self.groups}") if self.groups > 1 else up


class ConvTranspose1d(_ConvTranspose):
    """Spread a sequence with learned kernels, the reverse in shape of a Conv1d."""

    spatial = 1
    rule = (
        "(N, C_in, L) -> (N, C_out, L'),"
        " L' = (L - 1)*stride - 2*padding + dilation*(kernel_size - 1) + output_padding + 1"
    )
    example = "{op: ConvTranspose1d, out_channels: 4, kernel_size: 4, stride: 2, padding: 1}"
    example_inputs = ((2, 8, 64),)

    kernel_size: Size1
    stride: Size1 = 1
    padding: Padding1 = 0
    output_padding: Padding1 = 0
    dilation: Size1 = 1


class ConvTranspose2d(_ConvTranspose):
    """Spread an image with learned kernels, the reverse in shape of a Conv2d."""

    spatial = 2
    rule = (
        "(N, C_in, H, W) -> (N, C_out, H', W'),"
        " H' = (H - 1)*stride - 2*padding + dilation*(kernel_size - 1) + output_padding + 1"
    )
    example = "{op: ConvTranspose2d, out_channels: 4, kernel_size: 2, stride: 2}"

    kernel_size: Size2
    stride: Size2 = 1
    padding: Padding2 = 0
    output_padding: Padding2 = 0
    dilation: Size2 = 1


class ConvTranspose3d(_ConvTranspose):
    """Spread a volume with learned kernels, the reverse in shape of a Conv3d."""

    spatial = 3
    rule = (
        "(N, C_in, D, H, W) -> (N, C_out, D', H', W'),"
        " D' = (D - 1)*stride - 2*padding + dilation*(kernel_size - 1) + output_padding + 1"
    )
    example = "{op: ConvTranspose3d, out_channels: 4, kernel_size: 2, stride: 2}"
    example_inputs = ((2, 8, 4, 8, 8),)

    kernel_size: Size3
    stride: Size3 = 1
    padding: Padding3 = 0
    output_padding: Padding3 = 0
    dilation: Size3 = 1
