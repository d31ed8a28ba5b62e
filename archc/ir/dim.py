"""Sizes: plain integers, or `Dim`s where a symbol of the input is in them. The door to the algebra.

`polynomial.py` holds the normal form and its arithmetic, `bounds.py` what can be proved of a size,
`solved.py` what a bound asks of a symbol, `dim_text.py` how it is printed.
"""

from __future__ import annotations

from collections.abc import Iterable

from archc.ir.bounds import (
    compare_at_least,
    compare_equal,
    divisible,
    exact_div,
)
from archc.ir.polynomial import (
    MAX_COEFFICIENT,
    Dim,
    Size,
    SizeLimit,
    bind,
    divisors,
    floor_div,
    symbol,
    symbols,
)
from archc.ir.solved import lower_bound, upper_bound

BATCH = "N"
"""The symbol that the language takes for the batch: of any size, and 1 where costs are told."""

__all__ = [
    "BATCH",
    "MAX_COEFFICIENT",
    "Dim",
    "Size",
    "SizeLimit",
    "bind",
    "ceil_div",
    "compare_at_least",
    "compare_equal",
    "divisible",
    "divisors",
    "exact_div",
    "lower_bound",
    "product",
    "symbol",
    "symbols",
    "upper_bound",
]


def ceil_div(size: Size, by: int) -> Size:
    """`size / by`, rounded up.

    >>> ceil_div(symbol("H"), 2)
    (H + 1)//2
    """
    return floor_div(size + (by - 1), by)


def product(sizes: Iterable[Size]) -> Size:
    """All sizes multiplied; 1 when there are none."""
    total: Size = 1
    for size in sizes:
        total = total * size
    return total
