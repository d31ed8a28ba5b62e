"""The functions of expressions on numbers."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from archc.ir.dim import Dim, compare_at_least
from archc.spec.expr.comparison import better
from archc.spec.expr.problems import MAX_LIST, Refusal, still_open, too_much
from archc.spec.expr.registry import declare, elements, integer, number


@declare("abs(x)", 1)
def _abs(x: Any) -> Any:
    if isinstance(x, Dim):
        sign = compare_at_least(x, 0)
        if sign is None:
            raise still_open(x, "`abs` needs to know the sign")
        return x if sign else -x
    return abs(number(x, "`abs`"))


def _rounded(name: str, rule: Callable[[Any], int]) -> None:
    def call(x: Any) -> Any:
        return x if isinstance(x, Dim) else rule(number(x, f"`{name}`"))

    declare(f"{name}(x)", 1)(call)


_rounded("ceil", math.ceil)


def _real(name: str, rule: Callable[..., float], most: int = 1, signature: str = "") -> None:
    def call(*values: Any) -> float:
        try:
            return rule(*(number(value, f"`{name}`") for value in values))
        except ValueError:
            raise Refusal(f"`{name}` has no value at {values[0]}") from None

    declare(signature or f"{name}(x)", 1, most)(call)


_real("exp", math.exp)
_rounded("floor", math.floor)


_real("log", math.log, 2, "log(x, base)")


@declare("make_divisible(v, divisor, min_value)", 1, 3)
def _make_divisible(v: Any, divisor: Any = 8, min_value: Any = None) -> int:
    """As torchvision's `_make_divisible`: a near multiple, at least nine tenths of `v`."""
    v, divisor = number(v, "`make_divisible`"), integer(divisor, "`make_divisible`")
    if divisor < 1:
        raise Refusal(f"`make_divisible` needs a positive divisor, not {divisor}")
    low = divisor if min_value is None else integer(min_value, "`make_divisible`")
    made: int = max(low, int(v + divisor / 2) // divisor * divisor)
    return made + divisor if made < 0.9 * v else made


def _extreme(name: str, operator: str) -> None:
    def call(*values: Any) -> Any:
        given = elements(values[0], f"`{name}`") if len(values) == 1 else list(values)
        if not given:
            raise Refusal(f"`{name}` of an empty list")
        best = given[0]
        for value in given[1:]:
            if better(operator, value, best):
                best = value
        return best

    declare(f"{name}(a, b, ...) or {name}(list)", 1, MAX_LIST)(call)


_extreme("max", ">")
_extreme("min", "<")


@declare("round(x, digits)", 1, 2)
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


_real("sqrt", math.sqrt)
