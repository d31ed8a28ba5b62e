from __future__ import annotations

from collections.abc import Callable

import pytest

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
)

H, W, N = symbol("H"), symbol("W"), symbol("N")


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (H, "H"),
        (-H, "-H"),
        (-(H // 2), "-(H//2)"),
        (-3 * (H // 2), "-3*(H//2)"),
        (-(H // 2) * (H // 2), "-(H//2)**2"),
        (W - H // 2, "W - H//2"),
        (3 - H, "3 - H"),
        (2 * H + 1, "2*H + 1"),
        (3 * N * H * W, "3*H*N*W"),
        (H * H, "H**2"),
        ((H + 1) // 2, "(H + 1)//2"),
        ((H - 3) // 2, "(H - 3)//2"),
        (((H - 1) // 2 - 1) // 2 + 2, "(H + 5)//4"),
        (3 * H // 2, "3*H//2"),
        (3 * (H // 2), "3*(H//2)"),
        (H - H // 2, "(H + 1)//2"),
        (H % 2, "H % 2"),
        (H // 8 % 2, "H//8 % 2"),
        (H % 4 + W, "W + H % 4"),
        (2 * ((H - 3) // 2), "2*((H - 3)//2)"),
        (N * ((H + 1) // 2) * ((W + 1) // 2), "N*((H + 1)//2)*((W + 1)//2)"),
        (64 * ((H - 3) // 2) * ((W - 3) // 2), "64*((H - 3)//2)*((W - 3)//2)"),
        (W + H // 2, "W + H//2"),
        ((H + W) // 2, "(H + W)//2"),
        (N * (H + 1) * (W + 1), "N*(H + 1)*(W + 1)"),
        (4 * N * (H + 1), "4*N*(H + 1)"),
        (H * H * (W + 1), "H**2*(W + 1)"),
        (5 * (H // 2) * (W + 1), "5*(H//2)*(W + 1)"),
        (2 * (H // 2) + 2 * W, "2*(W + H//2)"),
    ],
)
def test_sizes_print_as_people_write_them(size: Size, text: str) -> None:
    assert str(size) == text


@pytest.mark.parametrize(
    ("a", "b", "holds"),
    [
        ((H - 1) // 2 + 1, (H + 1) // 2, True),
        (H - H // 2, (H + 1) // 2, True),
        (H // 2 + (H + 1) // 2, H, True),
        ((H // 2) // 3, H // 6, True),
        (2 * (H // 2), H, None),
        (H, H + 1, False),
        (H, 0, False),
        (H, W, None),
        (2 * H, 2 * W + 1, False),
        (H * W, -3, False),
        (H // 2 + 4, H // 2 - H, False),
        (7, 7, True),
        (7, 8, False),
    ],
)
def test_equality_has_three_answers(a: Size, b: Size, *, holds: bool | None) -> None:
    assert compare_equal(a, b) is holds
    assert compare_equal(b, a) is holds


@pytest.mark.parametrize(
    ("size", "low", "holds"),
    [
        (H, 1, True),
        (H, 2, None),
        ((H + 1) // 2, 1, True),
        ((H - 7) // 2 + 1, 1, None),
        (-H, 0, False),
        (5 - H, 5, False),
        (H - H // 2, 1, True),
        (H // 2 - H // 4, 0, True),
        (H * H - H, 0, True),
        (H * W - H, 0, True),
        (H - W, 0, None),
        (4, 4, True),
        (3, 4, False),
    ],
)
def test_bounds_have_three_answers(size: Size, low: int, *, holds: bool | None) -> None:
    assert compare_at_least(size, low) is holds


@pytest.mark.parametrize(
    ("size", "n", "holds"),
    [(4 * H, 2, True), (4 * H + 1, 2, False), (H, 2, None), (6, 3, True), (7, 3, False)],
)
def test_divisibility_has_three_answers(size: Size, n: int, *, holds: bool | None) -> None:
    assert divisible(size, n) is holds


@pytest.mark.parametrize(
    ("a", "b", "quotient"),
    [
        (12, 4, 3),
        (12, 5, None),
        (12, 0, None),
        (12, -4, -3),
        (6 * H, 3, 2 * H),
        (H, 2, None),
        (H * W, W, H),
        (H * W + W, H + 1, W),
        (H * H - 1, H - 1, H + 1),
        (H, W, None),
        (4, H, None),
        (0, H, 0),
        ((H // 2) * N * 3, H // 2, 3 * N),
    ],
)
def test_exact_division_is_proved_or_refused(a: Size, b: Size, quotient: Size | None) -> None:
    assert exact_div(a, b) == quotient


def test_a_lower_bound_names_the_symbol_and_the_smallest_value() -> None:
    assert lower_bound((H - 63) // 32 + 1, 1) == ("H", 63)
    assert lower_bound(H, 1) == ("H", 1)
    assert lower_bound(H * H, 10) == ("H", 4)
    assert lower_bound(H, 2**62) == ("H", 2**62)


def test_a_lower_bound_is_refused_where_it_is_not_one_number() -> None:
    assert lower_bound(H + W, 3) is None
    assert lower_bound(10 - H, 3) is None
    assert lower_bound(10, 3) is None
    assert lower_bound(H, 2**62 + 1) is None


def test_arithmetic_gives_an_int_back_where_symbols_cancel() -> None:
    assert (H + 3 - H, type(H - H)) == (3, int)
    assert (2 * H // 2, H * 0, (2 * H + 1) % 2) == (H, 0, 1)


def test_a_size_can_be_put_in_place_of_a_symbol() -> None:
    assert bind(H // 16, {"H": 16 * symbol("h")}) == symbol("h")
    assert bind(H + W, {"H": 3}) == W + 3
    assert symbols((H + W) // 2) == {"H", "W"}
    assert symbols(3) == frozenset()


def test_divisors_inside_one_another_are_multiplied() -> None:
    assert divisors((2 * (H // 3) + 1) // 5 + W // 2) == {2, 5, 15}
    assert divisors(H + 1) == divisors(7) == frozenset()


def test_helpers_take_plain_integers_too() -> None:
    assert (ceil_div(7, 2), product([2, 3, 4]), product([])) == (4, 24, 1)


@pytest.mark.parametrize("by", [0, -2])
def test_division_by_what_is_not_positive_is_refused(by: int) -> None:
    with pytest.raises(ValueError, match="positive"):
        H // by
    with pytest.raises(ValueError, match="positive"):
        H % by


def test_a_fraction_is_not_a_size() -> None:
    with pytest.raises(TypeError):
        H + 0.5  # type: ignore[operator]
    with pytest.raises(TypeError):
        H // H  # type: ignore[operator]


def test_sizes_that_explode_are_refused() -> None:
    with pytest.raises(SizeLimit):
        product(symbol(f"a{i}") + 1 for i in range(20))
    with pytest.raises(SizeLimit):
        product([H] * 40)
    with pytest.raises(SizeLimit):
        2**62 * H * 2


def _nested(times: int) -> Size:
    size: Size = H
    for _ in range(times):
        size = (2 * size + 1) // 3
    return size


@pytest.mark.parametrize(
    ("grow", "limit"),
    [
        (lambda n: sum(symbol(f"a{i}") for i in range(n)), 200),
        (lambda n: sum(symbol(f"a{i}") for i in range(n - 2)) // 2 + H, 200),
        (lambda n: product([H] * n), 32),
        (lambda n: product([H // 2] * (n - 1)) * W, 32),
        (_nested, 32),
        (lambda n: n * H, 2**63 - 1),
        (lambda n: H - n, 2**63 - 1),
    ],
    ids=[
        "terms",
        "terms inside",
        "degree",
        "degree of floors",
        "nesting",
        "coefficient",
        "constant",
    ],
)
def test_a_size_may_be_as_large_as_its_limits(grow: Callable[[int], Size], limit: int) -> None:
    assert isinstance(grow(limit), Dim)
    with pytest.raises(SizeLimit):
        grow(limit + 1)


def test_weight_nesting_and_degree_say_how_large_a_size_is() -> None:
    size = H * W * ((H * W * N + 1) // 2) + 3
    assert isinstance(size, Dim)
    assert (size.weight, size.nesting, size.degree) == (4, 1, 5)
    assert (H.weight, H.nesting, H.degree) == (1, 0, 1)


def _zigzag(times: int) -> Size:
    size: Size = H
    for _ in range(times):
        size = (3 * size + 1) // 2
    return size


def test_floors_that_do_not_collapse_are_refused_before_they_nest_too_deeply() -> None:
    assert isinstance(_zigzag(5), Dim)
    with pytest.raises(SizeLimit):
        _zigzag(10_000)


def test_order_of_terms_does_not_depend_on_how_a_size_was_made() -> None:
    assert str(W + H + 1) == str(1 + H + W) == "H + W + 1"
