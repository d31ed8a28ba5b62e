"""A tensor that an earlier node owns, as a value: `embed.weight`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.ir.graph import Item, Ref, Weight
from archc.ir.types import TensorType

if TYPE_CHECKING:
    from archc.ir.op import Op
    from archc.lower.placing import Place


def weight_value(place: Place, op: Op, inputs: tuple[Ref, ...], name: str) -> Ref | None:
    """The tensor `name` of a node, None if it owns no such tensor. Asked twice, it is one value."""
    body = place.layers.body
    path = (*place.path, name)
    for index, item in enumerate(body.items):
        if item.path == path and isinstance(item.what, Weight):
            return Ref(index)
    owned = next((t for t in op.tensors(body.types(inputs) or ()) if t.name == name), None)
    if owned is None:
        return None
    kind = TensorType(owned.shape, owned.dtype)
    what = Weight(place.path, name)
    (ref,) = body.add(Item(path, what, (), (kind,), place.span, training=body.training))
    return ref
