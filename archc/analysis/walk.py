"""Every op of a network in execution order, with what a summary says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from archc.analysis.receptive import Field, merge, start, through
from archc.ir.graph import Again, Body, Leaf, Skip, Weight

if TYPE_CHECKING:
    from archc.analysis.costs import Meter
    from archc.ir.graph import Item, Network, Path, Ref
    from archc.ir.op import Op

    Fields = list[list[Field | None]]


class Visit(Struct, frozen=True):
    """One op in its place. `training` marks an op that runs in training only."""

    leaf: Leaf
    field: Field | None
    training: bool


class _Place(Struct, frozen=True):
    path: Path = ()
    again: bool = False
    training: bool = False

    def inside(self, item: Item) -> _Place:
        return _Place(
            (*self.path, *item.path),
            self.again or isinstance(item.what, Again),
            self.training or item.training,
        )


def visits(network: Network, meter: Meter) -> list[Visit]:
    """The leaves of `network.leaves()`, each with its receptive field at the meter's sizes."""
    walk = _Walk(meter)
    ins = [start(type_) for _, type_ in network.body.inputs]
    walk.body(network.body, ins, _Place())
    return walk.found


def modules(network: Network) -> dict[str, str]:
    """What stands at every path that holds other nodes: a block's name, or torch's container.

    A mapping's group is called `group`.
    """
    found: dict[str, str] = {}
    _modules(network.body, (), found)
    return found


def _modules(body: Body, prefix: Path, found: dict[str, str]) -> None:
    kinds = {"sequential": "Sequential", "list": "ModuleList", "group": "group"}
    for container in body.containers:
        found[".".join((*prefix, *container.path))] = kinds[container.kind]
    for item in body.items:
        what = item.applied
        if isinstance(what, Body):
            path = (*prefix, *item.path)
            found[".".join(path)] = what.name
            _modules(what, path, found)


class _Walk(Struct, frozen=True):
    meter: Meter
    found: list[Visit] = field(default_factory=list[Visit])

    def body(self, body: Body, ins: list[Field | None], place: _Place) -> list[Field | None]:
        """Visit a block's ops; the fields of its outputs."""
        known: Fields = []

        def at(ref: Ref) -> Field | None:
            return ins[ref.port] if ref.item < 0 else known[ref.item][ref.port]

        for item in body.items:
            known.append(self.item(body, item, [at(ref) for ref in item.inputs], place))
        return [at(out.ref) for out in body.outputs]

    def item(
        self, body: Body, item: Item, given: list[Field | None], place: _Place
    ) -> list[Field | None]:
        """Visit what an item holds; the fields of its outputs."""
        passed = given[:1] * len(item.outputs)
        what = item.applied
        if isinstance(what, Skip):
            return passed
        if isinstance(what, Weight):
            return [None]
        here = place.inside(item)
        if isinstance(what, Body):
            fields = self.body(what, given, here)
        else:
            fields = [self.leaf(what, body, item, given, here)] * len(item.outputs)
        # Outside training such a node passes its first input on.
        return passed if item.training else fields

    def leaf(
        self, op: Op, body: Body, item: Item, given: list[Field | None], here: _Place
    ) -> Field | None:
        """Note an op in its place; the field of its outputs."""
        ins, outs, path = body.input_types(item), item.outputs, ".".join(here.path)
        bound = self.meter.bound
        seen = through(merge(given), op, tuple(map(bound, ins)), tuple(map(bound, outs)))
        leaf = Leaf(path, op, body.name, ins, outs, item.span, here.again)
        self.found.append(Visit(leaf, seen, here.training))
        return seen
