"""Convolutions."""

from typing import Annotated, ClassVar, Literal, TypeAlias, get_args

from archc.diag import codes
from archc.ir.dim import Dim, Size, product
from archc.ir.op import Op, Rules, Tensor, Types
from archc.ir.target import New
from archc.ir.types import TensorType
from archc.ops.checks import check_spatial_rank, inferred, settled, split_evenly
from archc.ops.dtypes import MODEL, require
from archc.ops.fields import Positive, Size1, Size2, Size3, per_axis, sized
from archc.ops.modules import as_module
from archc.ops.tensors import weight_and_bias
from archc.ops.window import Window, window_label, windows

Same: TypeAlias = Literal["same", "valid"]


class _Conv(Op):
    """What the convolutions of all ranks share."""

    family = "conv"
    spatial: ClassVar[int]

    in_channels: Positive | None = None
    """Channels of the input; inferred."""
    out_channels: Positive
    """Channels of the output, one for each learned kernel."""
    kernel_size: int | tuple[int, ...]
    """Size of the kernel."""
    stride: int | tuple[int, ...] = 1
    """Step between two places of the kernel."""
    padding: Same | int | tuple[int, ...] = 0
    """Added on both sides of each axis; `same` keeps the size, `valid` adds nothing."""
    dilation: int | tuple[int, ...] = 1
    """Distance between two taps of the kernel."""
    groups: Positive = 1
    """Parts that the channels are split into, each convolved by itself."""
    bias: bool = True
    """Add one learned number to each output channel."""
    padding_mode: Literal["zeros", "reflect", "replicate", "circular"] = "zeros"
    """What the padding holds."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """Slide over the last axes; the axis before them holds the channels."""
        x = ins[0]
        check_spatial_rank(rules, x, self, self.spatial + 1, self.spatial + 2)
        self._check_batch(x, rules)
        require(x, MODEL, rules)
        axis = -self.spatial - 1
        channels = inferred(
            rules, self.in_channels, x.shape[axis], "input channels", at="in_channels", axis=axis
        )
        counts = {"input channels": channels, "output channels": self.out_channels}
        split_evenly(rules, counts, self.groups)
        self._check_same(rules)
        sides = x.shape[-self.spatial :]
        pairs = zip(self._windows(), sides, strict=True)
        sizes = [self._side(rules, window, size) for window, size in pairs]
        return (x.with_shape(*x.shape[: -self.spatial - 1], self.out_channels, *sizes),)

    def _check_batch(self, x: TensorType, rules: Rules) -> None:
        """Without a batch the first size is the channels, which an open one is seldom meant for."""
        if self.in_channels is None and x.rank == self.spatial + 1 and isinstance(x.shape[0], Dim):
            rules.stop(
                codes.OPEN_SIZE,
                f"takes {x} as one sample without a batch, with {x.shape[0]} channels",
                at="input",
                help=f"a batch has {self.spatial + 2} dimensions; is one missing?",
            )

    def _check_same(self, rules: Rules) -> None:
        if self.padding == "same" and any(s != 1 for s in per_axis(self.stride, self.spatial)):
            rules.fail(
                codes.PADDING,
                f"needs stride 1 for the padding `same`, not {self.stride}",
                at="padding",
                help="write the padding as a number, or drop the stride",
            )

    def _side(self, rules: Rules, window: Window, size: Size) -> Size:
        pad = max(window.before, window.after)
        low = {"reflect": pad + 1, "circular": pad}.get(self.padding_mode, 0)
        if low:
            text = f"needs an input of at least {low} for `{self.padding_mode}` padding of {pad}"
            rules.at_least(size, low, codes.PADDING, f"{text}, not {size}", at="padding")
        window.check_fits(rules, size)
        return window.places(size)

    def _windows(self) -> tuple[Window, ...]:
        padding = 0 if isinstance(self.padding, str) else self.padding
        each = windows(self.spatial, self.kernel_size, self.stride, padding, self.dilation)
        if self.padding != "same":
            return each
        return tuple(w._replace(before=(w.reach - 1) // 2, after=w.reach // 2) for w in each)

    def _channels(self, ins: Types) -> int:
        return settled(self.in_channels, ins[0].shape[-self.spatial - 1])

    def lowered(self, ins: Types) -> New:
        """The module of the same name."""
        found = self._channels(ins)
        return as_module(self, "in_channels", "out_channels", in_channels=found)

    def tensors(self, ins: Types) -> tuple[Tensor, ...]:
        """One kernel for each output channel, over the input channels of its group."""
        depth = self._channels(ins) // self.groups
        shape = (self.out_channels, depth, *per_axis(self.kernel_size, self.spatial))
        return weight_and_bias(shape, self.out_channels, bias=self.bias)

    def macs(self, ins: Types, outs: Types) -> Size:
        """Every weight once at each place of the output."""
        shape, axes = outs[0].shape, self.spatial
        return product((self.tensors(ins)[0].count, *shape[: -axes - 1], *shape[-axes:]))

    def receptive(self) -> tuple[tuple[int, int], ...]:
        """The kernel with its gaps, and the stride."""
        return tuple((window.reach, window.stride) for window in self._windows())

    def label(self) -> tuple[str, ...]:
        """Kernel, stride, dilation and groups, where they say something."""
        facts = window_label(self._windows())
        return (*facts, f"groups {self.groups}") if self.groups > 1 else facts


class Conv1d(_Conv):
    """Slide learned kernels along a sequence."""

    spatial = 1
    rule = (
        "(N, C_in, L) -> (N, C_out, (L + 2*padding - dilation*(kernel_size - 1) - 1)//stride + 1)"
    )
    example = "{op: Conv1d, out_channels: 16, kernel_size: 5, stride: 2, padding: 2}"
    example_inputs = ((2, 8, 64),)

    kernel_size: Size1
    stride: Size1 = 1
    padding: Annotated[Same | int | tuple[int], sized(1, 0, words=get_args(Same))] = 0
    dilation: Size1 = 1


class Conv2d(_Conv):
    """Slide learned kernels over height and width."""

    spatial = 2
    rule = (
        "(N, C_in, H, W) -> (N, C_out, H', W'),"
        " H' = (H + 2*padding - dilation*(kernel_size - 1) - 1)//stride + 1"
    )
    example = "{op: Conv2d, out_channels: 16, kernel_size: 3, stride: 2, padding: 1, bias: false}"

    kernel_size: Size2
    stride: Size2 = 1
    padding: Annotated[Same | int | tuple[int, int], sized(2, 0, words=get_args(Same))] = 0
    dilation: Size2 = 1


class Conv3d(_Conv):
    """Slide learned kernels over depth (or time), height and width."""

    spatial = 3
    rule = (
        "(N, C_in, D, H, W) -> (N, C_out, D', H', W'),"
        " D' = (D + 2*padding - dilation*(kernel_size - 1) - 1)//stride + 1"
    )
    example = "{op: Conv3d, out_channels: 16, kernel_size: [1, 3, 3], padding: [0, 1, 1]}"
    example_inputs = ((2, 8, 4, 16, 16),)

    kernel_size: Size3
    stride: Size3 = 1
    padding: Annotated[Same | int | tuple[int, int, int], sized(3, 0, words=get_args(Same))] = 0
    dilation: Size3 = 1
