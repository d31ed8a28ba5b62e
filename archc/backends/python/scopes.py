"""A body as scopes: groups become classes of their own, plain chains are called as a whole."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from archc.backends.python.operations import Operations, absent_of, results_of
from archc.backends.python.parts import (
    IDENTITY,
    Absent,
    CallEach,
    CallModule,
    Child,
    Compute,
    Make,
    Many,
    Origin,
    Own,
    PassOn,
    Read,
    Result,
    Scope,
    Step,
    Use,
)
from archc.backends.python.reach import Reach
from archc.backends.python.rows import rowed
from archc.ir.graph import Again, Body, Container, Ref, Skip, Weight

if TYPE_CHECKING:
    from collections.abc import Hashable

    from archc.backends.python.definitions import Definitions
    from archc.backends.python.parts import Node
    from archc.ir.at_hand import Slot
    from archc.ir.graph import Item, Path


class Scopes:
    """The scopes of a network: one for each distinct body, and those inside it."""

    def __init__(self, definitions: Definitions) -> None:
        """Begin with none; what torch does not have goes to `definitions`."""
        self.definitions = definitions
        self._made: dict[int, Scope] = {}

    def of(self, body: Body) -> Scope:
        """The scope of a body; the same object each time."""
        if id(body) not in self._made:
            self._made[id(body)] = rowed(_Body(body, self).scope())
        return self._made[id(body)]


@dataclass(slots=True)
class _Frame:
    """One class being put together: the steps so far, and where each value is found."""

    base: Path
    where: dict[Ref, Slot]
    training: bool = False
    """Whether the class as a whole happens in training only."""
    steps: list[Step] = field(default_factory=list[Step])

    def inside(self, path: Path) -> Path:
        return path[len(self.base) :]

    def fresh(self, path: Path) -> Path:
        """A key for a step: its path, with a number where a shared node is applied again."""
        count = sum(step.path[: len(path)] == path for step in self.steps)
        return (*path, str(count + 1)) if any(s.path == path for s in self.steps) else path


class _Body:
    def __init__(self, body: Body, scopes: Scopes) -> None:
        self.body = body
        self.scopes = scopes
        self.reach = Reach(body)
        self.operations = Operations(body, self.reach, scopes.definitions)
        self.family: Hashable = (body.name, body.span.file, body.span.line)
        self.called = {i.what.path for i in body.items if isinstance(i.what, Again)}

    def scope(self) -> Scope:
        body = self.body
        frame = _Frame((), {Ref(-1, k): ((), k) for k in range(len(body.inputs))})
        whole = Container((), "sequential", 0, len(body.items), body.span)
        children = self._children(frame, whole, numbered=self._is_numbered(whole))
        numbered = bool(children) and _kind(whole, children) != "ModuleDict"
        return Scope(
            self.family,
            body.name,
            body.inputs,
            children,
            tuple(frame.steps),
            tuple(Result(out.name, frame.where[out.ref], out.training) for out in body.outputs),
            body.params,
            body.doc,
            numbered,
            numbered and len(body.inputs) == 1 and self.reach.is_chain(whole),
        )

    def _is_numbered(self, whole: Container) -> bool:
        parts = self.reach.parts((), whole.first, whole.last)
        names = list(dict.fromkeys(self._path(part)[-1] for part in parts))
        return bool(names) and names == [str(index) for index in range(len(names))]

    def _path(self, part: int | Container) -> Path:
        return self.body.items[part].path if isinstance(part, int) else part.path

    def _children(self, frame: _Frame, of: Container, *, numbered: bool) -> tuple[Child, ...]:
        """What a container owns; what it does goes to the frame's steps."""
        found = []
        for part in self.reach.parts(of.path, of.first, of.last):
            node = (
                self._item(frame, part, numbered=numbered)
                if isinstance(part, int)
                else self._container(frame, part)
            )
            if node is not None:
                found.append(Child(self._path(part)[-1], node))
        return tuple(found)

    def _item(self, frame: _Frame, index: int, *, numbered: bool) -> Node | None:
        """The node an item owns, None if it has no module; its step goes to the frame."""
        item = self.body.items[index]
        path, origin = frame.inside(item.path), self._origin(item, frame)
        node: Node | None = None
        does: CallModule | Compute | Read | PassOn = CallModule(path)
        match item.what:
            case Skip():
                node = Make(IDENTITY, (), origin) if numbered else Absent(origin)
                does = does if numbered else PassOn()
            case Weight(path=target, tensor=tensor):
                does = Read(frame.inside(target), tensor)
            case Again(path=target):
                does = self.operations.again(item, frame.inside(target))
                node = Make(IDENTITY, (), origin) if numbered and target != item.path else None
            case Body() as inner:
                node, does = (
                    Use(self.scopes.of(inner), origin),
                    CallModule(path, absent=absent_of(item)),
                )
            case op:
                node, does = self.operations.made(op, index, path, origin, numbered=numbered)
        refs = self.reach.reads_of(index) if isinstance(node, Use) else item.inputs
        inputs = tuple(frame.where[ref] for ref in refs)
        key = frame.fresh(path)
        training = item.training and not frame.training
        frame.steps.append(
            Step(key, does, inputs, results_of(item), item.outputs, origin, training)
        )
        frame.where.update({Ref(index, k): (key, k) for k in range(len(item.outputs))})
        return node

    def _origin(self, item: Item, frame: _Frame) -> Origin:
        first = self.body.source(item.inputs[0]) if item.inputs else None
        entry = first is not None and frame.where.get(first) == ((), 0)
        receives = self.body.type_of(item.inputs[0]) if item.inputs else None
        op = item.what if not isinstance(item.what, Body | Skip | Again | Weight) else None
        return Origin(item.span, op, item.written, receives, entry, item.when, item.init)

    def _container(self, frame: _Frame, container: Container) -> Node:
        reads = self.reach.reads(container.first, container.last)
        receives = self.body.type_of(reads[0]) if reads else None
        when = self.body.items[container.first].when if container.first < container.last else ""
        origin = Origin(container.span, receives=receives, when=when)
        if container.first == container.last:
            return Many("Sequential", (), origin, container.repeat)
        if self.reach.is_chain(container, training=frame.training):
            return self._unit(frame, container, origin, CallModule)
        if self.reach.is_loop(container):
            return self._unit(frame, container, origin, CallEach)
        named = container.kind == "group" or container.path in self.called
        if named and not self.reach.calls_out(container):
            return self._group(frame, container, origin)
        children = self._children(frame, container, numbered=container.kind != "group")
        kind = _kind(container, children)
        if kind == "Sequential" and not self.reach.is_row(container):
            kind = "ModuleList"
        return Many(kind, children, origin, container.repeat)

    def _unit(
        self,
        frame: _Frame,
        container: Container,
        origin: Origin,
        does: type[CallModule | CallEach],
    ) -> Many:
        """A container that one step calls: as a whole, or each copy in a loop."""
        path = frame.inside(container.path)
        training = frame.training or self.reach.is_training(container)
        inner = _Frame(frame.base, dict(frame.where), training)
        children = self._children(inner, container, numbered=True)
        takes, gives = self.reach.takes(container), self.reach.gives(container)
        if does is CallEach:  # which may get one value twice: to go on from, and beside it
            takes = self.reach.takes(
                next(self.reach.parts(container.path, container.first, container.last))
            )
        self._call(frame, container, does(path), takes, gives, origin)
        kind: Literal["Sequential", "ModuleList"]
        kind = "Sequential" if does is CallModule else "ModuleList"
        return Many(kind, children, origin, container.repeat)

    def _group(self, frame: _Frame, container: Container, origin: Origin) -> Use:
        takes, gives = self.reach.takes(container), self.reach.gives(container)
        where: dict[Ref, Slot] = {ref: ((), k) for k, ref in enumerate(takes)}
        training = frame.training or self.reach.is_training(container)
        inner = _Frame(container.path, where, training)
        numbered = container.kind != "group"
        children = self._children(inner, container, numbered=numbered)
        named = tuple(self._value_name(ref) if len(gives) > 1 else "" for ref in gives)
        scope = Scope(
            (self.family, self._place(container.path)),
            next((word for word in reversed(container.path) if not word.isdigit()), "group"),
            tuple((self._value_name(ref), self.body.type_of(ref)) for ref in takes),
            children,
            tuple(inner.steps),
            tuple(Result(n, inner.where[ref]) for n, ref in zip(named, gives, strict=True)),
            self.body.params,
            numbered=numbered,
            unnamed=True,
        )
        path = frame.inside(container.path)
        self._call(frame, container, CallModule(path), takes, gives, origin)
        return Use(rowed(scope), origin)

    def _call(
        self,
        frame: _Frame,
        container: Container,
        does: CallModule | CallEach,
        takes: tuple[Ref, ...],
        gives: tuple[Ref, ...],
        origin: Origin,
    ) -> None:
        """A step that calls the container."""
        path = does.path
        inputs = tuple(frame.where[ref] for ref in takes)
        results = ("",) if len(gives) == 1 else tuple(map(self._value_name, gives))
        types = tuple(map(self.body.type_of, gives))
        training = self.reach.is_training(container) and not frame.training
        frame.steps.append(Step(path, does, inputs, results, types, origin, training))
        frame.where.update({ref: (path, k) for k, ref in enumerate(gives)})

    def _value_name(self, ref: Ref) -> str:
        if ref.item < 0:
            return self.body.inputs[ref.port][0]
        return self.body.items[ref.item].path[-1]

    def _place(self, path: Path) -> Path:
        """A path without the numbers of copies, which share a class."""
        repeats = {c.path for c in self.body.containers if c.repeat}
        return tuple("*" if path[:depth] in repeats else word for depth, word in enumerate(path))


def _kind(
    container: Container, children: tuple[Child, ...]
) -> Literal["Sequential", "ModuleList", "ModuleDict"]:
    """A `ModuleDict` where names or parameters rule out a numbered container."""
    numbers = [str(index) for index in range(len(children))]
    if [child.name for child in children] != numbers:
        return "ModuleDict"
    if any(isinstance(child.node, Own) for child in children):
        return "ModuleDict"
    return "Sequential" if container.kind == "sequential" else "ModuleList"
