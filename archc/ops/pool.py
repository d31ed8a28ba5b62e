"""Pools: a fixed function over sliding windows, each channel by itself."""

from abc import abstractmethod
from typing import ClassVar

from archc.diag import codes
from archc.ir.dim import Size
from archc.ir.op import Op, Rules, Types
from archc.ir.target import New
from archc.ops.checks import check_spatial_rank
from archc.ops.dtypes import FLOATS, require
from archc.ops.fields import (
    Integer,
    Padding1,
    Padding2,
    Padding3,
    Size1,
    Size2,
    Size3,
)
from archc.ops.modules import as_module
from archc.ops.window import Window, window_label, windows


class Pool(Op):
    """What all pools share: windows over the last axes, counted in rounding down or up."""

    family = "pool"
    spatial: ClassVar[int]
    whole_windows: ClassVar[bool] = False
    """torch's own check: the kernel fits into the input without any padding."""

    @abstractmethod
    def windows(self) -> tuple[Window, ...]:
        """The window of each axis."""

    @abstractmethod
    def rounds_up(self) -> bool:
        """Whether the last window may hang over: `ceil_mode`."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """Count the windows along each of the last axes."""
        x = ins[0]
        check_spatial_rank(rules, x, self, self.spatial + 1, self.spatial + 2)
        require(x, FLOATS, rules)
        sides = zip(self.windows(), x.shape[-self.spatial :], strict=True)
        sizes = [self._side(rules, window, size) for window, size in sides]
        return (x.with_shape(*x.shape[: -self.spatial], *sizes),)

    def _side(self, rules: Rules, window: Window, size: Size) -> Size:
        half = window.kernel // 2
        if window.before > half:
            rules.stop(
                codes.PADDING,
                f"has padding {window.before}, more than half of its kernel {window.kernel}",
                at="padding",
                help=f"use at most {half}, so that no window holds padding only",
            )
        if self.whole_windows:
            window._replace(before=0, after=0).check_fits(rules, size)
        if not self.rounds_up():
            window.check_fits(rules, size)
            return window.places(size)
        # Rounded up, there is one place as soon as less than a stride is missing.
        window.check_fits(rules, size, missing=window.stride - 1)
        return window.ceil_places(size)

    def lowered(self, ins: Types) -> New:
        """The module of the same name."""
        del ins
        return as_module(self)

    def receptive(self) -> tuple[tuple[int, int], ...]:
        """The window with its gaps, and the stride."""
        return tuple((window.reach, window.stride) for window in self.windows())

    def label(self) -> tuple[str, ...]:
        """Window and stride."""
        return window_label(self.windows())


class _MaxPool(Pool):
    """What the maximum pools of all ranks share."""

    kernel_size: int | tuple[int, ...]
    """Size of the window."""
    stride: int | tuple[int, ...] | None = None
    """Step between two windows; the window's size unless given."""
    padding: int | tuple[int, ...] = 0
    """Minus infinities added on both sides of each axis; at most half of the kernel."""
    dilation: int | tuple[int, ...] = 1
    """Distance between two entries of the window."""
    ceil_mode: bool = False
    """Round the number of windows up; the last one may hang over but starts inside."""

    def windows(self) -> tuple[Window, ...]:
        """The window of each axis."""
        stride = self.kernel_size if self.stride is None else self.stride
        return windows(self.spatial, self.kernel_size, stride, self.padding, self.dilation)

    def rounds_up(self) -> bool:
        """As `ceil_mode` says."""
        return self.ceil_mode


class MaxPool1d(_MaxPool):
    """The largest value of each window of a sequence."""

    spatial = 1
    rule = "(N, C, L) -> (N, C, (L + 2*padding - dilation*(kernel_size - 1) - 1)//stride + 1)"
    example = "{op: MaxPool1d, kernel_size: 2}"
    example_inputs = ((2, 8, 64),)

    kernel_size: Size1
    stride: Size1 | None = None
    padding: Padding1 = 0
    dilation: Size1 = 1


class MaxPool2d(_MaxPool):
    """The largest value of each window of an image."""

    spatial = 2
    rule = (
        "(N, C, H, W) -> (N, C, H', W'),"
        " H' = (H + 2*padding - dilation*(kernel_size - 1) - 1)//stride + 1"
    )
    example = "{op: MaxPool2d, kernel_size: 3, stride: 2, padding: 1}"

    kernel_size: Size2
    stride: Size2 | None = None
    padding: Padding2 = 0
    dilation: Size2 = 1


class MaxPool3d(_MaxPool):
    """The largest value of each window of a volume."""

    spatial = 3
    rule = (
        "(N, C, D, H, W) -> (N, C, D', H', W'),"
        " D' = (D + 2*padding - dilation*(kernel_size - 1) - 1)//stride + 1"
    )
    example = "{op: MaxPool3d, kernel_size: [1, 2, 2]}"
    example_inputs = ((2, 8, 4, 16, 16),)

    kernel_size: Size3
    stride: Size3 | None = None
    padding: Padding3 = 0
    dilation: Size3 = 1


class _AvgPool(Pool):
    """What the average pools of all ranks share."""

    kernel_size: int | tuple[int, ...]
    """Size of the window."""
    stride: int | tuple[int, ...] | None = None
    """Step between two windows; the window's size unless given."""
    padding: int | tuple[int, ...] = 0
    """Zeros added on both sides of each axis; at most half of the kernel."""
    ceil_mode: bool = False
    """Round the number of windows up; the last one may hang over but starts inside."""
    count_include_pad: bool = True
    """Count the padding's zeros in the average."""

    def windows(self) -> tuple[Window, ...]:
        """The window of each axis."""
        stride = self.kernel_size if self.stride is None else self.stride
        return windows(self.spatial, self.kernel_size, stride, self.padding)

    def rounds_up(self) -> bool:
        """As `ceil_mode` says."""
        return self.ceil_mode


class AvgPool1d(_AvgPool):
    """The mean of each window of a sequence."""

    spatial = 1
    rule = "(N, C, L) -> (N, C, (L + 2*padding - kernel_size)//stride + 1)"
    example = "{op: AvgPool1d, kernel_size: 2}"
    example_inputs = ((2, 8, 64),)

    kernel_size: Size1
    stride: Size1 | None = None
    padding: Padding1 = 0


class _DividedAvgPool(_AvgPool):
    """The average pools that may divide by another number than the window's size."""

    divisor_override: Integer | None = None
    """Divide the sums by this instead of the number of entries; not zero."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """As any pool, and nothing is divided by zero."""
        if self.divisor_override == 0:
            rules.fail(codes.BAD_PARAMETER, "cannot divide a sum by 0", at="divisor_override")
        return super().infer(ins, rules)


class AvgPool2d(_DividedAvgPool):
    """The mean of each window of an image."""

    spatial = 2
    rule = "(N, C, H, W) -> (N, C, H', W'), H' = (H + 2*padding - kernel_size)//stride + 1"
    example = "{op: AvgPool2d, kernel_size: 2}"

    kernel_size: Size2
    stride: Size2 | None = None
    padding: Padding2 = 0


class AvgPool3d(_DividedAvgPool):
    """The mean of each window of a volume."""

    spatial = 3
    whole_windows = True
    rule = "(N, C, D, H, W) -> (N, C, D', H', W'), D' = (D + 2*padding - kernel_size)//stride + 1"
    example = "{op: AvgPool3d, kernel_size: 2}"
    example_inputs = ((2, 8, 4, 16, 16),)

    kernel_size: Size3
    stride: Size3 | None = None
    padding: Padding3 = 0
