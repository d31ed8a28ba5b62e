"""A size as a formula over sizes at hand, where nothing simpler gives it: `7 * x.shape[3] % 8`."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

from archc.ir.dim import exact_div
from archc.ir.polynomial import Dim, Factor, Floor, Size, floor_div, symbol, terms_of


class UnknownFactorError(Exception):
    """A part of a size is not among the sizes at hand."""


def formula(size: Dim, sides: Sequence[Dim]) -> tuple[str, tuple[int, ...]] | None:
    """Python with `{}` for a side, and which sides those are; None where they do not suffice.

    >>> from archc.ir.dim import symbol
    >>> h, w = symbol("H"), symbol("W")
    >>> formula(-w % 8, [h, w])
    ('7 * {} % 8', (1,))
    >>> formula((h + 1) // 2 * w + 3, [h, w, (h + 1) // 2])
    ('{} * {} + 3', (1, 2))
    >>> formula(2 * ((h // 4 + 1) // 2) - h // 4, [h // 4])
    ('2 * (({} + 1) // 2) - {}', (0, 0))
    >>> formula(h + w, [h])
    """
    known: dict[Factor, int] = {}
    for index, side in enumerate(sides):
        factor = _alone(side)
        if factor is not None:
            known.setdefault(factor, index)
    try:
        written = str(_over(size, known))
    except UnknownFactorError:
        return None
    order: list[int] = []

    def place(match: re.Match[str]) -> str:
        order.append(int(match[1]))
        return "{}"

    template = re.sub(r"\bside(\d+)\b", place, ast.unparse(ast.parse(written, mode="eval")))
    return template, tuple(order)


def _alone(side: Dim) -> Factor | None:
    """The symbol or floor division that a size is."""
    if len(side.terms) == 1:
        mono, count = side.terms[0]
        if count == 1 and len(mono) == 1 and mono[0][1] == 1:
            return mono[0][0]
    return None


def _over(size: Size, known: dict[Factor, int]) -> Size:
    """The size with a symbol for each side in it. Raises UnknownFactorError."""
    total: Size = 0
    for mono, count in terms_of(size):
        value: Size = count
        for factor, power in mono:
            put = _side(factor, known)
            for _ in range(power):
                value = value * put
        total = total + value
    return total


def _side(factor: Factor, known: dict[Factor, int]) -> Size:
    if factor in known:
        return symbol(f"side{known[factor]}")
    if isinstance(factor, Floor):
        nested = _nested(factor, known)
        return floor_div(_over(factor.inner, known), factor.by) if nested is None else nested
    raise UnknownFactorError(factor)


def _nested(factor: Floor, known: dict[Factor, int]) -> Size | None:
    """A floor that had one of the sides in it before the two collapsed into one."""
    for side, index in known.items():
        if not isinstance(side, Floor) or factor.by % side.by:
            continue
        rest = exact_div(factor.inner - side.inner, side.by)
        if isinstance(rest, int):
            return floor_div(symbol(f"side{index}") + rest, factor.by // side.by)
    return None
