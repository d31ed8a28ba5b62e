"""Numbers as people write them in text, in the digits that an expression takes."""

from __future__ import annotations

import re

_UNITS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "b": 10**9, "t": 10**12}
_MARKED = re.compile(r"\d{1,3}(?:(,|_|'| )\d{3})(?:\1\d{3})*|\d+(?:_\d+)+")
_SHARE = re.compile(r"(\d{1,3}(?:\.\d{1,4})?) ?%")
_COUNT = re.compile(
    r"(\d{1,6}(?:\.\d{1,9})?) ?([kmgbt]?)(?: ?(?:flops?|macs?|params|parameters))?", re.IGNORECASE
)


def plain_number(text: str) -> str:
    """The digits of a number with marks, a unit or a per cent sign; empty if it is none.

    >>> plain_number("30,730"), plain_number("4_096"), plain_number("10%"), plain_number("1.8M")
    ('30730', '4096', '0.1', '1800000')
    >>> plain_number("3 GFLOPs"), plain_number("3, 4"), plain_number("2 * n")
    ('3000000000', '', '')
    """
    if _MARKED.fullmatch(text):
        return re.sub(r"\D", "", text)
    share = _SHARE.fullmatch(text)
    if share:
        return f"{float(share[1]) / 100:g}"
    count = _COUNT.fullmatch(text)
    return str(round(float(count[1]) * _UNITS[count[2].casefold()])) if count else ""
