"""A sheet's places in Graphviz' words: what it draws with `neato -n2`, nothing left to lay out."""

from __future__ import annotations

from math import hypot
from typing import TYPE_CHECKING

from archc.viz import content
from archc.viz.dot_text import arrow_name
from archc.viz.labels import lines_label
from archc.viz.model import clusters
from archc.viz.sheet import PIXELS, POINTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archc.viz.content import Line
    from archc.viz.place.shapes import Point, Rect, Way
    from archc.viz.sheet import Placed, Sheet
    from archc.viz.theme import Theme

HEAD = 6.0
"""Points of an arrow's head."""
INSET = 7.0
"""Points from a frame's border to its title."""


def places(sheet: Sheet) -> dict[str, dict[str, str]]:
    """Attributes by the name of each thing. Graphviz' y goes upwards."""
    head = sheet.head
    box = (head.width / 2 + 10, head.height / 2 + 6, head.width, head.height)
    found = {"head": _node(*box), "page": _page(sheet)}
    for part in sheet.placed:
        found |= dict(_drawing(part, sheet.options.look))
    return found


def _page(sheet: Sheet) -> dict[str, str]:
    page = {"pad": "0.1"}
    if sheet.options.fit:
        width, height = (side / PIXELS for side in sheet.options.fit)
        page["size"] = f"{width:.3f},{height:.3f}!"
    return page


def _drawing(part: Placed, theme: Theme) -> Iterator[tuple[str, dict[str, str]]]:
    plan = part.plan
    for cluster in clusters(part.drawing.children):
        rect = plan.rects[cluster.id]
        title = _title(rect, content.heading(cluster, theme))
        yield f"cluster_{cluster.id}", {"bb": _bounds(rect), "lp": title}
    for box in part.drawing.boxes():
        rect = plan.rects[box.id]
        off = content.PERIPHERY if box.badge else 0.0
        node = _node(
            rect.x + rect.width / 2,
            rect.y + rect.height / 2,
            rect.width - 2 * off,
            rect.height - 2 * off,
        )
        yield box.id, node | ({"turned": "true"} if box.id in plan.turned else {})
    if part.frame:
        yield (
            f"cluster_{part.drawing.id}",
            {
                "bb": _bounds(part.frame),
                "lp": _title(part.frame, part.title),
                "label": lines_label(part.title, "left"),
            },
        )
    for place, arrow in enumerate(part.drawing.arrows):
        found = {"pos": _way(plan.ways[place])}
        if place in plan.labels:
            rect = plan.labels[place]
            lines = content.shapes(arrow, theme)
            wide = max(map(content.width, lines))
            found["lp"] = _point((rect.x + 3 + wide / 2, rect.y + rect.height / 2))
        elif arrow.shown:
            found["label"] = ""
        yield arrow_name(part.drawing, place), found


def _title(frame: Rect, lines: Sequence[Line]) -> str:
    """The middle of a frame's title, which stands in its left upper corner."""
    wide, high = max(map(content.width, lines)), sum(map(content.height, lines))
    return _point((frame.x + INSET + wide / 2, frame.y + INSET / 2 + high / 2))


def _node(x: float, y: float, width: float, height: float) -> dict[str, str]:
    return {
        "pos": _point((x, y)),
        "width": f"{width / POINTS:.4f}",
        "height": f"{height / POINTS:.4f}",
        "fixedsize": "true",
    }


def _bounds(rect: Rect) -> str:
    return f"{_point((rect.x, rect.bottom))},{_point((rect.right, rect.y))}"


def _point(point: Point) -> str:
    return f"{point[0]:.2f},{-point[1]:.2f}"


def _way(way: Way) -> str:
    """A spline that ends where the arrow's head begins."""
    *before, control, end = way
    long = hypot(end[0] - control[0], end[1] - control[1]) or 1.0
    back = ((control[0] - end[0]) / long * HEAD, (control[1] - end[1]) / long * HEAD)
    control = (control[0] + back[0], control[1] + back[1])
    start = (end[0] + back[0], end[1] + back[1])
    return " ".join([f"e,{_point(end)}", *map(_point, (*before, control, start))])
