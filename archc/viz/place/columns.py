"""Rows put side by side in columns where they are too many for one."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archc.viz.place.lanes import Reach

DOZEN = 12
"""Boxes in one column before it is cut."""
MOST = 40
"""Columns that are thought of."""
MARGIN = 12.0
"""Points above and below a column for the way from one to the next."""
BETWEEN = 44.0
"""Points between columns, with that way in their middle."""


class Wanted(Struct, frozen=True):
    """What columns are cut for: to come closest to `aspect`, width to height.

    Up to a `dozen` boxes stay in one column, unless `closest` asks for the aspect all the same.
    `across` says that data flows from left to right.
    """

    aspect: float = 1.5
    closest: bool = False
    across: bool = False
    dozen: int = DOZEN


class Columns(Struct, frozen=True):
    """The rows that each column starts with, and how the rows of each are moved."""

    starts: tuple[int, ...]
    shifts: tuple[tuple[float, float], ...]
    channels: tuple[float, ...]
    """Where the way from a column to the next one runs."""
    thick: float

    def of(self, row: int) -> int:
        """The column of a row."""
        return sum(row >= start for start in self.starts) - 1

    def shift(self, row: int) -> tuple[float, float]:
        """How a row is moved."""
        return self.shifts[self.of(row)]


def cut(
    spans: Sequence[tuple[float, float]],
    counts: Sequence[int],
    cuts: Sequence[int],
    reach: Reach,
    wanted: Wanted,
    top: float,
) -> Columns:
    """The columns that suit best.

    `counts` are the boxes of each row, `cuts` the possible starts; `top` is what all columns but
    the first keep free.
    """
    best = _columns((0,), spans, reach, top)
    if sum(counts) <= wanted.dozen and not wanted.closest:
        return best
    least = _misfit(best, reach, wanted)
    for number in range(2, min(MOST, len(cuts) + 1) + 1):
        found = _columns(_balanced(spans, cuts, number), spans, reach, top)
        cost = _misfit(found, reach, wanted)
        if cost < least:
            best, least = found, cost
    return best


def _misfit(found: Columns, reach: Reach, wanted: Wanted) -> float:
    wide, thick = _size(found, reach)
    width, height = (thick, wide) if wanted.across else (wide, thick)
    return max(width / wanted.aspect, height)


def _size(found: Columns, reach: Reach) -> tuple[float, float]:
    last = found.starts[-1]
    low = min(reach.left[: found.starts[1]] if len(found.starts) > 1 else reach.left)
    return max(reach.right[last:]) + found.shifts[-1][0] - low, found.thick


def _balanced(
    spans: Sequence[tuple[float, float]], cuts: Sequence[int], number: int
) -> tuple[int, ...]:
    """Where at most so many columns start so that the longest is as short as can be."""
    if number == 1:
        return (0,)
    low, high = 0.0, spans[-1][1]
    while high - low > 1:
        middle = (low + high) / 2
        if len(_filled(spans, cuts, middle)) <= number:
            high = middle
        else:
            low = middle
    return _filled(spans, cuts, high)


def _filled(
    spans: Sequence[tuple[float, float]], cuts: Sequence[int], most: float
) -> tuple[int, ...]:
    """Columns filled one by one with what can be taken of `most`."""
    starts = [0]
    for here, after in pairwise((*cuts, len(spans))):
        if spans[after - 1][1] - spans[starts[-1]][0] > most and here > starts[-1]:
            starts.append(here)
    return tuple(starts)


def _columns(
    starts: tuple[int, ...], spans: Sequence[tuple[float, float]], reach: Reach, top: float
) -> Columns:
    ends = (*starts[1:], len(spans))
    margin = MARGIN if len(starts) > 1 else 0.0
    high = max(margin, top)
    shifts, channels = [(0.0, 0.0)], list[float]()
    for (a, b), (c, d) in pairwise(zip(starts, ends, strict=True)):
        edge = max(reach.right[a:b]) + shifts[-1][0]
        channels.append(edge + BETWEEN / 2)
        shifts.append((edge + BETWEEN - min(reach.left[c:d]), high - spans[c][0]))
    low = max(spans[b - 1][1] + shift[1] for b, shift in zip(ends, shifts, strict=True))
    return Columns(starts, tuple(shifts), tuple(channels), low + margin)
