"""Networks as pictures: DOT, SVG, PNG, PDF, a page, and Mermaid. Nothing here imports torch.

A network becomes a layout-free `Picture` (`figure.py`), which is written as DOT (`dot.py`) and laid
out by a program (`engine.py`), or by our own plain layout where there is none (`fallback.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
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
    network: Network, *, level: int = 1, direction: str = "TB", engine: str | None = None
) -> str:
    """One self-contained page around the SVG."""
    from archc.viz.page import page

    return page(network.name, svg(network, level=level, direction=direction, engine=engine))


def mermaid(network: Network, *, level: int = 1, direction: str = "TB") -> str:
    """The diagram as a Mermaid flowchart, as Markdown on code hosts shows it."""
    from archc.viz.figure import picture
    from archc.viz.mermaid_text import flowchart

    return flowchart(picture(network, level), direction)
