"""What changed between two networks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

from archc.analysis.carry import carry
from archc.analysis.changes import Side, changes, differing, order
from archc.analysis.costs import measure

if TYPE_CHECKING:
    from archc.analysis.carry import Weights
    from archc.analysis.changes import Changed, Node, Pair
    from archc.ir.graph import Network

COSTS = ("params", "buffers", "macs", "flops", "activation_bytes")


class Comparison(Struct, frozen=True):
    """Everything that differs between two networks; pairs are before and after.

    A parameter of the spec that one of them lacks is None there. `dims`, `inputs`, `outputs` and
    `constraints` are complete on both sides. `order` are the first names of all paths as they run.
    """

    names: tuple[str, str]
    params: dict[str, Pair]
    costs: dict[str, tuple[int, int]]
    dims: tuple[dict[str, int], dict[str, int]]
    inputs: tuple[dict[str, str], dict[str, str]]
    outputs: tuple[dict[str, str], dict[str, str]]
    constraints: tuple[list[str], list[str]]
    added: tuple[Node, ...]
    removed: tuple[Node, ...]
    changed: tuple[Changed, ...]
    weights: Weights
    order: tuple[str, ...]

    @property
    def same(self) -> bool:
        """Whether nothing differs."""
        nodes = (*self.added, *self.removed, *self.changed)
        pairs = (self.dims, self.inputs, self.outputs, self.constraints, *self.costs.values())
        return not (nodes or self.params) and all(a == b for a, b in pairs)

    def to_dict(self) -> dict[str, Any]:
        """As plain data, the way `archc diff --format json` prints it."""
        return {
            "names": self.names,
            "params": self.params,
            "costs": self.costs,
            "dims": self.dims,
            "inputs": self.inputs,
            "outputs": self.outputs,
            "constraints": self.constraints,
            "nodes": {
                "added": [{"path": node.path, "op": node.op} for node in self.added],
                "removed": [{"path": node.path, "op": node.op} for node in self.removed],
                "changed": [node.to_dict() for node in self.changed],
            },
            "weights": self.weights.to_dict(),
        }

    def to_text(self, width: int = 80) -> str:
        """A report for a terminal of `width` cells, equal changes of many nodes told once."""
        from archc.analysis.compare_text import text

        return text(self, width)

    def __str__(self) -> str:
        """The report at 80 cells."""
        return self.to_text()


def compare(before: Network, after: Network) -> Comparison:
    """What changed. Raises `OpenSizeError` when a symbol has no size to count costs at."""
    old, new = Side(before), Side(after)
    known, known_after = measure(before), measure(after)
    return Comparison(
        names=(before.name, after.name),
        params=differing(before.params, after.params),
        costs={name: (getattr(known, name), getattr(known_after, name)) for name in COSTS},
        dims=(old.dims, new.dims),
        inputs=(_inputs(before), _inputs(after)),
        outputs=(_outputs(before), _outputs(after)),
        constraints=([c.text for c in before.constraints], [c.text for c in after.constraints]),
        added=tuple(new.beyond(old)),
        removed=tuple(old.beyond(new)),
        changed=tuple(changes(old, new)),
        weights=carry(before, after),
        order=tuple(order(old, new)),
    )


def _inputs(network: Network) -> dict[str, str]:
    return {name or "input": str(type_) for name, type_ in network.body.inputs}


def _outputs(network: Network) -> dict[str, str]:
    body = network.body
    return {out.name or "output": str(body.type_of(out.ref)) for out in body.outputs}
