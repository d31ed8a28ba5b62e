"""A network to the bytes of a file, by the first program that can, or by our own layout."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from archc.viz.compose import composed
from archc.viz.dot_text import check, dot_text
from archc.viz.engine import DrawingError, asked, programs
from archc.viz.figure import picture
from archc.viz.svg_text import finished

if TYPE_CHECKING:
    from collections.abc import Iterable

    from archc.ir.graph import Network
    from archc.viz.engine import Program
    from archc.viz.model import Picture

PIXELS = 16_000
"""The longest side of a PNG. Graphviz shrinks beyond 32,767 without a word."""
FINEST, COARSEST = 144, 60
"""Dots per inch of a PNG: as many as fit, and the fewest at which the text can be read."""
_SIZE = re.compile(rb'<svg width="([\d.]+)pt" height="([\d.]+)pt"')


def render_svg(network: Network, level: int, direction: str, engine: str | None) -> str:
    """SVG from the first program that draws it, or from our own layout if none was asked for."""
    shown = picture(network, level)
    known = programs(engine)
    try:
        return finished(_first(known, shown, direction, "svg").decode(), shown)
    except DrawingError:
        if known and asked(engine):
            raise
    return _own(shown, direction)


def render_png(network: Network, level: int, direction: str, engine: str | None) -> bytes:
    """PNG from the first program that draws it, its longest side at most `PIXELS`."""
    shown = picture(network, level)
    known = programs(engine)
    found = _SIZE.search(_first(known, shown, direction, "svg"))
    inches = max(map(float, found.groups())) / 72 if found else 1.0
    dots = min(FINEST, int(PIXELS / inches))
    if dots < COARSEST:
        words = f"would be {inches * COARSEST:.0f} pixels long; choose a lower --level, or SVG"
        raise DrawingError(f"the picture {words}")
    return _first(known, shown, direction, "png", f"-Gdpi={dots}")


def render_pdf(network: Network, level: int, direction: str, engine: str | None) -> bytes:
    """PDF from the first program that writes it, or from the SVG."""
    try:
        return _first(programs(engine), picture(network, level), direction, "pdf")
    except DrawingError:
        from archc.viz.pdf_file import converted

        return converted(render_svg(network, level, direction, engine))


def _first(
    known: Iterable[Program], shown: Picture, direction: str, form: str, *options: str
) -> bytes:
    """What the first program makes that does not fail. Raises DrawingError if each does."""
    problem = DrawingError("there is no layout program: pip install graphviz-pure")
    for program in known:
        try:
            if shown.insets:
                text = composed(shown, direction, program)
                return program.run(text, form, "-Kneato", "-n2", *options)
            return program.run(dot_text(shown, direction), form, *options)
        except DrawingError as error:
            problem = error
    raise problem


def _own(shown: Picture, direction: str) -> str:
    from archc.viz.fallback import drawn

    check(direction)
    return drawn(shown, direction)
