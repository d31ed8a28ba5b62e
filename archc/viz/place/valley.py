"""A U: down one side, up the other, and skips straight across between what is of one level."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from archc.viz.place.shapes import Laid, Rect
from archc.viz.place.ways import straight, through

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from archc.viz.place.shapes import Item, Link, Point, Way

GAP = 40.0
"""Points between the sides and what stands between them."""
STEP = 20.0
"""Points between what follows one another, without a label."""


class Valley:
    """The work on one U: a chain of siblings, and the links across it, the outermost first."""

    def __init__(
        self, chain: Sequence[Item], links: Sequence[Link], across: Sequence[Link]
    ) -> None:
        self.items = {item.id: item for item in chain}
        self.across = across
        self.after = {link.tail: link for link in links if link not in across}
        for link in self.after.values():
            self.items[link.head].meet(link)
        order = [item.id for item in chain]
        low, high = order.index(across[-1].tail), order.index(across[-1].head)
        self.down, self.bottom, self.up = (
            order[: low + 1],
            order[low + 1 : high],
            order[high:][::-1],
        )

    def laid(self) -> Laid:
        """Everything in its place."""
        ends = self._levels()
        far = self._apart()
        for name in self.up:
            self.items[name].x = far
        low = self._bottom(max(ends), far)
        laid = Laid(thick=low, longest=max(len(self.down), len(self.up)))
        for item in self.items.values():
            laid.rects[item.id] = Rect(
                item.x - item.left, item.y, item.left + item.right, item.thick
            )
            if item.inner:
                laid.add(item.inner, item.x - item.left + item.inner.left, item.y)
        for link in self.across:
            self._straight(link, laid)
        for tail, head in pairwise([*self.down, *self.bottom, *self.up[::-1]]):
            self._step(self.after[tail], self.items[tail], self.items[head], laid)
        laid.turned.update(self.up)
        laid.left = max(item.left - item.x for item in self.items.values())
        rights = [laid.labels[link.label.arrow].right for link in self.after.values() if link.label]
        laid.right = max([*(item.x + item.right for item in self.items.values()), *rights])
        return laid

    def _levels(self) -> tuple[float, float]:
        """Set where both sides' items stand along; where the sides end."""
        left, right = self._runs(self.down, 0), self._runs(self.up, 1)
        starts = [0.0, 0.0]
        for ours, theirs in zip(left, right, strict=True):
            runs = (ours, theirs)
            heights = [self._height(run, k, below=starts[k] > 0) for k, run in enumerate(runs)]
            level = max(start + height for start, height in zip(starts, heights, strict=True))
            for k, run in enumerate(runs):
                starts[k] = self._stack(run, level - heights[k], k, below=starts[k] > 0)
        return starts[0], starts[1]

    def _runs(self, side: Sequence[str], end: int) -> list[list[str]]:
        """A side's items, cut behind each that has a link across."""
        ends = {(link.tail, link.head)[end] for link in self.across}
        found: list[list[str]] = [[]]
        for name in side:
            found[-1].append(name)
            if name in ends:
                found.append([])
        return found[:-1]

    def _room(self, name: str, side: int) -> float:
        """Points before an item, where it is not the first one."""
        before = self.items[name]
        links = self.after.values()
        ends = [link for link in links if (link.head, link.tail)[side] == before.id]
        label = ends[0].label if ends else None
        return STEP + (label.thick if label else 0.0)

    def _height(self, run: Sequence[str], side: int, *, below: bool) -> float:
        """Points from the end of what is above to the level of a run's last item."""
        total = 0.0
        for k, name in enumerate(run):
            total += self._room(name, side) if k or below else 0.0
            total += self._level(name) if k == len(run) - 1 else self.items[name].thick
        return total

    def _level(self, name: str) -> float:
        """How far below its start an item has its link across."""
        item = self.items[name]
        sides = item.inner.sides if item.inner else {}
        return max(sides.values(), default=item.thick / 2)

    def _stack(self, run: Sequence[str], start: float, side: int, *, below: bool) -> float:
        """Set the items of a run one below the other from a start; where the last one ends."""
        for k, name in enumerate(run):
            item = self.items[name]
            start += self._room(name, side) if k or below else 0.0
            item.y = start
            start += item.thick
        return start

    def _apart(self) -> float:
        """From the middle of the one side to that of the other."""
        ours = max(self.items[name].right for name in self.down)
        theirs = max(self.items[name].left for name in self.up)
        labels = [link.label.after + link.label.before for link in self.across if link.label]
        steps = [self.after[name].label for name in self.down if name in self.after]
        labels += [2 * label.after - ours for label in steps if label]
        inner = max([self.items[n].left + self.items[n].right for n in self.bottom], default=0.0)
        return ours + theirs + max([inner, *labels]) + 2 * GAP

    def _bottom(self, start: float, far: float) -> float:
        """Set what stands between the sides, below both; where it ends."""
        for k, name in enumerate(self.bottom):
            item = self.items[name]
            link = next(link for link in self.after.values() if link.head == name)
            start += STEP + (link.label.thick if link.label else 0.0) + (0 if k else STEP / 2)
            item.x, item.y = far / 2 + (item.left - item.right) / 2, start
            start += item.thick
        return start + STEP

    def _straight(self, link: Link, laid: Laid) -> None:
        tail, head = self.items[link.tail], self.items[link.head]
        level = tail.y + self._level(tail.id)
        start, end = (tail.x + tail.right, level), (head.x - head.left, level)
        laid.ways += [(arrow, turn, straight(start, end)) for arrow, turn in link.arrows]
        if link.label:
            wide, middle = link.label.before + link.label.after, (start[0] + end[0]) / 2
            place = Rect(middle - wide / 2, level - link.label.thick - 1, wide, link.label.thick)
            laid.labels[link.label.arrow] = place

    def _step(self, link: Link, tail: Item, head: Item, laid: Laid) -> None:
        """From one item to the next: down, from side to side below, or up."""
        out, into = tail.outs.get(link.source, 0.0), head.ins.get(link.entry, 0.0)
        rising = head.id in self.up
        start = (tail.x + out, tail.y if tail.id in self.up else tail.y + tail.thick)
        end = (head.x + into, head.y + head.thick if rising else head.y)
        way = self._way(start, end, rising=rising and tail.id not in self.up)
        laid.ways += [(arrow, turn, way) for arrow, turn in link.arrows]
        if not link.label:
            return
        x, low, high = end[0], min(start[1], end[1]), max(start[1], end[1])
        if tail.id not in self.up and rising:
            low = high - link.label.thick - STEP / 2
        elif tail.x != head.x:
            x = start[0]
            high = low + link.label.thick + STEP / 2
        laid.labels[link.label.arrow] = link.label.beside(x, (low + high - link.label.thick) / 2)

    def _way(self, start: Point, end: Point, *, rising: bool) -> Way:
        if not rising:
            middle = end[1] - STEP / 2
            return through([start, (start[0], middle), (end[0], middle), end])
        low = max(start[1], end[1]) + STEP * 0.6
        return through([start, (start[0], low), (end[0], low), end])


