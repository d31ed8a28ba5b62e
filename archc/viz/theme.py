"""Colours, sizes and names of the families of ops: what a picture looks like, declared once."""

from __future__ import annotations

import re

from msgspec import Struct

FONT = "Helvetica"
"""One face: Graphviz measures a list of faces as Times."""
SAME = "Arial"
"""A face of the same widths. Debian's `dot` takes DejaVu, which is wider, for the other."""
FACES = f"{FONT},{SAME},sans-serif"
"""What readers of SVG look for."""

_COLOUR = re.compile(r'"(#[0-9a-f]{6})"')
"""A colour as a whole attribute; what people named stands escaped in other quotes."""

TEXT, MUTED, LINE, PAPER = "#0f0f0f", "#505050", "#444444", "#ffffff"


class Theme(Struct, frozen=True):
    """How a picture is set: points added to each text, and width to height where rows are cut."""

    name: str
    larger: float = 0.0
    aspect: float = 1.5
    grey: bool = False

    def points(self, size: float) -> float:
        """The size of text that is of `size` points on paper."""
        return size + self.larger

    def painted(self, text: str) -> str:
        """DOT or SVG with the theme's colours in place of the families' own."""
        return _COLOUR.sub(lambda found: f'"{_grey(found[1])}"', text) if self.grey else text


THEMES = {
    "paper": Theme("paper"),
    "slide": Theme("slide", larger=3.0, aspect=16 / 9),
    "mono": Theme("mono", grey=True),
}
"""The themes by name: for papers, for slides seen from afar, and for print without colour."""


class Look(Struct, frozen=True):
    """How a family is drawn: its name in the legend, fill and border, by day and by night."""

    title: str
    fill: str
    border: str
    dark_fill: str
    dark_border: str


LOOKS: dict[str, Look] = {
    "conv": Look("convolution", "#cfe2f7", "#1f5fa8", "#173a5e", "#7fb2ea"),
    "norm": Look("normalisation", "#eceff1", "#78909c", "#2b3338", "#90a4ae"),
    "activation": Look("activation", "#fff3c4", "#b58900", "#40360e", "#dcb53a"),
    "pool": Look("pooling, resampling", "#d5efdc", "#2e8b57", "#163d27", "#66c48f"),
    "linear": Look("linear, embedding", "#e6dcf5", "#6a4c9c", "#332451", "#b598e6"),
    "merge": Look("merge", "#fbdcc8", "#c8581a", "#4d2712", "#f09a66"),
    "attention": Look("attention", "#f9d4e4", "#b0306a", "#4d1730", "#ec82b0"),
    "shape": Look("reshaping", "#f3ede2", "#8a7752", "#37301f", "#c2ab7d"),
    "state": Look("learned tensor", "#d6f0f2", "#2a7f86", "#123b3f", "#6cc3ca"),
    "block": Look("block", "#f7f9fc", "#5b6b7f", "#1d242d", "#9aabc0"),
    "io": Look("input, output", "#ffffff", "#444444", "#16191d", "#c9d1d9"),
}
"""Every family, in the order of the legend."""


class Mark(Struct, frozen=True):
    """How what is wrong or different is drawn: never by its colour alone.

    `sign` stands before a box's name and in the legend, `style` is Graphviz' of its line, `dash`
    that of SVG.
    """

    sign: str
    look: Look
    style: str = "bold"
    dash: str = ""


_GREY = Look("the same", "#ffffff", "#7a7f87", "#16191d", "#8b929b")
MARKS: dict[str, Mark] = {
    "wrong": Mark("!", Look("wrong", "#fde2e0", "#c62828", "#4a1a18", "#ff8a80")),
    "unknown": Mark(
        "?", Look("unknown", "#f1f2f4", "#7a7f87", "#23272c", "#8b929b"), "dotted", "1,3"
    ),
    "added": Mark("+", Look("added", "#d9f2df", "#1a7f37", "#15391f", "#57d27a")),
    "removed": Mark(
        "-", Look("removed", "#fbe1df", "#b3261e", "#46191a", "#ff8f86"), "dashed", "5,3"
    ),
    "changed": Mark("~", Look("changed", "#fff1c9", "#8a6100", "#3f330c", "#e2b93b")),
    "same": Mark("", _GREY, "solid"),
}
"""Every mark, in the order of the legend."""

NIGHT = {TEXT: "#e8eaed", MUTED: "#b4bac2", LINE: "#aab2bd", PAPER: "#0f1216"}
"""What plain colours become by night."""

HEAT, HEAT_NIGHT = ("#fff7ec", "#fdd49e", "#fc8d59"), ("#191c20", "#5c2d12", "#94430f")
"""A scale from little to much, by day and by night; text stays readable on all of it."""


def look(family: str, mark: str = "") -> Look:
    """How a thing of a family is drawn; what is marked looks like its mark."""
    return MARKS[mark].look if mark else LOOKS[family]


def signed(words: str, mark: str) -> str:
    """Words behind the sign of a mark.

    >>> signed("conv1", "added"), signed("conv1", "")
    ('+ conv1', 'conv1')
    """
    sign = MARKS[mark].sign if mark else ""
    return f"{sign} {words}" if sign else words


def _grey(colour: str) -> str:
    """A colour without its hue, darker where it is a border's.

    >>> _grey("#cfe2f7"), _grey("#1f5fa8")
    ('#dfdfdf', '#1c1c1c')
    """
    red, green, blue = (int(colour[k : k + 2], 16) for k in (1, 3, 5))
    level = round(0.299 * red + 0.587 * green + 0.114 * blue)
    level = level if level > 200 else level // 3
    return f"#{level:02x}{level:02x}{level:02x}"
