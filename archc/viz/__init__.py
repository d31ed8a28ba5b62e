"""Networks as pictures: DOT, SVG, PNG, PDF, a page, and Mermaid. Nothing here imports torch.

A network becomes a layout-free `Picture` (`figure.py`), which is laid out (`place/`) on a sheet
(`sheet.py`), written as DOT with everything in its place (`dot_text.py`, `places.py`) and drawn by
a program (`engine.py`), or by our own pen where there is none (`fallback.py`).
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Unpack

    from archc.diag.source import Source
    from archc.ir.graph import Network
    from archc.viz.model import Picture
    from archc.viz.options import Choices, Options


def dot(network: Network, **choices: Unpack[Choices]) -> str:
    """The diagram as DOT, to be laid out by whoever reads it.

    Every function here takes the same choices, explained at `archc.viz.options.Options`, and raises
    ValueError for one that there is not.
    """
    from archc.viz.dot_text import dot_text

    picture, options = _picture(network, choices)
    return options.look.painted(dot_text(picture, options))


def svg(network: Network, **choices: Unpack[Choices]) -> str:
    """The diagram as one SVG element. Raises DrawingError only if an engine was asked for."""
    from archc.viz.render import svg_of

    return svg_of(*_picture(network, choices))


def png(network: Network, **choices: Unpack[Choices]) -> bytes:
    """The diagram as PNG. Raises DrawingError where no program can write it, or it is too large."""
    from archc.viz.render import png_of

    return png_of(*_picture(network, choices))


def pdf(network: Network, **choices: Unpack[Choices]) -> bytes:
    """The diagram as PDF. Raises DrawingError where no program can write it."""
    from archc.viz.render import pdf_of

    return pdf_of(*_picture(network, choices))


def html(
    network: Network,
    *,
    level: int = 1,
    sources: Mapping[str, Source] | None = None,
    live: str = "",
) -> str:
    """The interactive page, at first opened as at `level`; see `archc.viz.page`.

    `sources` are the files of the spec, whose lines it quotes; `live` is the path of a loopback
    server's event source, for a page that reloads itself.
    """
    from archc.viz.page import page

    return page(network, sources, level=level, live=live)


def mermaid(network: Network, **choices: Unpack[Choices]) -> str:
    """The diagram as a Mermaid flowchart, as Markdown on code hosts shows it.

    Where a level is beyond Mermaid's limits there, the finest that is not; its title says so. The
    theme and the space to fill are up to who shows it.
    """
    from archc.viz.figure import picture
    from archc.viz.mermaid_text import fitting
    from archc.viz.options import Options

    options = Options(**choices)
    shown = partial(picture, network, options=options)
    return fitting(shown, options.level, options.direction)


def _picture(network: Network, choices: Choices) -> tuple[Picture, Options]:
    from archc.viz.figure import picture
    from archc.viz.options import Options

    options = Options(**choices)
    return picture(network, options.level, options), options
