"""Which values cross the edge of a container, and whether it is a plain chain."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING, TypeAlias

from archc.backends.python.besides import measured
from archc.ir.graph import Again, Container, Ref, Weight
from archc.ir.op import Op
from archc.ir.target import New, State

if TYPE_CHECKING:
    from archc.ir.graph import Body, Item, Path

Part: TypeAlias = int | Container
"""A direct child of a container or body: an item by its index, or a container."""


class Reach:
    """Questions about the edges of one body."""

    def __init__(self, body: Body) -> None:
        """Index who reads what."""
        self.body = body
        self.measured = measured(body)
        self._readers: dict[Ref, list[int]] = defaultdict(list)
        for index in range(len(body.items)):
            for ref in self.reads_of(index):
                self._readers[ref].append(index)
        for container in body.containers:
            if container.passes is not None:
                self._readers[container.passes].append(container.first)
        for output in body.outputs:
            self._readers[output.ref].append(len(body.items))
        self._inside: dict[Path, list[Container]] = defaultdict(list)
        for container in sorted(body.containers, key=lambda c: (c.first, -c.last)):
            self._inside[container.path[:-1]].append(container)

    def parts(self, path: Path, first: int, last: int) -> Iterator[Part]:
        """The direct children of what stands at `path`, in order."""
        waiting = list(reversed(self._inside[path]))
        index = first
        while index < last or waiting:
            if waiting and waiting[-1].first <= index:
                container = waiting.pop()
                index = max(index, container.last)
                yield container
            elif index < last:
                yield index
                index += 1
            else:
                return

    def reads(self, first: int, last: int) -> tuple[Ref, ...]:
        """The values from outside that these items read, in the order of first use."""
        found: dict[Ref, None] = {}
        for index in range(first, last):
            found.update((ref, None) for ref in self.reads_of(index) if ref.item < first)
        return tuple(found)

    def reads_of(self, index: int) -> tuple[Ref, ...]:
        """The inputs of an item, then what it measures besides."""
        return (*self.body.items[index].inputs, *self.measured.get(index, ()))

    def gives(self, part: Part) -> tuple[Ref, ...]:
        """The values of a part that are read outside it; its last one if none is."""
        if isinstance(part, int):
            return tuple(Ref(part, port) for port in range(len(self.body.items[part].outputs)))
        read = tuple(
            Ref(index, port)
            for index in range(part.first, part.last)
            for port in range(len(self.body.items[index].outputs))
            if any(reader >= part.last for reader in self._readers[Ref(index, port)])
        )
        return read or self._last(part)

    def _last(self, container: Container) -> tuple[Ref, ...]:
        parts = [
            part
            for part in self.parts(container.path, container.first, container.last)
            if isinstance(part, int) or part.first < part.last
        ]
        return self.gives(parts[-1])[:1]

    def takes(self, part: Part) -> tuple[Ref, ...]:
        """The values that a part reads."""
        if isinstance(part, int):
            return self.reads_of(part)
        read = self.reads(part.first, part.last)
        if part.passes is None:
            return read
        return (part.passes, *(ref for ref in read if ref != part.passes))

    def calls_out(self, container: Container) -> bool:
        """Whether something inside uses a module or a weight that stands outside."""
        depth = len(container.path)
        return any(
            isinstance(item.what, Again | Weight) and item.what.path[:depth] != container.path
            for item in self.body.items[container.first : container.last]
        )

    def is_training(self, container: Container) -> bool:
        """Whether all that is inside happens in training only."""
        items = self.body.items[container.first : container.last]
        return bool(items) and all(item.training for item in items)

    def is_chain(self, container: Container, *, training: bool = False) -> bool:
        """Whether the container can be called as a whole: each part just feeds the next.

        `training` says that the container itself stands inside one that is there in training only.
        """
        training = training or self.is_training(container)
        return container.kind == "sequential" and self._feeds(
            container, training=training, sides=False
        )

    def is_loop(self, container: Container) -> bool:
        """Whether each copy feeds the next and they all get the same values besides."""
        if not container.repeat or container.kind != "sequential" or self.is_training(container):
            return False
        parts = list(self.parts(container.path, container.first, container.last))
        sides = {self.takes(part)[1:] for part in parts}
        inside = any(ref.item >= container.first for side in sides for ref in side)
        return len(sides) == 1 and not inside and self._feeds(container, training=False, sides=True)

    def is_row(self, container: Container) -> bool:
        """Whether each part takes one value and gives one, even if others look at it."""
        parts = self.parts(container.path, container.first, container.last)
        return all(len(self.takes(part)) == len(self.gives(part)) == 1 for part in parts)

    def _feeds(self, container: Container, *, training: bool, sides: bool) -> bool:
        before: Ref | None = None
        for part in self.parts(container.path, container.first, container.last):
            takes = self.takes(part)
            if not self._links(part, training=training, sides=sides):
                return False
            if before is not None and takes[0] != before:
                return False
            before = self.gives(part)[0]
        return before is not None and self.gives(container) == (before,)

    def _links(self, part: Part, *, training: bool, sides: bool) -> bool:
        """Whether a part is a module with one output, and with one input unless `sides`."""
        takes = self.takes(part)
        if not takes or (len(takes) > 1 and not sides) or len(self.gives(part)) != 1:
            return False
        if isinstance(part, Container):
            group = part.kind == "group" and not self.calls_out(part)
            return group or (self.is_chain(part, training=training) and not sides)
        item = self.body.items[part]
        if isinstance(item.what, Again) or (item.training and not training):
            return False
        return not isinstance(item.what, Op) or self._is_plain(item, item.what)

    def _is_plain(self, item: Item, op: Op) -> bool:
        """Whether an op gets its inputs and gives its output as modules do in a chain."""
        lowered = op.lowered(self.body.input_types(item))
        if isinstance(lowered, New):
            return lowered.call is None and not lowered.gives
        return not isinstance(lowered, State)
