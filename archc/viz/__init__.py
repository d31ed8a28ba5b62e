"""Networks as pictures: DOT, SVG, PNG, PDF, a page, and Mermaid. Nothing here imports torch.

A network becomes a layout-free `Picture` (`figure.py`), which is written as DOT (`dot.py`) and laid
out by a program (`engine.py`), or by our own plain layout where there is none (`fallback.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from archc.diag.source import Source
    from archc.ir.graph import Network


def dot(network: Network, *, level: int = 1, direction: str = "TB") -> str:
    """The diagram as DOT. Raises ValueError for an unknown level or direction."""
    from archc.viz.dot_text import dot_text
    from archc.viz.figure import picture

    return dot_text(picture(network, level), direction)


def svg(
    network: Network, *, level: int = 1, direction: str = "TB", engine: str | None = None
) -> str:
    """The diagram as one SVG element. Raises DrawingError only if an engine was asked for."""
    from archc.viz.render import render_svg

    return render_svg(network, level, direction, engine)


def png(
    network: Network, *, level: int = 1, direction: str = "TB", engine: str | None = None
) -> bytes:
    """The diagram as PNG. Raises DrawingError where no program can write it, or it is too large."""
    from archc.viz.render import render_png

    return render_png(network, level, direction, engine)


def pdf(
    network: Network, *, level: int = 1, direction: str = "TB", engine: str | None = None
) -> bytes:
    """The diagram as PDF. Raises DrawingError where no program can write it."""
    from archc.viz.render import render_pdf

    return render_pdf(network, level, direction, engine)


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


def mermaid(network: Network, *, level: int = 1, direction: str = "TB") -> str:
    """The diagram as a Mermaid flowchart, as Markdown on code hosts shows it."""
    from archc.viz.figure import picture
    from archc.viz.mermaid_text import flowchart

    return flowchart(picture(network, level), direction)
