"""Which nodes of two networks differ, and in what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

from archc.analysis.costs import Meter, sizes_of
from archc.analysis.placed import place
from archc.analysis.walk import modules

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

    from archc.analysis.placed import Placed
    from archc.ir.graph import Network

Shape = tuple[int, ...]
Shapes = tuple[Shape, ...]
Pair = tuple[object, object]


class Node(Struct, frozen=True):
    """A node that only one of the networks has. `within` is the outermost module that is new.

    `module` is what stands there: a block's name, torch's container, or the op itself.
    """

    path: str
    op: str
    within: str
    module: str


class Changed(Struct, frozen=True):
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


class Side:
    """One of the networks, its nodes by path; a path that is applied again is counted."""

    def __init__(self, network: Network) -> None:
        """Look the nodes up."""
        self.dims = sizes_of(network)
        self.meter = Meter(self.dims)
        self.modules = modules(network)
        self.nodes: dict[tuple[str, int], Placed] = {}
        self.times: dict[str, int] = {}
        for node in place(network):
            self.times[node.path] = self.times.get(node.path, 0) + 1
            self.nodes[node.path, self.times[node.path]] = node

    def beyond(self, other: Side) -> Iterable[Node]:
        """The nodes that the other side has not."""
        for (path, nth), node in self.nodes.items():
            if path not in other.times and nth == 1:
                within = _outermost(path, other.modules)
                op = _op(node)
                yield Node(path, op, within, self.modules.get(within, op))

    def shapes(self, node: Placed) -> Shapes:
        """The shapes of a node's outputs in numbers."""
        return tuple(map(self.meter.shape, node.outs))

    def origin(self, source: str, other: Side) -> str:
        """Where a value comes from, past nodes that the other side has not."""
        while source not in other.times and (node := self.nodes.get((source, 1))):
            if not node.inputs:
                break
            source = node.inputs[0]
        return source


def order(old: Side, new: Side) -> list[str]:
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


def changes(old: Side, new: Side) -> Iterable[Changed]:
    """The nodes of both sides that are not the same."""
    for key, a in old.nodes.items():
        b = new.nodes.get(key)
        if b is None:
            continue
        owns = a.module == a.path or b.module == b.path or a.module != b.module
        ops = (_op(a), _op(b)) if owns and _op(a) != _op(b) else None
        parameters = {} if ops or not owns else _parameters(a, b)
        if old.times[a.path] != new.times[a.path] and key[1] == 1:
            parameters["times applied"] = (old.times[a.path], new.times[a.path])
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
    found = differing(a.op.model_dump(by_alias=True), b.op.model_dump(by_alias=True))
    if a.training != b.training:
        found["training"] = (a.training, b.training)
    return found


def _wiring(
    old: Side, a: Placed, new: Side, b: Placed
) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """What the node reads, where that is not the same."""
    before = tuple(old.origin(source, new) for source in a.inputs)
    after = tuple(new.origin(source, old) for source in b.inputs)
    return None if before == after else (a.inputs, b.inputs)


def _shapes(old: Side, a: Placed, new: Side, b: Placed) -> tuple[Shapes, Shapes] | None:
    """The output shapes, where they differ as expressions and in numbers."""
    if a.outs == b.outs:
        return None
    before, after = old.shapes(a), new.shapes(b)
    return None if before == after else (before, after)


def _outermost(path: str, modules: Container[str]) -> str:
    """The module that came or went with a node: its outermost one that the other side has not."""
    names = path.split(".")
    starts = (".".join(names[:n]) for n in range(1, len(names)))
    return next((start for start in starts if start not in modules), path)


def differing(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Pair]:
    """The values that are not the same, of what either side has."""
    names = dict.fromkeys((*before, *after))
    pairs = {name: (before.get(name), after.get(name)) for name in names}
    return {name: pair for name, pair in pairs.items() if repr(pair[0]) != repr(pair[1])}
