"""The way of a link from row to row: along through what it passes, bent between rows."""

from __future__ import annotations

from itertools import pairwise
from math import sqrt
from typing import TYPE_CHECKING

from msgspec import Struct

from archc.viz.place.columns import MARGIN
from archc.viz.place.ways import bent, joined, straight, through

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from archc.viz.place.columns import Columns
    from archc.viz.place.shapes import Item, Laid, Link, Point, Way


class Tracks(Struct, frozen=True):
    """Items in their places, the columns they stand in, and where each row starts and ends."""

    items: Mapping[str, Item]
    cut: Columns
    spans: Sequence[tuple[float, float]]

    def draw(self, link: Link, laid: Laid) -> None:
        """Add a link's way, for all its arrows, and its label."""
        way = self.way(link)
        laid.ways += [(arrow, turn, way) for arrow, turn in link.arrows]
        for name in link.chain:
            item = self.items[name]
            if item.kind == "label" and link.label:
                middle = item.y + (item.thick - link.label.thick) / 2
                laid.labels[link.label.arrow] = link.label.beside(item.x, middle)

    def way(self, link: Link) -> Way:
        """The whole way within its group."""
        pieces: list[Way] = []
        here = _start(self.items[link.tail], link)
        for tail, head in pairwise([link.tail, *link.chain, link.head]):
            a, b = self.items[tail], self.items[head]
            end = _end(b, link) if head == link.head else (b.x, self.spans[b.row][1])
            below = (here[0], max(here[1], self.spans[a.row][1]))
            above = (end[0], min(end[1], self.spans[b.row][0]))
            pieces += [straight(here, below), self.between(below, above, a.row, b.row)]
            pieces.append(straight(above, end))
            here = end
        return joined(pieces)

    def between(self, below: Point, above: Point, row: int, after: int) -> Way:
        """From below one row to above the next one, which may be in the next column."""
        first = self.cut.of(row)
        if first == self.cut.of(after):
            return bent(below, above)
        channel = self.cut.channels[first]
        low, high = below[1] + MARGIN - 2, above[1] - MARGIN + 2
        corners = [below, (below[0], low), (channel, low), (channel, high), (above[0], high)]
        return through([*corners, above])


def _start(item: Item, link: Link) -> Point:
    if item.kind == "in":
        return item.x, item.y
    return item.x + item.outs.get(link.source, 0.0), item.y + item.thick


def _end(item: Item, link: Link) -> Point:
    if item.kind == "out":
        return item.x, item.y + item.thick
    off = item.ins.get(link.entry, 0.0)
    return item.x + off, item.y + _dip(item, off)


def _dip(item: Item, off: float) -> float:
    """How much lower a circle's edge is beside its middle."""
    if not getattr(item.child, "sign", False):
        return 0.0
    half = item.thick / 2
    return half - sqrt(max(0.0, half * half - off * off))
