"""A picture in any of the formats, for pictures that are not of a network alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from archc.viz.model import Picture


def written(
    shown: Picture, form: str, direction: str = "TB", engine: str | None = None, report: str = ""
) -> bytes:
    """The picture as `svg`, `png`, `pdf`, `dot`, `mermaid` or `html`, which holds `report` too.

    Raises DrawingError where no program can write it.
    """
    from archc.viz import render

    match form:
        case "png":
            return render.png_of(shown, direction, engine)
        case "pdf":
            return render.pdf_of(shown, direction, engine)
        case _:
            return _text(shown, form, direction, engine, report).encode()


def _text(shown: Picture, form: str, direction: str, engine: str | None, report: str) -> str:
    from archc.viz import render

    match form:
        case "dot":
            from archc.viz.dot_text import dot_text

            return dot_text(shown, direction)
        case "mermaid":
            from archc.viz.mermaid_text import flowchart

            return flowchart(shown, direction)
        case "html":
            from archc.viz.frame import framed

            svg = render.svg_of(shown, direction, engine)
            return framed(shown.name, svg, report, wrong="wrong" in shown.marks())
        case _:
            return render.svg_of(shown, direction, engine)
