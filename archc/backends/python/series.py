"""Copies in a repeat that differ by a rule: an entry of a list each, or a step to the next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from msgspec import Struct

from archc.backends.python.columns import MISSING, same

if TYPE_CHECKING:
    from archc.backends.python.columns import Column
    from archc.backends.python.parts import Make

Copies = Sequence["Sequence[Make] | None"]
"""The copies in each variant; None where there is no repeat at all."""


class Varying(Struct, frozen=True):
    """An argument that changes along the copies.

    Either it runs through the declared list `param`, or from `starts` in `steps` (a column each).
    """

    name: str
    param: str = ""
    starts: Column = ()
    steps: Column = ()


class Series(Struct, frozen=True):
    """All copies but the first `offset` follow one rule."""

    offset: int
    varying: tuple[Varying, ...]


def series(copies: Copies, declared: Mapping[str, Column]) -> Series | None:
    """The rule that the copies follow in every variant, if some argument changes along them."""
    heads = {many[0].target for many in copies if many}
    for offset in (0, 1) if len(heads) == 1 else ():
        tails = [many[offset:] if many is not None else None for many in copies]
        found = _rule(tails, declared, offset)
        if found:
            return Series(offset, found)
    return None


def _rule(tails: Copies, declared: Mapping[str, Column], offset: int) -> tuple[Varying, ...] | None:
    makes = [make for tail in tails if tail is not None for make in tail]
    if not makes or len({make.target for make in makes}) > 1:
        return None
    names = [arg.name for arg in makes[0].args]
    if any([arg.name for arg in make.args] != names for make in makes):
        return None
    found: list[Varying] = []
    for place, name in enumerate(names):
        rows = [
            tuple(make.args[place].value for make in tail) if tail is not None else None
            for tail in tails
        ]
        if all(same(value, row[0]) for row in rows if row for value in row):
            continue
        varying = _through(name, rows, declared, offset) or _stepping(name, rows)
        if varying is None:
            return None
        found.append(varying)
    return tuple(found)


def _through(
    name: str,
    rows: Sequence[tuple[object, ...] | None],
    declared: Mapping[str, Column],
    offset: int,
) -> Varying | None:
    """The argument runs through a list that the block declares."""
    for param, lists in declared.items():
        pairs = list(_pairs(rows, lists))
        if pairs and all(
            isinstance(given, tuple) and same(given[offset:], row) for row, given in pairs
        ):
            return Varying(name, param)
    return None


def _pairs(
    rows: Sequence[tuple[object, ...] | None], lists: Column
) -> Iterator[tuple[tuple[object, ...], object]]:
    return ((row, given) for row, given in zip(rows, lists, strict=True) if row is not None)


def _stepping(name: str, rows: Sequence[tuple[object, ...] | None]) -> Varying | None:
    """The argument grows by the same number from each copy to the next."""
    starts: list[object] = []
    steps: list[object] = []
    for row in rows:
        numbers = [value for value in row or () if type(value) is int]
        if len(numbers) != len(row or ()):
            return None
        gaps = {b - a for a, b in pairwise(numbers)}
        if len(gaps) > 1:
            return None
        starts.append(numbers[0] if numbers else MISSING)
        steps.append(gaps.pop() if gaps else MISSING)
    return Varying(name, starts=tuple(starts), steps=tuple(steps))
