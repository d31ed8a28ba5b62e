"""A flow's wires cut at the borders they cross: what each group takes in, gives out and joins.

A wire from deep inside one group to deep inside another becomes hops: out of each group on the
way, one hop beside each other where both are in the same group, then into each group. So a group is
wired in terms of its own children alone, and groups of equal inside are equal, wherever they stand.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

from archc.ir.op import Op

if TYPE_CHECKING:
    from archc.viz.flow import Flow, Part, Value

End: TypeAlias = tuple[int, int]
"""A child and one of its outputs or inputs; child -1 is the border of the group itself."""


@dataclass(eq=False, slots=True)
class Group:
    """A part that holds others, or the whole network (`part` is None), with its hops.

    `ins` and `outs` number the values that cross its border; a dictionary keeps their order.
    """

    part: Part | None
    children: tuple[Part | Group, ...]
    ins: dict[Value, int] = field(default_factory=dict)
    outs: dict[Value, int] = field(default_factory=dict)
    hops: dict[tuple[End, End], None] = field(default_factory=dict)

    def enter(self, value: Value) -> int:
        """The number of the port where a value comes in."""
        return self.ins.setdefault(value, len(self.ins))

    def leave(self, value: Value) -> int:
        """The number of the port where a value goes out."""
        return self.outs.setdefault(value, len(self.outs))


Way: TypeAlias = list[tuple[Group, int]]
"""From the whole network down to an op: each group, and which of its children comes next."""


def hops(flow: Flow) -> Group:
    """The tree of a flow's groups with their hops. Ports of the root are the network's own."""
    root = _grown(flow.parts, None)
    for k in range(len(flow.body.inputs)):
        root.enter((-1 - k, 0))
    ways: dict[int, Way] = {}
    _find(root, [], ways)
    for wire in flow.wires:
        value, end = (wire.tail, wire.port), wire.head - len(flow.leaves)
        _cut(ways.get(wire.tail, [(root, -1)]), ways.get(wire.head), value, wire.slot, end)
    return root


def _grown(parts: tuple[Part, ...], part: Part | None) -> Group:
    return Group(
        part,
        tuple(one if isinstance(one.what, Op) else _grown(one.children, one) for one in parts),
    )


def _find(group: Group, above: Way, ways: dict[int, Way]) -> None:
    for place, child in enumerate(group.children):
        way = [*above, (group, place)]
        if isinstance(child, Group):
            _find(child, way, ways)
        else:
            ways[child.first] = way


def _cut(source: Way, sink: Way | None, value: Value, slot: int, end: int) -> None:
    """Add the hops of one wire. Without `sink` it is the network's output `end`."""
    # A weight of an op leaves it as a value of its own, below 0; an input comes from the border.
    origin = (-1, -1 - value[0]) if value[0] < 0 else (source[-1][1], value[1])
    shared = _shared(source, sink) if sink else 1
    for depth in range(len(source) - 1, shared - 1, -1):
        inner = source[depth][0]
        port = inner.leave(value)
        inner.hops[origin, (-1, port)] = None
        origin = (source[depth - 1][1], port)
    if not sink:
        source[0][0].hops[origin, (-1, end)] = None
        return
    for (outer, place), (inner, _) in pairwise(sink[shared - 1 :]):
        port = inner.enter(value)
        outer.hops[origin, (place, port)] = None
        origin = (-1, port)
    last, place = sink[-1]
    last.hops[origin, (place, slot)] = None


def _shared(a: Way, b: Way) -> int:
    """How many groups from the top hold both ends."""
    count = 0
    for (one, _), (other, _) in zip(a, b, strict=False):
        if one is not other:
            break
        count += 1
    return count
