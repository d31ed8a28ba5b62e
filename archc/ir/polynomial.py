"""Sizes with symbols in them, as polynomials in normal form.

A `Dim` is a sum of integer multiples of monomials. The factors of a monomial are symbols and floor
divisions by a number. Floor division is normalised, so that equal sizes are nearly always the same
object's equal: coefficients under a floor are brought into `0 .. divisor - 1`, common factors are
cancelled, and a chain of floors collapses, `((a*H + b)//c + d)//e == (a*H + b + c*d)//(c*e)`.

Symbols stand for integers of at least 1. From that and the normal form follows what `bounds.py`
builds on: every factor of a monomial is non-negative and never falls when a symbol grows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache, partial
from math import gcd
from operator import index
from typing import NamedTuple, TypeAlias

MAX_TERMS = 200
"""Terms of one size, those under floor divisions included."""
MAX_DEGREE = 32
"""Factors of one monomial, powers counted out."""
MAX_NESTING = 32
"""Floor divisions inside one another."""
MAX_COEFFICIENT = 2**63
"""Sizes stay within 64 bits."""


class SizeLimit(OverflowError):  # noqa: N818 (a limit, told as such)
    """A size grew beyond what any network needs."""


class Floor(NamedTuple):
    """The factor `inner // by`. `inner` is in normal form: positive coefficients below `by`."""

    inner: Dim
    by: int


Factor: TypeAlias = str | Floor
Monomial: TypeAlias = tuple[tuple[Factor, int], ...]


class Dim:
    """A size that depends on at least one symbol. Never constant: operators give an `int` then.

    >>> h = symbol("H")
    >>> (h - 1) // 2 + 1 == (h + 1) // 2
    True
    >>> str(((h - 1) // 2 - 1) // 2 + 2)
    '(H + 5)//4'
    >>> h - h
    0
    """

    __slots__ = ("_hash", "_text", "degree", "nesting", "terms", "weight")

    terms: tuple[tuple[Monomial, int], ...]
    weight: int
    nesting: int
    degree: int

    def __init__(self, terms: tuple[tuple[Monomial, int], ...]) -> None:
        """Take terms that are sorted and normal already; use `symbol` and operators instead."""
        floors = [factor for mono, _ in terms for factor, _ in mono if isinstance(factor, Floor)]
        self.terms = terms
        self.weight = len(terms) + sum(floor.inner.weight for floor in floors)
        self.nesting = max((floor.inner.nesting + 1 for floor in floors), default=0)
        self.degree = max(map(_degree, (mono for mono, _ in terms)))
        self._hash = hash(terms)
        self._text = ""
        if self.weight > MAX_TERMS or self.nesting > MAX_NESTING or self.degree > MAX_DEGREE:
            raise SizeLimit("a size grew to an expression that is too large")
        if any(abs(count) >= MAX_COEFFICIENT for _, count in terms):
            raise SizeLimit("a size grew beyond 64 bits")

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return isinstance(other, Dim) and self._hash == other._hash and self.terms == other.terms

    def __reduce__(self) -> tuple[type[Dim], tuple[tuple[tuple[Monomial, int], ...]]]:
        """Hashes of strings differ between processes, so a copy computes its own."""
        return Dim, (self.terms,)

    def __add__(self, other: Size) -> Size:
        return _add(self, other)

    __radd__ = __add__

    def __neg__(self) -> Dim:
        return Dim(tuple((mono, -count) for mono, count in self.terms))

    def __sub__(self, other: Size) -> Size:
        return _add(self, -other)

    def __rsub__(self, other: Size) -> Size:
        return _add(-self, other)

    def __mul__(self, other: Size) -> Size:
        return _multiply(self, other)

    __rmul__ = __mul__

    def __floordiv__(self, by: int) -> Size:
        return floor_div(self, by)

    def __mod__(self, by: int) -> Size:
        return self - by * floor_div(self, by)

    def __str__(self) -> str:
        if not self._text:
            from archc.ir.dim_text import text

            self._text = text(self)
        return self._text

    __repr__ = __str__


Size: TypeAlias = int | Dim


@lru_cache(4096)
def symbol(name: str) -> Dim:
    """The size that a symbol stands for.

    >>> symbol("H") * 2 + 1
    2*H + 1
    """
    return Dim(((((name, 1),), 1),))


def terms_of(size: Size) -> tuple[tuple[Monomial, int], ...]:
    """The terms of a size; a constant is a multiple of the empty monomial.

    Raises TypeError for what is not a size, a float for one.
    """
    if isinstance(size, Dim):
        return size.terms
    return (((), index(size)),) if size else ()


def from_terms(terms: Iterable[tuple[Monomial, int]]) -> Size:
    """The size that is the sum of some terms, which need not be sorted or distinct."""
    total: dict[Monomial, int] = {}
    for mono, count in terms:
        total[mono] = total.get(mono, 0) + count
    kept = [(mono, count) for mono, count in total.items() if count]
    if not kept:
        return 0
    if len(kept) == 1 and not kept[0][0]:
        return kept[0][1]
    if len(kept) > MAX_TERMS:
        raise SizeLimit("a size grew to an expression that is too large")
    if len(kept) > 1:
        kept.sort(key=_reading_order)
    return Dim(tuple(kept))


def _degree(mono: Monomial) -> int:
    return sum(
        power * (factor.inner.degree if isinstance(factor, Floor) else 1) for factor, power in mono
    )


def _reading_order(term: tuple[Monomial, int]) -> tuple[int, tuple[tuple[bool, str, int], ...]]:
    return _monomial_order(term[0])


@lru_cache(16384)
def _monomial_order(mono: Monomial) -> tuple[int, tuple[tuple[bool, str, int], ...]]:
    return -len(mono), tuple((*_factor_order(factor), -power) for factor, power in mono)


def _factor_order(factor: Factor) -> tuple[bool, str]:
    if isinstance(factor, Floor):
        return True, f"{factor.inner}//{factor.by}"
    return False, factor


@lru_cache(65536)
def _add(a: Size, b: Size) -> Size:
    return from_terms((*terms_of(a), *terms_of(b)))


@lru_cache(65536)
def _multiply(a: Size, b: Size) -> Size:
    left, right = terms_of(a), terms_of(b)
    return from_terms((_join(m, n), c * d) for m, c in left for n, d in right)


@lru_cache(65536)
def _join(a: Monomial, b: Monomial) -> Monomial:
    if not a or not b:
        return a or b
    powers = dict(a)
    for factor, power in b:
        powers[factor] = powers.get(factor, 0) + power
    return tuple(sorted(powers.items(), key=lambda item: _factor_order(item[0])))


def floor_div(size: Size, by: int) -> Size:
    """`size // by`, rounded down, for a positive number `by`.

    >>> floor_div(4 * symbol("H") + 3, 4)
    H
    """
    if index(by) < 1:
        raise ValueError("sizes are divided by positive numbers only")
    return size // by if isinstance(size, int) else _floor(size, by)


@lru_cache(65536)
def _floor(size: Dim, by: int) -> Size:
    # floor((by*q*m + r*m) / by) = q*m + floor(r*m / by), because the monomial m is an integer
    whole = from_terms((mono, count // by) for mono, count in size.terms)
    rest = from_terms((mono, count % by) for mono, count in size.terms)
    if isinstance(rest, int):
        return whole
    collapsed = _collapsed(rest, by)
    return whole + (_reduced(rest, by) if collapsed is None else collapsed)


def _collapsed(size: Dim, by: int) -> Size | None:
    """`(P//e + S) // by` as `(P + e*S) // (e*by)`, for a sum with just one floor division."""
    nested = [
        (mono, count)
        for mono, count in size.terms
        if any(isinstance(factor, Floor) for factor, _ in mono)
    ]
    if len(nested) != 1:
        return None
    mono, count = nested[0]
    floor, power = mono[0]
    if len(mono) > 1 or count != 1 or power != 1 or not isinstance(floor, Floor):
        return None
    others = from_terms(term for term in size.terms if term[0] != mono)
    return floor_div(floor.inner + floor.by * others, floor.by * by)


def _reduced(size: Dim, by: int) -> Size:
    """`(g*P + k) // (g*f)` as `(P + k//g) // f`, or a new floor division where nothing cancels."""
    common = gcd(by, *(count for mono, count in size.terms if mono))
    if common == 1:
        return Dim(((((Floor(size, by), 1),), 1),))
    part = from_terms((mono, count // common) for mono, count in size.terms)
    return floor_div(part, by // common)


def bind(size: Size, values: Mapping[str, Size]) -> Size:
    """The size with values (or other sizes) put in place of symbols; symbols not named stay.

    >>> bind((symbol("H") + 1) // 2, {"H": 224})
    112
    """
    return size if isinstance(size, int) else substitute(size, partial(_bind_factor, values=values))


def substitute(size: Size, put: Callable[[Factor], Size]) -> Size:
    """The size with another one in place of each factor."""
    total: Size = 0
    for mono, count in terms_of(size):
        value: Size = count
        for factor, power in mono:
            other = put(factor)
            for _ in range(power):
                value = value * other
        total = total + value
    return total


def _bind_factor(factor: Factor, values: Mapping[str, Size]) -> Size:
    if isinstance(factor, Floor):
        return floor_div(bind(factor.inner, values), factor.by)
    return values[factor] if factor in values else symbol(factor)


def symbols(size: Size) -> frozenset[str]:
    """The symbols that a size depends on."""
    return _symbols(size) if isinstance(size, Dim) else frozenset()


@lru_cache(16384)
def _symbols(size: Dim) -> frozenset[str]:
    found: frozenset[str] = frozenset()
    for mono, _ in size.terms:
        for factor, _ in mono:
            found |= _symbols(factor.inner) if isinstance(factor, Floor) else {factor}
    return found


def divisors(size: Size) -> frozenset[int]:
    """What is divided by under the floors of a size, those inside other floors included."""
    found: set[int] = set()
    for mono, _ in terms_of(size):
        for factor, _ in mono:
            if isinstance(factor, Floor):
                found |= {factor.by} | {factor.by * by for by in divisors(factor.inner)}
    return frozenset(found)
