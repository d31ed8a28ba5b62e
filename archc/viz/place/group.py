"""Groups laid out from the inside out: each becomes an item among its siblings."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from archc.viz.content import cells, heading, height, size, width
from archc.viz.model import Box
from archc.viz.place.lanes import PORT
from archc.viz.place.rows import Rows
from archc.viz.place.shapes import Item, Laid
from archc.viz.place.tree import IN, OUT, ROOT, Group, groups
from archc.viz.place.valley import mirrored, valley
from archc.viz.place.ways import straight

if TYPE_CHECKING:
    from archc.viz.model import Cluster, Drawing
    from archc.viz.place.columns import Wanted
    from archc.viz.place.shapes import Link, Point
    from archc.viz.theme import Theme

PAD = 9.0
"""Points between a frame and what is in it."""


class Through(Struct, frozen=True):
    """What passes the sides of a group in a U: the boxes whose values do.

    `up` is a group whose data flows up. It is laid out downwards, and `turns` says that it is the
    one that is turned over, with all that is in it.
    """

    sources: frozenset[str] = frozenset()
    up: bool = False
    turns: bool = True

    def passes(self, link: Link) -> bool:
        """Whether a link leads from or to the side."""
        end = link.tail if self.up else link.head
        return link.source in self.sources and end.startswith((IN, OUT))

    def inside(self, child: Box | Cluster, passing: list[Link]) -> Through:
        """What passes the sides of a child."""
        ends = {link.source for link in passing if child.id in {link.tail, link.head}}
        return Through(frozenset(ends), self.up, turns=False)


OPEN = Through(turns=False)


class Layout(Struct):
    """The groups of one drawing, and how they are to be laid out."""

    drawing: Drawing
    theme: Theme
    wanted: Wanted
    found: dict[str, Group]
    valley: dict[int, int]

    @classmethod
    def of(cls, drawing: Drawing, theme: Theme, wanted: Wanted) -> Layout:
        """The groups of a drawing, nothing in its place yet."""
        across = {arrow: depth for depth, arrow in enumerate(drawing.valley)}
        return cls(drawing, theme, wanted, groups(drawing, theme, across=wanted.across), across)

    def laid(self) -> Laid:
        """The whole drawing about the anchor of its main path."""
        return self.group(ROOT)

    def group(self, name: str, through: Through = OPEN) -> Laid:
        """A group's inside, without a frame. `through` says what passes its sides."""
        group = self.found[name]
        links, passing = self.parted(group, through)
        found = [(depth, link) for link in links if (depth := self.depth(link)) is not None]
        across = [link for _, link in sorted(found, key=lambda one: one[0])]
        narrow = self.valley_of(group, links, across) if across else None
        if narrow:
            return narrow
        children = [self.item(one, through.inside(one, passing)) for one in group.children]
        into, out = self.ports(group, links, through)
        wanted = self.wanted if name == ROOT else replace(self.wanted, closest=False)
        rows = Rows({item.id: item for item in (*into, *children, *out)}, links, wanted)
        laid = rows.laid()
        for link in passing:
            self.passage(link, through, rows, laid)
        return laid

    def depth(self, link: Link) -> int | None:
        """Which of the ways across the drawing's U a link is, from the outermost; None if none."""
        arrow, turn = link.arrows[0]
        return self.valley.get(arrow) if turn == 0 else None

    def parted(self, group: Group, through: Through) -> tuple[list[Link], list[Link]]:
        """A group's links, and those that pass its side. One that does both is two."""
        links: list[Link] = []
        passing: list[Link] = []
        for link in group.links.values():
            side = [one for one in link.arrows if through.passes(link) and one[0] in self.valley]
            rest = [one for one in link.arrows if one not in side]
            passing += [replace(link, arrows=side)] if side else []
            links += [replace(link, arrows=rest) if side else link] if rest else []
        return links, passing

    def passage(self, link: Link, through: Through, rows: Rows, laid: Laid) -> None:
        """Draw a value's way between a box and the side of its group."""
        name = link.head if through.up else link.tail
        level = rows.level(name, link.source, -1 if through.up else 1)
        if level is None:
            return
        item = rows.items[name]
        laid.sides[link.source] = level
        edge = item.x - item.left if through.up else item.x + item.right
        laid.passing.append((link, edge, level))

    def valley_of(self, group: Group, links: list[Link], across: list[Link]) -> Laid | None:
        """A U of the group's children, if they make one."""
        order = [child.id for child in group.children]
        first_up = min(order.index(link.head) for link in across)
        items: dict[str, Item] = {}
        for place, child in enumerate(group.children):
            sides = frozenset(k.source for k in across if child.id in {k.tail, k.head})
            items[child.id] = self.item(child, Through(sides, up=place >= first_up))
        return valley(items, links, across)

    def item(self, child: Box | Cluster, through: Through = OPEN) -> Item:
        """A box or a frame as a thing in a row."""
        if isinstance(child, Box):
            return self.box(child)
        inner = self.framed(child, through)
        return Item(
            child.id,
            "frame",
            inner.left,
            inner.right,
            inner.thick,
            child,
            inner,
            ins=dict(inner.ins),
            outs=dict(inner.outs),
        )

    def box(self, box: Box) -> Item:
        """A box, with where a concat's cells are."""
        across = self.wanted.across
        wide, high = size(box, self.theme, across=across)
        half, thick = (high / 2, wide) if across else (wide / 2, high)
        item = Item(box.id, "box", half, half, thick, box)
        widths = [cell for _, cell in cells(box, self.theme)]
        scale = 2 * half / sum(widths) if widths else 1.0
        for k, cell in enumerate(widths):
            item.ins[k] = (sum(widths[:k]) + cell / 2) * scale - half
        return item

    def ports(
        self, group: Group, links: list[Link], through: Through
    ) -> tuple[list[Item], list[Item]]:
        """Where values come into a group and leave it, as items of its first and last row."""
        if group.cluster is None:
            return [], []
        title = PAD if self.wanted.across else self.strip(group.cluster)
        top, bottom = (PAD, title) if through.up else (title, PAD)
        uses = Counter(link.tail for link in links if link.tail.startswith(IN))
        ends = dict.fromkeys(link.head for link in links if link.head.startswith(OUT))
        into = [
            Item(name, "in", 1.0, 1.0, top + (PORT if many > 1 else 0.0))
            for name, many in uses.items()
        ]
        return into, [Item(name, "out", 1.0, 1.0, bottom) for name in ends]

    def strip(self, cluster: Cluster) -> float:
        """Points that a frame's title takes."""
        return sum(height(line) for line in heading(cluster, self.theme)) + PAD / 2

    def framed(self, cluster: Cluster, through: Through) -> Laid:
        """A group with its frame around it."""
        laid = self.group(cluster.id, through)
        title = max(width(line) for line in heading(cluster, self.theme)) + 2 * PAD
        strip = self.strip(cluster)
        out = Laid(laid.left + PAD, laid.right + PAD, longest=laid.longest)
        out.ins, out.outs = laid.ins, laid.outs
        if self.wanted.across:
            out.left += strip
            start, end = PAD, PAD
        else:
            start, end = (PAD, strip) if through.up else (strip, PAD)
            trunk = min((laid.outs if through.up else laid.ins).values(), default=None)
            out.left = max(out.left, title - trunk if trunk is not None else 0.0)
            out.right = max(out.right, title - out.left)
        start, end = 0.0 if laid.ins else start, 0.0 if laid.outs else end
        out.add(laid, 0.0, start)
        out.thick = start + laid.thick + end
        if self.wanted.across:
            out.thick = max(out.thick, title)
        for link, edge, level in laid.passing:
            self.pierce(link, (edge, level + start), out, through)
        out.sides = {key: level + start for key, level in laid.sides.items()}
        return mirrored(out) if through.turns and through.up else out

    def pierce(self, link: Link, place: Point, out: Laid, through: Through) -> None:
        """The way of a value through the side of a frame."""
        side = (-out.left if through.up else out.right, place[1])
        way = straight(side, place) if through.up else straight(place, side)
        out.ways += [(arrow, turn, way) for arrow, turn in link.arrows]
