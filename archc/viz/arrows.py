"""The wires of a flow lifted to the boxes that are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.viz.model import Arrow
from archc.viz.spine import main_path, skips
from archc.viz.words import shape_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archc.viz.flow import Flow, Wire
    from archc.viz.model import Box, Line
    from archc.viz.spine import Edge

Ends = tuple[str, str, int | None]


def arrows(flow: Flow, boxes: Sequence[Box], *, everywhere: bool) -> tuple[Arrow, ...]:
    """One arrow for all wires between two boxes, but one for each cell of a concat.

    Wires inside a box are not drawn. Unless `everywhere`, a shape is written where it differs from
    what its box received.
    """
    groups = _grouped(flow, boxes)
    edges = list(dict.fromkeys((tail, head) for tail, head, _ in groups))
    order = [box.id for box in boxes]
    main, over = main_path(order, edges), skips(order, edges)
    news = {box.id for box in boxes if _changes(flow, box)}
    folded = {box.id for box in boxes if box.badge}
    found: dict[tuple[str, tuple[str, ...]], Ends] = {}
    lifted: list[Arrow] = []
    for ends, wires in groups.items():
        tail, head, cell = ends
        shapes = shape_text(tuple(flow.type_of((wire.tail, wire.port)) for wire in wires))
        values = len({(wire.tail, wire.port) for wire in wires})
        if tail in folded and values > 1 and len(shapes) == 1:
            shapes = (f"{values} \N{MULTIPLICATION SIGN} {shapes[0]}",)
        once = tail in news and found.setdefault((tail, shapes), ends) == ends
        line = _line((tail, head), main, over)
        shown = everywhere or once
        lifted.append(Arrow(tail, head, shapes, line, tuple(wires), cell, shown))
    return tuple(lifted)


def _grouped(flow: Flow, boxes: Sequence[Box]) -> dict[Ends, list[Wire]]:
    home = {node: box for box in boxes for node in box.covers}
    found: dict[Ends, list[Wire]] = {}
    for wire in flow.wires:
        tail, head = home[wire.tail], home[wire.head]
        if tail is not head:
            cell = wire.slot if head.form == "concat" else None
            found.setdefault((tail.id, head.id, cell), []).append(wire)
    return found


def _line(edge: Edge, main: frozenset[Edge], over: frozenset[Edge]) -> Line:
    if edge in main:
        return "main"
    return "skip" if edge in over else "branch"


def _changes(flow: Flow, box: Box) -> bool:
    """Whether a box makes a type that it did not receive. An input's own box shows its type."""
    if box.form == "end":
        return False
    covers = range(box.covers[0], box.covers[-1] + 1)
    made = {flow.type_of((wire.tail, wire.port)) for wire in flow.leaving(covers)}
    return not made <= {flow.type_of((w.tail, w.port)) for w in flow.entering(covers)}
