"""What a bound on a size asks of its only symbol: the sizes from one on, or up to one."""

from __future__ import annotations

from functools import lru_cache

from archc.ir.bounds import never_falls
from archc.ir.polynomial import Dim, Floor, Size, SizeLimit, bind, floor_div, from_terms, symbols

LARGEST = 2**62
"""No symbol is looked at beyond this."""


@lru_cache(4096)
def lower_bound(size: Size, low: int) -> tuple[str, int] | None:
    """What `size >= low` asks of its only symbol, `("H", 63)` for `H >= 63`.

    None where the size has no or several symbols, or is not seen to grow with the symbol.

    >>> from archc.ir.polynomial import symbol
    >>> lower_bound((symbol("H") - 7) // 2 + 1, 1)
    ('H', 7)
    """
    form = _growing(size)
    if form is None:
        return None
    (name,) = symbols(form)
    enough = _first(form, name, low)
    return None if enough is None else (name, enough)


@lru_cache(4096)
def upper_bound(size: Size, low: int) -> tuple[str, int] | None:
    """What `size >= low` asks of its only symbol from above, `("W", 1600)` for `W <= 1600`.

    None where the size has no or several symbols, is not seen to fall as the symbol grows, or is
    too small from the start.

    >>> from archc.ir.polynomial import symbol
    >>> upper_bound((1600 - symbol("W")) // 32, 0), upper_bound(50 - symbol("H") // 4, 0)
    (('W', 1600), ('H', 203))
    """
    form = _growing(-size)
    if form is None:
        return None
    (name,) = symbols(form)
    too_much = _first(form, name, 1 - low)  # size < low, that is -size >= 1 - low
    return None if too_much is None or too_much == 1 else (name, too_much - 1)


def _growing(size: Size) -> Dim | None:
    """A form of the size that shows that it grows with its only symbol."""
    if not isinstance(size, Dim) or len(symbols(size)) != 1:
        return None
    if never_falls(size):
        return size
    try:
        other = _turned(size)
    except SizeLimit:
        return None
    return other if isinstance(other, Dim) and never_falls(other) else None


def _turned(size: Dim) -> Size:
    """Each division that is taken off written as one that is added: `-(H//2) == (H + 1)//2 - H`."""
    total: Size = 0
    for mono, count in size.terms:
        match mono:
            case ((Floor() as floor, 1),) if count < 0:
                total = total - count * floor_div(floor.by - 1 - floor.inner, floor.by)
            case _:
                total = total + from_terms([(mono, count)])
    return total


def _first(size: Dim, name: str, low: int) -> int | None:
    """The first value of the symbol, from 1, at which a growing size is `low` or more."""
    below, enough = 0, 1
    while _value(size, name, enough) < low:
        below, enough = enough, enough * 2
        if enough > LARGEST:
            return None
    while enough - below > 1:
        middle = (below + enough) // 2
        if _value(size, name, middle) < low:
            below = middle
        else:
            enough = middle
    return enough


def _value(size: Dim, name: str, at: int) -> int:
    value = bind(size, {name: at})
    assert isinstance(value, int)
    return value
