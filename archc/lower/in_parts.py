"""A value divided into several parts: in training torch does not write over one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from archc.ir.graph import Body, Skip
from archc.ir.op import Op

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from archc.ir.graph import Item, Path, Ref
    from archc.ir.storage import Culprit, Region
    from archc.lower.in_place import Event

Facts: TypeAlias = tuple[bool, ...]
"""Something that is so of each value."""


def refused_parts(
    body: Body, events: Iterable[Event], *, inside: bool
) -> Iterator[tuple[Culprit, Ref]]:
    """The nodes that surely write over a part, each with the value that it takes.

    Where no parameter leads to a value, training asks for no gradient and torch refuses nothing.
    What comes into a block (`inside`) counts as learned.
    """
    learned, divided = _learned(body, inside=inside), _Divided()
    told: set[tuple[Path, Ref]] = set()
    for event in events:
        key = (event.culprit.path, event.over)
        known = learned[event.over.item] if event.over.item >= 0 else inside
        if known and key not in told and divided.is_overwritten(body, event):
            told.add(key)
            yield event.culprit, event.over


class _Divided:
    """Which values are a part, or a view of one, for certain: a copy may be written over."""

    def __init__(self) -> None:
        self._known: dict[tuple[Body, Facts], list[Facts]] = {}

    def is_overwritten(self, body: Body, event: Event) -> bool:
        """Whether this event writes over a part; not if the block that does it divided it."""
        if _is_divided_inside(event.region, event.at):
            return False
        whole = (False,) * len(body.inputs)
        item = body.items[event.at]
        block = item.applied
        if not isinstance(block, Body):
            return self._is(event.over, body, whole)
        path = event.culprit.path[len(item.path) :]
        node = next((inner for inner in block.items if inner.path == path[: len(inner.path)]), None)
        given = tuple(self._is(ref, body, whole) for ref in item.inputs)
        return node is not None and self._is(node.inputs[0], block, given)

    def _is(self, ref: Ref, body: Body, given: Facts) -> bool:
        return self._values(body, given)[ref.item][ref.port] if ref.item >= 0 else given[ref.port]

    def _values(self, body: Body, given: Facts) -> list[Facts]:
        """The same of what each item gives, where it is `given` of the inputs."""
        found = self._known.get((body, given))
        if found is None:
            found = self._known[body, given] = []
            for item in body.items:
                ins = tuple(self._is(ref, body, given) for ref in item.inputs)
                found.append(self._item(body, item, ins))
        return found

    def _item(self, body: Body, item: Item, ins: Facts) -> Facts:
        what = item.applied
        if isinstance(what, Body):
            return tuple(self._is(out.ref, what, ins) for out in what.outputs)
        is_view = isinstance(what, Op) and what.gives_view(body.input_types(item)) == "always"
        parts = is_view and isinstance(what, Op) and what.numbered_outputs
        kept = (is_view or isinstance(what, Skip)) and any(ins[:1])
        return (parts or kept,) * len(item.outputs)


def _is_divided_inside(region: Region, at: int) -> bool:
    """Whether the block at `at` divides the value itself: then it is told there."""
    return any(isinstance(by, tuple) and by[0] == at for by, _ in region.cuts)


def _learned(body: Body, *, inside: bool) -> list[bool]:
    """Whether a parameter, or an input where that counts, leads to what each item gives."""
    found: list[bool] = []
    for item in body.items:
        before = (found[ref.item] if ref.item >= 0 else inside for ref in item.inputs)
        found.append(any(before) or _has_parameters(item, body))
    return found


def _has_parameters(item: Item, body: Body) -> bool:
    what = item.applied
    if isinstance(what, Body):
        return any(_has_parameters(inner, what) for inner in what.items)
    if not isinstance(what, Op):
        return False
    return any(tensor.kind == "parameter" for tensor in what.tensors(body.input_types(item)))
