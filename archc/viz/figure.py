"""A network and a level to a picture: the figure, and each kind of block opened once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from archc.viz.arrange import DETAIL, EVERYTHING, STEPS, arrange, overview
from archc.viz.arrows import arrows
from archc.viz.chosen import Targets, around, check, find
from archc.viz.ends import inputs, outputs
from archc.viz.flow import flatten
from archc.viz.model import Drawing, Picture, boxes
from archc.viz.running import running
from archc.viz.structure import opened
from archc.viz.valley import valley
from archc.viz.words import plain

if TYPE_CHECKING:
    from archc.ir.graph import Network
    from archc.viz.arrange import Style
    from archc.viz.flow import Flow
    from archc.viz.options import Options
    from archc.viz.priced import Prices

DOZEN = 12
"""Boxes in a row before an overview folds more freely."""
TEN = 10
"""Inputs of a concat that an overview draws one by one."""


def picture(network: Network, level: int = 1, options: Options | None = None) -> Picture:
    """The picture of a network. Levels go from 0, the overview, to 3, every op.

    `options` say what of it is chosen, if anything is. Raises ValueError for another level, or
    where nothing has the name of what was chosen.
    """
    if level not in range(4):
        raise ValueError(f"the levels of a diagram are 0 to 3, not {level}")
    flow = flatten(network.body)
    name, words = plain(network.name), plain(network.description)
    if options is None:
        return _figure(Picture(name, words, level, _main(flow, level, Chosen())), flow, Chosen())
    check(flow, options.expand)
    notes: tuple[str, ...] = ()
    if options.only:
        flow = _alone(flow, options.only)
        words, notes = "", (f"only {plain(options.only)}",)
    chosen = Chosen(Targets(frozenset(options.expand), options.around), _prices(network, options))
    main = _main(flow, level, chosen)
    if options.around:
        main = around(main, find(flow, options.around), options.hops)
        hops = f"{options.hops} hop" + "s" * (options.hops != 1)
        notes = (*notes, f"around {plain(options.around)}, {hops}")
    return _figure(Picture(name, words, level, main, notes=notes), flow, chosen)


class Chosen(Struct, frozen=True):
    """What is opened besides what a level opens, and what each op costs if that is to be told."""

    targets: Targets = Targets()
    prices: Prices | None = None

    def style(self, style: Style) -> Style:
        """A level's style with it."""
        return replace(style, targets=self.targets, prices=self.prices)


def _prices(network: Network, options: Options) -> Prices | None:
    if not options.costs:
        return None
    from archc.viz.priced import prices

    return prices(network)


def _figure(shown: Picture, flow: Flow, chosen: Chosen) -> Picture:
    """The figure, at level 1 with its insets."""
    if shown.level != 1:
        return shown
    from archc.viz.insets import with_insets

    return with_insets(shown, flow, chosen.style(DETAIL))


def _alone(flow: Flow, name: str) -> Flow:
    """A group taken out of its network."""
    part = find(flow, name)
    if not part.children:
        raise ValueError(f"`{plain(name)}` is one op; it can be shown with what is around it")
    return flatten(opened(part), part.path)


def _main(flow: Flow, level: int, chosen: Chosen) -> Drawing:
    if level > 1:
        style = chosen.style(STEPS if level == 2 else EVERYTHING)
        return draw(flow, style, "n", everywhere=True)
    style = chosen.style(overview(flow))
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
    if style.prices is not None:
        from archc.viz.priced import priced

        inside = priced(inside, flow, style.prices)
    children = (*inputs(flow, prefix), *inside, *outputs(flow, prefix))
    known = tuple(boxes(children))
    found = arrows(flow, known, everywhere=everywhere)
    across = valley(flow, found, [box.id for box in known])
    return Drawing(prefix, title, "", children, found, across)
