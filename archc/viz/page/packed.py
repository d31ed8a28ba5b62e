"""A network as the page's data: small, and what is equal is written once.

The whole is one object of JSON. `parts` holds each distinct op or group once, children before their
group, and a group names its children by their numbers there; so a block that is used forty times
costs forty pairs of name and number. The other tables are indexed in the same way, and rows are
lists without keys. `web/src/packed.ts` declares the same shape for the page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from archc.analysis.costs import Meter
from archc.analysis.figures import shape
from archc.analysis.summary import summarise
from archc.viz.flow import flatten
from archc.viz.page import rows
from archc.viz.page.hops import Group, hops
from archc.viz.page.lines import Lines
from archc.viz.page.table import Table
from archc.viz.running import running
from archc.viz.words import plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from archc.diag.source import Source
    from archc.ir.graph import Network
    from archc.ir.types import TensorType
    from archc.viz.flow import Part
    from archc.viz.page.table import Row

Packed: TypeAlias = dict[str, Any]


def packed(network: Network, sources: Mapping[str, Source], level: int) -> Packed:
    """What the page knows of a network, opened as at a `level` from 0 to 3.

    `sources` are the files whose lines it quotes.
    """
    return _Packing(network, sources).whole(level)


class _Packing:
    """The tables while they fill."""

    def __init__(self, network: Network, sources: Mapping[str, Source]) -> None:
        """Measure the network at its own sizes."""
        self.network = network
        self.flow = running(flatten(network.body))
        self.summary = summarise(network)
        self.meter = Meter(self.summary.dims)
        self.lines = Lines(sources)
        self.types, self.ops, self.fields, self.parts = Table(), Table(), Table(), Table()

    def whole(self, level: int) -> Packed:
        """The object that the page reads."""
        root, costs = self.root(hops(self.flow)), self.summary.costs
        return {
            "name": plain(self.network.name),
            "about": plain(self.network.description),
            "level": level,
            "costs": [costs.params, costs.macs, costs.activation_bytes],
            "dims": self.summary.dims,
            "needs": [plain(text) for text in self.summary.constraints],
            **self.ends(),
            "root": root,
            "seen": [self.fields.add(rows.field_row(node)) for node in self.summary.nodes],
            "fields": self.fields.rows,
            "types": self.types.rows,
            "ops": self.ops.rows,
            "files": self.lines.rows(),
            "parts": self.parts.rows,
        }

    def ends(self) -> dict[str, list[Row]]:
        """The network's inputs, and its outputs with whether they are there in training only."""
        body = self.network.body
        outs = ((out, body.type_of(out.ref)) for out in body.outputs)
        return {
            "ins": [(plain(name or "input"), self.type(kind)) for name, kind in body.inputs],
            "outs": [
                (plain(out.name or "output"), self.type(kind), int(out.training))
                for out, kind in outs
            ],
        }

    def type(self, kind: TensorType) -> int:
        """The number of a type: as it is written, and at the reported sizes."""
        return self.types.add((str(kind), shape(self.meter.shape(kind))))

    def root(self, group: Group) -> Row:
        """The children of the network itself, and the hops between them."""
        return self.children(group), _links(group)

    def child(self, child: Part | Group) -> int:
        """The number of a part, those inside it added first."""
        return self.group(child) if isinstance(child, Group) else self.op(child)

    def children(self, group: Group) -> Row:
        """The names and numbers of a group's children."""
        return tuple(cell for part in group.children for cell in (_name(part), self.child(part)))

    def group(self, group: Group) -> int:
        """The number of a group."""
        part = group.part
        assert part is not None, "the network itself is no part"
        inner = (self.children(group), _links(group), len(group.ins), len(group.outs))
        known = rows.group_row(part) + self.lines.at(part) + (rows.flags(part, self.flow.leaves),)
        return self.parts.add(inner + known)

    def op(self, part: Part) -> int:
        """The number of an op: what it is, its types, its costs and its line."""
        leaf, costs = self.flow.leaves[part.first], self.summary.nodes[part.first].costs
        known = (*self.lines.at(part), rows.flags(part, self.flow.leaves))
        kinds = (tuple(map(self.type, leaf.ins)), tuple(map(self.type, leaf.outs)))
        figures = (costs.params, costs.macs, costs.activation_bytes)
        return self.parts.add((self.ops.add(rows.op_row(leaf)), *kinds, *figures, *known))


def _name(child: Part | Group) -> str:
    part = child.part if isinstance(child, Group) else child
    assert part is not None, "the network itself is no child"
    return plain(part.name)


def _links(group: Group) -> Row:
    return tuple(number for hop in group.hops for end in hop for number in end)
