"""A picture in any of the formats, for pictures that are not of a network alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from archc.viz.model import Picture
    from archc.viz.options import Options


def written(shown: Picture, form: str, options: Options, report: str = "") -> bytes:
    """The picture as `svg`, `png`, `pdf`, `dot`, `mermaid` or `html`, which holds `report` too.

    Raises DrawingError where no program can write it.
    """
    from archc.viz import render

    match form:
        case "png":
            return render.png_of(shown, options)
        case "pdf":
            return render.pdf_of(shown, options)
        case _:
            return _text(shown, form, options, report).encode()


def _text(shown: Picture, form: str, options: Options, report: str) -> str:
    from archc.viz import render

    match form:
        case "dot":
            from archc.viz.dot_text import dot_text

            return options.look.painted(dot_text(shown, options))
        case "mermaid":
            from archc.viz.mermaid_text import flowchart

            return flowchart(shown, options.direction)
        case "html":
            from archc.viz.frame import framed

            wrong = "wrong" in shown.marks()
            return framed(shown.name, render.svg_of(shown, options), report, wrong=wrong)
        case _:
            return render.svg_of(shown, options)
