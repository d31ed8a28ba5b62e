"""Sizes as people would write them, in Python's syntax."""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import gcd

from archc.ir.bounds import exact_div
from archc.ir.polynomial import (
    Dim,
    Factor,
    Floor,
    Monomial,
    Size,
    SizeLimit,
    from_terms,
    symbols,
)

MAX_SIMPLIFIED = 24
"""Terms of a size that is worth writing in another way than as a sum."""
_NAME = re.compile(r"[A-Za-z_]\w*")


def text(size: Size) -> str:
    """The simplest of a few ways to write a size; all are valid Python with the same value.

    >>> from archc.ir.polynomial import symbol
    >>> h, w = symbol("H"), symbol("W")
    >>> print(text((h - 3) // 2), text(h + h // 2), text(h // 8 - 2 * (h // 16)), sep=", ")
    (H - 3)//2, 3*H//2, H//8 % 2
    >>> print(text(h - h // 2), text(64 * ((h - 3) // 2) * ((w - 3) // 2)), sep=", ")
    (H + 1)//2, 64*((H - 3)//2)*((W - 3)//2)
    """
    if isinstance(size, int):
        return str(size)
    plain = _sum(size)
    if size.weight > MAX_SIMPLIFIED:
        return plain
    try:
        return min([plain, *_ways(size)], key=_clutter)
    except SizeLimit:  # another way would be longer still
        return plain


def _clutter(written: str) -> tuple[int, int]:
    return len(_NAME.findall(written)), len(written)


def _ways(size: Dim) -> Iterator[str]:
    for floor, count, others in _lone_floors(size):
        yield from _as_floor(floor, count, others)
        yield from _as_remainder(floor, count, others)
    if len(size.terms) > 1:
        yield from _as_multiple(size)
        yield from _as_product(size)


def _sum(size: Dim) -> str:
    """The terms in reading order, a positive one first: `3 - H`."""
    terms = list(size.terms)
    first = next((i for i, (_, count) in enumerate(terms) if count > 0), 0)
    terms.insert(0, terms.pop(first))
    (mono, count), *rest = terms
    lead = _term(mono, count) if count > 0 else _negative(mono, count)
    words = [f"{'-' if count < 0 else '+'} {_term(mono, abs(count))}" for mono, count in rest]
    return " ".join([lead, *words])


def _negative(mono: Monomial, count: int) -> str:
    """A term with a minus, which binds tighter than `//` does: `-(H//2)`."""
    written = _term(mono, -count)
    lone_floor = count == -1 and len(mono) == 1 and isinstance(mono[0][0], Floor)
    return f"-({written})" if lone_floor and mono[0][1] == 1 else f"-{written}"


def _term(mono: Monomial, count: int) -> str:
    if not mono:
        return str(count)
    if count == 1 and len(mono) == 1 and mono[0][1] == 1:
        return _factor(mono[0][0])
    powers = [_bracketed(factor) + (f"**{power}" if power > 1 else "") for factor, power in mono]
    return "*".join([str(count), *powers] if count != 1 else powers)


def _factor(factor: Factor) -> str:
    return f"{_operand(factor.inner)}//{factor.by}" if isinstance(factor, Floor) else factor


def _bracketed(factor: Factor) -> str:
    return f"({_factor(factor)})" if isinstance(factor, Floor) else factor


def _operand(size: Size) -> str:
    """The left side of `//` or `%`: a lone product needs no brackets."""
    if isinstance(size, Dim) and len(size.terms) == 1 and size.terms[0][1] > 0:
        return _sum(size)
    return f"({text(size)})"


def _lone_floors(size: Dim) -> Iterator[tuple[Floor, int, Size]]:
    """Each term that is a multiple of one floor division, with its count and the other terms."""
    for mono, count in size.terms:
        if len(mono) == 1 and mono[0][1] == 1 and isinstance(mono[0][0], Floor):
            yield mono[0][0], count, from_terms(t for t in size.terms if t[0] != mono)


def _as_floor(floor: Floor, count: int, others: Size) -> Iterator[str]:
    """`Q + R//d` as `(d*Q + R)//d`, and `Q - R//d` as `(d*Q - R + d - 1)//d`."""
    if abs(count) != 1 or others == 0 or _holds_floor(others) or _holds_floor(floor.inner):
        return
    inner = floor.inner if count == 1 else floor.by - 1 - floor.inner
    total = floor.by * others + inner
    if isinstance(total, Dim):
        lone = len(total.terms) == 1 and total.terms[0][1] > 0
        yield f"{_sum(total)}//{floor.by}" if lone else f"({_sum(total)})//{floor.by}"


def _holds_floor(size: Size) -> bool:
    return isinstance(size, Dim) and size.nesting > 0


def _as_remainder(floor: Floor, count: int, others: Size) -> Iterator[str]:
    """`P//e - d*(P//(d*e))` as `P//e % d`, with what stands beside it."""
    if count >= -1 or floor.by % -count:
        return
    step = floor.by // -count
    inner = floor.inner // step
    beside = others - inner
    if isinstance(beside, Dim) and len(beside.terms) >= len(getattr(others, "terms", ())):
        return
    lead = f"{_remainder_operand(inner)} % {-count}"
    if beside == 0:
        yield lead
    elif isinstance(beside, Dim):
        yield f"{_sum(beside)} + {lead}"
    else:
        yield f"{lead} {'-' if beside < 0 else '+'} {abs(beside)}"


def _remainder_operand(size: Size) -> str:
    written = text(size)
    return written if " " not in written else f"({written})"


def _as_multiple(size: Dim) -> Iterator[str]:
    """A number that all terms share: `2*((H + 1)//2 + W)`."""
    common, part = _content(size)
    if common > 1:
        yield f"{common}*{_lone(text(part))}"


def _content(size: Dim) -> tuple[int, Size]:
    common = gcd(*(count for _, count in size.terms))
    return common, from_terms((mono, count // common) for mono, count in size.terms)


def _as_product(size: Dim) -> Iterator[str]:
    """Parts in one symbol each, multiplied: `N*(H + 1)*(W + 1)`."""
    common, rest = _content(size)
    parts: list[Size] = []
    while isinstance(rest, Dim):
        part = _part_of_one(rest)
        other = exact_div(rest, part)
        if other is None:
            return
        parts.append(part)
        rest = other
    if len(parts) < 2:
        return
    lead = common * rest
    written = sorted((_lone(text(part)) for part in parts), key=lambda one: one.startswith("("))
    yield "*".join(written if lead == 1 else [str(lead), *written])


def _part_of_one(size: Dim) -> Size:
    """The part in the first symbol alone, if the size is a product of such; else anything."""
    name = min(symbols(size))
    _, beside = _split(size.terms[0][0], name)
    split = [(_split(mono, name), count) for mono, count in size.terms]
    part = from_terms((own, count) for (own, other), count in split if other == beside)
    return _content(part)[1] if isinstance(part, Dim) else size


def _split(mono: Monomial, name: str) -> tuple[Monomial, Monomial]:
    """The factors that hold just this symbol, and the others."""
    mine = tuple(power for power in mono if _symbols(power[0]) == {name})
    return mine, tuple(power for power in mono if power not in mine)


def _symbols(factor: Factor) -> frozenset[str]:
    return symbols(factor.inner) if isinstance(factor, Floor) else frozenset({factor})


def _lone(written: str) -> str:
    """Brackets round what is not one name, number or power."""
    return written if written.replace("*", "").isalnum() else f"({written})"
