"""A network and a level to a picture: the figure, and each kind of block opened once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from archc.ir.graph import Body
from archc.viz.arrange import DETAIL, EVERYTHING, STEPS, arrange, is_repeat, overview
from archc.viz.arrows import arrows
from archc.viz.ends import inputs, outputs
from archc.viz.flow import flatten
from archc.viz.fuse import single
from archc.viz.model import Drawing, Picture, boxes
from archc.viz.running import running
from archc.viz.structure import kind, opened
from archc.viz.words import plain

if TYPE_CHECKING:
    from archc.ir.graph import Network
    from archc.viz.arrange import Style
    from archc.viz.flow import Flow, Part
    from archc.viz.running import running
from archc.viz.structure import Structure

DOZEN = 12
"""Boxes in a row before an overview folds more freely."""
TEN = 10
"""Inputs of a concat that an overview draws one by one."""
INSETS = 12
"""Kinds of block opened beside a figure."""


def picture(network: Network, level: int) -> Picture:
    """The picture of a network. Levels go from 0, the overview, to 3, every op.

    Raises ValueError for another level.
    """
    if level not in range(4):
        raise ValueError(f"the levels of a diagram are 0 to 3, not {level}")
    flow = flatten(network.body)
    main = _main(flow, level)
    name, words = plain(network.name), plain(network.description)
    shown = Picture(name, words, level, main)
    return _with_insets(shown, flow) if level == 1 else shown


def _main(flow: Flow, level: int) -> Drawing:
    if level > 1:
        return draw(flow, STEPS if level == 2 else EVERYTHING, "n", everywhere=True)
    style = overview(flow)
    drawn = draw(flow, style, "n")
    many = sum(1 for box in drawn.boxes() if box.form != "end") > DOZEN
    return draw(flow, replace(style, lax=True), "n") if many else drawn


def draw(
    flow: Flow,
    style: Style,
    prefix: str,
    *,
    title: str = "",
    everywhere: bool = False,
) -> Drawing:
    """One figure. `everywhere` writes the shape on each arrow, not only where it changes."""
    flow = running(flow, 0 if everywhere else TEN)
    inside = arrange(flow, style, prefix)
    children = (*inputs(flow, prefix), *inside, *outputs(flow, prefix))
    found = arrows(flow, tuple(boxes(children)), everywhere=everywhere)
    return Drawing(prefix, title, "", children, found)


def _with_insets(shown: Picture, flow: Flow) -> Picture:
    """Open each kind of block once, those inside the opened ones too."""
    kinds: dict[Structure, list[Part]] = {}
    insets: dict[Structure, Drawing] = {}
    todo = _groups(flow, shown.main)
    while todo:
        part = todo.pop(0)
        key = kind(part)
        kinds.setdefault(key, []).append(part)
        if key in insets:
            continue
        inner = flatten(opened(part), part.path)
        insets[key] = draw(inner, DETAIL, f"i{len(insets)}_", title=plain(_title(part)))
        todo += _groups(inner, insets[key])
    found = tuple(replace(one, note=_note(kinds[key])) for key, one in insets.items())
    return replace(shown, insets=found[:INSETS], more=max(0, len(found) - INSETS))


def _groups(flow: Flow, drawn: Drawing) -> list[Part]:
    """The blocks that are closed in a drawing, repeats resolved into their copies."""
    parts = [part for box in drawn.boxes() for part in box.parts]
    return [group for part in parts for group in _resolved(flow, part)]


def _resolved(flow: Flow, part: Part) -> list[Part]:
    if single(flow, part):
        return []
    if is_repeat(part):
        return [group for child in part.children for group in _resolved(flow, child)]
    return [part]


def _title(part: Part) -> str:
    return part.what.name if isinstance(part.what, Body) else part.name


def _note(parts: list[Part]) -> str:
    """Which use of the block is drawn, and where else it is used."""
    first, *rest = (plain(".".join(part.path)) for part in parts)
    if not rest:
        return f"as {first}" if first != plain(_title(parts[0])) else ""
    listed = ", ".join(rest[:3]) + (f" and {len(rest) - 3} more" if len(rest) > 3 else "")
    return f"as {first}; also {listed}"
