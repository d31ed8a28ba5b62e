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
    from collections.abc import Iterator

    from archc.ir.dim import Size
    from archc.ir.graph import Ref
    from archc.ir.op import Broken, Types
    from archc.lower.body import BodyBuilder
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
    known = [shape for shape in map(body.type_of, refs[:MAX_LABELS]) if shape is not None]
    wanted = [shape.shape[SPATIAL:] for shape in known]
    for _, source, op, ins in _made(refs, axis, body):
        if "output_padding" not in type(op).model_fields:
            continue
        found = _padding_for(op, ins, wanted)
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
    if broken.code is not codes.SHAPES_DIFFER or broken.axis != SPATIAL:
        return ""
    for ref, _, op, ins in _made(refs, broken.axis, body):
        shape = body.type_of(ref)
        if op.receptive() and shape is not None and shape.rank == 3:
            outs = _told(op, ins, padding="same")
            same = outs and ins and outs[0].shape[SPATIAL:] == ins[0].shape[SPATIAL:]
            told = ": `padding: same` keeps a size" if same else ""
            return f"give both branches the same strides and paddings{told}"
    return ""


def _made(
    refs: tuple[Ref, ...], axis: int, body: BodyBuilder
) -> Iterator[tuple[Ref, Ref, Op, Types | None]]:
    """The values of which an op made the size, its output, itself, and what it took."""
    for ref in refs[:MAX_LABELS]:
        source = decides(ref, body, axis)
        item = body.items[source.item] if source.item >= 0 else None
        if item is not None and isinstance(item.what, Op):
            yield ref, source, item.what, body.types(item.inputs)


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
