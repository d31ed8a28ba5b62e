"""PDF from our own SVG, by svglib and reportlab, for where no program writes it."""

from __future__ import annotations

from importlib import import_module
from io import BytesIO

from archc.viz.engine import DrawingError


def converted(svg: str) -> bytes:
    """The picture as one page of its own size, the same bytes each time.

    Raises DrawingError where the two packages are not installed.
    """
    try:
        reader = import_module("svglib.svglib")
        writer = import_module("reportlab.graphics.renderPDF")
        options = import_module("reportlab.rl_config")
    except ImportError:
        words = "no program here writes PDF: install Graphviz, or pip install archc-nn[pdf]"
        raise DrawingError(words) from None
    vars(options)["invariant"] = 1
    page: bytes = writer.drawToString(reader.svg2rlg(BytesIO(svg.encode())))
    return page
