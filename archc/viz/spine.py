"""Which arrows are the main path, which jump over others, and how deep each box lies."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Edge: TypeAlias = tuple[str, str]


def depths(order: Sequence[str], edges: Iterable[Edge]) -> dict[str, int]:
    """The longest way to each box from any start, counted in arrows.

    `order` lists the boxes so that every edge leads forward.

    >>> depths("abc", [("a", "b"), ("b", "c"), ("a", "c")])
    {'a': 0, 'b': 1, 'c': 2}
    """
    after = _after(edges)
    found = dict.fromkeys(order, 0)
    for box in order:
        for head in after.get(box, ()):
            found[head] = max(found[head], found[box] + 1)
    return found


def main_path(order: Sequence[str], edges: Sequence[Edge]) -> frozenset[Edge]:
    """The edges of a longest way to the deepest box; of several, the first in order."""
    depth = depths(order, edges)
    before: dict[str, str] = {}
    for tail, head in edges:
        if depth[head] == depth[tail] + 1:
            before.setdefault(head, tail)
    if not depth:
        return frozenset()
    box, path = max(order, key=lambda name: depth[name]), set[Edge]()
    while box in before:
        path.add((before[box], box))
        box = before[box]
    return frozenset(path)


def skips(order: Sequence[str], edges: Sequence[Edge]) -> frozenset[Edge]:
    """The edges whose head can be reached from their tail by a longer way too.

    >>> sorted(skips("abc", [("a", "b"), ("b", "c"), ("a", "c")]))
    [('a', 'c')]
    """
    after, depth = _after(edges), depths(order, edges)
    far = [(tail, head) for tail, head in edges if depth[head] > depth[tail] + 1]
    return frozenset(edge for edge in far if _detour(edge, after, depth))


def _detour(edge: Edge, after: Mapping[str, Sequence[str]], depth: Mapping[str, int]) -> bool:
    """Whether a way of two or more arrows leads where `edge` leads."""
    tail, head = edge
    seen, todo = {tail}, [box for box in after[tail] if box != head]
    while todo:
        box = todo.pop()
        if box == head:
            return True
        if box not in seen and depth[box] < depth[head]:
            seen.add(box)
            todo += after.get(box, ())
    return False


def _after(edges: Iterable[Edge]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for tail, head in edges:
        found.setdefault(tail, []).append(head)
    return found
