"""What must hold of the open sizes: derived from the ops, and declared in `dims`."""

from __future__ import annotations

from math import gcd, lcm
from typing import TYPE_CHECKING

from archc.ir.graph import Constraint
from archc.lower.assumed import Fact, as_text, least_of, most_of, multiples_of, pattern_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from archc.ir.op import Assumption
    from archc.lower.assumed import Assumed
    from archc.lower.signature import DimBounds

DECLARED = "declared in `dims`"
"""The reason of a constraint that the author states."""


def derive(assumed: Iterable[Assumed], dims: Mapping[str, DimBounds]) -> tuple[Constraint, ...]:
    """The constraints of a network, each once.

    Lower bounds of a symbol are merged into the largest, upper ones into the smallest, divisibility
    into the common multiple.
    """
    assumed = tuple(assumed)
    least, multiples = _least(assumed), multiples_of(assumed)
    result = [c for name, bounds in dims.items() for c in _declared(name, bounds)]
    for name, fact in multiples.items():
        if (dims[name].multiple_of if name in dims else 1) % fact.value:
            result.append(Constraint(f"{name} % {fact.value} == 0", fact.reason, fact.span))
    for name, fact in least.items():
        known = max(
            dims[name].min if name in dims else 1,
            dims[name].multiple_of if name in dims else 1,
            multiples[name].value if name in multiples else 1,
        )
        if fact.value > known:
            result.append(Constraint(f"{name} >= {fact.value}", fact.reason, fact.span))
    result += _ends(assumed, dims)
    steps = {name: bounds.multiple_of for name, bounds in dims.items()}
    steps |= {name: lcm(steps.get(name, 1), fact.value) for name, fact in multiples.items()}
    for a, span in assumed:
        if not (least_of(a) or most_of(a) or _implied(a, steps)):
            result.append(Constraint(as_text(a), a.message, span))
    unique = {c.text: c for c in reversed(result)}
    return tuple(reversed(unique.values()))


def _least(assumed: Iterable[Assumed]) -> dict[str, Fact]:
    found: dict[str, Fact] = {}
    for a, span in assumed:
        bound = least_of(a)
        if bound is not None and bound[1] > found.get(bound[0], Fact(1, "", span)).value:
            found[bound[0]] = Fact(bound[1], a.message, span)
    return found


def _ends(assumed: Iterable[Assumed], dims: Mapping[str, DimBounds]) -> Iterator[Constraint]:
    """The upper bounds that `dims` does not promise anyway."""
    for name, fact in _greatest(assumed).items():
        most = dims[name].max if name in dims else None
        if most is None or fact.value < most:
            yield Constraint(f"{name} <= {fact.value}", fact.reason, fact.span)


def _greatest(assumed: Iterable[Assumed]) -> dict[str, Fact]:
    found: dict[str, Fact] = {}
    for a, span in assumed:
        most = most_of(a)
        if most and (most[0] not in found or most[1] < found[most[0]].value):
            found[most[0]] = Fact(most[1], a.message, span)
    return found


def _implied(a: Assumption, steps: Mapping[str, int]) -> bool:
    """Whether it holds for every multiple of the step that its symbol goes by."""
    found = pattern_of(a)
    if found is None or found[0] not in steps:
        return False
    name, period, allowed = found
    return allowed.issuperset(range(0, period, gcd(steps[name], period)))


def _declared(name: str, bounds: DimBounds) -> list[Constraint]:
    texts = [
        f"{name} >= {bounds.min}" if bounds.min > 1 else "",
        f"{name} <= {bounds.max}" if bounds.max is not None else "",
        f"{name} % {bounds.multiple_of} == 0" if bounds.multiple_of > 1 else "",
    ]
    return [Constraint(t, DECLARED, bounds.span, declared=True) for t in texts if t]
