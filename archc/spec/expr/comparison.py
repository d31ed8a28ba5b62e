"""Python's comparisons on numbers, open sizes, text and lists. What they refuse is a `Refusal`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from archc.ir.dim import Dim, compare_at_least, compare_equal
from archc.spec.expr.arithmetic import check_numbers
from archc.spec.expr.problems import kind, undecided, wrong_type

_RESULT: dict[str, Callable[[Any, Any], Any]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def compare(operator: str, a: Any, b: Any) -> bool:
    """`a < b` and the like, of two numbers or two texts."""
    if isinstance(a, str) and isinstance(b, str):
        return bool(_RESULT[operator](a, b))
    check_numbers(operator, a, b)
    if not isinstance(a, Dim) and not isinstance(b, Dim):
        return bool(_RESULT[operator](a, b))
    gap, low = (a - b, 0) if operator in {">=", ">"} else (b - a, 0)
    holds = compare_at_least(gap, low + (operator in {">", "<"}))
    if holds is None:
        raise undecided(f"{a} {operator} {b}")
    return holds


def better(operator: str, value: Any, best: Any) -> bool:
    """Whether `max` (for `>`) or `min` (for `<`) takes a value in place of the best so far."""
    if not isinstance(value, Dim) and not isinstance(best, Dim):
        return compare(operator, value, best)
    check_numbers(operator, value, best)
    lead = value - best if operator == ">" else best - value
    if compare_at_least(-lead, 0):
        return False
    if compare_at_least(lead, 0):
        return True
    raise undecided(f"{value} {operator} {best}")


def equal(a: Any, b: Any) -> bool:
    """`a == b`. Values of different kinds are not equal."""
    if isinstance(a, Dim) or isinstance(b, Dim):
        return _equal_sizes(a, b)
    if isinstance(a, list | tuple) and isinstance(b, list | tuple):
        return len(a) == len(b) and all(equal(x, y) for x, y in zip(a, b, strict=True))
    return bool(a == b)


def _equal_sizes(a: Any, b: Any) -> bool:
    whole = [int(x) if isinstance(x, float) and x.is_integer() else x for x in (a, b)]
    if not all(isinstance(x, int | Dim) for x in whole):
        return False
    same = compare_equal(whole[0], whole[1])
    if same is None:
        raise undecided(f"{a} == {b}")
    return same


def contains(value: Any, values: Any) -> bool:
    """`value in values`, of a list or the fields of a record."""
    if isinstance(values, dict):
        return value in values if isinstance(value, str) else False
    if not isinstance(values, list | tuple):
        raise wrong_type(f"`in` needs a list on its right, not {kind(values)}")
    return any(equal(value, one) for one in values)


def truth(value: Any) -> bool:
    """What counts as true: as in Python, and an open size when it is never zero."""
    if not isinstance(value, Dim):
        return bool(value)
    return not _equal_sizes(value, 0)


COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda a, b: compare("<", a, b),
    "<=": lambda a, b: compare("<=", a, b),
    ">": lambda a, b: compare(">", a, b),
    ">=": lambda a, b: compare(">=", a, b),
    "==": equal,
    "!=": lambda a, b: not equal(a, b),
    "in": contains,
    "not in": lambda a, b: not contains(a, b),
}
