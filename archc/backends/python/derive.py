"""Expressions over a constructor's arguments that may give a whole number."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from archc.backends.python.columns import MISSING, Cell, Parameter, is_inferred


def combinations(
    cell: Cell, parameters: Iterable[Parameter], named: Callable[[int], str]
) -> Iterator[str]:
    """Expressions with the first value of a column, the plainest first; most fail for the others.

    `named` says what a factor is called.
    """
    at = next(index for index, value in enumerate(cell.values) if value is not MISSING)
    wanted = cell.values[at]
    assert isinstance(wanted, int)
    numbers = _numbers(parameters, at)
    inferred = is_inferred(cell.name)
    yield from (name for name, number in numbers.items() if number == wanted)
    for name, number in numbers.items():
        if number == wanted:
            continue
        if number and wanted % number == 0:
            yield f"{named(wanted // number)} * {name}"
        if wanted and number % wanted == 0:
            yield f"{name} // {number // wanted}"
        if abs(wanted - number) == 1 or inferred:
            yield f"{name} {'+' if wanted > number else '-'} {abs(wanted - number)}"
    yield from (f"{a} + {b}" for a in numbers for b in numbers if a <= b)
    yield from (f"{a} * {b}" for a in numbers for b in numbers if a <= b)
    if inferred:
        yield from _sums(wanted, numbers)


def _numbers(parameters: Iterable[Parameter], at: int) -> dict[str, int]:
    """The arguments that are whole numbers and differ, as they are in one variant."""
    found: dict[str, int] = {}
    for parameter in parameters:
        value = parameter.values[at]
        if type(value) is int and len(set(parameter.values)) > 1:
            found[parameter.name] = value
    return found


def _sums(wanted: int, numbers: dict[str, int]) -> Iterator[str]:
    """What has grown by a number, or by an argument, so many times."""
    for start, first in numbers.items():
        for times, count in numbers.items():
            if count and wanted > first and (wanted - first) % count == 0:
                yield f"{start} + {(wanted - first) // count} * {times}"
            yield from (f"{start} + {by} * {times}" for by in numbers if by < times)
