"""The nodes of a body as plain data: every input that is not the value before is named."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from archc.backends.spec import values
from archc.backends.spec.names import Scope, Unnamed, is_numbered, relative, value_name
from archc.ir.graph import Again, Body, Ref
from archc.ir.op import Op
from archc.lower.resolve import CALL
from archc.ops.named_ports import NamedPorts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from archc.backends.spec.tree import Level, Place
    from archc.backends.spec.values import Data
    from archc.ir.graph import InitRule, Item

PLACEHOLDER = "Identity"
"""Stands in a list for a node that is not there, so that the others keep their numbers."""


@dataclass(slots=True)
class Nodes:
    """Writes the nodes of one body. `block` gives the name of a block, `variants` those of one."""

    body: Body
    block: Callable[[Body], str]
    variants: Callable[[str], list[str]]
    scopes: list[Scope] = field(default_factory=list[Scope])

    def layers(self, level: Level, incoming: Ref | None) -> tuple[Data, Ref | None]:
        """Everything on a level, and the value that it leaves: None where none is chosen."""
        scope = Scope(level.path, incoming)
        self.scopes.append(scope)
        before = incoming
        entries: dict[str, Data] = {}
        try:
            for place in level.places:
                if level.numbered:
                    missing = map(str, range(len(entries), int(place.name)))
                    entries.update(dict.fromkeys(missing, PLACEHOLDER))
                scope.names.update(entries)
                entries[place.name], before = self._node(place, before, scope)
                scope.names.add(place.name)
        finally:
            if len(self.scopes) > 1:
                self.scopes.pop()
        return list(entries.values()) if level.numbered else entries, before

    def name(self, ref: Ref) -> Data:
        """The path of a value from the level that is being written. Raises `Unnamed`."""
        return values.path(value_name(self.body.source(ref), self.body, self.scopes))

    def _node(self, place: Place, before: Ref | None, scope: Scope) -> tuple[Data, Ref | None]:
        if place.level is not None:
            scope.names.add(place.name)
            return self._group(place, place.level, before)
        first, last = (self.body.items[k] for k in (place.items[0], place.items[-1]))
        op, arguments = self._what(first)
        node: dict[str, Data] = {"op": op, **self._from(first, before), **arguments}
        node |= _again(place.items[1:]) | self._extras(first)
        return op if len(node) == 1 else node, self._after(last, place.items[-1], before)

    def _what(self, item: Item) -> tuple[str, dict[str, Data]]:
        """The op of a node and its arguments."""
        what = item.what
        if isinstance(what, Again):
            return CALL, {"module": values.path(self._node_path(what.path))}
        if isinstance(what, Body):
            return self.block(what), {}
        assert isinstance(what, Op)
        return type(what).__name__, values.arguments(what)

    def _node_path(self, path: tuple[str, ...]) -> str:
        found = relative(path, self.scopes)
        assert found is not None, f"{path} is hidden here"
        return found

    def _after(self, item: Item, index: int, before: Ref | None) -> Ref | None:
        """What the next node takes unless it says otherwise."""
        if isinstance(item.what, Op) and item.what.family == "state":
            return before
        return None if is_numbered(item) else Ref(index)

    def _from(self, item: Item, before: Ref | None) -> dict[str, Data]:
        inputs = [self.body.source(ref) for ref in item.inputs]
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
        found: dict[str, Data] = {"when": "training"} if item.training else {}
        if item.init:
            found["init"] = self._init(item)
        ties = dict(self._ties(item))
        return {**found, "tie": ties} if ties else found

    def _ties(self, item: Item) -> Iterator[tuple[str, Data]]:
        depth = len(item.path)
        for target, source in self.body.ties:
            place = tuple(target.split("."))
            if place[:depth] == item.path and not isinstance(item.what, Again):
                node, _, tensor = source.rpartition(".")
                yield ".".join(place[depth:]), f"{self._node_path(tuple(node.split('.')))}.{tensor}"

    def _init(self, item: Item) -> Data:
        if isinstance(item.what, Op) and item.what.family == "state":
            return values.initialisation(item.init[-1])
        own = [rule for rule in item.init if not rule.pattern]
        made: dict[str, Data] = {rule.tensor: values.initialisation(rule) for rule in own}
        inside = [(name, rule) for rule in item.init for name in self._patterns(rule)]
        return {**made, **values.rules(inside)}

    def _patterns(self, rule: InitRule) -> list[str]:
        if not rule.pattern:
            return []
        return self.variants(rule.pattern) if rule.kind == "type" else [rule.pattern]

    def _group(self, place: Place, level: Level, before: Ref | None) -> tuple[Data, Ref | None]:
        """A group takes the value before where it can; what has no name inside it, it must take."""
        incoming = self._incoming(level, before)
        try:
            layers, last = self.layers(level, incoming)
        except Unnamed as problem:
            incoming = problem.ref
            layers, last = self.layers(level, incoming)
        node: dict[str, Data] = {}
        if incoming is not None and incoming != before:
            node["from"] = self.name(incoming)
        node |= {"layers": layers, **_again(place.items)}
        bare = len(node) == 1 and isinstance(layers, list)
        return layers if bare else node, last

    def _incoming(self, level: Level, before: Ref | None) -> Ref | None:
        inside = _items(level)
        taken = [self.body.source(r) for i in sorted(inside) for r in self.body.items[i].inputs]
        outer = [ref for ref in taken if ref.item not in inside]
        return before if before in outer or not outer else outer[0]


def _items(level: Level) -> set[int]:
    """The items of a level and of all inside it."""
    found: set[int] = set()
    for place in level.places:
        found.update(place.items)
        if place.level is not None:
            found |= _items(place.level)
    return found


def _again(items: list[int]) -> dict[str, Data]:
    """A module that is applied once more for each of these items."""
    return {"repeat": len(items) + 1, "shared": True} if items else {}


def _takes_one(item: Item) -> bool:
    """Whether the value before is enough for a node that names no input."""
    what = item.what.what if isinstance(item.what, Again) else item.what
    if isinstance(what, Op):
        return not what.variadic or getattr(what, "other", None) is not None
    return True