def mirrored(laid: Laid) -> Laid:
    """A group upside down: what flowed down flows up."""
    thick = laid.thick
    found = Laid(laid.left, laid.right, thick, longest=laid.longest)
    found.rects = {
        name: Rect(r.x, thick - r.bottom, r.width, r.height) for name, r in laid.rects.items()
    }
    found.labels = {
        arrow: Rect(r.x, thick - r.bottom, r.width, r.height) for arrow, r in laid.labels.items()
    }
    found.ways = [
        (arrow, turn, tuple((x, thick - y) for x, y in way)) for arrow, turn, way in laid.ways
    ]
    found.ins, found.outs = laid.ins, laid.outs
    found.sides = {key: thick - level for key, level in laid.sides.items()}
    found.turned = set(laid.rects) | laid.turned
    return found


def valley(items: Mapping[str, Item], links: Sequence[Link], across: Sequence[Link]) -> Laid | None:
    """The U that siblings make with these links across it; None if they make none."""
    if len(across) < 2 or len({(link.tail, link.head) for link in across}) < len(across):
        return None
    rest = [link for link in links if link not in across]
    after = {link.tail: link.head for link in rest}
    starts = [name for name in items if name not in after.values()]
    if len(rest) != len(items) - 1 or len(after) != len(rest) or len(starts) != 1:
        return None
    chain = [starts[0]]
    while chain[-1] in after:
        chain.append(after[chain[-1]])
    open_ = all(_open(items[name], link) for link in across for name in (link.tail, link.head))
    return Valley([items[name] for name in chain], links, across).laid() if open_ else None


def _open(item: Item, link: Link) -> bool:
    """Whether a link across reaches what it leads to through the item's side."""
    return item.inner is None or link.source in item.inner.sides
