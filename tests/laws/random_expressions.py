"""Random expressions, each from a number in a few microseconds, and what Python makes of them.

Most are numbers put together with operators and no brackets, since that is where a parser goes
wrong; some are lists, and every function is called.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import reduce
from itertools import accumulate, pairwise
from operator import add
from random import Random
from typing import Any

VALUES: dict[str, Any] = {
    "a": 3, "b": 0, "c": -7, "d": 2.5, "t": True, "f": False, "big": 2**62, "tiny": 1e-300,
    "xs": [1, 2, 3], "ys": [], "rows": [[1, 2.5], [-3, 4]], "word": "same",
}  # fmt: skip
LIMIT = 2**63
LEAVES = [
    "a", "b", "c", "d", "t", "f", "big", "tiny", "True", "False", "0", "1", "2", "3", "7", "10",
    "64", "99", "0.5", ".5", "3.", "1e3", "2.5e-1", "1e308", "4294967296", "9223372036854775807",
]  # fmt: skip
LISTS = ["xs", "xs", "ys", "[]", "rows[0]", "rows[1]", "range(4)", "reversed(xs)", "cumsum(xs)"]
SMALL = ["0", "1", "2", "3", "-1", "-2", "a", "b", "t", "0.5", "d", "65"]
ARITHMETIC = ["+", "-", "*", "/", "//", "%"]
COMPARISON = ["<", "<=", ">", ">=", "==", "!="]

Draw = Callable[[Random, int], str]


def number(rng: Random, depth: int) -> str:
    """An expression that is a number, unless it fails."""
    if depth <= 0 or rng.random() < 0.15:
        return rng.choice(LEAVES)
    return rng.choice(NUMBERS)(rng, depth - 1)


def lists(rng: Random, depth: int) -> str:
    """An expression that is a list, unless it fails."""
    if depth <= 0 or rng.random() < 0.3:
        return rng.choice(LISTS)
    return rng.choice(LISTS_OF)(rng, depth - 1)


def _infix(operators: list[str], form: str) -> Draw:
    def draw(rng: Random, depth: int) -> str:
        return form.format(number(rng, depth), rng.choice(operators), number(rng, depth))

    return draw


def _form(form: str, *parts: Draw | list[str]) -> Draw:
    def draw(rng: Random, depth: int) -> str:
        return form.format(
            *(rng.choice(p) if isinstance(p, list) else p(rng, depth) for p in parts)
        )

    return draw


_SLICES = ["0", "1", "-1", "2", "-2", "", "", "5"]
NUMBERS: list[Draw] = [
    _infix(ARITHMETIC, "{} {} {}"),
    _infix(ARITHMETIC, "{}{}{}"),
    _infix(ARITHMETIC, "({} {} {})"),
    _infix(COMPARISON, "{} {} {}"),
    _infix(COMPARISON, "({} {} {})"),
    _infix(["and", "or"], "{} {} {}"),
    _form("{}**{}", number, SMALL),
    _form("({}) ** {}", number, SMALL),
    _form("{}{}", ["-", "+", "not ", "- -", "-+"], number),
    _form("{} if {} else {}", number, number, number),
    _form("({} if {} else {})", number, number, number),
    _form("{}({})", ["abs", "round", "floor", "ceil", "exp", "sqrt", "log", "max"], number),
    _form("{}({}, {})", ["max", "min", "log", "make_divisible"], number, number),
    _form("round({}, {})", number, SMALL),
    _form("{}({})", ["sum", "len", "prod", "max", "min"], lists),
    _form("({})[{}]", lists, SMALL),
    _form("{}[{}]", LISTS, SMALL),
    _form("({} {} {})", number, ["in", "not in"], lists),
    _form("({} {} {})", lists, ["==", "!="], lists),
    _form("({} == '{}')", ["word", "a"], ["same", "valid"]),
    _form("make_divisible({}, {}, {})", number, SMALL, SMALL),
]
LISTS_OF: list[Draw] = [
    _form("[{}, {}]", number, number),
    _form("[{}]", number),
    _form("{} + {}", lists, lists),
    _form("{} * {}", lists, SMALL),
    _form("{}[{}:{}]", lists, _SLICES, _SLICES),
    _form("{}[{}:{}:{}]", lists, _SLICES, _SLICES, _SLICES),
    _form("[{} {} x for x in {}]", number, ["+", "-", "/", "//", "%"], lists),
    _form("[x {} {} for x in {}]", COMPARISON, number, lists),
    _form("[x + {} for x in {} if x > {}]", number, lists, number),
    _form("[x * {} + y for x, y in {}]", number, ["rows", "zip(xs, [4, 5, 6])", "[xs]"]),
    _form("range({}, {}, {})", SMALL, SMALL, SMALL),
    _form("{}({})", ["reversed", "cumsum"], lists),
    _form("linspace({}, {}, {})", number, number, SMALL),
    _form("split({}, [{}, {}])", lists, SMALL, SMALL),
    _form("zip({}, {})", lists, lists),
]


def expression(seed: int) -> str:
    """The expression of a number."""
    rng = Random(seed)
    depth = rng.choice((1, 2, 2, 3, 3, 4))
    return number(rng, depth) if rng.random() < 0.85 else lists(rng, depth)


def quick(text: str) -> bool:
    """Whether no power in a text keeps Python busy: `99**65**65` would for years."""
    powers = text.count("**")
    return powers < 2 or (powers == 2 and "64" not in text and "65" not in text)


def _whole(value: Any) -> int:
    """A number that has to be whole, as archc takes an integral float for one."""
    if isinstance(value, float) and not value.is_integer():
        raise ValueError(value)
    return int(0 + value)


def _round(x: Any, digits: Any = None) -> Any:
    return round(x) if digits is None else round(x, _whole(digits))


def _range(*bounds: Any) -> list[int]:
    return list(range(*map(_whole, bounds)))


def _prod(values: list[Any]) -> Any:
    """As `math.prod`, but that no number may repeat a list more often than an expression may."""
    total: Any = 1
    for value in values:
        if {type(total), type(value)} == {list, int} and max(total, value, key=_count) > 10_000:
            raise ValueError(values)
        total = total * value
    return total


def _count(value: Any) -> int:
    return value if isinstance(value, int) else 0


def _linspace(first: Any, last: Any, count: Any) -> list[float]:
    steps, _ = _whole(count), (0 + first, 0 + last)  # neither may be a list
    if steps < 0:
        raise ValueError(count)
    inner = [float(first + (last - first) * k / (steps - 1)) for k in range(steps - 1)]
    return [*inner, float(last)] if steps > 1 else [float(-0.0 + first)] * steps


def _split(values: list[Any], lengths: list[Any]) -> list[list[Any]]:
    sizes = [_whole(size) for size in lengths]
    if min(sizes) < 0 or sum(sizes) != len(values):
        raise ValueError(sizes)
    return [values[a:b] for a, b in pairwise([0, *accumulate(sizes)])]


def _make_divisible(v: Any, divisor: Any, min_value: Any = None) -> int:
    """torchvision's `_make_divisible`, word for word but for what it takes."""
    divisor = _whole(divisor)
    if divisor < 1:
        raise ValueError(divisor)
    low = divisor if min_value is None else _whole(min_value)
    new_v = max(low, int(v + divisor / 2) // divisor * divisor)
    if new_v < 0.9 * v:
        new_v += divisor
    return new_v


def _zip(*lists: list[Any]) -> list[list[Any]]:
    return [list(row) for row in zip(*lists, strict=True)]


PYTHON: dict[str, Any] = {
    "__builtins__": {}, "abs": abs, "max": max, "min": min, "round": _round, "len": len,
    "floor": math.floor, "ceil": math.ceil, "exp": math.exp, "sqrt": math.sqrt, "log": math.log,
    "sum": lambda values: reduce(add, values, 0), "prod": _prod, "range": _range,
    "cumsum": lambda values: list(accumulate(values, initial=0))[1:], "linspace": _linspace,
    "split": _split, "reversed": lambda values: list(reversed(values)), "zip": _zip,
    "make_divisible": _make_divisible, **VALUES,
}  # fmt: skip


def fits(value: Any) -> bool:
    """Whether a value is one that an expression may have: 64 bits, finite, real."""
    if isinstance(value, list):
        return all(map(fits, value))
    if isinstance(value, float):
        return math.isfinite(value)
    return isinstance(value, int) and -LIMIT <= value < LIMIT
