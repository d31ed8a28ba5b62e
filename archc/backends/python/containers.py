"""The expression that makes a module: a call, or a container of calls."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from archc.backends.python.alignment import by_place, runs
from archc.backends.python.bench import Bench
from archc.backends.python.columns import MISSING, Cell
from archc.backends.python.compact import Part, compact
from archc.backends.python.layout import ClassName, literal
from archc.backends.python.naming import identifier
from archc.backends.python.parts import Absent, Make, Many, Own, Use
from archc.backends.python.series import Series, series

if TYPE_CHECKING:
    from archc.backends.python.columns import Column
    from archc.backends.python.parts import Child, Node
    from archc.backends.python.registry import Registry
    from archc.backends.python.series import Varying
    from archc.ir.target import Arg

Nodes: TypeAlias = "Sequence[Node | None]"
Listed: TypeAlias = "Sequence[tuple[Child, ...] | None]"
Hoisted: TypeAlias = "list[tuple[str, tuple[str, ...]]]"
"""Items of a list that is filled by statements, each batch with its condition (or none)."""


@dataclass(slots=True)
class Containers:
    """Prints modules whose arguments the constructor of one class knows."""

    registry: Registry
    bench: Bench

    def made(self, nodes: Nodes, owner: str) -> tuple[str, Hoisted]:
        """The expression for a child, and the list it unpacks, if statements have to fill one."""
        first = _first(nodes)
        if isinstance(first, Many) and first.kind != "ModuleDict":
            manys = [node if isinstance(node, Many) else None for node in nodes]
            parts = self._parts(manys, owner)
            hoisted = _hoisted(parts)
            if hoisted and first.kind == "Sequential":
                return "nn.Sequential(*layers)", hoisted
            return (f"nn.{first.kind}(layers)", hoisted) if hoisted else (_wrap(first, parts), [])
        return self._expression(nodes, owner).text, []

    def listed(self, listed: Listed) -> tuple[list[str], Hoisted]:
        """The children of a class that is a list itself."""
        parts = self._list(listed, "")
        return compact(parts), _hoisted(parts)

    def row(self, manys: Sequence[Many | None], owner: str) -> tuple[str, str] | None:
        """The call that makes copy `i` of a row, and how many there are; None without a rule."""
        listed = [many.children if many is not None else None for many in manys]
        copies = [_makes(children, self._called) for children in listed]
        rule = series(copies, self.bench.declared)
        if rule is None and any(len(runs(m, self.registry.called)) > 1 for m in manys if m):
            return None
        if rule is not None and rule.offset:
            return None
        known = {v.name: self._indexed(v, 0, owner) for v in rule.varying} if rule else {}
        counts = tuple(len(copy) if copy is not None else MISSING for copy in copies)
        number = self.bench.text(Cell(f"num_{owner}", owner, counts))
        lead = [copy[0] if copy else None for copy in copies]
        return self._call(lead, owner, known).text, number

    def condition(self, owner: str, nodes: Nodes, there: Column) -> str:
        """The condition under which a node is there. Variants without the place are skipped."""
        origins = [node.origin if node is not None else None for node in nodes]
        written = next((o.when for o in origins if o is not None and o.when), "")
        receives = tuple(o.receives if o is not None else None for o in origins)
        named = owner
        if not owner or owner[-1].isdigit():
            ops = (type(o.op).__name__.lower() for o in origins if o is not None and o.op)
            named = next(ops, owner)
        return self.bench.condition(named, there, written, receives)

    def _expression(self, nodes: Nodes, owner: str) -> Part:
        first = _first(nodes)
        if isinstance(first, Many):
            manys = [node if isinstance(node, Many) else None for node in nodes]
            return Part(self._many(manys, owner))
        return self._call([self._called(node) for node in nodes], owner)

    def _called(self, node: Node | None) -> Make | None:
        if isinstance(node, Use):
            return self.registry.called(node)
        return node if isinstance(node, Make) else None

    def _call(
        self, makes: Sequence[Make | None], owner: str, known: dict[str, str] | None = None
    ) -> Part:
        """The call of a class; `known` is the text of arguments that are settled already."""
        first = next(make for make in makes if make is not None)
        receives = tuple(m.origin.receives if m is not None else None for m in makes)
        args: list[tuple[str, str]] = []
        for arg in _arguments(makes):
            default = self.registry.default(first, arg.name)
            text = (known or {}).get(arg.name, "")
            if not text:
                values = tuple(self._value(make, arg.name) for make in makes)
                written = dict(first.origin.written).get(arg.name, "")
                entry = first.origin.entry
                cell = Cell(arg.name, owner, values, written, receives, default, entry)
                text = self.bench.text(cell)
            if not (arg.keyword and default is not MISSING and text == literal(default)):
                args.append((arg.name if arg.keyword else "", text))
        return Part(self._target(makes, owner), tuple(args), called=True)

    def _target(self, makes: Sequence[Make | None], owner: str) -> str:
        """The class that is called; where variants differ, an argument holds it."""
        targets = tuple(
            ClassName(make.target.removeprefix("torch.")) if make is not None else MISSING
            for make in makes
        )
        family = next((m.origin.op.family for m in makes if m is not None and m.origin.op), "")
        return self.bench.text(Cell({"activation": "act"}.get(family, family), owner, targets))

    def _value(self, make: Make | None, name: str) -> object:
        if make is None:
            return MISSING
        given = (arg.value for arg in make.args if arg.name == name)
        return next(given, self.registry.default(make, name))

    def _many(self, manys: Sequence[Many | None], owner: str) -> str:
        first = next(many for many in manys if many is not None)
        if first.kind != "ModuleDict":
            return _wrap(first, self._parts(manys, owner))
        listed = [many.children if many is not None else None for many in manys]
        entries = (
            f"{literal(child.name)}: {self._expression(_nodes(listed, k), child.name).text}"
            for k, child in enumerate(first.children)
            if not isinstance(child.node, Own)
        )
        return f"nn.ModuleDict({{{', '.join(entries)}}})"

    def _parts(self, manys: Sequence[Many | None], owner: str) -> list[Part]:
        there = [many for many in manys if many is not None]
        listed = [many.children if many is not None else None for many in manys]
        if not there[0].repeat or (len(there) == 1 and len(manys) == 1):
            return self._list(listed, owner)
        found = self._series(listed, owner)
        if not found and len({len(many.children) for many in there}) > 1:
            found = self._runs(manys, owner)
        return found or self._list(listed, owner)

    def _series(self, listed: Listed, owner: str) -> list[Part]:
        """Copies that follow one rule, as a generator; the first may be an exception."""
        copies = [_makes(children, self._called) for children in listed]
        if any(copy is not None and len(copy) < 2 for copy in copies):
            return []
        rule = series(copies, self.bench.declared)
        if rule is None:
            return []
        tails = [copy[rule.offset :] if copy is not None else None for copy in copies]
        heads = [copy[0] if copy is not None else None for copy in copies]
        parts = [self._call(heads, owner)] if rule.offset else []
        lead = [tail[0] if tail else None for tail in tails]
        through = [varying.param for varying in rule.varying if varying.param]
        if len(rule.varying) == 1 and through:
            return [*parts, self._through(rule, lead, owner)]
        known = {v.name: self._indexed(v, rule.offset, owner) for v in rule.varying}
        counts = tuple(len(tail) if tail is not None else MISSING for tail in tails)
        number = self.bench.text(Cell(f"num_{owner}", owner, counts))
        return [*parts, self._call(lead, owner, known).over(f"i in range({number})")]

    def _through(self, rule: Series, lead: Sequence[Make | None], owner: str) -> Part:
        """`Block(rate) for rate in rates`."""
        (varying,) = rule.varying
        shown = self.bench.claim(varying.param) + ("[1:]" if rule.offset else "")
        name = identifier(varying.name)
        name = f"each_{name}" if name in self.bench.parameters else name
        return self._call(lead, owner, {varying.name: name}).over(f"{name} in {shown}")

    def _indexed(self, varying: Varying, offset: int, owner: str) -> str:
        if varying.param:
            return f"{self.bench.claim(varying.param)}[i{f' + {offset}' if offset else ''}]"
        start = self.bench.text(Cell(varying.name, owner, varying.starts))
        step = self.bench.text(Cell("step", owner, varying.steps))
        times = step if step.isidentifier() or step.isdigit() else f"({step})"
        grown = "i" if step == "1" else f"{times} * i"
        return grown if start == "0" else f"{start} + {grown}"

    def _runs(self, manys: Sequence[Many | None], owner: str) -> list[Part]:
        """Repeats of different lengths: a run of equal copies for each that all of them have."""
        called = self.registry.called
        found = [runs(many, called) if many is not None else None for many in manys]
        parts: list[Part] = []
        for place in range(max(len(run) for run in found if run is not None)):
            here = [
                None if run is None else run[place] if place < len(run) else [] for run in found
            ]
            part = self._expression([run[0].node if run else None for run in here], owner)
            counts = tuple(MISSING if run is None else len(run) for run in here)
            number = self.bench.text(Cell(f"num_{owner}", owner, counts))
            parts.append(part if number == "1" else part.over(f"_ in range({number})"))
        return parts

    def _list(self, listed: Listed, owner: str) -> list[Part]:
        """A part for each child; one that some variants lack gets a condition."""
        there = [children for children in listed if children is not None]
        names = list(dict.fromkeys(tuple(child.name for child in c) for c in there))
        prefix = f"{owner}_" if owner else ""
        if len(names) == 1:
            return [
                self._expression(_nodes(listed, k), f"{prefix}{name}")
                for k, name in enumerate(names[0])
            ]
        places = [by_place(children) if children is not None else None for children in listed]
        parts: list[Part] = []
        for key in sorted({key for found in places if found is not None for key in found}):
            children = [found.get(key) if found is not None else None for found in places]
            nodes = [child.node if child is not None else None for child in children]
            present = tuple(
                MISSING if found is None else node is not None
                for found, node in zip(places, nodes, strict=True)
            )
            part = self._expression(nodes, f"{prefix}{_named(nodes)}")
            if False in present:
                part = part.when(self.condition("", nodes, present))
            parts.append(part)
        return parts


def _wrap(many: Many, parts: list[Part]) -> str:
    items = compact(parts)
    if many.kind == "Sequential":
        return f"nn.Sequential({', '.join(items)})"
    if len(items) == 1 and items[0].startswith("*("):
        return f"nn.ModuleList({items[0][2:-1]})"
    return f"nn.ModuleList([{', '.join(items)}])"


def _hoisted(parts: list[Part]) -> Hoisted:
    """The items in batches of one condition, if there is any condition at all."""
    if not any(part.condition for part in parts):
        return []
    batches: list[tuple[str, list[Part]]] = []
    for part in parts:
        if not batches or batches[-1][0] != part.condition:
            batches.append((part.condition, []))
        batches[-1][1].append(part.when(""))
    return [(condition, tuple(compact(batch))) for condition, batch in batches]


def _nodes(listed: Listed, place: int) -> list[Node | None]:
    return [children[place].node if children is not None else None for children in listed]


def _makes(
    children: tuple[Child, ...] | None, called: Callable[[Node], Make | None]
) -> list[Make] | None:
    if children is None:
        return None
    found = [called(child.node) for child in children]
    return [make for make in found if make is not None]


def _named(nodes: Nodes) -> str:
    """A word for an item of a list: what it is."""
    first = _first(nodes)
    if isinstance(first, Use):
        return identifier(first.scope.name).lower()
    return first.target.rpartition(".")[2].lower() if isinstance(first, Make) else "layers"


def _first(nodes: Nodes) -> Node:
    return next(n for n in nodes if n is not None and not isinstance(n, Absent))


def _arguments(makes: Sequence[Make | None]) -> list[Arg]:
    """The arguments that some variant gives, in the order of the op's parameters."""
    found: dict[str, Arg] = {}
    there = [make for make in makes if make is not None]
    for make in there:
        for arg in make.args:
            found.setdefault(arg.name, arg)
    op = there[0].origin.op
    if op is None or all(len(make.args) == len(found) for make in there):
        return list(found.values())
    order = {name: place for place, name in enumerate(type(op).model_fields)}
    return sorted(found.values(), key=lambda arg: (arg.keyword, order.get(arg.name, -1)))
