"""Our own layout, for where no Graphviz is: rows by depth, each cluster laid out by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.record import record
from archc.viz.model import Box, Cluster, boxes
from archc.viz.spine import depths

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from archc.viz.model import Drawing
    from archc.viz.spine import Edge

GAP, ROW, PAD, HEAD = 24.0, 34.0, 12.0, 18.0
"""Points between neighbours, between rows, inside a frame, and for a frame's title."""
LINE = 13.0
_CHARACTER = 5.9


@record
class Rect:
    """A place: the left upper corner and the size, in points."""

    x: float
    y: float
    width: float
    height: float

    def moved(self, x: float, y: float) -> Rect:
        """The same size elsewhere."""
        return Rect(self.x + x, self.y + y, self.width, self.height)


Places = dict[str, Rect]


def place(drawing: Drawing, *, across: bool) -> tuple[Rect, Places]:
    """The frame of a drawing and the places of boxes and clusters. `across` is left to right."""
    edges = [(arrow.tail, arrow.head) for arrow in drawing.arrows]
    return _group(drawing.children, edges, across=across)


def _group(
    children: Sequence[Box | Cluster], edges: Sequence[Edge], *, across: bool
) -> tuple[Rect, Places]:
    """Lay out siblings: the longest way to each is its row, rows are centred."""
    inner = [_child(child, edges, across=across) for child in children]
    frames = {child.id: frame for child, (frame, _) in zip(children, inner, strict=True)}
    corners = _corners(children, frames, edges, across=across)
    places: Places = {}
    for child, (_, inside) in zip(children, inner, strict=True):
        x, y = corners[child.id]
        places |= {name: rect.moved(x, y) for name, rect in inside.items()}
    width = max((rect.x + rect.width for rect in places.values()), default=0)
    height = max((rect.y + rect.height for rect in places.values()), default=0)
    return Rect(0, 0, width, height), places


def _child(child: Box | Cluster, edges: Sequence[Edge], *, across: bool) -> tuple[Rect, Places]:
    if isinstance(child, Box):
        frame = _size(child)
        return frame, {child.id: frame}
    inner, places = _group(child.children, edges, across=across)
    title = _CHARACTER * len(f"{child.name} {child.kind}")
    frame = Rect(0, 0, max(inner.width, title) + 2 * PAD, inner.height + 2 * PAD + HEAD)
    moved = {name: rect.moved(PAD, PAD + HEAD) for name, rect in places.items()}
    return frame, {child.id: frame, **moved}


def _size(box: Box) -> Rect:
    said = box.said()
    width = max(len(line) for line in said) * _CHARACTER + 16
    return Rect(0, 0, max(26.0, width), len(said) * LINE + 10)


def _corners(
    children: Sequence[Box | Cluster],
    frames: Mapping[str, Rect],
    edges: Sequence[Edge],
    *,
    across: bool,
) -> dict[str, tuple[float, float]]:
    """Where each sibling's frame starts. Along the flow are the rows, across it the neighbours."""
    depth = depths([child.id for child in children], _lifted(children, edges))
    rows: dict[int, list[str]] = {}
    for child in children:
        rows.setdefault(depth[child.id], []).append(child.id)
    wide = {name: rect.height if across else rect.width for name, rect in frames.items()}
    long = {name: rect.width if across else rect.height for name, rect in frames.items()}
    gap = 3 * ROW if across else ROW
    total = max(sum(wide[n] + GAP for n in row) - GAP for row in rows.values())
    found: dict[str, tuple[float, float]] = {}
    start = 0.0
    for _, row in sorted(rows.items()):
        side = (total - sum(wide[n] + GAP for n in row) + GAP) / 2
        thick = max(long[n] for n in row)
        for name in row:
            middle = start + (thick - long[name]) / 2
            found[name] = (middle, side) if across else (side, middle)
            side += wide[name] + GAP
        start += thick + gap
    return found


def _lifted(children: Sequence[Box | Cluster], edges: Sequence[Edge]) -> list[Edge]:
    """The edges between siblings, whatever box inside them they lead from and to."""
    home = {box.id: child.id for child in children for box in boxes((child,))}
    inside = ((home[tail], home[head]) for tail, head in edges if tail in home and head in home)
    return list(dict.fromkeys((tail, head) for tail, head in inside if tail != head))
