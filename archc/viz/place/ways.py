"""Ways as Bezier curves: straight, bent like an S, or in right angles with round corners."""

from __future__ import annotations

from math import hypot
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archc.viz.place.shapes import Point, Way

ROUND = 8.0
"""Points of a corner's radius, at most."""
_NEAR = 0.01
_ARC = 0.55
"""How far a quarter of a circle's control points are from its ends, in radii."""


def straight(start: Point, end: Point) -> Way:
    """A straight piece."""
    (a, b), (c, d) = start, end
    third = ((c - a) / 3, (d - b) / 3)
    return (start, (a + third[0], b + third[1]), (c - third[0], d - third[1]), end)


def bent(start: Point, end: Point) -> Way:
    """A piece that starts and ends along."""
    if abs(start[0] - end[0]) < _NEAR:
        return straight(start, end)
    middle = (start[1] + end[1]) / 2
    return (start, (start[0], middle), (end[0], middle), end)


def joined(pieces: Sequence[Way]) -> Way:
    """One way of pieces that follow one another; straight ones in one line become one."""
    points: list[Point] = []
    for piece in pieces:
        if _length(piece) < _NEAR:
            continue
        if points and _on_line(points[-4:], piece):
            points[-4:] = straight(points[-4], piece[-1])
        else:
            points += piece if not points else piece[1:]
    return tuple(points) or (tuple(pieces[0]) if pieces else ())


def _length(piece: Way) -> float:
    return max((hypot(x - piece[0][0], y - piece[0][1]) for x, y in piece[1:]), default=0.0)


def _on_line(before: Sequence[Point], piece: Way) -> bool:
    """Whether all points lie on one line across or along."""
    points = (*before, *piece) if len(piece) == 4 and len(before) == 4 else ()
    return bool(points) and any(
        max(p[k] for p in points) - min(p[k] for p in points) < _NEAR for k in (0, 1)
    )


def through(corners: Sequence[Point]) -> Way:
    """A way through corners, each a right angle, which are rounded."""
    points = [corners[0]]
    for corner in corners[1:]:
        if hypot(corner[0] - points[-1][0], corner[1] - points[-1][1]) > _NEAR:
            points.append(corner)
    if len(points) < 3:
        return straight(points[0], points[-1])
    pieces: list[Way] = []
    here = points[0]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        into = _towards(corner, before, _radius(before, corner, after))
        out = _towards(corner, after, _radius(before, corner, after))
        pieces += [straight(here, into), _corner(into, corner, out)]
        here = out
    return joined([*pieces, straight(here, points[-1])])


def _radius(before: Point, corner: Point, after: Point) -> float:
    legs = (hypot(p[0] - corner[0], p[1] - corner[1]) for p in (before, after))
    return min(ROUND, min(legs) / 2)


def _towards(start: Point, end: Point, far: float) -> Point:
    length = hypot(end[0] - start[0], end[1] - start[1]) or 1.0
    share = far / length
    return (start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share)


def _corner(start: Point, corner: Point, end: Point) -> Way:
    first = (start[0] + (corner[0] - start[0]) * _ARC, start[1] + (corner[1] - start[1]) * _ARC)
    second = (end[0] + (corner[0] - end[0]) * _ARC, end[1] + (corner[1] - end[1]) * _ARC)
    return (start, first, second, end)
