"""What to do about shapes that do not fit, where the nodes around them tell it."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from archc.diag import codes
from archc.ir.dim import BATCH, symbols
from archc.ir.op import Op, Rules, Stop
from archc.lower.origins import MAX_LABELS, decides, node_of

if TYPE_CHECKING:
    from archc.ir.dim import Size
    from archc.ir.graph import Ref
    from archc.ir.op import Broken, Types
    from archc.lower.placing import Place

SPATIAL = 2
"""The first dimension of the sizes of an image."""
MAX_PADDING = 3
"""The largest output padding that is proposed: more has another cause."""


def way_out(refs: tuple[Ref, ...], broken: Broken, op: Op, place: Place) -> str:
    """The help for a broken rule; empty where only the rule itself can tell."""
    return (
        _without_batch(refs, broken, place)
        or _channels_last(refs, broken, op, place)
        or _open_channels(refs, broken, place)
        or _output_padding(refs, broken, place)
        or _other_lengths(refs, broken, place)
    )


def _output_padding(refs: tuple[Ref, ...], broken: Broken, place: Place) -> str:
    """What to do where a transposed convolution stays short of the size that another branch has."""
    body, axis = place.layers.body, broken.axis
    if broken.code is not codes.SHAPES_DIFFER or axis is None or axis < SPATIAL:
        return ""
    for ref in refs[:MAX_LABELS]:
        source = decides(ref, body, axis)
        what = body.items[source.item].what if source.item >= 0 else None
        if not isinstance(what, Op) or "output_padding" not in type(what).model_fields:
            continue
        ins = body.types(body.items[source.item].inputs)
        known = [shape for shape in map(body.type_of, refs[:MAX_LABELS]) if shape is not None]
        found = _padding_for(what, ins, [shape.shape[SPATIAL:] for shape in known])
        if found is not None:
            return f"`output_padding: {found}` in `{node_of(source, body)[0]}` makes them equal"
    return ""


def _padding_for(
    op: Op, ins: Types | None, wanted: list[tuple[Size, ...]]
) -> int | list[int] | None:
    """The output padding with which an op gives one of the sizes that are not its own."""
    own = _told(op, ins)
    rank = len(own[0].shape) - SPATIAL if own else 0
    for more in product(range(MAX_PADDING + 1), repeat=rank):
        outs = _told(op, ins, output_padding=more)
        if outs and outs != own and outs[0].shape[SPATIAL:] in wanted:
            return more[0] if len(set(more)) == 1 else list(more)
    return None


def _other_lengths(refs: tuple[Ref, ...], broken: Broken, place: Place) -> str:
    """What to do where a sliding window leaves one of two sequences shorter."""
    body = place.layers.body
    if broken.code is not codes.SHAPES_DIFFER or broken.axis != 2:
        return ""
    for ref in refs[:MAX_LABELS]:
        source, shape = decides(ref, body, broken.axis), body.type_of(ref)
        what = body.items[source.item].what if source.item >= 0 else None
        if isinstance(what, Op) and what.receptive() and shape is not None and shape.rank == 3:
            types = body.types(body.items[source.item].inputs)
            outs = _told(what, types, padding="same")
            same = outs and types and outs[0].shape[2:] == types[0].shape[2:]
            told = ": `padding: same` keeps a size" if same else ""
            return f"give both branches the same strides and paddings{told}"
    return ""


def _told(op: Op, ins: Types | None, **values: Any) -> Types | None:
    """The outputs of an op with some other arguments; None if it does not take them."""
    rules = Rules()
    try:
        told = type(op).model_validate({**op.__dict__, **values})
        outs = told.infer(ins, rules) if ins is not None else None
    except (ValidationError, Stop):
        return None
    return outs if not rules.broken else None


def _open_channels(refs: tuple[Ref, ...], broken: Broken, place: Place) -> str:
    """What to do where the channels are open, and the last size would do for them."""
    shape = place.layers.body.type_of(refs[0]) if refs else None
    if broken.code is not codes.OPEN_SIZE or broken.axis != 1 or shape is None or shape.rank < 3:
        return ""
    if not isinstance(shape.features, int) or BATCH in symbols(shape.shape[1]):
        return ""
    order = [0, shape.rank - 1, *range(1, shape.rank - 1)]
    return f"channels are dimension 1: `{{op: Permute, dims: {order}}}` moves the last one there"


def _channels_last(refs: tuple[Ref, ...], broken: Broken, op: Op, place: Place) -> str:
    """What to do where an image has its channels last, as other frameworks order them."""
    body, wanted = place.layers.body, getattr(op, broken.at, None)
    if broken.code is not codes.CHANNELS or place.scope.frames or len(refs) != 1:
        return ""
    shape = body.type_of(decides(refs[0], body, None))
    if decides(refs[0], body, broken.axis).item >= 0 or shape is None or shape.rank < 4:
        return ""
    batch, *sizes, last = shape.shape
    if last != wanted:
        return ""
    mended = ", ".join(map(str, (batch, last, *sizes)))
    return f"channels come before height and width: write `input: [{mended}]`"


def _without_batch(refs: tuple[Ref, ...], broken: Broken, place: Place) -> str:
    """What to do where the number of dimensions is that of an input that lacks its batch."""
    if broken.code is not codes.RANK or place.scope.frames or len(refs) != 1:
        return ""
    body = place.layers.body
    source = decides(refs[0], body, None)
    shape = body.type_of(source)
    if source.item >= 0 or not shape or not shape.rank or not isinstance(shape.shape[0], int):
        return ""
    return f"does `input` lack the batch? Write `[N, {', '.join(map(str, shape.shape))}]`"
