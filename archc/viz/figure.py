"""A network and a level to a picture: the figure, and each kind of block opened once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from archc.viz.arrange import EVERYTHING, STEPS, arrange, overview
from archc.viz.arrows import arrows
from archc.viz.ends import inputs, outputs
from archc.viz.flow import flatten
from archc.viz.model import Drawing, Picture, boxes
from archc.viz.running import running
from archc.viz.valley import valley
from archc.viz.words import plain

if TYPE_CHECKING:
    from archc.ir.graph import Network
    from archc.viz.arrange import Style
    from archc.viz.flow import Flow

DOZEN = 12
"""Boxes in a row before an overview folds more freely."""
TEN = 10
"""Inputs of a concat that an overview draws one by one."""


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
    if level != 1:
        return shown
    from archc.viz.insets import with_insets

    return with_insets(shown, flow)


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
    known = tuple(boxes(children))
    found = arrows(flow, known, everywhere=everywhere)
    across = valley(flow, found, [box.id for box in known])
    return Drawing(prefix, title, "", children, found, across)
