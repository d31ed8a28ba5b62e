"""What holds of a size for every value of its symbols, which are at least 1."""

from __future__ import annotations

from functools import lru_cache
from math import gcd

from archc.ir.polynomial import (
    Dim,
    Floor,
    Monomial,
    Size,
    SizeLimit,
    bind,
    floor_div,
    from_terms,
    symbol,
    symbols,
    terms_of,
)

MAX_STEPS = 400
"""Steps of one polynomial division or relaxation."""


def compare_equal(a: Size, b: Size) -> bool | None:
    """Whether two sizes are the same: always, never, or (None) depending on the symbols.

    >>> h = symbol("H")
    >>> compare_equal((h - 1) // 2 + 1, (h + 1) // 2)
    True
    >>> compare_equal(h, h + 1), compare_equal(2 * (h // 2), h)
    (False, None)
    """
    return _is_zero(a - b)


@lru_cache(16384)
def _is_zero(gap: Size) -> bool | None:
    if isinstance(gap, Dim):
        gap = _reflected(gap)
    if isinstance(gap, int):
        return gap == 0
    if divisible(gap, gcd(*(count for mono, count in gap.terms if mono))) is False:
        return False
    low, high = _low(gap), _low(-gap)
    return False if (low is not None and low > 0) or (high is not None and high > 0) else None


def _reflected(size: Dim) -> Size:
    """Each floor division written as the smaller of its two forms: `(H + 1)//2 == H - H//2`."""
    total: Size = 0
    for mono, count in size.terms:
        value: Size = count
        for factor, power in mono:
            put = _canonical(factor) if isinstance(factor, Floor) else symbol(factor)
            for _ in range(power):
                value = value * put
        total = total + value
    return total


@lru_cache(4096)
def _canonical(floor: Floor) -> Size:
    # -floor(R/d) = ceil(-R/d) = floor((d - 1 - R)/d)
    this = from_terms([(((floor, 1),), 1)])
    other = -floor_div(floor.by - 1 - floor.inner, floor.by)
    return min(this, other, key=lambda form: [abs(n) for n in _numerator(form)])


def _numerator(size: Size) -> list[int]:
    for mono, _ in terms_of(size):
        for factor, _ in mono:
            if isinstance(factor, Floor):
                constant = sum(count for term, count in factor.inner.terms if not term)
                return [*(count for term, count in factor.inner.terms if term), constant]
    return []


def compare_at_least(a: Size, low: int) -> bool | None:
    """Whether `a >= low`: always, never, or (None) depending on the symbols.

    >>> h = symbol("H")
    >>> compare_at_least((h + 1) // 2, 1), compare_at_least(h - 6, 1), compare_at_least(-h, 0)
    (True, None, False)
    """
    if isinstance(a, int):
        return a >= low
    return _compare_at_least(a, low)


@lru_cache(16384)
def _compare_at_least(a: Dim, low: int) -> bool | None:
    least = _low(a)
    if least is not None and least >= low:
        return True
    greatest = _low(-a)
    return False if greatest is not None and -greatest < low else None


@lru_cache(16384)
def _low(size: Dim) -> int | None:
    """A number that the size never falls below, where one is found."""
    if never_falls(size):
        return _at_ones(size)
    try:
        return _relaxed_low(size)
    except SizeLimit:
        return None


def never_falls(size: Dim) -> bool:
    """Whether each of its terms grows with its symbols."""
    return all(count > 0 for mono, count in size.terms if mono)


def _at_ones(size: Size) -> int:
    value = bind(size, dict.fromkeys(symbols(size), 1))
    assert isinstance(value, int)
    return value


def _relaxed_low(size: Dim) -> int | None:
    """A bound from `(R - d + 1)/d <= R//d <= R/d`, then with each symbol as one plus something."""
    scale, loose = 1, size
    for _ in range(MAX_STEPS):
        floor = _first_floor(loose)
        if floor is None:
            break
        relaxed = _without(loose, floor)
        scale *= floor.by
        if isinstance(relaxed, int):
            return -(-relaxed // scale)
        loose = relaxed
    else:
        return None
    shifted = bind(loose, {name: symbol(name) + 1 for name in symbols(loose)})
    if isinstance(shifted, Dim) and not never_falls(shifted):
        return None
    return -(-_at_ones(loose) // scale)


def _first_floor(size: Dim) -> Floor | None:
    for mono, _ in size.terms:
        for factor, _ in mono:
            if isinstance(factor, Floor):
                return factor
    return None


def _without(size: Dim, floor: Floor) -> Size:
    """A lower bound of `floor.by * size` with one factor `floor` fewer in each monomial."""
    total: Size = 0
    for mono, count in size.terms:
        powers = dict(mono)
        if floor not in powers:
            total = total + from_terms([(mono, count * floor.by)])
            continue
        powers[floor] -= 1
        rest: Monomial = tuple((factor, power) for factor, power in powers.items() if power)
        bound = floor.inner - (floor.by - 1) if count > 0 else floor.inner
        total = total + from_terms([(rest, count)]) * bound
    return total


def divisible(a: Size, n: int) -> bool | None:
    """Whether `a % n == 0`: always, never, or (None) depending on the symbols.

    >>> h = symbol("H")
    >>> divisible(4 * h, 2), divisible(4 * h + 1, 2), divisible(h, 2)
    (True, False, None)
    """
    rest = a % n
    if isinstance(rest, int):
        return rest == 0
    common = gcd(n, *(count for mono, count in terms_of(a) if mono))
    constant = sum(count for mono, count in terms_of(a) if not mono)
    return None if constant % common == 0 else False


def exact_div(a: Size, b: Size) -> Size | None:
    """`a / b` where it is provably whole for all values of the symbols, else None.

    >>> h, w = symbol("H"), symbol("W")
    >>> exact_div(6 * h * w + 2 * w, 2 * w), exact_div(h, 2)
    (3*H + 1, None)
    """
    if b == 0:
        return None
    if isinstance(b, Dim):
        return _long_division(a, b)
    quotient = floor_div(a if b > 0 else -a, abs(b))
    return quotient if quotient * b == a else None


def _long_division(a: Size, b: Dim) -> Size | None:
    order = _factor_ranks(a, b)
    lead, lead_count = max(b.terms, key=lambda term: order(term[0]))
    quotient: Size = 0
    for _ in range(MAX_STEPS):
        if a == 0:
            return quotient
        mono, count = max(terms_of(a), key=lambda term: order(term[0]))
        rest = _cancel(mono, lead)
        if rest is None or count % lead_count:
            return None
        step = from_terms([(rest, count // lead_count)])
        quotient, a = quotient + step, a - step * b
    return None


class _Order:
    """Monomials by degree, then by the powers of the factors: an order that products keep."""

    def __init__(self, factors: list[object]) -> None:
        self.factors = factors

    def __call__(self, mono: Monomial) -> tuple[int, list[int]]:
        powers: dict[object, int] = dict(mono)
        return sum(powers.values()), [powers.get(factor, 0) for factor in self.factors]


def _factor_ranks(*sizes: Size) -> _Order:
    found = {factor: None for s in sizes for mono, _ in terms_of(s) for factor, _ in mono}
    return _Order(list(found))


def _cancel(mono: Monomial, by: Monomial) -> Monomial | None:
    powers = dict(mono)
    for factor, power in by:
        powers[factor] = powers.get(factor, 0) - power
    if any(power < 0 for power in powers.values()):
        return None
    return tuple((factor, power) for factor, power in powers.items() if power)
