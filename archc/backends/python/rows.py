"""Copies with numbered names, `denselayer1` to `denselayer24`, that are all a class consists of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from archc.backends.python.naming import is_plain
from archc.backends.python.parts import CallEach, CallModule, Child, Many, Use

if TYPE_CHECKING:
    from archc.backends.python.parts import Scope, Step
    from archc.ir.at_hand import Slot

LEAST = 3
"""Fewer copies are written out."""


def rowed(scope: Scope) -> Scope:
    """The scope with its children in a row, if each is a copy that just feeds the next."""
    prefix = _prefix([child.name for child in scope.children])
    if not prefix or scope.numbered or not _are_copies(scope.children):
        return scope
    own = [step for step in scope.steps if isinstance(step.does, CallModule)]
    if not own or not _are_chained(scope, own):
        return scope
    many = Many("Row", scope.children, scope.children[0].node.origin, repeat=True)
    first, last = own[0], own[-1]
    path = (prefix, "*")
    each = replace(last, path=path, does=CallEach((prefix,)), inputs=first.inputs)
    kept = [each if step is last else step for step in scope.steps if step not in own[:-1]]
    moved = {(last.path, 0): (path, 0)}
    steps = (replace(s, inputs=tuple(moved.get(slot, slot) for slot in s.inputs)) for s in kept)
    results = (replace(r, slot=moved.get(r.slot, r.slot)) for r in scope.results)
    children = (Child(prefix, many),)
    return replace(scope, children=children, steps=tuple(steps), results=tuple(results))


def _prefix(names: Sequence[str]) -> str:
    """What comes before the numbers, if they count up and there are enough of them."""
    first = re.fullmatch(r"(.*?)(0|[1-9][0-9]*)", names[0]) if len(names) >= LEAST else None
    if first is None or not is_plain(names[0]):
        return ""
    start = int(first[2])
    counted = [f"{first[1]}{start + k}" for k in range(len(names))]
    return first[1] if counted == list(names) else ""


def _are_copies(children: Sequence[Child]) -> bool:
    families = {c.node.scope.family if isinstance(c.node, Use) else None for c in children}
    return len(families) == 1 and None not in families


def _are_chained(scope: Scope, own: Sequence[Step]) -> bool:
    """Whether the children are called in order, on each other's results and the same others."""
    places = [k for k, step in enumerate(scope.steps) if step in own]
    in_order = [step.does.path for step in own if isinstance(step.does, CallModule)]
    slots = [(step.path, 0) for step in own]
    return (
        places == list(range(places[0], places[0] + len(own)))
        and in_order == [(child.name,) for child in scope.children]
        and all(len(step.results) == 1 and not step.training for step in own)
        and all(isinstance(s.does, CallModule) and s.does.is_plain for s in own)
        and [step.inputs[:1] for step in own[1:]] == [(slot,) for slot in slots[:-1]]
        and len({step.inputs[1:] for step in own}) == 1
        and not _used_elsewhere(scope, own, slots[:-1])
    )


def _used_elsewhere(scope: Scope, own: Sequence[Step], slots: Sequence[Slot]) -> bool:
    sides = [slot for step in own for slot in step.inputs[1:]]
    others = [slot for step in scope.steps if step not in own for slot in step.inputs]
    results = [result.slot for result in scope.results]
    return not {*slots}.isdisjoint((*sides, *others, *results))
