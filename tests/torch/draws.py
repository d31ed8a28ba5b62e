"""What the tests of single ops draw: small shapes, right and wrong, and parameters."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from hypothesis import strategies as st

Shape = tuple[int, ...]
Values = dict[str, Any]


@cache
def sides(rank: int, low: int, high: int) -> st.SearchStrategy[Any]:
    """A number, or a list of one for each axis."""
    one = st.integers(low, high)
    return one | st.lists(one, min_size=rank, max_size=rank)


def some(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Values]:
    """Any of these parameters, the others at their defaults.

    Laws ask for it once a case, and making a strategy takes longer than a draw from it: what prints
    alike is made once, unless there are functions in it, of which the print does not tell all.
    """
    printed = repr(fields)
    if _FUNCTIONS.search(printed):
        return st.fixed_dictionaries({}, optional=fields)
    if printed not in _made:
        _made[printed] = st.fixed_dictionaries({}, optional=fields)
    return _made[printed]


_FUNCTIONS = re.compile(r"lambda|\.(?:map|filter|flatmap)\(|<|data\(")
_made: dict[str, st.SearchStrategy[Values]] = {}


@cache
@st.composite
def images(draw: st.DrawFn, rank: int, high: int = 9) -> Shape:
    """A shape with channels and `rank` axes, now and then without a batch or with one too many."""
    last = draw(st.lists(st.integers(1, high), min_size=rank, max_size=rank))
    channels = draw(st.sampled_from([1, 2, 3, 4, 6, 8, 9]))
    batch = draw(st.sampled_from([(2,), (2,), (1,), (2,), (), (1, 2)]))
    return (*batch, channels, *last)


@cache
def shapes(low: int, high: int) -> st.SearchStrategy[Shape]:
    """A shape of between `low` and `high` dimensions."""
    size = st.sampled_from([1, 2, 3, 4, 6, 8])
    return st.lists(size, min_size=low, max_size=high).map(tuple)


dtypes = st.sampled_from(["float32"] * 17 + ["int64", "bool", "float64"])
"""Mostly the model's own."""


def tupled(values: Mapping[str, Any]) -> Values:
    """The same parameters as Python code has them, with tuples for lists."""
    return {k: tuple(v) if isinstance(v, list) else v for k, v in values.items()}


def axes_but(shape: Shape, *kept: int) -> set[tuple[int, int]]:
    """All axes of the only input that may be open; those in `kept` count from the end."""
    return {(0, a) for a in range(len(shape)) if a - len(shape) not in kept}


def mostly_right(data: st.DataObject, values: Values, found: Values) -> None:
    """Three in four of the parameters that are given and could be inferred are right."""
    for name in sorted(found.keys() & values.keys()):
        if data.draw(st.integers(0, 3)):
            values[name] = found[name]
