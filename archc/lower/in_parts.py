"""Warnings where training writes over one of the parts of a value, which torch refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

from archc.diag import codes
from archc.diag.diagnostic import Label
from archc.ir.graph import Body, Skip
from archc.ir.op import Op
from archc.ir.storage import Culprit
from archc.lower.overwritten import report_overwrite

if TYPE_CHECKING:
    from archc.diag.source import Span
    from archc.ir.graph import Item, Path, Ref
    from archc.lower.scope import Scope


class Part(Struct, frozen=True):
    """One of the values that an op gives without copying: its name and where the op stands."""

    name: str
    span: Span


class Fact(Struct, frozen=True):
    """What is certain of a value: that it is a part or a view of one, that gradients reach it."""

    part: Part | None = None
    learned: bool = False


Facts: TypeAlias = tuple[Fact, ...]


class Place(Struct, frozen=True):
    """The way to a body: its path from the network, and the uses of blocks that lead there."""

    path: Path = ()
    uses: tuple[Span, ...] = ()


def warn_of_parts(body: Body, scope: Scope) -> None:
    """Follow parts and gradients through the whole network, `scope` being the file's."""
    _Walk(scope).body(body, (Fact(),) * len(body.inputs), Place())


class _Walk:
    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self._told = set(scope.run.overwriting)
        self._known: dict[tuple[Body, Facts], Facts] = {}

    def body(self, body: Body, given: Facts, place: Place) -> Facts:
        """What is known of the outputs. The same block with the same inputs is walked once."""
        key = (body, given)
        if key not in self._known:
            values: list[Facts] = []

            def of(ref: Ref) -> Fact:
                return values[ref.item][ref.port] if ref.item >= 0 else given[ref.port]

            for item in body.items:
                ins = tuple(map(of, item.inputs))
                values.append(self._item(body, item, ins, place))
            self._known[key] = tuple(of(out.ref) for out in body.outputs)
        return self._known[key]

    def _item(self, body: Body, item: Item, ins: Facts, place: Place) -> Facts:
        what, path = item.applied, (*place.path, *item.path)
        if isinstance(what, Body):
            return self.body(what, ins, Place(path, (*place.uses, item.span)))
        if isinstance(what, Skip):
            return ins[:1] * len(item.outputs)
        if not isinstance(what, Op):
            return (Fact(learned=True),) * len(item.outputs)
        if ins and what.overwrites():
            self._overwrites(item, ins[0], place)
        types = body.input_types(item)
        view = what.gives_view(types) == "always"
        learned = any(tensor.kind == "parameter" for tensor in what.tensors(types))
        learned = learned or any(value.learned for value in ins)
        before = ins[0].part if view and ins else None
        parts = [
            Part(f"{'.'.join(path)}.{k}", item.span) if view and what.numbered_outputs else before
            for k in range(len(item.outputs))
        ]
        kinds = (type_.dtype for type_ in item.outputs)
        return tuple(
            Fact(p, learned and _has_gradient(d)) for p, d in zip(parts, kinds, strict=True)
        )

    def _overwrites(self, item: Item, taken: Fact, place: Place) -> None:
        """Warn once of each place that tells a node to write over a part."""
        part = taken.part
        if part is None or not taken.learned or item.span in self._told:
            return
        self._told.add(item.span)
        written = self.scope.run.in_parts.get(item.span)
        culprit = Culprit((*place.path, *item.path), item.span, written, place.uses)
        label = Label(part.span, f"`{part.name}` is one part, and no copy")
        lost = f"`{part.name}`, one of several parts: in training torch refuses that"
        report_overwrite(
            codes.OVERWRITTEN_PART, lost, culprit, part.span, [label], scope=self.scope
        )


def _has_gradient(dtype: str) -> bool:
    return "float" in dtype or "complex" in dtype
