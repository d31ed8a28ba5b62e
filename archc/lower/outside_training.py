"""What values are outside training, and whether all that is still there can take them so."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from archc.diag import codes
from archc.diag.diagnostic import Label
from archc.ir.graph import Body, Skip
from archc.spec.tree import Map

if TYPE_CHECKING:
    from archc.diag.source import Span
    from archc.ir.graph import Item, Output, Ref
    from archc.ir.types import TensorType
    from archc.lower.body import BodyBuilder
    from archc.lower.scope import Scope
    from archc.spec.tree import Tree

Seen: TypeAlias = "TensorType | None"
"""The type of a value outside training; None where it is not there."""


def outside_training(
    body: BodyBuilder, outputs: tuple[Output, ...], tree: Tree | None, scope: Scope
) -> bool:
    """Whether what stays outside training gets there what it is built for.

    A node that is there in training only passes its first input on, which may be of another shape,
    and an output that is there in training only is absent.
    """
    if not any(item.training or _absent(item) for item in body.items):
        return True
    seen = _Seen(body)
    wrong = [
        _report(f"`{'.'.join(item.path)}`", ref, item.span, seen, scope)
        for item in body.items
        if (ref := seen.other(item)) is not None
    ]
    wrong += [
        _report(
            f"the output `{out.name}`" if out.name else "the output", out.ref, span, seen, scope
        )
        for out in outputs
        if not out.training and seen.at(out.ref) != body.type_of(out.ref)
        for span in [_place(out, tree, body)]
    ]
    return not wrong


class _Seen:
    """The values of a body as they are outside training."""

    def __init__(self, body: BodyBuilder) -> None:
        self.body = body
        self.values: list[tuple[Seen, ...]] = []
        passes = {
            index: box.passes
            for box in body.containers
            if box.passes is not None
            for index in range(box.first, box.last)
        }
        for index, item in enumerate(body.items):
            self.values.append(self._of(item, passes.get(index, next(iter(item.inputs), None))))

    def _of(self, item: Item, passed: Ref | None = None) -> tuple[Seen, ...]:
        if passed is not None and (item.training or isinstance(item.what, Skip)):
            return (self.at(passed),) * len(item.outputs)
        gone = _absent(item)
        return tuple(None if k in gone else t for k, t in enumerate(item.outputs))

    def at(self, ref: Ref) -> Seen:
        """A value's type."""
        return self.values[ref.item][ref.port] if ref.item >= 0 else self.body.type_of(ref)

    def other(self, item: Item) -> Ref | None:
        """What an item takes that is something else outside training, where it still runs."""
        if item.training or isinstance(item.what, Skip):
            return None
        return next((r for r in item.inputs if self.at(r) != self.body.type_of(r)), None)


def _absent(item: Item) -> frozenset[int]:
    what = item.applied
    if not isinstance(what, Body):
        return frozenset()
    return frozenset(k for k, out in enumerate(what.outputs) if out.training)


def _name(made: Item, ref: Ref) -> tuple[str, ...]:
    """How an output of a block is called, where it is one of several."""
    what = made.applied
    several = isinstance(what, Body) and len(what.outputs) > 1
    return (what.outputs[ref.port].name,) if several and isinstance(what, Body) else ()


def _place(out: Output, tree: Tree | None, body: BodyBuilder) -> Span:
    if isinstance(tree, Map) and out.name in tree.keys:
        return tree.keys[out.name]
    return body.items[out.ref.item].span


def _report(taker: str, ref: Ref, span: Span, seen: _Seen, scope: Scope) -> str:
    made, type_ = seen.body.items[ref.item], seen.at(ref)
    other = "nothing" if type_ is None else str(type_)
    path = ".".join((*made.path, *_name(made, ref)))
    text = (
        f"{taker} takes `{path}`, which is {seen.body.type_of(ref)} in training and {other} outside"
    )
    label = Label(made.span, f"outside training it gives {other}")
    help = "let it be there in training only as well: `when: training`"
    scope.report.error(codes.IN_TRAINING, text, span, also=(label,), help=help, notes=scope.notes())
    return text
