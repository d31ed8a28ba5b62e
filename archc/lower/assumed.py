"""What ops assume of open sizes, read as bounds and multiples of single symbols."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from archc.ir.dim import bind, lower_bound, upper_bound
from archc.lower.residues import common_multiple, divides_as_residues, residues

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from archc.diag.source import Span
    from archc.ir.dim import Size
    from archc.ir.op import Assumption

Assumed = tuple["Assumption", "Span"]


class Fact(Struct, frozen=True):
    """A number that a symbol is bound by, and what says so."""

    value: int
    reason: str
    span: Span


def least_of(a: Assumption) -> tuple[str, int] | None:
    """The smallest size that a bound from below allows: `T - 6 >= 1`."""
    if a.kind != "at_least" or not isinstance(a.right, int):
        return None
    return lower_bound(a.left, a.right)


def most_of(a: Assumption) -> tuple[str, int] | None:
    """The largest size that a bound from above allows: `127 - T >= 0`."""
    if a.kind != "at_least" or not isinstance(a.right, int):
        return None
    return upper_bound(a.left, a.right)


def pattern_of(a: Assumption) -> tuple[str, int, frozenset[int]] | None:
    """The residues of one symbol that satisfy an equality or a divisibility."""
    if a.kind == "equal":
        return residues(a.left, a.right)
    return divides_as_residues(a.left, a.right) if a.kind == "divides" else None


def multiples_of(assumed: Iterable[Assumed]) -> dict[str, Fact]:
    """What each symbol must be a multiple of, for all that is assumed of it together.

    The reason is that of the assumption which looks at the most of the symbol.
    """
    known: dict[str, list[tuple[int, frozenset[int], Assumed]]] = {}
    for one in assumed:
        pattern = pattern_of(one[0])
        if pattern is not None:
            known.setdefault(pattern[0], []).append((*pattern[1:], one))
    found: dict[str, Fact] = {}
    for name, patterns in known.items():
        by = common_multiple([(period, allowed) for period, allowed, _ in patterns])
        if by is not None:
            a, span = max(patterns, key=lambda pattern: pattern[0])[2]
            found[name] = Fact(by, a.message, span)
    return found


def holds(a: Assumption, reported: Mapping[str, int]) -> bool:
    """Whether it does at these sizes, which are all of its symbols'."""
    left, right = bind(a.left, reported), bind(a.right, reported)
    assert isinstance(left, int)
    assert isinstance(right, int)
    match a.kind:
        case "equal":
            return left == right
        case "at_least":
            return left >= right
        case _:
            return left % right == 0


def as_text(a: Assumption) -> str:
    """The constraint as it is printed, and as Python reads it."""
    if a.kind == "divides":
        left = str(a.left)
        return f"({left}) % {a.right} == 0" if " " in left else f"{left} % {a.right} == 0"
    if a.kind == "at_least":
        most = most_of(a)
        return f"{most[0]} <= {most[1]}" if most else f"{a.left} >= {a.right}"
    sides = sorted((a.left, a.right), key=_reading_order)
    return f"{sides[0]} == {sides[1]}"


def _reading_order(size: Size) -> tuple[bool, int, str]:
    """Numbers last, the simpler side first: an equality reads the same whichever way it came."""
    text = str(size)
    return isinstance(size, int), len(text), text
