"""Warnings where training writes over one of the parts of a value, which torch refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

from archc.diag import codes
from archc.diag.diagnostic import Label
from archc.ir.op import Op
from archc.ir.storage import Culprit
from archc.lower.following import Following, Place
from archc.lower.overwritten import report_overwrite

if TYPE_CHECKING:
    from archc.diag.source import Span
    from archc.ir.graph import Body, Item
    from archc.lower.scope import Scope


class Part(Struct, frozen=True):
    """One of the values that an op gives without copying: its name and where the op stands."""

    name: str
    span: Span


class Certain(Struct, frozen=True):
    """What is certain of a value: that it is a part or a view of one, that gradients reach it."""

    part: Part | None = None
    learned: bool = False


Facts: TypeAlias = tuple[Certain, ...]


def warn_of_parts(body: Body, scope: Scope) -> None:
    """Follow parts and gradients through the whole network, `scope` being the file's."""
    _Parts(scope).body(body, (Certain(),) * len(body.inputs), Place())


class _Parts(Following[Certain]):
    def __init__(self, scope: Scope) -> None:
        super().__init__()
        self.scope = scope
        self._told = set(scope.run.overwriting)

    def node(self, body: Body, item: Item, ins: Facts, place: Place) -> Facts:
        """Warn where a part is written over; what each output is."""
        what = item.applied
        if not isinstance(what, Op):
            return (Certain(learned=True),) * len(item.outputs)
        if ins and what.overwrites():
            self._overwrites(item, ins[0], place)
        types = body.input_types(item)
        own = any(tensor.kind == "parameter" for tensor in what.tensors(types))
        learned = own or any(value.learned for value in ins)
        view = what.gives_view(types) == "always"
        before = ins[0].part if view and ins else None
        name = ".".join((*place.path, *item.path))
        return tuple(
            Certain(
                Part(f"{name}.{k}", item.span) if view and what.numbered_outputs else before,
                learned and _has_gradient(type_.dtype),
            )
            for k, type_ in enumerate(item.outputs)
        )

    def _overwrites(self, item: Item, taken: Certain, place: Place) -> None:
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
