"""Dense connectivity as the running concat it is: each concat continues the one before.

`concat(a, b, c)` is drawn as `concat(concat(a, b), c)` where `concat(a, b)` is in the network, so
that a dense block of n layers has n arrows to draw and not their square.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from msgspec.structs import replace

from archc.viz.flow import Wire

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archc.ir.dim import Size
    from archc.ir.graph import Leaf
    from archc.viz.flow import Flow, Value

Known: TypeAlias = "dict[tuple[str, tuple[Value, ...]], int]"


def running(flow: Flow, bearable: int = 0) -> Flow:
    """The same values by fewer wires; as it is if no concat has more than `bearable` inputs."""
    if all(
        len(flow.into.get(k, ())) <= bearable for k, leaf in enumerate(flow.leaves) if joined(leaf)
    ):
        return flow
    known: Known = {}
    leaves, wires = list(flow.leaves), list[Wire]()
    ends = range(len(leaves), len(leaves) + len(flow.body.outputs))
    for node, leaf in enumerate(flow.leaves):
        into = flow.into.get(node, ())
        found = _begun(known, leaf, into) if joined(leaf) else None
        if found:
            first, count = found
            leaves[node] = replace(leaf, ins=(flow.leaves[first].outs[0], *leaf.ins[count:]))
            rest = (replace(wire, slot=wire.slot - count + 1) for wire in into[count:])
            into = (Wire(first, 0, node, 0), *rest)
        wires += into
        if joined(leaf):
            known.setdefault((repr(leaf.op), _values(flow.into[node])), node)
    wires += (wire for node in ends for wire in flow.into[node])
    return replace(flow, leaves=tuple(leaves), wires=tuple(wires))


def joined(leaf: Leaf) -> tuple[str, ...]:
    """The sizes that an op puts side by side in one dimension; none if it does no such thing."""
    shapes, out = [one.shape for one in leaf.ins], leaf.outs[0].shape
    if leaf.op.family != "merge" or {len(shape) for shape in shapes} != {len(out)}:
        return ()
    columns = [[shape[k] for shape in shapes] for k in range(len(out))]
    grown = [sizes for sizes, size in zip(columns, out, strict=True) if _sum(sizes) == size]
    if len(shapes) < 2 or len(grown) != 1:
        return ()
    return tuple(map(str, grown[0]))


def _sum(sizes: Sequence[Size]) -> Size:
    total = sizes[0]
    for size in sizes[1:]:
        total += size
    return total


def _begun(known: Known, leaf: Leaf, into: tuple[Wire, ...]) -> tuple[int, int] | None:
    """An earlier concat of the first of these values, and how many they are, most if several."""
    values, op = _values(into), repr(leaf.op)
    counts = (count for count in range(len(values) - 1, 1, -1) if (op, values[:count]) in known)
    count = next(counts, 0)
    return (known[op, values[:count]], count) if count else None


def _values(wires: tuple[Wire, ...]) -> tuple[Value, ...]:
    return tuple((wire.tail, wire.port) for wire in wires)
