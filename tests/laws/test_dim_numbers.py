"""The algebra of sizes against integers, in great number: nothing that it says differs."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from random import Random

import pytest
from shards import shards

from archc.ir.dim import (
    Dim,
    Size,
    SizeLimit,
    bind,
    ceil_div,
    compare_at_least,
    compare_equal,
    divisible,
    exact_div,
    lower_bound,
    symbol,
    symbols,
    upper_bound,
)

NAMES = ("H", "W", "N")
SYMBOLS: dict[str, Size] = {name: symbol(name) for name in NAMES}
WIDE = {"H": (1, 2, 3, 4, 7, 12, 33, 224), "W": (1, 2, 3, 5, 8, 31), "N": (1, 2, 5)}
GRID = [dict(zip(NAMES, row, strict=True)) for row in product(*WIDE.values())]
"""Values that every size is tried at."""


@dataclass(frozen=True)
class Drawn:
    """A size as Python text, and the same with symbols in it."""

    text: str
    size: Size

    def at(self, values: dict[str, int]) -> int:
        """The value, by Python's own integers."""
        return int(eval(self.text, {"__builtins__": {}}, values))


def draw(rng: Random, depth: int) -> Drawn:
    """A size. Raises `SizeLimit`."""
    if depth == 0 or rng.random() < 0.1:
        name = rng.choice(NAMES)
        return Drawn(name, SYMBOLS[name])
    a = draw(rng, depth - 1)
    kind = rng.random()
    if kind < 0.35:
        return _with_number(rng, a)
    if kind < 0.55:
        kernel, padding, stride = rng.randint(1, 7), rng.randint(0, 3), rng.randint(1, 4)
        text = f"(({a.text} + {2 * padding - kernel}) // {stride} + 1)"
        return Drawn(text, (a.size + (2 * padding - kernel)) // stride + 1)
    b = draw(rng, rng.randrange(depth))
    if kind < 0.75:
        return Drawn(f"({a.text} + {b.text})", a.size + b.size)
    if kind < 0.9:
        return Drawn(f"({a.text} - {b.text})", a.size - b.size)
    return Drawn(f"({a.text} * {b.text})", a.size * b.size)


def _with_number(rng: Random, a: Drawn) -> Drawn:
    n = rng.choice((1, 2, 2, 3, 4, 5, 7, 8, 16, 32))
    match rng.choice("+-*/%~"):
        case "+":
            return Drawn(f"({a.text} + {n})", a.size + n)
        case "-":
            return Drawn(f"({n} - {a.text})", n - a.size)
        case "*":
            return Drawn(f"({a.text} * {n})", a.size * n)
        case "/":
            return Drawn(f"({a.text} // {n})", a.size // n)
        case "%":
            return Drawn(f"({a.text} % {n})", a.size % n)
        case _:
            return Drawn(f"-(-{a.text} // {n})", ceil_div(a.size, n))


def number(size: Size) -> int:
    assert isinstance(size, int)
    return size


def pair(rng: Random) -> tuple[Drawn, Drawn]:
    """Two sizes, often near each other, so that equality is a question. Raises `SizeLimit`."""
    a, b = draw(rng, rng.choice((1, 2, 2, 3, 3, 4))), draw(rng, rng.choice((1, 2, 2, 3)))
    if rng.random() < 0.3:
        b = Drawn(f"({a.text} - {b.text} + {b.text})", a.size - b.size + b.size)
    for size in (a.size, b.size):
        if isinstance(size, Dim) and size.weight > 16 and rng.random() < 0.95:
            raise SizeLimit("rarely, since these take long")
    return a, b


def check(rng: Random, a: Drawn, b: Drawn) -> None:
    """All that is said of two sizes, at two points of the grid."""
    written, same = str(a.size), compare_equal(a.size, b.size)
    n, low = rng.randint(1, 12), rng.randint(-20, 60)
    enough, divides = compare_at_least(a.size, low), divisible(a.size, n)
    quotient = exact_div(a.size, b.size)
    turned = bind(a.size, {"W": symbol("N"), "N": symbol("W")})
    for values in rng.sample(GRID, 2):
        x, y = a.at(values), b.at(values)
        assert bind(a.size, values) == x
        assert eval(written, {"__builtins__": {}}, values) == x
        assert same in {None, x == y}
        assert enough in {None, x >= low}
        assert divides in {None, x % n == 0}
        assert quotient is None or number(bind(quotient, values)) * y == x
        assert bind(turned, {**values, "N": values["W"], "W": values["N"]}) == x
    check_bound(a.size, low)


def check_bound(size: Size, low: int) -> None:
    """The smallest or largest value of the only symbol that is enough; the next one is not."""
    for found in (lower_bound(size, low), upper_bound(size, low)):
        assert found is None or symbols(size) == {found[0]}
    if found := lower_bound(size, low):
        name, least = found
        assert number(bind(size, {name: least})) >= low
        assert least == 1 or number(bind(size, {name: least - 1})) < low
    if found := upper_bound(size, low):
        name, most = found
        assert number(bind(size, {name: most})) >= low > number(bind(size, {name: most + 1}))


@pytest.mark.parametrize("cases", shards(ci=20_000, long=1_000_000, size=1_000))
def test_sizes_are_what_integers_say(cases: range) -> None:
    told = 0
    for seed in cases:
        rng = Random(seed)
        try:
            a, b = pair(rng)
            check(rng, a, b)
        except SizeLimit:
            continue
        except AssertionError as problem:
            raise AssertionError(f"case {seed}: {a.text} and {b.text}") from problem
        told += compare_equal(a.size, b.size) is not None
    assert told > len(cases) / 3
