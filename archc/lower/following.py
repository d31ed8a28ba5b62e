"""What is known of values, followed from the inputs of a network through its blocks."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Generic, TypeVar

from msgspec import Struct

from archc.ir.graph import Body, Skip

if TYPE_CHECKING:
    from archc.diag.source import Span
    from archc.ir.graph import Item, Path, Ref

Fact = TypeVar("Fact")
"""Something hashable that is known of a value."""


class Place(Struct, frozen=True):
    """The way to a body: its path from the network, and the uses of blocks that lead there."""

    path: Path = ()
    uses: tuple[Span, ...] = ()


class Following(ABC, Generic[Fact]):
    """Walks over the bodies of a network, a block with the same facts of its inputs only once."""

    def __init__(self) -> None:
        """Begin without having walked anywhere."""
        self._known: dict[tuple[Body, tuple[Fact, ...]], tuple[Fact, ...]] = {}

    def body(self, body: Body, given: tuple[Fact, ...], place: Place) -> tuple[Fact, ...]:
        """What is known of the outputs, where this is `given` of the inputs."""
        key = (body, given)
        if key not in self._known:
            values: list[tuple[Fact, ...]] = []

            def of(ref: Ref) -> Fact:
                return values[ref.item][ref.port] if ref.item >= 0 else given[ref.port]

            for item in body.items:
                ins = tuple(map(of, item.inputs))
                values.append(self._item(body, item, ins, place))
            self._known[key] = tuple(of(out.ref) for out in body.outputs)
        return self._known[key]

    def _item(
        self, body: Body, item: Item, ins: tuple[Fact, ...], place: Place
    ) -> tuple[Fact, ...]:
        what = item.applied
        if isinstance(what, Body):
            return self.body(what, ins, Place((*place.path, *item.path), (*place.uses, item.span)))
        if isinstance(what, Skip):
            return ins[:1] * len(item.outputs)
        return self.node(body, item, ins, place)

    @abstractmethod
    def node(self, body: Body, item: Item, ins: tuple[Fact, ...], place: Place) -> tuple[Fact, ...]:
        """What is known of the outputs of an op, or of the weight of another node."""
