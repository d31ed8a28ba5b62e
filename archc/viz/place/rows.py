"""Siblings in rows: the layout of one group whose items and links are known."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from operator import itemgetter
from typing import TYPE_CHECKING

from archc.viz.place import across, along, columns, lanes, order, ranks
from archc.viz.place.lines import lines
from archc.viz.place.shapes import Item, Laid
from archc.viz.place.tracks import Tracks

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from archc.viz.place.columns import Columns, Wanted
    from archc.viz.place.lanes import Reach
    from archc.viz.place.order import Grid
    from archc.viz.place.shapes import Link

STRAIGHT, STEADY, CLOSE, LOOSE = 100.0, 20.0, 4.0, 0.5
"""How much a step should be straight: along a line, on the main path, from one box to the next one,
or where a line may bend."""
WIDE = 60.0
"""Points from where the main path enters a frame to where it leaves, before the rest follows."""
FAN = 11.0
"""Points between links that arrive at one box."""


@dataclass(slots=True)
class Rows:
    """The work on one group: its items in order of execution, and the links between them."""

    items: dict[str, Item]
    links: list[Link]
    wanted: Wanted
    grid: Grid = field(default_factory=list[list[str]])
    lanes: list[tuple[Link, int]] = field(default_factory=list[tuple["Link", int]])
    path: list[str] = field(default_factory=list[str])
    forks: dict[str, int] = field(default_factory=dict[str, int])

    def laid(self) -> Laid:
        """Everything in its place."""
        names = list(self.items)
        self.path = ranks.main_path(names, self.links)
        self._anchor()
        jumps = ranks.jumps(names, self.links)
        sides = [(link, lanes.side_of(link, self.items, jumps)) for link in self.links]
        self.lanes = [(link, side) for link, side in sides if side]
        rank = ranks.rows(names, self.items, self.links)
        while True:
            self._rows(rank)
            kept = [(link, side) for link, side in self.lanes if lanes.free(link, side, self.grid)]
            if len(kept) == len(self.lanes):
                break
            self.lanes = kept
        return self._placed()

    def _layered(self) -> list[Link]:
        beside = {id(link) for link, _ in self.lanes}
        return [link for link in self.links if id(link) not in beside]

    def _anchor(self) -> None:
        """Let the main path run through the anchors of what it enters."""
        for tail, head in pairwise(self.path):
            self.items[head].meet(self._between(tail, head))

    def _between(self, tail: str, head: str) -> Link:
        both = [link for link in self.links if (link.tail, link.head) == (tail, head)]
        return next((link for link in both if link.main), both[0])

    def _rows(self, rank: Mapping[str, int]) -> None:
        """Fill the rows: those of the items, and between them those of labels."""
        for name in [name for name, item in self.items.items() if item.kind in {"bend", "label"}]:
            del self.items[name]
        layered = self._layered()
        marked = {2 * rank[link.tail] + 1 for link in layered if link.label}
        places = sorted({2 * row for row in rank.values()} | marked)
        rows: dict[int, list[tuple[int, str]]] = {place: [] for place in places}
        for k, name in enumerate(rank):
            rows[2 * rank[name]].append((k, name))
        keys = {name: k for k, name in enumerate(rank)}
        self.forks = Counter(link.tail for link in layered)
        for k, link in enumerate(layered):
            between = range(2 * rank[link.tail] + 1, 2 * rank[link.head])
            passed = [place for place in between if place in rows]
            link.chain = [
                self._bend(link, k, place, first=place == between.start) for place in passed
            ]
            key = keys[link.tail if len(passed) > 1 else link.head]
            for place, name in zip(passed, link.chain, strict=True):
                rows[place].append((key, name))
        grid = [[name for _, name in sorted(rows[place], key=itemgetter(0))] for place in places]
        steps = [self._share(*step) for link in layered for step in self._steps(link)]
        self.grid = order.ordered(grid, steps, self._inputs())
        self._fan(layered)

    def _inputs(self) -> list[str]:
        """The boxes of inputs, which stand in the order in which they are declared."""
        found = [(name, getattr(item.child, "covers", (0,))) for name, item in self.items.items()]
        return [name for name, covers in found if covers[:1] < (0,)]

    def _bend(self, link: Link, number: int, place: int, *, first: bool) -> str:
        """Where a link passes a row: with its label right behind its tail."""
        name, label = f"~{number}:{place}", link.label
        if label and first:
            self.items[name] = Item(name, "label", label.before, label.after + 2, label.thick)
        else:
            self.items[name] = Item(name, "bend", 1.0, 1.0)
        return name

    def _steps(self, link: Link) -> list[tuple[str, str, float, float, float]]:
        """A link as steps from row to row, with where they meet the items.

        A line that goes far bends where it comes to, else where it starts: at the end that it
        shares with others.
        """
        chain = [link.tail, *link.chain, link.head]
        late = self.forks.get(link.tail, 0) < 2
        found: list[tuple[str, str, float, float, float]] = []
        for place, (tail, head) in enumerate(pairwise(chain)):
            out = self.items[tail].outs.get(link.source, 0.0) if tail == link.tail else 0.0
            into = self.items[head].ins.get(link.entry, 0.0) if head == link.head else 0.0
            bends = place == (len(chain) - 2 if late else 0)
            free = LOOSE if link.chain else CLOSE
            weight = STEADY if link.main else free if bends else STRAIGHT
            found.append((tail, head, out, into, weight))
        return found

    def _share(
        self, tail: str, head: str, out: float, into: float, _weight: float
    ) -> tuple[str, str, float, float]:
        def share(item: Item, off: float) -> float:
            return (off + item.left) / max(0.1, item.left + item.right)

        return tail, head, share(self.items[tail], out), share(self.items[head], into)

    def _fan(self, layered: Sequence[Link]) -> None:
        """Let links that arrive at one box arrive side by side, the main one in the middle."""
        place = {name: k for row in self.grid for k, name in enumerate(row)}
        heads: dict[str, list[Link]] = {}
        for link in layered:
            if self.items[link.head].kind == "box" and link.cell is None:
                heads.setdefault(link.head, []).append(link)
        for head, links in heads.items():
            item = self.items[head]
            links.sort(key=lambda link: place[(link.tail, *link.chain)[-1]])
            on_path = [k for k, one in enumerate(links) if one.main and one.tail in self.path]
            middle = on_path[0] if on_path else (len(links) - 1) / 2
            most = max(middle, len(links) - 1 - middle)
            apart = min(FAN, (min(item.left, item.right) - 4) / most) if most else 0.0
            item.ins = {one.entry: (k - middle) * apart for k, one in enumerate(links)}

    def _placed(self) -> Laid:
        layered = self._layered()
        steps = [step for link in layered for step in self._steps(link)]
        main = set(self.path)
        for tail, head in pairwise(self.path):
            main.update(self._between(tail, head).chain)
        across.spread(self.grid, self.items, main, steps)
        self._follow()
        across.straighten(self.grid, self.items, lines(self.items, layered, main))
        spans = along.stack(self.grid, self.items, steps)
        ends = [along.reach(row, self.items) for row in self.grid]
        low, high = [end[0] for end in ends], [end[1] for end in ends]
        reach = lanes.Reach(low, high, list(low), list(high))
        beside = lanes.run(self.lanes, self.items, reach)
        cut = self._cut(spans, reach, layered)
        laid = Laid(thick=cut.thick)
        for row, lane in beside:
            laid.add(lane, *cut.shift(row))
        self._move(cut, spans)
        tracks = Tracks(self.items, cut, spans)
        for link in layered:
            tracks.draw(link, laid)
        self._collect(laid, cut, reach)
        return laid

    def _follow(self) -> None:
        """Go on below where the main path comes out of a wide frame."""
        shift = 0.0
        leaves = {tail: self._between(tail, head).source for tail, head in pairwise(self.path)}
        for row in self.grid:
            for name in row:
                self.items[name].x += shift
            for name in row:
                out = self.items[name].outs.get(leaves.get(name, ""), 0.0)
                shift += out if abs(out) > WIDE else 0.0

    def _cut(
        self, spans: list[tuple[float, float]], reach: Reach, layered: Sequence[Link]
    ) -> Columns:
        """Where the rows are cut into columns: only where a single line passes."""
        passing = [0] * (len(self.grid) + 1)
        for link in layered:
            for row in range(self.items[link.tail].row + 1, self.items[link.head].row + 1):
                passing[row] += 1
        for link, _ in self.lanes:
            for row in range(self.items[link.tail].row + 1, self.items[link.head].row + 1):
                passing[row] += 2
        counts = [self._count(row) for row in self.grid]
        cuts = [row for row in range(1, len(self.grid)) if passing[row] == 1 and counts[row]]
        first = {self.items[name].kind for name in self.grid[0]} if self.grid else set[str]()
        top = spans[0][1] if first == {"in"} else 0.0
        return columns.cut(spans, counts, cuts, reach, self.wanted, top)

    def _count(self, row: Sequence[str]) -> int:
        items = [self.items[name] for name in row]
        found = [item.inner.longest if item.inner else 1 for item in items if item.child]
        return max(found, default=0)

    def _move(self, cut: Columns, spans: list[tuple[float, float]]) -> None:
        for item in self.items.values():
            x, y = cut.shift(item.row)
            item.x, item.y = item.x + x, item.y + y
            if item.kind == "out":
                item.thick = cut.thick - item.y
        for row, (start, end) in enumerate(spans):
            y = cut.shift(row)[1]
            spans[row] = (start + y, end + y)

    def level(self, name: str, source: str, side: int) -> float | None:
        """Where along a value passes an item's side; None if a neighbour is in the way."""
        item = self.items[name]
        if self.grid[item.row][-1 if side > 0 else 0] != name:
            return None
        if item.inner is None:
            return item.middle
        level = item.inner.sides.get(source)
        return None if level is None else item.y + level

    def _collect(self, laid: Laid, cut: Columns, reach: Reach) -> None:
        """The places of boxes and frames, and the borders."""
        for item in self.items.values():
            if item.kind == "in":
                laid.ins[item.id[1:]] = item.x
            elif item.kind == "out":
                laid.outs[item.id[1:]] = item.x
            elif item.child:
                laid.rects[item.id] = item.rect
            if item.inner:
                laid.add(item.inner, item.x - item.left + item.inner.left, item.y)
        rows = range(len(self.grid))
        laid.left = -min((reach.left[row] + cut.shift(row)[0] for row in rows), default=0.0)
        laid.right = max((reach.right[row] + cut.shift(row)[0] for row in rows), default=0.0)
        ends = (*cut.starts[1:], len(self.grid))
        counts = [self._count(row) for row in self.grid]
        laid.longest = max(sum(counts[a:b]) for a, b in zip(cut.starts, ends, strict=True))
