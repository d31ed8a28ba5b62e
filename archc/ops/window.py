"""How many places a sliding window has along one axis, exactly as torch counts them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from archc.diag import codes
from archc.ir.dim import ceil_div, compare_at_least
from archc.ops.fields import per_axis

if TYPE_CHECKING:
    from archc.ir.dim import Size
    from archc.ir.op import Rules

Sizes: TypeAlias = "int | tuple[int, ...]"


class Window(NamedTuple):
    """A window along one axis: its taps, its step, and the padding before and after the input."""

    kernel: int
    stride: int = 1
    before: int = 0
    after: int = 0
    dilation: int = 1

    @property
    def reach(self) -> int:
        """How far the kernel reaches, with gaps of `dilation` between its taps.

        >>> Window(3).reach, Window(3, dilation=2).reach
        (3, 5)
        """
        return self.dilation * (self.kernel - 1) + 1

    def padded(self, size: Size) -> Size:
        """The input with its padding."""
        return size + (self.before + self.after)

    def places(self, size: Size) -> Size:
        """Where the window fits, one `stride` apart.

        >>> Window(7, stride=2, before=3, after=3).places(224)
        112
        """
        return (size + (self.before + self.after - self.reach)) // self.stride + 1

    def ceil_places(self, size: Size) -> Size:
        """The places in `ceil_mode`, where the last window may hang over but must start inside.

        torch rounds up, then takes one place off if the last one starts in the padding behind the
        input (`pooling_output_shape` in ATen): the smaller one of two ceilings over the same
        stride, which is the ceiling of the smaller numerator. Exact for a padding of at most half
        of the kernel.

        >>> Window(3, stride=2).ceil_places(6), Window(2, 3, before=1, after=1).ceil_places(5)
        (3, 2)
        """
        if self.stride >= self.reach - self.after:
            return ceil_div(size + self.before, self.stride)
        return ceil_div(self.padded(size) - self.reach, self.stride) + 1

    def check_fits(self, rules: Rules, size: Size, *, missing: int = 0) -> None:
        """The padded input holds the window at least once, or all but `missing` of it."""
        padded = self.padded(size)
        if compare_at_least(padded, self.reach - missing):
            return  # the usual case, without the words for the other
        dilated = f" with dilation {self.dilation}" if self.dilation > 1 else ""
        reaches = f" (it reaches over {self.reach})" if self.dilation > 1 else ""
        name = "padded input" if self.before + self.after else "input"
        rules.at_least(
            padded,
            self.reach - missing,
            codes.EMPTY_OUTPUT,
            f"has a kernel of {self.kernel}{dilated}, larger than the {name} of {padded}{reaches}",
            at="kernel_size",
            help="make the kernel smaller, pad more, or shrink the input less before",
        )


def windows(
    axes: int, kernel: Sizes, stride: Sizes = 1, padding: Sizes = 0, dilation: Sizes = 1
) -> tuple[Window, ...]:
    """The window of each axis, padded by the same on both sides.

    >>> windows(2, (1, 3), padding=(0, 1))[1]
    Window(kernel=3, stride=1, before=1, after=1, dilation=1)
    """
    each = (per_axis(sizes, axes) for sizes in (kernel, stride, padding, padding, dilation))
    return tuple(Window(*sizes) for sizes in zip(*each, strict=True))


def window_label(each: tuple[Window, ...]) -> tuple[str, ...]:
    """Kernel, stride and dilation as a diagram shows them, what is 1 left out.

    >>> window_label(windows(2, 3, 2)), window_label(windows(1, 5, dilation=2))
    (('3x3', '/2'), ('5', 'dilation 2'))
    """
    facts = ["x".join(str(window.kernel) for window in each)]
    if any(window.stride > 1 for window in each):
        facts.append("/" + _short([window.stride for window in each]))
    if any(window.dilation > 1 for window in each):
        facts.append("dilation " + _short([window.dilation for window in each]))
    return tuple(facts)


def _short(sizes: list[int]) -> str:
    return str(sizes[0]) if len(set(sizes)) == 1 else "x".join(map(str, sizes))
