"""A size as a formula over sizes at hand, where nothing simpler gives it: `7 * x.shape[3] % 8`."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from functools import partial
from typing import TypeAlias

from archc.ir.dim import exact_div
from archc.ir.polynomial import Dim, Factor, Floor, Size, floor_div, substitute, symbol

Known: TypeAlias = "dict[Factor, Size]"
"""Symbols and floor divisions, each as a size over symbols that stand for the sides."""


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
    >>> formula((h + 1) % 3, [2 * h + 5])
    ('({} + 3) // 2 % 3', (0,))
    >>> formula(h + w, [h])
    """
    known: Known = {}
    for index, side in enumerate(sides):
        known.update(_solved(side, symbol(f"side{index}"), known))
    try:
        written = str(_over(size, known))
    except UnknownFactorError:
        return None
    return _template(written)


def searched(size: Dim, sides: Sequence[Dim]) -> tuple[str, tuple[int, ...]] | None:
    """The size as a sum over one side and its quotient by a small number, for want of a formula.

    >>> from archc.ir.dim import symbol
    >>> h = symbol("H")
    >>> side = h + h // 2 + h // 3
    >>> searched(side % 3 + 2, [h // 2, side])
    ('{} % 3 + 2', (1,))
    """
    for index, side in enumerate(sides):
        value = symbol(f"side{index}")
        for by in range(2, LARGEST_DIVISOR + 1):
            for more in range(by):
                found = _combined(size, side, floor_div(side + more, by), by)
                if found is not None:
                    whole, parts, rest = found
                    return _template(
                        str(whole * value + parts * floor_div(value + more, by) + rest)
                    )
    return None


LARGEST_DIVISOR = 8


def _combined(size: Dim, side: Dim, part: Size, by: int) -> tuple[int, int, int] | None:
    """`size == whole * side + parts * part + rest`, in small numbers."""
    for whole in (0, 1, -1, 2, -2):
        for parts in (1, -1, 2, -2, by, -by):
            rest = size - whole * side - parts * part
            if isinstance(rest, int):
                return whole, parts, rest
    return None


def _template(written: str) -> tuple[str, tuple[int, ...]]:
    """The text with `{}` for each side, and which they are."""
    order: list[int] = []

    def place(match: re.Match[str]) -> str:
        order.append(int(match[1]))
        return "{}"

    template = re.sub(r"\bside(\d+)\b", place, ast.unparse(ast.parse(written, mode="eval")))
    return template, tuple(order)


def _solved(side: Dim, value: Dim, known: Known) -> Known:
    """The symbol or floor division that a size is, or is a multiple of and a number more."""
    constant = dict(side.terms).get((), 0)
    rest = [term for term in side.terms if term[0]]
    if len(rest) > 1:
        return {}
    ((mono, count),) = rest
    (factor, power), *others = mono
    if others or power > 1 or count < 1 or factor in known:
        return {}
    return {factor: floor_div(value - constant, count)}


def _over(size: Size, known: Known) -> Size:
    """The size with a symbol for each side in it. Raises UnknownFactorError."""
    return substitute(size, partial(_side, known=known))


def _side(factor: Factor, known: Known) -> Size:
    if factor in known:
        return known[factor]
    if isinstance(factor, Floor):
        nested = _nested(factor, known)
        return floor_div(_over(factor.inner, known), factor.by) if nested is None else nested
    raise UnknownFactorError(factor)


def _nested(factor: Floor, known: Known) -> Size | None:
    """A floor that had one of the sides in it before the two collapsed into one."""
    for side, value in known.items():
        if not isinstance(side, Floor) or factor.by % side.by:
            continue
        rest = exact_div(factor.inner - side.inner, side.by)
        if isinstance(rest, int):
            return floor_div(value + rest, factor.by // side.by)
    return None
