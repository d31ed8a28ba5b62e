"""One sheet for a picture: the heading, the figure below it, its insets beside it or below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from archc.viz import content
from archc.viz.content import Run
from archc.viz.heading import heading
from archc.viz.place.columns import Wanted
from archc.viz.place.shapes import Rect
from archc.viz.place.turn import Plan, plan
from archc.viz.words import plain, short

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archc.viz.content import Line
    from archc.viz.heading import Heading
    from archc.viz.model import Drawing, Picture
    from archc.viz.options import Options

POINTS, PIXELS = 72, 96
"""Points and pixels in an inch."""
SMALL = 8.0
"""Points of the smallest text."""
GAP = 24.0
"""Points between drawings."""
PAD = 10.0
"""Points between a frame and what is in it, and around the whole sheet."""

NARROW = 170.0
"""Points across that the note over an inset has at least."""

Corner = tuple[float, float]


class Placed(Struct, frozen=True):
    """A drawing on the sheet: what is in it, and for an inset its frame and the words over it."""

    drawing: Drawing
    plan: Plan
    frame: Rect | None
    title: tuple[Line, ...]


class Sheet(Struct, frozen=True):
    """Everything in its place, the left upper corner at the origin, in points."""

    picture: Picture
    options: Options
    width: float
    height: float
    head: Heading
    placed: tuple[Placed, ...]

    @property
    def scale(self) -> float:
        """By how much the picture is made larger to fit where it is to stand."""
        if not self.options.fit:
            return 1.0
        width, height = (side * POINTS / PIXELS for side in self.options.fit)
        return min(width / self.width, height / self.height)

    @property
    def smallest(self) -> float:
        """Points of the smallest text, as it will print."""
        return self.options.look.points(SMALL) * self.scale


def sheet(picture: Picture, options: Options) -> Sheet:
    """Lay out a picture."""
    head = heading(picture, options.look)
    aspect = options.fit[0] / options.fit[1] if options.fit else options.look.aspect
    parts = [_part(one, options, aspect, alone=not picture.insets) for one in picture.drawings]
    sizes = [_size(part) for part in parts]
    low = head.height + GAP / 2
    corners = arranged(sizes, aspect)
    placed = tuple(
        _moved(part, x + PAD, y + low + PAD) for part, (x, y) in zip(parts, corners, strict=True)
    )
    edges = [(x + w, y + h) for (x, y), (w, h) in zip(corners, sizes, strict=True)]
    width = max(head.width, *(x for x, _ in edges)) + 2 * PAD
    height = low + max(y for _, y in edges) + 2 * PAD
    return Sheet(picture, options, width, height, head, placed)


def _part(drawing: Drawing, options: Options, aspect: float, *, alone: bool) -> Placed:
    theme = options.look
    closest = alone and options.fit is not None
    wanted = Wanted(aspect, closest=closest, across=options.direction == "LR")
    found = plan(drawing, theme, wanted)
    if not drawing.title:
        return Placed(drawing, found, None, ())
    note = content.wrapped(plain(drawing.note), theme.points(8), max(found.width, NARROW))
    title = ((Run(short(drawing.title), theme.points(11), bold=True),), *note)
    strip = sum(map(content.height, title)) + PAD
    wide = max(found.width, *map(content.width, title))
    frame = Rect(0.0, 0.0, wide + 2 * PAD, found.height + strip + 2 * PAD)
    return Placed(drawing, found.moved(PAD, PAD + strip), frame, title)


def _size(part: Placed) -> Corner:
    frame = part.frame or Rect(0.0, 0.0, part.plan.width, part.plan.height)
    return frame.width, frame.height


def _moved(part: Placed, x: float, y: float) -> Placed:
    frame = part.frame.moved(x, y) if part.frame else None
    return Placed(part.drawing, part.plan.moved(x, y), frame, part.title)


def arranged(sizes: Sequence[Corner], aspect: float) -> list[Corner]:
    """The left upper corners of drawings, the first one at the origin.

    The others stand in rows beside it or below it, whichever way they fit
    on the smallest sheet of that width to height.

    >>> arranged([(100, 300), (200, 150), (200, 150)], 1.5)
    [(0.0, 0.0), (124.0, 0.0), (124.0, 174.0)]
    """
    (width, height), *insets = sizes
    rooms = [sum(w + GAP for w, _ in insets[: k + 1]) for k in range(len(insets))]
    starts = ((width + GAP, 0.0), (0.0, height + GAP))
    found = [_rows(insets, start, room) for start in starts for room in rooms]
    best = min(found, key=lambda corners: _side(corners, sizes, aspect), default=[])
    return [(0.0, 0.0), *best]


def _rows(sizes: Sequence[Corner], start: Corner, room: float) -> list[Corner]:
    """Rows of drawings from `start`, each at most `room` wide if it has several."""
    (x, y), low, found = start, 0.0, list[Corner]()
    for width, height in sizes:
        if x > start[0] and x + width > start[0] + room:
            x, y, low = start[0], y + low + GAP, 0.0
        found.append((x, y))
        x, low = x + width + GAP, max(low, height)
    return found


def _side(corners: Sequence[Corner], sizes: Sequence[Corner], aspect: float) -> float:
    """The height of the smallest sheet of the right aspect that holds it all."""
    places = list(zip([(0.0, 0.0), *corners], sizes, strict=True))
    width = max(x + w for (x, _), (w, _) in places)
    height = max(y + h for (_, y), (_, h) in places)
    return max(width / aspect, height)
