"""Power-average pools: the p-norm of each window."""

from archc.diag import codes
from archc.ir.op import Rules, Types
from archc.ops.fields import Number, Positive, Size1, Size2, Size3
from archc.ops.pool import Pool
from archc.ops.window import Window, windows


class _LPPool(Pool):
    """What the power-average pools of all ranks share."""

    norm_type: Number
    """The power `p` of the norm; not zero."""
    kernel_size: int | tuple[int, ...]
    """Size of the window."""
    stride: int | tuple[int, ...] | None = None
    """Step between two windows; the window's size unless given."""
    ceil_mode: bool = False
    """Round the number of windows up; the last one may hang over but starts inside."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """As any pool, with a norm that exists."""
        if self.norm_type == 0:
            rules.fail(codes.BAD_PARAMETER, "has no norm of power 0", at="norm_type")
        return super().infer(ins, rules)

    def windows(self) -> tuple[Window, ...]:
        """The window of each axis."""
        stride = self.kernel_size if self.stride is None else self.stride
        return windows(self.spatial, self.kernel_size, stride)

    def rounds_up(self) -> bool:
        """As `ceil_mode` says."""
        return self.ceil_mode


class LPPool1d(_LPPool):
    """The p-norm of each window of a sequence."""

    spatial = 1
    rule = "(N, C, L) -> (N, C, (L - kernel_size)//stride + 1)"
    example = "{op: LPPool1d, norm_type: 2, kernel_size: 3}"
    example_inputs = ((2, 8, 64),)

    kernel_size: Positive
    stride: Size1 | None = None


class LPPool2d(_LPPool):
    """The p-norm of each window of an image."""

    spatial = 2
    rule = "(N, C, H, W) -> (N, C, H', W'), H' = (H - kernel_size)//stride + 1"
    example = "{op: LPPool2d, norm_type: 2, kernel_size: 3, stride: 2}"

    kernel_size: Size2
    stride: Size2 | None = None


class LPPool3d(_LPPool):
    """The p-norm of each window of a volume."""

    spatial = 3
    whole_windows = True
    rule = "(N, C, D, H, W) -> (N, C, D', H', W'), D' = (D - kernel_size)//stride + 1"
    example = "{op: LPPool3d, norm_type: 2, kernel_size: 2}"
    example_inputs = ((2, 8, 4, 16, 16),)

    kernel_size: Size3
    stride: Size3 | None = None
