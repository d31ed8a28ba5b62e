"""What changed between two networks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from archc.analysis.carry import carry
from archc.analysis.costs import Meter, measure, sizes_of
from archc.analysis.placed import place
from archc.analysis.walk import modules

if TYPE_CHECKING:
    from collections.abc import Iterable

    from archc.analysis.carry import Weights
    from archc.analysis.placed import Placed
    from archc.ir.graph import Network

Shape = tuple[int, ...]
Shapes = tuple[Shape, ...]
Pair = tuple[object, object]

COSTS = ("params", "buffers", "macs", "flops", "activation_bytes")


@dataclass(frozen=True, slots=True)
class Node:
    """A node that only one of the networks has. `within` is the outermost module that is new.

    `module` is what stands there: a block's name, torch's container, or the op itself.
    """

    path: str
    op: str
    within: str
    module: str


@dataclass(frozen=True, slots=True)
class Changed:
    """A node of both networks that differs; what is None or empty is the same.

    `outputs` are shapes at the sizes that each network reports. `inputs` are left out where a node
    was only put in or taken out of the way.
    """

    path: str
    op: tuple[str, str] | None
    parameters: dict[str, Pair]
    inputs: tuple[tuple[str, ...], tuple[str, ...]] | None
    outputs: tuple[Shapes, Shapes] | None

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "path": self.path,
            "op": self.op,
            "parameters": self.parameters,
            "inputs": self.inputs,
            "outputs": self.outputs,
        }


@dataclass(frozen=True, slots=True)
class Comparison:
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
    old, new = _Side(before), _Side(after)
    known, known_after = measure(before), measure(after)
    return Comparison(
        names=(before.name, after.name),
        params=_differing(before.params, after.params),
        costs={name: (getattr(known, name), getattr(known_after, name)) for name in COSTS},
        dims=(old.dims, new.dims),
        inputs=(_inputs(before), _inputs(after)),
        outputs=(_outputs(before), _outputs(after)),
        constraints=([c.text for c in before.constraints], [c.text for c in after.constraints]),
        added=tuple(new.beyond(old)),
        removed=tuple(old.beyond(new)),
        changed=tuple(_changes(old, new)),
        weights=carry(before, after),
        order=tuple(_order(old, new)),
    )


class _Side:
    """One of the networks, its nodes by path; a path that is applied again is counted."""

    def __init__(self, network: Network) -> None:
        self.dims = sizes_of(network)
        self.meter = Meter(self.dims)
        self.modules = modules(network)
        self.nodes: dict[tuple[str, int], Placed] = {}
        times: dict[str, int] = {}
        for node in place(network):
            times[node.path] = times.get(node.path, 0) + 1
            self.nodes[node.path, times[node.path]] = node
        self.paths = times.keys() | self.modules.keys()

    def beyond(self, other: _Side) -> Iterable[Node]:
        """The nodes that the other side has not."""
        for (path, _), node in self.nodes.items():
            if path not in other.paths:
                within = _outermost(path, other.paths)
                op = _op(node)
                yield Node(path, op, within, self.modules.get(within, op))

    def shapes(self, node: Placed) -> Shapes:
        """The shapes of a node's outputs in numbers."""
        return tuple(map(self.meter.shape, node.outs))

    def origin(self, source: str, other: _Side) -> str:
        """Where a value comes from, past nodes that the other side has not."""
        while source not in other.paths and (node := self.nodes.get((source, 1))):
            if not node.inputs:
                break
            source = node.inputs[0]
        return source


def _order(old: _Side, new: _Side) -> list[str]:
    """The first names of all paths; what only the old side has follows what it followed there."""
    found = list(dict.fromkeys(path.partition(".")[0] for path, _ in new.nodes))
    at = -1
    for name in dict.fromkeys(path.partition(".")[0] for path, _ in old.nodes):
        if name in found:
            at = found.index(name)
        else:
            at += 1
            found.insert(at, name)
    return found


def _changes(old: _Side, new: _Side) -> Iterable[Changed]:
    for key, a in old.nodes.items():
        b = new.nodes.get(key)
        if b is None:
            continue
        owns = a.module == a.path or b.module == b.path or a.module != b.module
        ops = (_op(a), _op(b)) if owns and _op(a) != _op(b) else None
        parameters = {} if ops or not owns else _parameters(a, b)
        found = Changed(a.path, ops, parameters, _wiring(old, a, new, b), _shapes(old, a, new, b))
        if found.op or found.parameters or found.inputs or found.outputs:
            yield found


def _op(node: Placed) -> str:
    """The op's name; a module that is applied again by its path, from the level of the node."""
    level = node.path.rpartition(".")[0] + "."
    again = f"Call {node.module.removeprefix(level)}"
    return type(node.op).__name__ if node.module == node.path else again


def _parameters(a: Placed, b: Placed) -> dict[str, Pair]:
    """The parameters that differ, where that makes a difference."""
    if a.op.lowered(a.ins) == b.op.lowered(b.ins) and a.training == b.training:
        return {}
    found = _differing(a.op.model_dump(by_alias=True), b.op.model_dump(by_alias=True))
    if a.training != b.training:
        found["training"] = (a.training, b.training)
    return found


def _wiring(
    old: _Side, a: Placed, new: _Side, b: Placed
) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """What the node reads, where that is not the same."""
    before = tuple(old.origin(source, new) for source in a.inputs)
    after = tuple(new.origin(source, old) for source in b.inputs)
    return None if before == after else (a.inputs, b.inputs)


def _shapes(old: _Side, a: Placed, new: _Side, b: Placed) -> tuple[Shapes, Shapes] | None:
    """The output shapes, where they differ as expressions and in numbers."""
    if a.outs == b.outs:
        return None
    before, after = old.shapes(a), new.shapes(b)
    return None if before == after else (before, after)


def _outermost(path: str, known: Iterable[str]) -> str:
    """The shortest beginning of a path that is not known."""
    names = path.split(".")
    starts = (".".join(names[: n + 1]) for n in range(len(names)))
    return next(start for start in starts if start not in known)


def _differing(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Pair]:
    names = dict.fromkeys((*before, *after))
    pairs = {name: (before.get(name), after.get(name)) for name in names}
    return {name: pair for name, pair in pairs.items() if repr(pair[0]) != repr(pair[1])}


def _inputs(network: Network) -> dict[str, str]:
    return {name or "input": str(type_) for name, type_ in network.body.inputs}


def _outputs(network: Network) -> dict[str, str]:
    body = network.body
    return {out.name or "output": str(body.type_of(out.ref)) for out in body.outputs}
