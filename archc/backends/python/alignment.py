"""Which variants of a block can be one class: their children and steps line up."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, TypeAlias

from archc.backends.python.expressions import skeleton
from archc.backends.python.measures import Measures, apart
from archc.backends.python.parts import (
    IDENTITY,
    Absent,
    CallModule,
    Compute,
    Make,
    Many,
    Own,
    PassOn,
    Use,
)
from archc.backends.python.series import series

if TYPE_CHECKING:
    from archc.backends.python.parts import Child, Node, Scope, Step

Called: TypeAlias = "Callable[[Use], Make]"
"""The call of its class that a use of a scope becomes; inner classes are made before outer ones."""


def groups(scopes: Sequence[Scope], called: Called) -> list[list[Scope]]:
    """The scopes of a family, those that can share a class together, in the order they come."""
    kinds: dict[Hashable, list[Scope]] = {}
    for scope in scopes:
        kinds.setdefault(_scope(scope, called), []).append(scope)
    found: list[list[list[Scope]]] = []
    for kind in kinds.values():
        home = next((g for g in found if all(_Pair(k[0], kind[0], called).fit() for k in g)), None)
        if home is None:
            found.append([kind])
        else:
            home.append(kind)
    joined = ([scope for kind in group for scope in kind] for group in found)
    return [
        part for group in joined for part in ([group] if Measures(group).fit() else apart(group))
    ]


def fingerprint(node: Node, called: Called) -> Hashable:
    """Equal for nodes that are made the same way with the same values."""
    match node:
        case Use():
            return fingerprint(called(node), called)
        case Make(target=target, args=args):
            return target, args
        case Own(state=state):
            return state
        case Absent():
            return None
        case Many(kind=kind, children=children):
            return kind, tuple((c.name, fingerprint(c.node, called)) for c in children)


def runs(many: Many, called: Called) -> list[list[Child]]:
    """The children, equal neighbours together."""
    return [list(g) for _, g in groupby(many.children, lambda c: fingerprint(c.node, called))]


def _scope(scope: Scope, called: Called) -> Hashable:
    return (
        _inputs(scope),
        tuple((child.name, _node(child.node, called)) for child in scope.children),
        tuple(map(_step, scope.steps)),
        scope.results,
        (scope.numbered, scope.chain),
    )


def _inputs(scope: Scope) -> Hashable:
    """The inputs by name; those of a group are only called after what they happen to be."""
    return len(scope.inputs) if scope.unnamed else tuple(name for name, _ in scope.inputs)


def _node(node: Node, called: Called) -> Hashable:
    """The node without the values of its arguments."""
    match node:
        case Use():
            return called(node).target
        case Make(target=target):
            return target
        case Own(state=state):
            return state.kind, state.dtype, state.persistent, len(state.shape)
        case Absent():
            return None
        case Many(kind=kind, children=children):
            return kind, tuple((c.name, _node(c.node, called)) for c in children)


def _step(step: Step) -> Hashable:
    does: Hashable = step.does
    if isinstance(step.does, Compute):
        does = skeleton(step.does.expression, len(step.inputs))
    elif isinstance(step.does, CallModule) and step.does.call is not None:
        does = step.does.path, skeleton(step.does.call, len(step.inputs)), step.does.gives
    return step.path, does, step.inputs, step.results, step.training


class _Pair:
    """Two variants, and whether one text could make both."""

    def __init__(self, a: Scope, b: Scope, called: Called) -> None:
        self.a, self.b, self.called = a, b, called
        mine, others = dict(a.params), dict(b.params)
        self.declared = {name: (mine[name], others[name]) for name in mine if name in others}

    def fit(self) -> bool:
        a, b = self.a, self.b
        if _inputs(a) != _inputs(b) or a.results != b.results:
            return False
        if (a.numbered, a.chain) != (b.numbered, b.chain):
            return False
        if a.chain:
            return self._lists(a.children, b.children)
        return self._children() and self._steps()

    def _children(self) -> bool:
        here, there = ({child.name: child.node for child in s.children} for s in (self.a, self.b))
        for name in {**here, **there}:
            one, other = here.get(name), there.get(name)
            if one is None or other is None:
                if not isinstance(one or other, Absent):
                    return False
            elif not self._nodes(one, other):
                return False
        return True

    def _steps(self) -> bool:
        if [step.path for step in self.a.steps] != [step.path for step in self.b.steps]:
            return False
        return all(
            isinstance(s.does, PassOn) or isinstance(t.does, PassOn) or _step(s) == _step(t)
            for s, t in zip(self.a.steps, self.b.steps, strict=True)
        )

    def _nodes(self, a: Node, b: Node) -> bool:
        if isinstance(a, Absent) or isinstance(b, Absent):
            return True
        if not isinstance(a, Many) or not isinstance(b, Many):
            return _node(a, self.called) == _node(b, self.called) or _are_alike(a, b)
        if a.kind != b.kind:
            return False
        if a.kind == "Row":
            return self._rows(a, b)
        if a.repeat and b.repeat and (self._series(a, b) or self._runs(a, b)):
            return True
        return self._lists(a.children, b.children)

    def _rows(self, a: Many, b: Many) -> bool:
        """Rows that begin with the same number, and follow one rule or are equal throughout."""
        equal = len(runs(a, self.called)) == len(runs(b, self.called)) == 1
        begin = a.children[0].name == b.children[0].name
        return begin and (self._series(a, b) or (equal and self._runs(a, b)))

    def _series(self, a: Many, b: Many) -> bool:
        """Copies that follow one rule, however many there are."""
        copies = [[self._made(child.node) for child in many.children] for many in (a, b)]
        found = [[make for make in copy if make is not None] for copy in copies]
        return (
            [len(copy) for copy in found] == [len(copy) for copy in copies]
            and min(map(len, found)) > 1
            and series(found, self.declared) is not None
        )

    def _made(self, node: Node) -> Make | None:
        if isinstance(node, Use):
            return self.called(node)
        return node if isinstance(node, Make) else None

    def _runs(self, a: Many, b: Many) -> bool:
        """Repeats of different lengths, of which only the first copy is special."""
        mine, others = runs(a, self.called), runs(b, self.called)
        return max(len(mine), len(others)) <= 2 and all(
            self._nodes(x[0].node, y[0].node) for x, y in zip(mine, others, strict=False)
        )

    def _lists(self, a: Sequence[Child], b: Sequence[Child]) -> bool:
        """Children with the same names, or lists of which some items drop out."""
        if [c.name for c in a] == [c.name for c in b]:
            return all(self._nodes(c.node, d.node) for c, d in zip(a, b, strict=True))
        here, there = by_place(a), by_place(b)
        return (
            len(here) == len(a)
            and len(there) == len(b)
            and all(self._nodes(here[p].node, there[p].node) for p in here if p in there)
        )


def _are_alike(a: Node, b: Node) -> bool:
    """Whether two modules differ in their class alone: one activation in place of another."""
    if not isinstance(a, Make) or not isinstance(b, Make):
        return False
    mine, other = a.origin.op, b.origin.op
    if mine is None or other is None:
        return False
    families = {op.family for op, make in ((mine, a), (other, b)) if make.target != IDENTITY}
    if len(families) > 1 or not families <= {"activation", "norm", "pool"}:
        return False
    if IDENTITY in {a.target, b.target}:  # it takes any arguments
        return True
    bare = [[arg.name for arg in make.args if not arg.keyword] for make in (a, b)]
    named = {arg.name for make in (a, b) for arg in make.args if arg.keyword}
    known = type(mine).model_fields.keys() & type(other).model_fields.keys()
    return bare[0] == bare[1] and named <= known


def by_place(children: Sequence[Child]) -> dict[tuple[str, int, int], Child]:
    """The items of a list by where the spec has them, which copies of one node share."""
    spans = ((child.node.origin.span, child) for child in children)
    return {(span.file, span.line, span.column): child for span, child in spans}
