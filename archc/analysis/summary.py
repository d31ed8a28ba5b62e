"""What `archc summary` says of a network, as data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

from archc.analysis import table
from archc.analysis.costs import Costs, Meter, measure, sizes_of, tied_tensors
from archc.analysis.walk import modules, visits

if TYPE_CHECKING:
    from collections.abc import Mapping

    from archc.analysis.walk import Visit
    from archc.ir.dim import Size
    from archc.ir.graph import Network
    from archc.ir.op import Types

Shape = tuple[int, ...]


class Node(Struct, frozen=True):
    """One op in its place, at the reported sizes.

    `receptive_field` is its height and width (or whatever axes there are) in positions of the
    input; None where it sees the whole input (`sees_all`) or no sliding window came before it. An
    op that runs in training only (`training`) owns its parameters and costs nothing else.
    """

    path: str
    op: str
    block: str
    inputs: tuple[Shape, ...]
    outputs: tuple[Shape, ...]
    symbolic_outputs: tuple[tuple[str, ...], ...]
    costs: Costs
    receptive_field: Shape | None
    sees_all: bool
    training: bool
    file: str
    line: int

    def to_dict(self) -> dict[str, Any]:
        """As plain data, the way `archc summary --format json` prints it."""
        return {
            "path": self.path,
            "op": self.op,
            "block": self.block,
            "inputs": [list(shape) for shape in self.inputs],
            "outputs": [list(shape) for shape in self.outputs],
            "symbolic_outputs": [list(shape) for shape in self.symbolic_outputs],
            "params": self.costs.params,
            "buffers": self.costs.buffers,
            "macs": self.costs.macs,
            "flops": self.costs.flops,
            "activation_bytes": self.costs.activation_bytes,
            "receptive_field": list(self.receptive_field) if self.receptive_field else None,
            "sees_all": self.sees_all,
            "training": self.training,
            "file": self.file,
            "line": self.line,
        }


class Summary(Struct, frozen=True):
    """A network's totals and its nodes in execution order, at batch 1 and the sizes in `dims`.

    `outputs` are those of inference; `training_outputs` are the ones that only training has.
    `modules` maps the path of every level above the nodes to its block or container.
    """

    name: str
    description: str
    costs: Costs
    dims: dict[str, int]
    constraints: tuple[str, ...]
    inputs: dict[str, Shape]
    outputs: dict[str, Shape]
    training_outputs: dict[str, Shape]
    symbolic_inputs: dict[str, tuple[str, ...]]
    symbolic_outputs: dict[str, tuple[str, ...]]
    nodes: tuple[Node, ...]
    modules: dict[str, str]

    def to_dict(self) -> dict[str, Any]:
        """As plain data, the way `archc summary --format json` prints it."""
        return {
            "name": self.name,
            "params": self.costs.params,
            "trainable_params": self.costs.params,
            "buffers": self.costs.buffers,
            "macs": self.costs.macs,
            "flops": self.costs.flops,
            "activation_bytes": self.costs.activation_bytes,
            "dims": self.dims,
            "constraints": list(self.constraints),
            "inputs": {name: list(shape) for name, shape in self.inputs.items()},
            "outputs": {name: list(shape) for name, shape in self.outputs.items()},
            "training_outputs": {n: list(shape) for n, shape in self.training_outputs.items()},
            "nodes": [node.to_dict() for node in self.nodes],
        }

    def to_text(self, *, depth: int | None = None, width: int | None = None) -> str:
        """A table for a terminal of `width` cells, nodes below `depth` folded into their module."""
        return table.text(self, depth=depth, width=width)

    def __str__(self) -> str:
        """The table with a line a node."""
        return self.to_text()

    def _repr_html_(self) -> str:
        """The table as a notebook shows it."""
        return table.html(self)


def summarise(network: Network, sizes: Mapping[str, int] | None = None) -> Summary:
    """Measure every node of a network. Raises `OpenSizeError` when a symbol has no size."""
    dims = sizes_of(network, sizes)
    meter = Meter(dims)
    tied = {path: tensor.count for path, tensor in tied_tensors(network)}
    body = network.body
    outs = [(out, body.type_of(out.ref)) for out in body.outputs]
    return Summary(
        name=network.name,
        description=network.description,
        costs=measure(network, sizes),
        dims=dims,
        constraints=tuple(constraint.text for constraint in network.constraints),
        inputs={name or "input": meter.shape(type_) for name, type_ in body.inputs},
        outputs={o.name or "output": meter.shape(type_) for o, type_ in outs if not o.training},
        training_outputs={o.name: meter.shape(type_) for o, type_ in outs if o.training},
        symbolic_inputs={name or "input": _words(type_.shape) for name, type_ in body.inputs},
        symbolic_outputs={o.name or "output": _words(t.shape) for o, t in outs if not o.training},
        nodes=tuple(_node(visit, meter, tied) for visit in visits(network, meter)),
        modules=modules(network),
    )


def _node(visit: Visit, meter: Meter, tied: Mapping[str, int]) -> Node:
    leaf = visit.leaf
    costs = meter.op(leaf.op, leaf.ins, leaf.outs)
    if leaf.again:
        costs = costs.without_state()
    elif tied:
        owned = (f"{leaf.path}.{tensor.name}" for tensor in leaf.op.tensors(leaf.ins))
        costs += Costs(params=-sum(tied.get(path, 0) for path in owned))
    if visit.training:
        costs = costs.state_only()
    return Node(
        path=leaf.path,
        op=type(leaf.op).__name__,
        block=leaf.block,
        inputs=_shapes(leaf.ins, meter),
        outputs=_shapes(leaf.outs, meter),
        symbolic_outputs=tuple(_words(type_.shape) for type_ in leaf.outs),
        costs=costs,
        receptive_field=visit.field.sizes() if visit.field else None,
        sees_all=visit.field is not None and visit.field.everything,
        training=visit.training,
        file=leaf.span.file,
        line=leaf.span.line,
    )


def _shapes(types: Types, meter: Meter) -> tuple[Shape, ...]:
    return tuple(map(meter.shape, types))


def _words(shape: tuple[Size, ...]) -> tuple[str, ...]:
    return tuple(map(str, shape))
