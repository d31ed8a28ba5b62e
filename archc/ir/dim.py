"""Sizes: plain integers, or `Dim`s where a symbol of the input is in them. The door to the algebra.

`polynomial.py` holds the normal form and its arithmetic, `bounds.py` what can be proved of a size,
`dim_text.py` how it is printed.
"""

from __future__ import annotations

from archc.ir.bounds import (
    compare_at_least,
    compare_equal,
    divisible,
    exact_div,
    lower_bound,
)
from archc.ir.polynomial import (
    Dim,
    Size,
    SizeLimit,
    bind,
    ceil_div,
    product,
    symbol,
    symbols,
)

__all__ = [
    "Dim",
    "Size",
    "SizeLimit",
    "bind",
    "ceil_div",
    "compare_at_least",
    "compare_equal",
    "divisible",
    "exact_div",
    "lower_bound",
    "product",
    "symbol",
    "symbols",
]
