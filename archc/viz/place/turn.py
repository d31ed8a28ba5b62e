"""Places across and along as x and y, the y downwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from archc.viz.place.columns import Wanted
from archc.viz.place.group import Layout
from archc.viz.place.shapes import Rect

if TYPE_CHECKING:
    from archc.viz.model import Drawing
    from archc.viz.place.shapes import Laid, Point, Way
    from archc.viz.theme import Theme


class Plan(Struct, frozen=True):
    """A drawing laid out: where its boxes and frames are, its arrows' ways and their labels.

    The left upper corner is at the origin. Arrows go by their place in the drawing.
    """

    width: float
    height: float
    rects: dict[str, Rect]
    ways: dict[int, Way]
    labels: dict[int, Rect]
    turned: frozenset[str] = frozenset()

    def moved(self, x: float, y: float) -> Plan:
        """The same with its corner elsewhere."""
        from archc.viz.place.shapes import moved

        return Plan(
            self.width,
            self.height,
            {name: rect.moved(x, y) for name, rect in self.rects.items()},
            {arrow: moved(way, x, y) for arrow, way in self.ways.items()},
            {arrow: rect.moved(x, y) for arrow, rect in self.labels.items()},
            self.turned,
        )


def plan(drawing: Drawing, theme: Theme, wanted: Wanted) -> Plan:
    """Lay out a drawing."""
    laid = Layout.of(drawing, theme, wanted).laid()
    across = wanted.across

    def point(p: Point) -> Point:
        x, y = p[0] + laid.left, p[1]
        return (y, x) if across else (x, y)

    def rect(r: Rect) -> Rect:
        moved = r.moved(laid.left, 0.0)
        return Rect(moved.y, moved.x, moved.height, moved.width) if across else moved

    size = (laid.left + laid.right, laid.thick)
    return Plan(
        *(size[::-1] if across else size),
        {name: rect(one) for name, one in laid.rects.items()},
        {arrow: tuple(map(point, way)) for arrow, way in _whole(laid).items()},
        {arrow: rect(one) for arrow, one in laid.labels.items()},
        frozenset(laid.turned),
    )


def _whole(laid: Laid) -> dict[int, Way]:
    """Each arrow's way through all the groups that it crosses."""
    from archc.viz.place.ways import joined

    pieces: dict[int, list[tuple[int, Way]]] = {}
    for arrow, turn, way in laid.ways:
        pieces.setdefault(arrow, []).append((turn, way))
    return {
        arrow: joined([way for _, way in sorted(found, key=lambda piece: piece[0])])
        for arrow, found in pieces.items()
    }
