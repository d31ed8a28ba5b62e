"""The nodes of a body as plain data: every input that is not the value before is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.backends.spec import values
from archc.backends.spec.names import Names, Scope, Unnamed, is_numbered
from archc.backends.spec.tree import Level, items_of, paths_of, tree_of
from archc.ir.given import giving
from archc.ir.graph import Again, Body, Ref, Skip
from archc.ir.op import Op
from archc.lower.resolve import CALL
from archc.ops.named_ports import NamedPorts
from archc.ops.shape import Identity

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Protocol

    from archc.backends.spec.tree import Node
    from archc.backends.spec.values import Data
    from archc.ir.graph import InitRule, Item, Path

    class Known(Protocol):
        """What the nodes of a body ask of the network around it."""

        def name(self, body: Body) -> str:
            """The name of a block."""

        def opened(self, body: Body) -> Data:
            """The layers of a block that cannot be one here."""

        def variants(self, name: str) -> list[str]:
            """The names that a block of the original spec has here."""

        def rules(self, body: Body) -> tuple[InitRule, ...]:
            """The rules of a used file that go with each use of it."""


class Nodes:
    """Writes the nodes of one body.

    With `skipped` the nodes whose condition is false stay, as names for what passes through them.
    """

    def __init__(self, body: Body, known: Known, *, skipped: bool = False) -> None:
        """Be ready to write all of the body."""
        self.body = body
        self._level = tree_of(body, skipped=skipped)
        self.names = Names(body, paths_of(self._level))
        self._known = known
        self._skipped = skipped

    def all(self) -> tuple[Data, Ref | None]:
        """All of the body, and the value that it leaves; names can be asked for afterwards."""
        return self._layers(self._level, Ref(-1))

    def name(self, ref: Ref) -> Data:
        """The path of a value from the level that is being written. Raises `Unnamed`."""
        return values.path(self.names.value(self.source(ref)))

    def source(self, ref: Ref) -> Ref:
        """The value that is meant by one."""
        return ref if self._skipped else self.body.source(ref)

    def _layers(self, level: Level, incoming: Ref | None) -> tuple[Data, Ref | None]:
        """Everything on a level, and the value that it leaves: None where none is chosen."""
        scope = Scope(level.path, incoming)
        self.names.scopes.append(scope)
        before = incoming
        entries: dict[str, Data] = {}
        try:
            for place in level.places:
                if isinstance(place, Level):
                    scope.names.add(place.name)
                    entries[place.name], before = self._group(place, before)
                else:
                    entries[place.name], before = self._node(place, before)
                    scope.names.add(place.name)
        finally:
            if level.path:
                self.names.scopes.pop()
        return list(entries.values()) if level.numbered else entries, before

    def _node(self, place: Node, before: Ref | None) -> tuple[Data, Ref | None]:
        item = self.body.items[place.item]
        layers = self._known.opened(item.what) if isinstance(item.what, Body) else None
        if layers is None:
            op, arguments = self._what(item)
            node: dict[str, Data] = {"op": op, **arguments, **self._from(item, before)}
        else:
            node = {**self._from(item, before), "layers": layers}
        node |= self._extras(item)
        bare = node["op"] if len(node) == 1 and "op" in node else node
        return bare, _after(item, place.item, before)

    def _what(self, item: Item) -> tuple[str, dict[str, Data]]:
        """The op of a node and its arguments."""
        what = item.what
        if isinstance(what, Again):
            return CALL, {"module": values.path(self._node_path(what.path))}
        if isinstance(what, Body):
            return self._known.name(what), {}
        if isinstance(what, Op):
            return type(what).__name__, values.arguments(what)
        return Identity.__name__, {}

    def _node_path(self, path: Path) -> str:
        found = self.names.node(path)
        assert found is not None, f"{path} is hidden here"
        return found

    def _from(self, item: Item, before: Ref | None) -> dict[str, Data]:
        inputs = [self.source(ref) for ref in item.inputs]
        if not inputs or (inputs == [before] and _takes_one(item)):
            return {}
        named = [self.name(ref) for ref in inputs]
        ports = self._ports(item)
        if ports:
            return {"from": dict(zip(ports, named, strict=True))}
        return {"from": named if len(named) > 1 else named[0]}

    def _ports(self, item: Item) -> tuple[str, ...]:
        """The ports by name, where an earlier one than the last is left out."""
        if not isinstance(item.what, NamedPorts):
            return ()
        standing = item.what.standing(self.body.input_types(item))
        return standing if standing != item.what.ports[: len(standing)] else ()

    def _extras(self, item: Item) -> dict[str, Data]:
        """When it is there, what it begins with, and what it shares."""
        if isinstance(item.what, Skip):
            return {"when": False}
        found: dict[str, Data] = {"when": "training"} if item.training else {}
        if isinstance(item.what, Again):
            return found
        if init := self._init(item):
            found["init"] = init
        if ties := dict(self._ties(item)):
            found["tie"] = ties
        return found

    def _ties(self, item: Item) -> Iterator[tuple[str, Data]]:
        depth = len(item.path)
        for target, source in self.body.ties:
            place = tuple(target.split("."))
            if place[:depth] == item.path:
                yield ".".join(place[depth:]), self._tensor_path(tuple(source.split(".")))

    def _tensor_path(self, tensor: Path) -> str:
        """A tensor by the output of the block that it is inside of, else by its node."""
        given = giving(self.body, tensor)
        if given is not None:
            return f"{self._node_path(given[0])}.{given[1]}"
        if any(item.path == tensor for item in self.body.items):
            return self._node_path(tensor)
        return f"{self._node_path(tensor[:-1])}.{tensor[-1]}"

    def _init(self, item: Item) -> Data:
        if isinstance(item.what, Op) and item.what.family == "state":
            return values.initialisation(item.init[-1]) if item.init else None
        used = self._known.rules(item.what) if isinstance(item.what, Body) else ()
        rules = (*used, *item.init)
        own: dict[str, Data] = {
            rule.tensor: values.initialisation(rule) for rule in rules if not rule.pattern
        }
        inside = [(name, rule) for rule in rules for name in self._patterns(rule)]
        return {**own, **values.rules(inside)}

    def _patterns(self, rule: InitRule) -> list[str]:
        if not rule.pattern:
            return []
        return self._known.variants(rule.pattern) if rule.kind == "type" else [rule.pattern]

    def _group(self, level: Level, before: Ref | None) -> tuple[Data, Ref | None]:
        """A group takes the value before where it can; what has no name inside it, it must take."""
        incoming = self._incoming(level, before)
        try:
            layers, last = self._layers(level, incoming)
        except Unnamed as problem:
            incoming = problem.ref
            layers, last = self._layers(level, incoming)
        self.names.left[level.path] = last
        bare = incoming in {None, before}
        if bare and isinstance(layers, list):
            return layers, last
        given: dict[str, Data] = {} if bare or incoming is None else {"from": self.name(incoming)}
        return {**given, "layers": layers}, last

    def _incoming(self, level: Level, before: Ref | None) -> Ref | None:
        inside = items_of(level)
        taken = [self.source(r) for i in sorted(inside) for r in self.body.items[i].inputs]
        outer = [ref for ref in taken if ref.item not in inside]
        return before if before in outer or not outer else outer[0]


def _after(item: Item, index: int, before: Ref | None) -> Ref | None:
    """What the next node takes unless it says otherwise."""
    if isinstance(item.what, Op) and item.what.family == "state":
        return before
    return None if is_numbered(item) else Ref(index)


def _takes_one(item: Item) -> bool:
    """Whether the value before is enough for a node that names no input."""
    what = item.applied
    if isinstance(what, Op):
        return not what.variadic or getattr(what, "other", None) is not None
    return True
