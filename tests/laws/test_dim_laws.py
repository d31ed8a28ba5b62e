"""The algebra of sizes agrees with integers: each law is tried on drawn sizes and drawn values."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import dataclass
from math import lcm

from hypothesis import assume, given
from hypothesis import strategies as st

from archc.ir.dim import (
    Dim,
    Size,
    SizeLimit,
    bind,
    ceil_div,
    compare_at_least,
    compare_equal,
    divisible,
    divisors,
    exact_div,
    lower_bound,
    product,
    symbol,
    symbols,
    upper_bound,
)

NAMES = ("H", "W", "N")


@dataclass(frozen=True)
class Drawn:
    """A way to compute a size: from symbols, or from the numbers in their place."""

    operator: str
    left: Drawn | str | int
    right: Drawn | str | int

    def run(self, values: dict[str, Size]) -> Size:
        a, b = _run(self.left, values), _run(self.right, values)
        match self.operator:
            case "+":
                return a + b
            case "-":
                return a - b
            case "*":
                return a * b
            case "//":
                assert isinstance(b, int)
                return a // b
        assert isinstance(b, int)
        return a % b


def _run(part: Drawn | str | int, values: dict[str, Size]) -> Size:
    if isinstance(part, Drawn):
        return part.run(values)
    return values[part] if isinstance(part, str) else part


def number(size: Size) -> int:
    """A size that has no symbol in it."""
    assert isinstance(size, int)
    return size


def _grow(inner: st.SearchStrategy[Drawn | str | int]) -> st.SearchStrategy[Drawn]:
    return st.one_of(
        st.builds(Drawn, st.sampled_from("+-"), inner, inner),
        st.builds(Drawn, st.just("*"), inner, inner),
        st.builds(Drawn, st.sampled_from(["//", "%"]), inner, st.integers(1, 12)),
    )


SIZES = st.recursive(
    st.one_of(st.sampled_from(NAMES), st.integers(-9, 40)), _grow, max_leaves=8
).map(lambda part: part if isinstance(part, Drawn) else Drawn("+", part, 0))
GROWING = st.recursive(
    st.one_of(st.just("H"), st.integers(0, 40)),
    lambda inner: st.one_of(
        st.builds(Drawn, st.sampled_from("+*"), inner, inner),
        st.builds(Drawn, st.just("//"), inner, st.integers(1, 12)),
    ),
    max_leaves=6,
).map(lambda part: part if isinstance(part, Drawn) else Drawn("+", part, 0))
"""Sizes that never fall as their only symbol grows."""
VALUES = st.fixed_dictionaries({name: st.integers(1, 70) for name in NAMES})
SYMBOLS: dict[str, Size] = {name: symbol(name) for name in NAMES}


def symbolic(drawn: Drawn) -> Size:
    """The size with symbols in it; draws that exceed the limits are left out."""
    try:
        return drawn.run(SYMBOLS)
    except SizeLimit:
        assume(condition=False)
        raise


@given(SIZES, VALUES)
def test_binding_gives_what_integers_give(drawn: Drawn, values: dict[str, int]) -> None:
    assert bind(symbolic(drawn), values) == drawn.run(dict(values))


@given(SIZES, VALUES)
def test_binding_one_symbol_after_another_changes_nothing(
    drawn: Drawn, values: dict[str, int]
) -> None:
    size = symbolic(drawn)
    for name, value in values.items():
        size = bind(size, {name: value})
    assert size == drawn.run(dict(values))


@given(SIZES, VALUES)
def test_text_is_python_with_the_same_value(drawn: Drawn, values: dict[str, int]) -> None:
    size = symbolic(drawn)
    assert eval(str(size), {}, dict(values)) == bind(size, values)


@given(SIZES, SIZES, VALUES)
def test_comparison_of_two_sizes_is_sound(a: Drawn, b: Drawn, values: dict[str, int]) -> None:
    left, right = symbolic(a), symbolic(b)
    holds = compare_equal(left, right)
    assume(holds is not None)
    assert (bind(left, values) == bind(right, values)) is holds


@given(SIZES, st.integers(-20, 60), VALUES)
def test_bounds_are_sound(drawn: Drawn, low: int, values: dict[str, int]) -> None:
    size = symbolic(drawn)
    holds = compare_at_least(size, low)
    assume(holds is not None)
    value = bind(size, values)
    assert isinstance(value, int)
    assert (value >= low) is holds


@given(SIZES, st.integers(1, 12), VALUES)
def test_divisibility_is_sound(drawn: Drawn, n: int, values: dict[str, int]) -> None:
    size = symbolic(drawn)
    holds = divisible(size, n)
    assume(holds is not None)
    value = bind(size, values)
    assert isinstance(value, int)
    assert (value % n == 0) is holds


@given(SIZES, SIZES, VALUES)
def test_exact_division_undoes_multiplication(a: Drawn, b: Drawn, values: dict[str, int]) -> None:
    left, right = symbolic(a), symbolic(b)
    assume(right != 0)
    try:
        whole = left * right
    except SizeLimit:
        assume(condition=False)
        raise
    assert exact_div(whole, right) == left
    quotient = exact_div(left, right)
    if quotient is not None:
        assert bind(quotient, values) * bind(right, values) == bind(left, values)


@given(SIZES, st.integers(-5, 200))
def test_a_lower_bound_is_the_smallest_value_that_is_enough(drawn: Drawn, low: int) -> None:
    size = symbolic(drawn)
    found = lower_bound(size, low)
    assume(found is not None)
    assert found is not None
    name, least = found
    enough, below = bind(size, {name: least}), bind(size, {name: least - 1})
    assert isinstance(enough, int)
    assert isinstance(below, int)
    assert enough >= low
    assert least == 1 or below < low


@given(GROWING, st.integers(0, 400), st.integers(1, 12), st.integers(-5, 9))
def test_an_upper_bound_is_the_largest_value_that_is_still_enough(
    drawn: Drawn, whole: int, by: int, low: int
) -> None:
    size = (whole - symbolic(drawn)) // by
    found = upper_bound(size, low)
    assume(found is not None)
    assert found is not None
    name, most = found
    assert number(bind(size, {name: 1})) >= low
    assert number(bind(size, {name: most})) >= low > number(bind(size, {name: most + 1}))


@given(st.integers(0, 60), st.integers(1, 12), st.integers(1, 9), st.integers(-5, 9))
def test_what_is_left_of_a_number_bounds_a_size_from_above(
    whole: int, by: int, times: int, low: int
) -> None:
    """Each form of a difference that falls is solved, wherever the division stands."""
    forms: tuple[Callable[[Size], Size], ...] = (
        lambda h: (whole - times * h) // by,
        lambda h: whole - times * h // by,
        lambda h: whole - times * (h // by),
    )
    for form in forms:
        enough = [n for n in range(1, 1000) if number(form(n)) >= low]
        if enough:
            assert upper_bound(form(symbol("H")), low) == ("H", enough[-1])


@given(SIZES, st.integers(0, 5))
def test_sizes_that_all_divisors_divide_leave_no_division(drawn: Drawn, rest: int) -> None:
    size = symbolic(drawn)
    every = lcm(*divisors(size))
    try:
        known = bind(size, {name: every * symbol(name) + rest for name in NAMES})
    except SizeLimit:
        assume(condition=False)
        raise
    assert not divisors(known)
    assert bool(divisors(size)) is ("//" in str(size) or "%" in str(size))


@given(SIZES)
def test_a_size_without_symbols_is_a_plain_int(drawn: Drawn) -> None:
    size = symbolic(drawn)
    assert isinstance(size, int) is (not symbols(size))


@given(SIZES)
def test_pickle_keeps_sizes(drawn: Drawn) -> None:
    size = symbolic(drawn)
    copy = pickle.loads(pickle.dumps(size))
    assert copy == size
    assert hash(copy) == hash(size)


@given(SIZES, SIZES, SIZES)
def test_products_do_not_depend_on_order(a: Drawn, b: Drawn, c: Drawn) -> None:
    sizes = [symbolic(one) for one in (a, b, c)]
    try:
        assert product(sizes) == product(reversed(sizes))
    except SizeLimit:
        assume(condition=False)


@given(
    st.lists(st.tuples(st.integers(1, 7), st.integers(0, 3), st.integers(1, 4)), max_size=9),
    st.integers(1, 500),
)
def test_a_chain_of_convolutions_stays_one_term(
    layers: list[tuple[int, int, int]], height: int
) -> None:
    size: Size = symbol("H")
    number = height
    for kernel, padding, stride in layers:
        size = (size + 2 * padding - kernel) // stride + 1
        number = (number + 2 * padding - kernel) // stride + 1
    assert bind(size, {"H": height}) == number
    assert isinstance(size, Dim)
    assert str(size).count("H") == 1


@given(SIZES, st.integers(1, 9), VALUES)
def test_ceiling_division_rounds_up(drawn: Drawn, by: int, values: dict[str, int]) -> None:
    size = symbolic(drawn)
    value = bind(size, values)
    assert isinstance(value, int)
    assert bind(ceil_div(size, by), values) == -(-value // by)
