"""The families of a network's scopes, inner ones before those that use them."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from archc.backends.python.parts import Many, Use

if TYPE_CHECKING:
    from archc.backends.python.parts import Node, Scope


def families(root: Scope) -> list[list[Scope]]:
    """Scopes by family; a family comes after all that its scopes use, the root's last.

    Two blocks that contain each other through op parameters are kept apart by how deep they nest.
    """
    scopes = list(_scopes(root, set()))
    try:
        return _sorted(scopes, {id(scope): scope.family for scope in scopes})
    except CycleError:
        heights: dict[int, int] = {}
        for scope in scopes:
            heights[id(scope)] = 1 + max((heights[id(s)] for s in _used(scope)), default=0)
        return _sorted(scopes, {id(s): (s.family, heights[id(s)]) for s in scopes})


def _sorted(scopes: list[Scope], keys: dict[int, Hashable]) -> list[list[Scope]]:
    found: dict[Hashable, list[Scope]] = {}
    uses: dict[Hashable, dict[Hashable, None]] = {}
    for scope in scopes:
        key = keys[id(scope)]
        found.setdefault(key, []).append(scope)
        uses.setdefault(key, {}).update((keys[id(inner)], None) for inner in _used(scope))
    return [found[key] for key in TopologicalSorter(uses).static_order()]


def _scopes(scope: Scope, seen: set[int]) -> Iterator[Scope]:
    """Every scope once, inner ones first."""
    if id(scope) in seen:
        return
    seen.add(id(scope))
    for inner in _used(scope):
        yield from _scopes(inner, seen)
    yield scope


def _used(scope: Scope) -> Iterator[Scope]:
    for child in scope.children:
        yield from _in_node(child.node)


def _in_node(node: Node) -> Iterator[Scope]:
    if isinstance(node, Use):
        yield node.scope
    elif isinstance(node, Many):
        for child in node.children:
            yield from _in_node(child.node)
