"""Where each row starts along the flow: as far from the one before as its links need."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from archc.viz.place.across import Step
    from archc.viz.place.order import Grid
    from archc.viz.place.shapes import Item

HEAD, PLAIN = 17.0, 6.0
"""Points before a row: with room for arrow heads, or for a line alone."""
STEEP, FARTHEST = 0.2, 40.0
"""How much of its width a bent link needs along, and at most."""


def stack(
    grid: Grid, items: Mapping[str, Item], steps: Sequence[Step]
) -> list[tuple[float, float]]:
    """Set each item's place along; where each row starts and ends."""
    leans = _leans(items, steps)
    spans: list[tuple[float, float]] = []
    end = 0.0
    for place, row in enumerate(grid):
        if place:
            end += _room(grid[place - 1], row, items, leans)
        thick = max((items[name].thick for name in row), default=0.0)
        for name in row:
            item = items[name]
            item.row, item.y = place, end + (0 if _tall(row, items) else (thick - item.thick) / 2)
        spans.append((end, end + thick))
        end += thick
    return spans


def _leans(items: Mapping[str, Item], steps: Sequence[Step]) -> dict[str, float]:
    """For each item the widest bend of a link to it."""
    found: dict[str, float] = {}
    for tail, head, out, into, _ in steps:
        wide = abs(items[tail].x + out - items[head].x - into)
        found[head] = max(found.get(head, 0.0), wide)
    return found


def _room(
    before: Sequence[str], row: Sequence[str], items: Mapping[str, Item], leans: Mapping[str, float]
) -> float:
    kinds = {items[name].kind for name in row}
    least = HEAD if kinds & {"box", "frame"} else PLAIN
    if {items[name].kind for name in before} == {"in"}:
        least -= PLAIN
    return max(least, min(FARTHEST, STEEP * max(leans.get(name, 0.0) for name in row)))


def _tall(row: Sequence[str], items: Mapping[str, Item]) -> bool:
    """Whether an open group is in a row: then all start on one line."""
    return any(items[name].kind == "frame" for name in row)


def reach(row: Sequence[str], items: Mapping[str, Item]) -> tuple[float, float]:
    """From where to where a row reaches across."""
    lows = [items[name].x - items[name].left for name in row]
    highs = [items[name].x + items[name].right for name in row]
    return min(lows, default=0.0), max(highs, default=0.0)
