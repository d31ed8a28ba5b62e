"""How wide words are in Helvetica, so that boxes fit what they say whatever program draws them."""

from __future__ import annotations

from unicodedata import east_asian_width

_REGULAR = {
    191: "'",
    222: "ijl",
    260: "|",
    278: " !,./:;I[\\]ft",
    333: "()-`r",
    334: "{}",
    355: '"',
    389: "*",
    469: "^",
    500: "Jcksvxyz",
    556: "#$?0123456789L_abdeghnopqu",
    584: "+<=>~",
    611: "FTZ",
    667: "&ABEKPSVXY",
    722: "CDHNRUw",
    778: "GOQ",
    833: "Mm",
    889: "%",
    944: "W",
    1015: "@",
}
_BOLD = {
    238: "'",
    278: " ,./I\\ijl",
    280: "|",
    333: "!()-:;[]`ft",
    389: "*r{}",
    474: '"',
    500: "z",
    556: "#$0123456789J_aceksvxy",
    584: "+<=>^~",
    611: "?FLTZbdghnopqu",
    667: "EPSVXY",
    722: "&ABCDHKNRU",
    778: "GOQw",
    833: "M",
    889: "%m",
    944: "W",
    975: "@",
}
"""Thousandths of the size that each character takes: Adobe's font metrics for Helvetica."""
_TABLES = [{c: n for n, chars in t.items() for c in chars} for t in (_REGULAR, _BOLD)]
_OTHER, _WIDE = 650, 1000
_HEIGHT = 1.2


def width(words: str, size: float, *, bold: bool = False) -> float:
    """Points that words of a size of points take.

    >>> width("conv1", 10)
    26.68
    """
    table = _TABLES[bold]
    return sum(table.get(c) or _other(c) for c in words) * size / 1000


def height(size: float) -> float:
    """Points from one line to the next."""
    return size * _HEIGHT


def _other(character: str) -> int:
    return _WIDE if east_asian_width(character) in "WF" or character in "…→" else _OTHER
