"""What a message calls a node, and the nodes in which the sizes of a value became what they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.ir.op import Op

if TYPE_CHECKING:
    from archc.diag.source import Span
    from archc.ir.graph import Item, Path, Ref
    from archc.lower.body import BodyBuilder
    from archc.lower.scope import Scope

MAX_LABELS = 6
"""Inputs of a node that are looked at."""


def decides(ref: Ref, body: BodyBuilder, axis: int | None) -> Ref:
    """The value in which the size of an axis became what it is; the rank, where there is none."""
    while ref.item >= 0:
        item = body.items[ref.item]
        before = body.type_of(item.inputs[0]) if _is_followed(item, body) else None
        after = body.type_of(ref)
        if before is None or after is None or before.rank != after.rank:
            return ref
        changed = axis is not None and before.shape[axis] != after.shape[axis]
        if changed or size_span(ref, body, axis) is not None:
            return ref
        ref = item.inputs[0]
    return ref


def _is_followed(item: Item, body: BodyBuilder) -> bool:
    """Whether a size of the output is that of the first input: one value, or equal ones joined."""
    if len(set(item.inputs)) == 1:
        return True
    what = item.what
    joins = isinstance(what, Op) and what.family == "merge" and "other" in type(what).model_fields
    return joins and len({body.type_of(ref) for ref in item.inputs}) == 1


def size_span(ref: Ref, body: BodyBuilder, axis: int | None) -> Span | None:
    """Where the spec writes the number of channels that a node outputs."""
    written = body.arguments.get(ref.item, {})
    shape = body.type_of(ref)
    if axis is None or shape is None:
        return None
    last = axis % shape.rank == shape.rank - 1
    if last and "out_features" in written:
        return written["out_features"]
    return written.get("out_channels") if axis % shape.rank == 1 else None


def node_of(ref: Ref, body: BodyBuilder) -> tuple[str, Span]:
    """What a value is called in messages, and the node that it comes from."""
    if ref.item >= 0:
        item = body.items[ref.item]
        return ".".join(item.path), item.span
    spans = body.input_spans
    return body.inputs[ref.port][0] or "input", spans[ref.port] if spans else body.span


def subject(op: Op, path: Path) -> str:
    """The node as a message begins with it: the rule's words go on from there."""
    return f"{type(op).__name__} `{'.'.join(path)}`"


def dotted(scope: Scope, path: Path) -> str:
    """The full path of a node: the blocks that lead to it, and its own place."""
    return ".".join((*(p for frame in scope.frames for p in frame.path), *path))
