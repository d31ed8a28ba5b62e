"""A network laid flat: every op once, what flows from which to which, and the tree of names above.

Ops are numbered in execution order, as `Network.leaves` lists them. A wire's end is such a number;
input `k` of what is drawn is `-1 - k`, its output `k` is `len(leaves) + k`.
"""

from __future__ import annotations

from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from archc.ir.graph import Again, Body, Container, Leaf, Path, Ref, Skip, Weight

if TYPE_CHECKING:
    from archc.ir.graph import Item
    from archc.ir.op import Op
    from archc.ir.types import TensorType

Value: TypeAlias = tuple[int, int]
"""A wire's tail: the op (or input) and which of its outputs; below 0, one of its weights."""


class Wire(Struct, frozen=True):
    """One value on its way: output `port` of `tail` is input `slot` of `head`."""

    tail: int
    port: int
    head: int
    slot: int


class Part(Struct, frozen=True):
    """An op, a block or a group, in its place. It spans the ops from `first` up to `last`.

    `name` is what its author calls it, `path` where it is in the whole network; `home` is the body
    it is written in.
    """

    path: Path
    name: str
    what: Op | Body | Container
    home: Body
    first: int
    last: int
    children: tuple[Part, ...] = ()
    training: bool = False
    again: bool = False

    @property
    def span(self) -> range:
        """The ops it spans."""
        return range(self.first, self.last)


class Flow(Struct, frozen=True, dict=True):
    """What is to be drawn: ops, wires, and the tree of parts."""

    body: Body
    leaves: tuple[Leaf, ...]
    wires: tuple[Wire, ...]
    parts: tuple[Part, ...]
    weights: tuple[TensorType, ...] = ()

    def type_of(self, value: Value) -> TensorType:
        """The type of a wire's tail."""
        node, port = value
        if port < 0:
            return self.weights[-1 - port]
        if node < 0:
            return self.body.inputs[-1 - node][1]
        return self.leaves[node].outs[port]

    @cached_property
    def into(self) -> dict[int, tuple[Wire, ...]]:
        """The wires that arrive at each op or output."""
        found: dict[int, list[Wire]] = {}
        for wire in self.wires:
            found.setdefault(wire.head, []).append(wire)
        return {node: tuple(wires) for node, wires in found.items()}

    @cached_property
    def out_of(self) -> dict[int, tuple[Wire, ...]]:
        """The wires that leave each op or input."""
        found: dict[int, list[Wire]] = {}
        for wire in self.wires:
            found.setdefault(wire.tail, []).append(wire)
        return {node: tuple(wires) for node, wires in found.items()}

    def entering(self, span: range) -> tuple[Wire, ...]:
        """The wires from outside to the ops of a span."""
        wires = (wire for node in span for wire in self.into.get(node, ()))
        return tuple(wire for wire in wires if wire.tail not in span)

    def leaving(self, span: range) -> tuple[Wire, ...]:
        """The wires from the ops of a span to the outside."""
        wires = (wire for node in span for wire in self.out_of.get(node, ()))
        return tuple(wire for wire in wires if wire.head not in span)

    def linked(self, before: range, after: range) -> bool:
        """Everything that leaves `before` goes to `after`, which receives nothing else."""
        out, into = self.leaving(before), self.entering(after)
        return bool(out) and set(out) == set(into)


def flatten(body: Body, prefix: Path = ()) -> Flow:
    """Open every block of `body`, which stands at the path `prefix`."""
    work = _Flattening()
    values = tuple((-1 - k, 0) for k in range(len(body.inputs)))
    parts, outputs = work.body(body, prefix, values, again=False)
    end = len(work.leaves)
    work.wires += [Wire(*value, end + k, 0) for k, value in enumerate(outputs)]
    return Flow(body, tuple(work.leaves), tuple(work.wires), parts, tuple(work.weights))


class _Flattening:
    """Ops and wires in the order they are met."""

    def __init__(self) -> None:
        self.leaves: list[Leaf] = []
        self.wires: list[Wire] = []
        self.weights: list[TensorType] = []
        self.places: dict[str, int] = {}

    def body(
        self, body: Body, prefix: Path, inputs: tuple[Value, ...], *, again: bool
    ) -> tuple[tuple[Part, ...], tuple[Value, ...]]:
        """The parts of a body and the values of its outputs, for the values of its inputs."""
        values: list[tuple[Value, ...]] = []
        entries: list[tuple[Path, Part]] = []

        def find(ref: Ref) -> Value:
            return inputs[ref.port] if ref.item < 0 else values[ref.item][ref.port]

        for item in body.items:
            taken = tuple(map(find, item.inputs))
            part, made = self.item(body, item, prefix, taken, again=again)
            values.append(made)
            if part is not None:
                entries.append((item.path, part))
        return _nest(body, prefix, (), entries), tuple(find(out.ref) for out in body.outputs)

    def item(
        self, body: Body, item: Item, prefix: Path, inputs: tuple[Value, ...], *, again: bool
    ) -> tuple[Part | None, tuple[Value, ...]]:
        """The part of an item, where it has ops, and the values it makes."""
        what, first, path = item.what, len(self.leaves), (*prefix, *item.path)
        if isinstance(what, Skip):
            return None, (inputs[0],) * max(1, len(item.outputs))
        if isinstance(what, Weight):
            return None, (self.weight(".".join((*prefix, *what.path)), item.outputs[0]),)
        if isinstance(what, Again):
            what, again = what.what, True
        children: tuple[Part, ...] = ()
        if isinstance(what, Body):
            children, made = self.body(what, path, inputs, again=again)
        else:
            ins, name = body.input_types(item), ".".join(path)
            self.op(Leaf(name, what, body.name, ins, item.outputs, item.span, again), inputs)
            made = tuple((first, port) for port in range(len(item.outputs)))
        if first == len(self.leaves):
            return None, made
        part = Part(path, "", what, body, first, len(self.leaves), children, item.training, again)
        return part, made

    def weight(self, owner: str, kind: TensorType) -> Value:
        """A tensor that the op at a path owns, as a value."""
        self.weights.append(kind)
        return self.places[owner], -len(self.weights)

    def op(self, leaf: Leaf, inputs: tuple[Value, ...]) -> None:
        """Add one op and the wires to it."""
        here = len(self.leaves)
        self.places.setdefault(leaf.path, here)
        self.leaves.append(leaf)
        self.wires += [Wire(*value, here, slot) for slot, value in enumerate(inputs)]


def _nest(
    body: Body, prefix: Path, base: Path, entries: list[tuple[Path, Part]]
) -> tuple[Part, ...]:
    """Put the parts of a body into its containers, from the one at `base` downwards."""
    paths = {container.path: container for container in body.containers}

    def below(entry: tuple[Path, Part]) -> Path | None:
        ends = range(len(base) + 1, len(entry[0]))
        return next((entry[0][:end] for end in ends if entry[0][:end] in paths), None)

    found: list[Part] = []
    for path, group in groupby(entries, below):
        inside = list(group)
        if path is None:
            found += [replace(part, name=".".join(p[len(base) :])) for p, part in inside]
            continue
        children = _nest(body, prefix, path, inside)
        name, first, last = ".".join(path[len(base) :]), children[0].first, children[-1].last
        training = all(child.training for child in children)
        where = (*prefix, *path)
        found.append(Part(where, name, paths[path], body, first, last, children, training))
    return tuple(found)
