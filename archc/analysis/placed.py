"""Every op of a network with what it reads from, and every tensor by its `state_dict` name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from archc.ir.graph import Again, Body, Skip, Weight

if TYPE_CHECKING:
    from archc.ir.graph import Item, Network, Path, Ref
    from archc.ir.op import Op, Tensor, Types

Sources = tuple[str, ...]


class Placed(Struct, frozen=True):
    """One op in its place.

    `inputs` name what it reads: a node's path, `lstm.1` for the second output of one that has
    several, or an input of the network. `module` is the path of the module that is applied, which
    is another node's for a `Call`. `training` marks an op that runs in training only.
    """

    path: str
    module: str
    op: Op
    inputs: Sources
    ins: Types
    outs: Types
    training: bool = False


def place(network: Network) -> list[Placed]:
    """The ops in execution order, skipped nodes left out."""
    walk = _Walk()
    walk.body(network.body, [name or "input" for name, _ in network.body.inputs], _At())
    return walk.found


def saved(network: Network) -> dict[str, Tensor]:
    """The tensors of the `state_dict` by name, tied ones under both of their names."""
    return {
        ".".join(filter(None, (node.path, tensor.name))): tensor
        for node in place(network)
        if node.module == node.path
        for tensor in node.op.tensors(node.ins)
        if tensor.persistent
    }


class _At(Struct, frozen=True):
    path: Path = ()
    module: Path = ()
    training: bool = False

    def inside(self, item: Item) -> _At:
        owner = item.what.path if isinstance(item.what, Again) else item.path
        return _At((*self.path, *item.path), (*self.module, *owner), self.training or item.training)


class _Walk(Struct, frozen=True):
    found: list[Placed] = field(default_factory=list[Placed])

    def body(self, body: Body, ins: list[str], at: _At) -> list[str]:
        """Visit a block's ops; the names of its outputs."""
        known: list[list[str]] = []

        def name(ref: Ref) -> str:
            return ins[ref.port] if ref.item < 0 else known[ref.item][ref.port]

        for item in body.items:
            given = [name(ref) for ref in item.inputs]
            known.append(self.item(body, item, given, at.inside(item)))
        return [name(out.ref) for out in body.outputs]

    def item(self, body: Body, item: Item, given: list[str], at: _At) -> list[str]:
        """Visit what an item holds; the names of its outputs."""
        what = item.applied
        if isinstance(what, Skip):
            return given[:1] * len(item.outputs)
        if isinstance(what, Body):
            return self.body(what, given, at)
        path = ".".join(at.path)
        if isinstance(what, Weight):
            return [".".join((*at.path[: -len(item.path)], *what.path, what.tensor))]
        ins = body.input_types(item)
        module = ".".join(at.module)
        node = Placed(path, module, what, tuple(given), ins, item.outputs, at.training)
        self.found.append(node)
        several = len(item.outputs) > 1
        return [f"{path}.{n}" if several else path for n in range(len(item.outputs))]
