"""Where the items of each row stand across: the main path on one line, the rest close to it."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from archc.viz.place.order import Grid
    from archc.viz.place.shapes import Item

Pull: TypeAlias = tuple[str, float, float]
"""A neighbour in another row, how far from it an item wants to be, and how much."""
Step: TypeAlias = tuple[str, str, float, float, float]
"""A link between neighbouring rows: its ends, where it meets them, counted from their anchors, and
how much it should be straight."""

_ROUNDS = 8
GAPS = {"bend": 12.0, "label": 8.0}
"""Points between neighbours, less than `GAP` where one is a line or its label."""
GAP = 20.0


def spread(grid: Grid, items: Mapping[str, Item], main: set[str], steps: Sequence[Step]) -> None:
    """Set each item's place across. Of each row one item of `main` stands at 0."""
    rows = [_halves(row, main) for row in grid]
    for before, after in rows:
        _pack(before, items, -1)
        _pack(after, items, 1)
    down, up = _pulls(steps)
    for turn in range(_ROUNDS):
        pulls = (down, up, {n: (*down.get(n, ()), *up.get(n, ())) for n in items})
        which = pulls[2] if turn >= _ROUNDS - 2 else pulls[turn % 2]
        for before, after in rows if turn % 2 == 0 else rows[::-1]:
            _settle(before, items, which, -1)
            _settle(after, items, which, 1)


def _halves(row: Sequence[str], main: set[str]) -> tuple[list[str], list[str]]:
    """What stands before the main item and after it, the main item first in both."""
    place = next((k for k, name in enumerate(row) if name in main), 0)
    return list(row[place::-1]), list(row[place:])


def gap(a: Item, b: Item) -> float:
    """Points to leave between two neighbours."""
    return min(GAPS.get(a.kind, GAP), GAPS.get(b.kind, GAP))


def _apart(names: Sequence[str], items: Mapping[str, Item], side: int) -> list[float]:
    """How far from the first one each stands at least, all on one side of it."""
    found = [0.0]
    for one, two in pairwise(names):
        a, b = items[one], items[two]
        room = a.right + b.left if side > 0 else a.left + b.right
        found.append(found[-1] + room + gap(a, b))
    return found


def _pack(names: Sequence[str], items: Mapping[str, Item], side: int) -> None:
    for name, far in zip(names, _apart(names, items, side), strict=True):
        items[name].x = side * far


def _pulls(
    steps: Sequence[Step],
) -> tuple[dict[str, tuple[Pull, ...]], dict[str, tuple[Pull, ...]]]:
    down: dict[str, tuple[Pull, ...]] = {}
    up: dict[str, tuple[Pull, ...]] = {}
    for tail, head, out, into, weight in steps:
        down[head] = (*down.get(head, ()), (tail, out - into, weight))
        up[tail] = (*up.get(tail, ()), (head, into - out, weight))
    return down, up


def _settle(
    names: Sequence[str],
    items: Mapping[str, Item],
    pulls: Mapping[str, Sequence[Pull]],
    side: int,
) -> None:
    """Move a row's items towards what they are linked to, as far as their order allows.

    The least squares of all that are pulled: neighbours that want to change places are put side by
    side about the mean of their wishes.
    """
    far = _apart(names, items, side)
    blocks: list[tuple[float, float, int]] = []
    for name, least in list(zip(names, far, strict=True))[1:]:
        wish, weight = _wish(items[name], items, pulls.get(name, ()), side)
        blocks.append(((wish - least) * weight, weight, 1))
        while len(blocks) > 1 and blocks[-2][0] / blocks[-2][1] > blocks[-1][0] / blocks[-1][1]:
            (a, b, c), (d, e, f) = blocks[-2:]
            blocks[-2:] = [(a + d, b + e, c + f)]
    place = 1
    for total, weight, count in blocks:
        for k in range(place, place + count):
            items[names[k]].x = side * (max(0.0, total / weight) + far[k])
        place += count


def _wish(
    item: Item, items: Mapping[str, Item], pulls: Sequence[Pull], side: int
) -> tuple[float, float]:
    if not pulls:
        return side * item.x, 0.01
    weight = sum(pull[2] for pull in pulls)
    return side * sum((items[n].x + off) * w for n, off, w in pulls) / weight, weight


def straighten(
    grid: Grid, items: Mapping[str, Item], lines: Sequence[tuple[list[str], float | None]]
) -> None:
    """Put all of a line's items at one place across, if their neighbours leave one."""
    place = {name: (row, k) for row, names in enumerate(grid) for k, name in enumerate(names)}
    done: set[str] = set()
    for _ in range(2):
        for chain, wish in lines:
            if wish is not None and done & set(chain):
                continue
            rooms = [_room(grid[place[name][0]], place[name][1], items) for name in chain]
            low, high = max(room[0] for room in rooms), min(room[1] for room in rooms)
            if low <= high:
                mean = sum(items[name].x for name in chain) / len(chain)
                done.update(chain if wish is None else ())
                for name in chain:
                    items[name].x = min(max(mean if wish is None else wish, low), high)


def _room(row: Sequence[str], place: int, items: Mapping[str, Item]) -> tuple[float, float]:
    """Between which places across an item may stand."""
    item = items[row[place]]
    low, high = float("-inf"), float("inf")
    if place:
        before = items[row[place - 1]]
        low = before.x + before.right + gap(before, item) + item.left
    if place + 1 < len(row):
        after = items[row[place + 1]]
        high = after.x - after.left - gap(item, after) - item.right
    return low, high
