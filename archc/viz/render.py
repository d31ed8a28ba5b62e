"""A picture to the bytes of a file, drawn by the first program that can, or by ourselves."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

from archc.viz.dot_text import dot_text
from archc.viz.engine import DrawingError, DrawingWarning, asked, programs
from archc.viz.places import places
from archc.viz.sheet import PIXELS as SCREEN
from archc.viz.sheet import POINTS, sheet
from archc.viz.svg_text import finished

if TYPE_CHECKING:
    from archc.viz.model import Picture
    from archc.viz.options import Options
    from archc.viz.sheet import Sheet

PIXELS = 16_000
"""The longest side of a PNG. Graphviz shrinks beyond 32,767 without a word."""
FINEST, COARSEST = 144, 60
"""Dots per inch of a PNG: as many as fit, and the fewest at which the text can be read."""
READABLE = 6.0
"""Points of text that can be read on paper."""


def _sheet(picture: Picture, options: Options) -> Sheet:
    """The picture laid out, with a warning where it would be too small to read."""
    placed = sheet(picture, options)
    if placed.smallest < READABLE:
        words = f"the smallest text would print at {placed.smallest:.1f} points"
        warnings.warn(
            f"{words}; choose a lower level or a larger fit", DrawingWarning, stacklevel=4
        )
    return placed


def svg_of(picture: Picture, options: Options) -> str:
    """SVG from the first program that draws it, or by our own pen if none was asked for."""
    placed = _sheet(picture, options)
    try:
        return options.look.painted(finished(_first(placed, "svg").decode(), picture))
    except DrawingError:
        if programs(options.engine) and asked(options.engine):
            raise
    from archc.viz.fallback import drawn

    return options.look.painted(drawn(placed))


def png_of(picture: Picture, options: Options) -> bytes:
    """PNG from the first program that draws it, its longest side at most `PIXELS`."""
    placed = _sheet(picture, options)
    inches = max(placed.width, placed.height) * placed.scale / POINTS
    dots = SCREEN if options.fit else min(FINEST, int(PIXELS / inches))
    if dots < COARSEST or inches * dots > PIXELS:
        long = f"{inches * max(dots, COARSEST):.0f} pixels"
        words = f"would be {long} long; choose a lower --level, or SVG"
        raise DrawingError(f"the picture {words}")
    return _first(placed, "png", f"-Gdpi={dots}")


def pdf_of(picture: Picture, options: Options) -> bytes:
    """PDF from the first program that writes it, or from the SVG."""
    try:
        return _first(_sheet(picture, options), "pdf")
    except DrawingError:
        from archc.viz.pdf_file import converted

        return converted(svg_of(picture, options))


def _first(placed: Sheet, form: str, *options: str) -> bytes:
    """What the first program makes that does not fail. Raises DrawingError if each does."""
    problem = DrawingError("there is no layout program: pip install graphviz-pure")
    chosen = placed.options
    text = ""
    for program in programs(chosen.engine):
        text = text or dot_text(placed.picture, chosen, places(placed))
        try:
            return program.run(chosen.look.painted(text), form, "-Kneato", "-n2", *options)
        except DrawingError as error:
            problem = error
    raise problem
