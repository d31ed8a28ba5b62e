"""Drawings of one picture laid out apart, then put on one sheet: the figure, its insets beside it.

In one common layout the figure's rows would be torn as far apart as its insets' rows are.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from archc.record import record
from archc.viz.dot_text import dot_text, sheets

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archc.viz.engine import Program
    from archc.viz.model import Picture

GAP = 24.0
"""Points between drawings."""
PAD = 9.0
"""Points between a frame and what is in it."""
ASPECT = 1.5
"""Width to height of a sheet that fits a page or a screen."""

Corner = tuple[float, float]


@record
class _Sheet:
    """A drawing as a program laid it out: its size, and what it says of each thing in it."""

    width: float
    height: float
    low: Corner
    things: dict[str, dict[str, str]]


def composed(picture: Picture, direction: str, program: Program) -> str:
    """The whole picture as DOT in which everything has its place, to be drawn with `-n2`."""
    answer = program.run(sheets(picture, direction), "json0").decode()
    head, *drawings = map(_sheet, _decoded(answer))
    corners = arranged([(one.width, one.height) for one in drawings])
    placed = _placed(head, (0.0, head.height + GAP / 2))
    for sheet, corner in zip(drawings, corners, strict=True):
        placed |= _placed(sheet, corner)
    return dot_text(picture, direction, placed)


def arranged(sizes: Sequence[Corner]) -> list[Corner]:
    """The left upper corners of drawings, the first one at the origin, downwards being negative.

    The others stand in rows beside it or below it, whichever way they fit
    on the smallest sheet of that `ASPECT`.

    >>> arranged([(100, 300), (200, 150), (200, 150)])
    [(0.0, 0.0), (124.0, 0.0), (124.0, -174.0)]
    """
    (width, height), *insets = sizes
    rooms = [sum(w + GAP for w, _ in insets[: k + 1]) for k in range(len(insets))]
    starts = ((width + GAP, 0.0), (0.0, -height - GAP))
    found = [_rows(insets, start, room) for start in starts for room in rooms]
    best = min(found, key=lambda corners: _side(corners, sizes), default=[])
    return [(0.0, 0.0), *best]


def _rows(sizes: Sequence[Corner], start: Corner, room: float) -> list[Corner]:
    """Rows of drawings from `start`, each at most `room` wide if it has several."""
    (x, y), low, found = start, 0.0, list[Corner]()
    for width, height in sizes:
        if x > start[0] and x + width > start[0] + room:
            x, y, low = start[0], y - low - GAP, 0.0
        found.append((x, y))
        x, low = x + width + GAP, max(low, height)
    return found


def _side(corners: Sequence[Corner], sizes: Sequence[Corner]) -> float:
    """The height of the smallest sheet of the right aspect that holds it all."""
    places = list(zip([(0.0, 0.0), *corners], sizes, strict=True))
    width = max(x + w for (x, _), (w, _) in places)
    height = max(h - y for (_, y), (_, h) in places)
    return max(width / ASPECT, height)


def _decoded(answer: str) -> Iterator[dict[str, Any]]:
    """The graphs in a program's answer, one JSON value after the other."""
    decoder, start = json.JSONDecoder(), 0
    while start < len(answer.rstrip()):
        graph, start = decoder.raw_decode(answer, start + _blank(answer[start:]))
        yield graph


def _blank(text: str) -> int:
    return len(text) - len(text.lstrip())


def _sheet(graph: dict[str, Any]) -> _Sheet:
    """What a program says of one drawing, with a frame of our own around all that is in it."""
    x0, y0, x1, y1 = map(float, graph["bb"].split(","))
    x0, y0, x1, y1 = x0 - PAD, y0 - PAD, x1 + PAD, y1 + PAD
    things = {one["name"]: one for one in graph.get("objects", ())}
    things |= {edge["called"]: edge for edge in graph.get("edges", ())}
    things[f"cluster_{graph['name']}"] = {"bb": f"{x0},{y0},{x1},{y1}", "lp": graph.get("lp", "")}
    return _Sheet(x1 - x0, y1 - y0, (x0, y1), things)


def _placed(sheet: _Sheet, corner: Corner) -> dict[str, dict[str, str]]:
    """Where everything of a sheet is when its left upper corner is at `corner`."""
    by = (corner[0] - sheet.low[0], corner[1] - sheet.low[1])
    kept = ("pos", "lp", "bb")
    return {
        name: {key: _moved(thing[key], by) for key in kept if thing.get(key)}
        for name, thing in sheet.things.items()
    }


def _moved(places: str, by: Corner) -> str:
    """Coordinates in Graphviz' writing, `e,1,2 3,4 5,6` for one, moved."""
    return " ".join(_point(point, by) for point in places.split())


def _point(point: str, by: Corner) -> str:
    mark, *numbers = point.split(",") if point[0] in "es" else ("", *point.split(","))
    moved = [f"{float(number) + by[k % 2]:.2f}" for k, number in enumerate(numbers)]
    return ",".join((mark, *moved) if mark else moved)
