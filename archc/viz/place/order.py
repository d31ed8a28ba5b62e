"""The order of the items in each row, so that few links cross."""

from __future__ import annotations

from bisect import bisect_left, insort
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Grid: TypeAlias = list[list[str]]
Step: TypeAlias = tuple[str, str, float, float]
"""A link between neighbouring rows: its ends, and where on each it is, from 0 to 1."""
_ROUNDS = 6


def ordered(grid: Grid, steps: Sequence[Step], told: Sequence[str] = ()) -> Grid:
    """The rows with their items put beside what they are linked to, if that crosses less.

    Those of `told` stay in that order among themselves.
    """
    known = {name: k for k, name in enumerate(told)}
    down, up = _by(steps, 1), _by(steps, 0)
    best, least = grid, crossings(grid, steps)
    rows = [list(row) for row in grid]
    for turn in range(_ROUNDS):
        if not least:
            break
        rows = _swept(rows, down) if turn % 2 == 0 else _swept(rows[::-1], up)[::-1]
        rows = [_kept(row, known) for row in rows]
        count = crossings(rows, steps)
        if count < least:
            best, least = [list(row) for row in rows], count
    return _exchanged(best, steps, known) if least else best


def _exchanged(grid: Grid, steps: Sequence[Step], told: Mapping[str, int]) -> Grid:
    """The rows with neighbours exchanged, row by row, wherever fewer links cross for it."""
    near = _near(grid, steps)
    for level, row in enumerate(grid):
        rows = grid[max(0, level - 1) : level + 2]
        least = crossings(rows, near[level])
        for k in range(len(row) - 1):
            if row[k] in told and row[k + 1] in told:
                continue
            row[k : k + 2] = row[k + 1], row[k]
            count = crossings(rows, near[level])
            if count < least:
                least = count
            else:
                row[k : k + 2] = row[k + 1], row[k]
    return grid


def _near(grid: Grid, steps: Sequence[Step]) -> list[list[Step]]:
    """For each row the links that start or end in it."""
    level = {name: k for k, row in enumerate(grid) for name in row}
    found: list[list[Step]] = [[] for _ in grid]
    for step in steps:
        for end in {level[step[0]], level[step[1]]}:
            found[end].append(step)
    return found


def _by(steps: Sequence[Step], end: int) -> dict[str, list[tuple[str, float]]]:
    """For each item the items before it (or after it), and where on them it is linked."""
    found: dict[str, list[tuple[str, float]]] = {}
    for step in steps:
        found.setdefault(str(step[end]), []).append((str(step[1 - end]), float(step[3 - end])))
    return found


def _swept(rows: Grid, known: Mapping[str, Sequence[tuple[str, float]]]) -> Grid:
    found = [rows[0]] if rows else []
    for row in rows[1:]:
        place = {name: k for k, name in enumerate(found[-1])}
        mean = {
            name: sum(ends) / len(ends)
            for name in row
            if (ends := [place[n] + at for n, at in known.get(name, ()) if n in place])
        }
        found.append(_sorted(row, mean))
    return found


def _sorted(row: Sequence[str], mean: Mapping[str, float]) -> list[str]:
    """Sorted by mean; items without one keep their places."""
    moving = iter(sorted((name for name in row if name in mean), key=mean.__getitem__))
    return [next(moving) if name in mean else name for name in row]


def _kept(row: Sequence[str], told: Mapping[str, int]) -> list[str]:
    """The row, what has an order of its own put into it at the places that it takes."""
    moving = iter(sorted((name for name in row if name in told), key=told.__getitem__))
    return [next(moving) if name in told else name for name in row]


def crossings(grid: Grid, steps: Sequence[Step]) -> int:
    """How many pairs of links between neighbouring rows cross."""
    place = {name: k for row in grid for k, name in enumerate(row)}
    level = {name: k for k, row in enumerate(grid) for name in row}
    between: dict[int, list[tuple[float, float]]] = {}
    for tail, head, out, into in steps:
        between.setdefault(level[tail], []).append((place[tail] + out, place[head] + into))
    return sum(_inversions(sorted(ends)) for ends in between.values())


def _inversions(ends: Sequence[tuple[float, float]]) -> int:
    seen: list[float] = []
    count, same = 0, list[float]()
    for (start, end), (after, _) in pairwise((*ends, (float("inf"), 0.0))):
        count += len(seen) - bisect_left(seen, end + 1e-9)
        same.append(end)
        if after > start:
            for one in same:
                insort(seen, one)
            same = []
    return count
