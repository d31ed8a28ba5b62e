"""Numbers as people write them in text, in the digits that an expression takes."""

from __future__ import annotations

import re
from typing import NamedTuple

_UNITS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "b": 10**9, "t": 10**12}
_MARKED = re.compile(r"[1-9]\d{0,2}(?:([_'])\d{3})(?:\1\d{3})*|[1-9]\d*(?:_\d+)+")
_PARTED = re.compile(r"[1-9]\d{0,2}(?:([, ])\d{3})(?:\1\d{3})*")
_DECIMAL = re.compile(r"0,\d+")
_SHARE = re.compile(r"(\d{1,3}(?:\.\d{1,4})?) ?%")
_COUNT = re.compile(
    r"(\d{1,6}(?:\.\d{1,9})?) ?([kmgbt]?)(?: ?(?:flops?|macs?|params|parameters))?", re.IGNORECASE
)


class Meant(NamedTuple):
    """A number in plain digits, the list that may be meant instead, and whether it is sure."""

    digits: str
    listed: str = ""
    certain: bool = False

    @property
    def help(self) -> str:
        """What to write."""
        return f"write `{self.digits}`" + (f", or `{self.listed}` for a list" * bool(self.listed))


def plain_number(text: str) -> Meant | None:
    """What is meant by a number with marks, a unit or a per cent sign; None if it is none.

    >>> plain_number("4_096"), plain_number("10%")
    (Meant(digits='4096', listed='', certain=True), Meant(digits='0.1', listed='', certain=True))
    >>> plain_number("224,224").help, plain_number("30 072").help, plain_number("0,125").help
    ('write `224224`, or `[224, 224]` for a list', 'write `30072`', 'write `0.125`')
    >>> plain_number("3 GFLOPs").digits, plain_number("3, 4"), plain_number("2 * n")
    ('3000000000', None, None)
    """
    share, count, parts = _SHARE.fullmatch(text), _COUNT.fullmatch(text), re.split("[, ]", text)
    if _MARKED.fullmatch(text):
        return Meant(re.sub(r"\D", "", text), certain=True)
    if _PARTED.fullmatch(text):
        whole = not any(part.startswith("0") for part in parts)
        return Meant("".join(parts), f"[{', '.join(parts)}]" if whole else "")
    if _DECIMAL.fullmatch(text):
        return Meant(text.replace(",", "."))
    if share:
        return Meant(f"{float(share[1]) / 100:g}", certain=True)
    return Meant(str(round(float(count[1]) * _UNITS[count[2].casefold()]))) if count else None
