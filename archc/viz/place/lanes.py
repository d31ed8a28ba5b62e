"""Skips: lanes that leave a box at its side, run beside the rows, and arrive at the same side."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

from archc.viz.place.shapes import Laid
from archc.viz.place.ways import through

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from archc.viz.place.order import Grid
    from archc.viz.place.shapes import Item, Link, Point

GAP = 13.0
"""Points between a lane and what it passes."""
PORT = 10.0
"""Points along that a group's border keeps free for lanes that start at it."""
APART = 4.0
"""Points between what arrives at a side and what leaves it."""
CLEAR = 2.0
"""Points between a label and a line that passes it."""


@dataclass(slots=True)
class Reach:
    """How far each row reaches across: its items with the lanes that pass it, or with all lanes."""

    low: list[float]
    high: list[float]
    left: list[float]
    right: list[float]


def side_of(link: Link, items: Mapping[str, Item], jumps: frozenset[tuple[str, str]]) -> int:
    """1 for a skip that may run after the rows, -1 before them, 0 for what is no such skip."""
    tail, head = items[link.tail], items[link.head]
    if (link.tail, link.head) not in jumps or tail.kind not in {"box", "in"} or head.kind != "box":
        return 0
    cells = getattr(head.child, "cells", ())
    if link.cell is None or not cells:
        return 1
    return {0: -1, len(cells) - 1: 1}.get(link.cell, 0)


def free(link: Link, side: int, grid: Grid) -> bool:
    """Whether both ends are the outermost of their rows on that side."""
    outer = {row[-1] if side > 0 else row[0] for row in grid if row}
    return {link.tail, link.head} <= outer


def run(
    lanes: Sequence[tuple[Link, int]], items: Mapping[str, Item], reach: Reach
) -> list[tuple[int, Laid]]:
    """The lanes, short ones inside longer ones, each with its first row; widens `reach` by them."""
    both = {link.tail for link, _ in lanes} & {link.head for link, _ in lanes}
    found: list[tuple[int, Laid]] = []
    levels: dict[int, set[float]] = {1: set(), -1: set()}
    for link, side in lanes:
        levels[side].update(end[1] for end in _ends(link, side, items, both))
    for link, side in sorted(lanes, key=lambda lane: _length(lane[0], items)):
        ends = _ends(link, side, items, both)
        laid = _lane(link, side, items, reach, ends)
        if link.label:
            rect = laid.labels[link.label.arrow]
            y = clear(ends[0][1], ends[1][1], rect.height, levels[side])
            laid.labels[link.label.arrow] = rect.moved(0.0, y - rect.y)
        found.append((items[link.tail].row, laid))
    return found


def clear(start: float, end: float, thick: float, levels: Iterable[float]) -> float:
    """Where along a lane its label starts: nearest to the middle that no line across strikes.

    Longer lanes run outside of shorter ones, so their ends pass these at their `levels`.

    >>> clear(0, 100, 10, [0, 100]), clear(0, 100, 10, [0, 48, 100])
    (45.0, 50.0)
    """
    middle = (start + end - thick) / 2
    known = [level for level in levels if start - CLEAR <= level <= end + CLEAR]
    beside = [y for level in known for y in (level + CLEAR, level - CLEAR - thick)]
    free = (y for y in (middle, *beside) if start < y < end - thick and _passed(y, thick, known))
    return min(free, key=lambda y: abs(y - middle), default=middle)


def _passed(y: float, thick: float, levels: Iterable[float]) -> bool:
    """Whether no line across strikes a label that starts at `y`."""
    return all(level <= y - CLEAR or level >= y + thick + CLEAR for level in levels)


def _length(link: Link, items: Mapping[str, Item]) -> tuple[int, int]:
    tail, head = items[link.tail], items[link.head]
    return head.row - tail.row, tail.row


def _ends(link: Link, side: int, items: Mapping[str, Item], both: set[str]) -> tuple[Point, Point]:
    """Where a lane leaves its tail and arrives at its head."""
    tail, head = items[link.tail], items[link.head]
    return _leave(link, tail, side, both), _arrive(link, head, side, both)


def _lane(
    link: Link,
    side: int,
    items: Mapping[str, Item],
    reach: Reach,
    ends: tuple[Point, Point],
) -> Laid:
    tail, head = items[link.tail], items[link.head]
    edges, rows = reach.high if side > 0 else reach.low, range(tail.row, head.row + 1)
    inner, outer = link.label.reach(side) if link.label else (0.0, 0.0)
    lane = max(side * edges[row] for row in rows) + GAP + max(0.0, inner - GAP / 2)
    whole = reach.right if side > 0 else reach.left
    for row in rows:
        whole[row] = side * max(lane + outer, side * whole[row])
    for row in rows[1:-1]:
        edges[row] = side * (lane + outer)
    start, end = ends
    corners = [start, (side * lane, start[1]), (side * lane, end[1]), end]
    if tail.kind == "in":
        corners.insert(0, (start[0], tail.y))
    laid = Laid(ways=[(arrow, turn, through(corners)) for arrow, turn in link.arrows])
    if link.label:
        along = (start[1] + end[1] - link.label.thick) / 2
        laid.labels[link.label.arrow] = link.label.beside(side * lane, along, side)
    return laid


def _leave(link: Link, tail: Item, side: int, both: set[str]) -> tuple[float, float]:
    if tail.kind == "in":
        return tail.x, tail.y + tail.thick - PORT / 2
    down = APART if link.tail in both else 0.0
    return tail.x + side * _half(tail, side, down), tail.middle + down


def _arrive(link: Link, head: Item, side: int, both: set[str]) -> tuple[float, float]:
    up = APART if link.head in both else 0.0
    if link.cell is not None:
        up = head.thick / 4
    return head.x + side * _half(head, side, up), head.middle - up


def _half(item: Item, side: int, off: float) -> float:
    """How far a box reaches at a height off its middle: less if it is round."""
    far = item.right if side > 0 else item.left
    if getattr(item.child, "sign", False):
        return sqrt(max(0.0, far * far - off * off))
    return far
