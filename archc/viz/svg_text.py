"""What Graphviz writes, made ready for pages and papers: classes, titles, a dark side."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from archc.viz.theme import FACES, LOOKS, MARKS, NIGHT

if TYPE_CHECKING:
    from archc.viz.model import Picture
    from archc.viz.theme import Look

_HEAD = re.compile(r"\A.*?(?=<svg\b)", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->\n?", re.DOTALL)
_CLASS = re.compile(r'class="[^"]*"')
_FACE = re.compile(r' font-family="[^"]*"')
_TITLE = re.compile(r"<title>([^<]*)</title>\n?")


def finished(raw: str, picture: Picture) -> str:
    """One SVG element, the same whichever version of Graphviz laid it out as far as that can be.

    Every node has its family's class, its full path as the title that shows when pointed at.
    """
    text = _COMMENT.sub("", _HEAD.sub("", raw))
    text = _FACE.sub("", text)
    text = _CLASS.sub(lambda found: found[0].replace("&#45;", "-"), text)
    titles = _titles(picture)
    text = _TITLE.sub(lambda found: _title(titles.get(found[1], "")), text)
    opening = f'<svg class="archc" role="img" aria-label="{escape(picture.name)}"'
    opening += f' font-family="{FACES}"'
    first, rest = text.removeprefix("<svg").split(">", 1)
    return f"{opening}{first}>\n<style>{style(picture)}</style>{rest}"


def _titles(picture: Picture) -> dict[str, str]:
    return {box.id: box.path for drawing in picture.drawings for box in drawing.boxes()}


def _title(words: str) -> str:
    return f"<title>{escape(words)}</title>\n" if words else ""


def style(picture: Picture) -> str:
    """The colours by night. By day the presentation attributes hold, with or without CSS."""
    marks = picture.marks()
    plain = [_swap("", day, day, night, night) for day, night in NIGHT.items()]
    looks = [
        _swap(
            ".fam-io " if name == "io" else "",
            *(look.fill, look.border, look.dark_fill, look.dark_border),
        )
        for name, look in LOOKS.items()
    ]
    marked = [_marked(mark.look) for name, mark in MARKS.items() if name in marks]
    return f"@media (prefers-color-scheme:dark){{{''.join((*plain, *looks, *marked))}}}"


def _marked(look: Look) -> str:
    """A mark's colours; what is written on its arrows has the colour of its border."""
    words = f'.archc text[fill="{look.border}"],.archc [fill="{look.border}"]'
    swap = _swap("", look.fill, look.border, look.dark_fill, look.dark_border)
    return f"{swap}{words}{{fill:{look.dark_border}}}"


def _swap(within: str, fill: str, border: str, dark_fill: str, dark_border: str) -> str:
    """The rules that give what has one fill or border another, in our own pictures only."""
    return (
        f'.archc {within}[fill="{fill}"]{{fill:{dark_fill}}}'
        f'.archc {within}[stroke="{border}"]{{stroke:{dark_border}}}'
    )
