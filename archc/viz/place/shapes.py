"""What a layout is made of: rectangles, ways, the things in a row and the links between them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from msgspec import Struct, field

if TYPE_CHECKING:
    from archc.viz.model import Box, Cluster

Point: TypeAlias = tuple[float, float]
Way: TypeAlias = tuple[Point, ...]
"""A start, then three points for each piece of a cubic Bezier curve."""
Kind: TypeAlias = Literal["box", "frame", "in", "out", "bend", "label"]


class Rect(Struct, frozen=True):
    """A place: the corner where both coordinates are least, and the size, in points."""

    x: float
    y: float
    width: float
    height: float

    def moved(self, x: float, y: float) -> Rect:
        """The same size elsewhere."""
        return Rect(self.x + x, self.y + y, self.width, self.height)

    @property
    def right(self) -> float:
        """Where it ends across."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Where it ends along."""
        return self.y + self.height


class Item(Struct):
    """Something in a row. It reaches from `left` before its anchor to `right` after it.

    `x` is the anchor's place across, `y` where it starts along. `ins` and `outs` say, by the box
    that a value comes from, where links meet it, counted from the anchor.
    """

    id: str
    kind: Kind
    left: float = 0.0
    right: float = 0.0
    thick: float = 0.0
    child: Box | Cluster | None = None
    inner: Laid | None = None
    x: float = 0.0
    y: float = 0.0
    row: int = 0
    ins: dict[object, float] = field(default_factory=dict[object, float])
    outs: dict[object, float] = field(default_factory=dict[object, float])

    @property
    def middle(self) -> float:
        """Half way along."""
        return self.y + self.thick / 2

    @property
    def rect(self) -> Rect:
        """Its place."""
        return Rect(self.x - self.left, self.y, self.left + self.right, self.thick)

    def meet(self, link: Link) -> None:
        """Let its anchor be where a link meets it."""
        off = self.ins.get(link.entry, 0.0)
        self.left, self.right = self.left + off, self.right - off
        self.ins = {key: place - off for key, place in self.ins.items()}
        self.outs = {key: place - off for key, place in self.outs.items()}


class Link(Struct):
    """A way between two siblings for one box's values. `chain` are the items it passes.

    `arrows` are places in the drawing's arrows, each with where this piece comes in its way.
    """

    tail: str
    head: str
    source: str
    cell: int | None
    arrows: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])
    main: bool = False
    label: Size | None = None
    chain: list[str] = field(default_factory=list[str])

    @property
    def entry(self) -> object:
        """By what its head knows where it is met."""
        return self.source if self.cell is None else self.cell


class Size(Struct, frozen=True):
    """How far a label reaches before and after its line, how thick it is, and for which arrow."""

    before: float
    after: float
    thick: float
    arrow: int

    def beside(self, x: float, y: float, side: int = 1) -> Rect:
        """Its place at a line that runs along at `x`, on the side that is longer."""
        if self.before > self.after:
            return Rect(x - self.before, y, self.before, self.thick)
        return Rect(x if side > 0 else x - self.after, y, self.after, self.thick)

    def reach(self, side: int) -> tuple[float, float]:
        """How far it reaches to the near and to the far side of a lane on a side of the rows."""
        turned = side < 0 and self.before > self.after
        return (self.after, self.before) if turned else (self.before, self.after)


class Laid(Struct):
    """A group laid out about its anchor, which is at 0 across; it starts at 0 along."""

    left: float = 0.0
    right: float = 0.0
    thick: float = 0.0
    rects: dict[str, Rect] = field(default_factory=dict[str, Rect])
    ways: list[tuple[int, int, Way]] = field(default_factory=list[tuple[int, int, Way]])
    labels: dict[int, Rect] = field(default_factory=dict[int, Rect])
    ins: dict[object, float] = field(default_factory=dict[object, float])
    outs: dict[object, float] = field(default_factory=dict[object, float])
    sides: dict[object, float] = field(default_factory=dict[object, float])
    """Where values leave or enter through a side, counted along, in a U."""
    passing: list[tuple[Link, float, float]] = field(
        default_factory=list[tuple["Link", float, float]]
    )
    """Links that lead to a side, with where they start."""
    longest: int = 1
    """Boxes in its longest column."""
    turned: set[str] = field(default_factory=set[str])
    """What stands upside down: the way up of a U."""

    def add(self, other: Laid, x: float, y: float) -> None:
        """Put what another group holds into this one, moved."""
        self.rects |= {name: rect.moved(x, y) for name, rect in other.rects.items()}
        self.ways += [(arrow, turn, moved(way, x, y)) for arrow, turn, way in other.ways]
        self.labels |= {arrow: rect.moved(x, y) for arrow, rect in other.labels.items()}
        self.turned |= other.turned


def moved(way: Way, x: float, y: float) -> Way:
    """The same way elsewhere."""
    return tuple((a + x, b + y) for a, b in way)
