"""What was built of a body with mistakes in it, as data for pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.ir.draft import Draft, DraftNode
from archc.ir.graph import Again, Ref, Skip, Weight, spanned
from archc.ir.op import Op

if TYPE_CHECKING:
    from collections.abc import Callable

    from archc.ir.draft import What
    from archc.ir.graph import Item
    from archc.lower.body import Attempt, BodyBuilder


def draft(body: BodyBuilder) -> Draft:
    """The body as far as it was built, blocks with mistakes inside it too."""
    return _draft(body, {})


def _draft(body: BodyBuilder, known: dict[int, Draft]) -> Draft:
    if id(body) not in known:
        known[id(body)] = _made(body, known)
    return known[id(body)]


def _made(body: BodyBuilder, known: dict[int, Draft]) -> Draft:
    order = _order(body)
    place = {node: k for k, node in enumerate(order)}

    def moved(ref: Ref) -> Ref:
        return Ref(place[ref.item], ref.port) if ref.item in place else ref

    nodes = [
        _item(body, k, moved) if k >= 0 else _lost(body.lost[-3 - k], moved, known) for k in order
    ]
    ends = tuple(dict.fromkeys(map(moved, body.ends)))
    containers = tuple(spanned(body.containers, [node.path for node in nodes]))
    return Draft(body.name, tuple(body.inputs), tuple(nodes), ends, containers, body.span)


def _order(body: BodyBuilder) -> list[int]:
    """The items of `Ref`s in the order in which they were met; what failed is below -2."""
    lost: dict[int, list[int]] = {}
    for k, attempt in enumerate(body.lost):
        lost.setdefault(attempt.before, []).append(-3 - k)
    ends = range(len(body.items) + 1)
    order = [node for k in ends for node in (*lost.get(k, ()), k)]
    return order[:-1]


def _item(body: BodyBuilder, place: int, moved: Callable[[Ref], Ref]) -> DraftNode:
    item = body.items[place]
    places = (item.span, *body.arguments.get(place, {}).values())
    inputs = tuple(map(moved, item.inputs))
    title = _title(item)
    return DraftNode(
        item.path, title, item.what, inputs, item.outputs, places, training=item.training
    )


def _title(item: Item) -> str:
    match item.what:
        case Skip() | Weight():
            return ""
        case Again(what=what):
            return type(what).__name__ if isinstance(what, Op) else what.name
        case Op():
            return type(item.what).__name__
        case _:
            return item.what.name


def _lost(attempt: Attempt, moved: Callable[[Ref], Ref], known: dict[int, Draft]) -> DraftNode:
    inside: What | None = attempt.op
    if attempt.inside is not None:
        inside = _draft(attempt.inside, known)
    inputs = tuple(map(moved, attempt.inputs))
    return DraftNode(
        attempt.path, attempt.title, inside, inputs, None, attempt.places, attempt.broken
    )
