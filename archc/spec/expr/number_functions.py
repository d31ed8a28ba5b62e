"""The functions of expressions on numbers."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from archc.ir.dim import Dim, compare_at_least
from archc.spec.expr.comparison import better
from archc.spec.expr.problems import MAX_LIST, Refusal, still_open, too_much
from archc.spec.expr.registry import declare, elements, integer, number


@declare("abs(x)", "the absolute value", "abs(-3)")
def _abs(x: Any) -> Any:
    if isinstance(x, Dim):
        sign = compare_at_least(x, 0)
        if sign is None:
            raise still_open(x, "`abs` needs to know the sign")
        return x if sign else -x
    return abs(number(x, "`abs`"))


def _rounded(name: str, rule: Callable[[Any], int], summary: str) -> None:
    def call(x: Any) -> Any:
        return x if isinstance(x, Dim) else rule(number(x, f"`{name}`"))

    declare(f"{name}(x)", summary, f"{name}(2.5)")(call)


_rounded("ceil", math.ceil, "the smallest whole number that is not below `x`")


def _real(signature: str, rule: Callable[..., float], summary: str, most: int = 1) -> None:
    name = signature.partition("(")[0]

    def call(*values: Any) -> float:
        try:
            return rule(*(number(value, f"`{name}`") for value in values))
        except ValueError:
            raise Refusal(f"`{name}` has no value at {values[0]}") from None

    declare(signature, summary, f"{name}(4)", most=most)(call)


_real("exp(x)", math.exp, "e to the power of `x`")
_rounded("floor", math.floor, "the largest whole number that is not above `x`")
_real("log(x, base)", math.log, "the logarithm, the natural one without a base", 2)


@declare(
    "make_divisible(v, divisor, min_value)",
    "torchvision's: a multiple of `divisor` (8) near `v`, at least nine tenths of it",
    "make_divisible(44)",
    most=3,
)
def _make_divisible(v: Any, divisor: Any = 8, min_value: Any = None) -> int:
    """As torchvision's `_make_divisible`: a near multiple, at least nine tenths of `v`."""
    v, divisor = number(v, "`make_divisible`"), integer(divisor, "`make_divisible`")
    if divisor < 1:
        raise Refusal(f"`make_divisible` needs a positive divisor, not {divisor}")
    low = divisor if min_value is None else integer(min_value, "`make_divisible`")
    made: int = max(low, int(v + divisor / 2) // divisor * divisor)
    return made + divisor if made < 0.9 * v else made


def _extreme(name: str, operator: str, summary: str) -> None:
    def call(*values: Any) -> Any:
        given = elements(values[0], f"`{name}`") if len(values) == 1 else list(values)
        if not given:
            raise Refusal(f"`{name}` of an empty list")
        best = given[0]
        for value in given[1:]:
            if better(operator, value, best):
                best = value
        return best

    signature = f"{name}(a, b, ...) or {name}(list)"
    declare(signature, summary, f"{name}(3, 7, 5)", most=MAX_LIST)(call)


_extreme("max", ">", "the largest")
_extreme("min", "<", "the smallest")


@declare(
    "round(x, digits)",
    "the nearest whole number, halves to the even one; with digits a decimal fraction",
    "round(2.5)",
    most=2,
)
def _round(x: Any, digits: Any = None) -> Any:
    if isinstance(x, Dim) and digits is None:
        return x
    x = number(x, "`round`")
    if digits is None:
        return round(x)
    places = integer(digits, "`round`")
    if abs(places) > 64:
        raise too_much("`round` takes at most 64 digits")
    return round(x, places)


_real("sqrt(x)", math.sqrt, "the square root")
