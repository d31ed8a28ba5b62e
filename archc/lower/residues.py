"""Which residues of a symbol satisfy an equality: a U-Net's `2*(H//2) == H` is `H % 2 == 0`."""

from __future__ import annotations

from functools import lru_cache
from math import lcm
from typing import TYPE_CHECKING

from archc.ir.dim import Dim, bind, divisors, symbols

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archc.ir.dim import Size

LARGEST_PERIOD = 4096
"""Equalities that repeat less often are shown as they are."""


@lru_cache(maxsize=1024)
def residues(left: Size, right: Size) -> tuple[str, int, frozenset[int]] | None:
    """The symbol, its period, and the residues for which `left == right`.

    None where several symbols are in it, or where it does not repeat. Floors of floors are one
    floor over the product, so that the period is the least common multiple of the divisors.

    >>> from archc.ir.dim import symbol
    >>> h = symbol("H")
    >>> residues(2 * (h // 2), h)
    ('H', 2, frozenset({0}))
    """
    names = symbols(left) | symbols(right)
    if len(names) != 1:
        return None
    (name,) = names
    period = lcm(1, *(by for size in (left, right) for by in divisors(size)))
    if period > LARGEST_PERIOD:
        return None
    found = [
        frozenset(r for r in range(period) if _equal(left, right, name, base + r))
        for base in (8 * period, 32 * period)
    ]
    return (name, period, found[0]) if found[0] == found[1] else None


def _equal(left: Size, right: Size, name: str, value: int) -> bool:
    return bind(left, {name: value}) == bind(right, {name: value})


def as_multiple(period: int, allowed: frozenset[int]) -> int | None:
    """The number whose multiples are exactly the allowed residues, if there is one.

    >>> as_multiple(16, frozenset({0, 4, 8, 12})), as_multiple(4, frozenset({0, 1}))
    (4, None)
    """
    step = min((r for r in allowed if r), default=period)
    return step if period % step == 0 and allowed == frozenset(range(0, period, step)) else None


def common_multiple(patterns: Sequence[tuple[int, frozenset[int]]]) -> int | None:
    """The number whose multiples are exactly what all patterns allow together.

    `2*(H//4) == H//2` alone allows odd numbers too; with `2*(H//2) == H` it is `H % 4 == 0`.

    >>> common_multiple([(4, frozenset({0, 1})), (2, frozenset({0}))])
    4
    """
    period = lcm(*(each for each, _ in patterns))
    if period > LARGEST_PERIOD:
        return None
    allowed = (r for r in range(period) if all(r % each in fits for each, fits in patterns))
    return as_multiple(period, frozenset(allowed))


def divides_as_residues(left: Size, by: Size) -> tuple[str, int, frozenset[int]] | None:
    """The same for `left % by == 0`."""
    if not isinstance(left, Dim) or not isinstance(by, int):
        return None
    return residues(left - left // by * by, 0)
