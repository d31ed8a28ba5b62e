"""What a comparison says of nodes, wires and ends, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

from archc.analysis.compare_text import change_text
from archc.analysis.figures import shape
from archc.analysis.walk import modules
from archc.viz.flow import flatten

if TYPE_CHECKING:
    from archc.analysis.changes import Shapes
    from archc.analysis.compare import Comparison
    from archc.ir.graph import Body, Network
    from archc.viz.flow import Flow, Wire
    from archc.viz.model import Marking

Named: TypeAlias = tuple[str, int, str]
"""A wire by its ends: the path of its tail, which of its outputs, the path of its head."""


class Changes(Struct, frozen=True):
    """Marks by path, what is told of them, shapes that changed, and the wires of both sides.

    `ends` are the inputs and the outputs of both: name and type. `blocks` are those of the first.
    """

    of: dict[str, Marking]
    told: dict[str, str]
    shapes: dict[str, str]
    wires: tuple[frozenset[Named], frozenset[Named]]
    ends: tuple[tuple[dict[str, str], dict[str, str]], ...]
    blocks: frozenset[str]

    def wire(self, flow: Flow, wire: Wire) -> Marking:
        """The mark of a wire. One that starts in the middle of a network is its head's."""
        named = _named(flow, wire)
        before, after = (named in side for side in self.wires)
        if before != after:
            return "added" if after else "removed"
        if not before and 0 <= wire.head < len(flow.leaves):
            mark = self.of.get(flow.leaves[wire.head].path, "same")
            return mark if mark in {"added", "removed"} else "same"
        return "same"

    def end(self, name: str, *, outgoing: bool) -> tuple[Marking, str]:
        """The mark of an input or output, and what it was."""
        before, after = (side.get(name) for side in self.ends[outgoing])
        if before == after:
            return "same", ""
        if before and after:
            return "changed", f"was {before}"
        return ("added", "") if after else ("removed", "")


def changes(before: Network, after: Network, found: Comparison) -> Changes:
    """Look everything up."""
    of: dict[str, Marking] = {node.path: "added" for node in found.added}
    of |= {node.path: "removed" for node in found.removed}
    words = {node.path: change_text(node) for node in found.changed if change_text(node)}
    of |= dict.fromkeys(words, "changed")
    pairs = {node.path: node.outputs for node in found.changed if node.outputs}
    shapes = {path: _became(*pair) for path, pair in pairs.items()}
    wires = (_wires(before.body), _wires(after.body))
    blocks = frozenset(modules(before).values())
    return Changes(of, words, shapes, wires, (found.inputs, found.outputs), blocks)


def _became(before: Shapes, after: Shapes) -> str:
    old, new = (" ".join(map(shape, one)) for one in (before, after))
    return f"{old} \N{RIGHTWARDS ARROW} {new}"


def _wires(body: Body) -> frozenset[Named]:
    flow = flatten(body)
    return frozenset(_named(flow, wire) for wire in flow.wires)


def _named(flow: Flow, wire: Wire) -> Named:
    return _place(flow, wire.tail), wire.port, _place(flow, wire.head)


def _place(flow: Flow, node: int) -> str:
    """The path of an op; an input or an output of what is drawn by its number."""
    count = len(flow.leaves)
    if 0 <= node < count:
        return flow.leaves[node].path
    return f"<{node}" if node < 0 else f">{node - count}"
