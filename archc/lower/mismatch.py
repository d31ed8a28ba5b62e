"""Diagnostics for what shape rules find: both ends of the edge, and what leads there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import ValidationError

from archc.diag import codes
from archc.diag.diagnostic import Diagnostic, Label
from archc.diag.fix import removing
from archc.ir.dim import BATCH, symbols
from archc.ir.op import Op, Rules, Stop
from archc.lower.entry import entry
from archc.lower.provenance import set_elsewhere
from archc.lower.reading import values_at
from archc.lower.run import show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archc.diag.fix import Fix
    from archc.diag.source import Span
    from archc.ir.graph import Item, Path, Ref
    from archc.ir.op import Broken, Types
    from archc.lower.body import BodyBuilder
    from archc.lower.placing import Place
    from archc.lower.scope import Scope

MAX_LABELS = 6
"""Inputs that get a label."""


def report_broken(
    broken: Broken,
    op: Op,
    refs: tuple[Ref, ...],
    spans: dict[str, Span],
    span: Span,
    place: Place,
) -> None:
    """Report what a rule found, with labels where each input's shape comes from."""
    path, scope, body = place.path, place.scope, place.layers.body
    primary = Label(spans.get(broken.at, span), _argument(broken, spans, op, scope))
    shown = refs[:MAX_LABELS]
    sources = [_decides(ref, body, broken.axis) for ref in shown]
    made = any(source.item >= 0 for source in sources)
    origins = [
        label
        for ref, source in zip(shown, sources, strict=True)
        for label in _origins(ref, source, body, broken.axis, scope, made=made)
    ]
    origins += set_elsewhere(primary.span, scope)
    also = tuple(dict.fromkeys(label for label in origins if label.span != primary.span))
    message = f"{subject(op, path)} {broken.message}{_in_port(broken, op)}"
    help, notes = _layout_help(refs, broken, op, place) or broken.help, scope.notes()
    where = dotted(scope, path)
    fix = _fix(broken, primary.span, place)
    scope.report.add(Diagnostic(broken.code, message, primary, also, help, notes, fix, where))


def _in_port(broken: Broken, op: Op) -> str:
    """Which input has the wrong number of dimensions, where it is not the first."""
    return f", in `{broken.at}`" if broken.code is codes.RANK and broken.at in op.ports[1:] else ""


def _fix(broken: Broken, span: Span, place: Place) -> Fix | None:
    """Leave out a number that is inferred, where that is what the rule advises.

    It is only suggested: the number is what the author counted on, and may be right.
    """
    source = place.scope.report.sources.get(span.file)
    if source is None or not broken.help.startswith(f"drop `{broken.at}`"):
        return None
    found = entry(source, broken.at, span)
    return removing(found, f"`{broken.at}`") if found else None


def _layout_help(refs: tuple[Ref, ...], broken: Broken, op: Op, place: Place) -> str:
    return (
        _without_batch(refs, broken, place)
        or _channels_last(refs, broken, op, place)
        or _open_channels(refs, broken, place)
        or _other_lengths(refs, broken, place)
    )


def _other_lengths(refs: tuple[Ref, ...], broken: Broken, place: Place) -> str:
    """What to do where a sliding window leaves one of two sequences shorter."""
    body = place.layers.body
    if broken.code is not codes.SHAPES_DIFFER or broken.axis != 2:
        return ""
    for ref in refs[:MAX_LABELS]:
        source, shape = _decides(ref, body, broken.axis), body.type_of(ref)
        what = body.items[source.item].what if source.item >= 0 else None
        if isinstance(what, Op) and what.receptive() and shape is not None and shape.rank == 3:
            types = body.types(body.items[source.item].inputs)
            same = types is not None and _keeps_size(what, types)
            told = ": `padding: same` keeps a size" if same else ""
            return f"give both branches the same strides and paddings{told}"
    return ""


def _keeps_size(window: Op, ins: Types) -> bool:
    """Whether a window gives the size that it takes, told `padding: same`."""
    rules = Rules()
    try:
        told = type(window).model_validate({**window.__dict__, "padding": "same"})
        outs = told.infer(ins, rules)
    except (ValidationError, Stop):
        return False
    return not rules.broken and outs[0].shape[2:] == ins[0].shape[2:]


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
    shape = body.type_of(_decides(refs[0], body, None))
    if _decides(refs[0], body, broken.axis).item >= 0 or shape is None or shape.rank < 4:
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
    source = _decides(refs[0], body, None)
    shape = body.type_of(source)
    if source.item >= 0 or not shape or not shape.rank or not isinstance(shape.shape[0], int):
        return ""
    return f"does `input` lack the batch? Write `[N, {', '.join(map(str, shape.shape))}]`"


def subject(op: Op, path: Path) -> str:
    """The node as a message begins with it: the rule's words go on from there."""
    return f"{type(op).__name__} `{'.'.join(path)}`"


def dotted(scope: Scope, path: Path) -> str:
    """The full path of a node: the blocks that lead to it, and its own place."""
    return ".".join((*(p for frame in scope.frames for p in frame.path), *path))


def _argument(broken: Broken, spans: dict[str, Span], op: Op, scope: Scope) -> str:
    """What the label at an argument says: what it comes to, if it is an expression."""
    name = broken.at
    if name not in spans:
        return ""
    text, value = scope.report.text_at(spans[name]).strip("'\""), show(getattr(op, name))
    if text == value:
        return f"expects {value}" if broken.code is codes.CHANNELS else ""
    return f"`{name}` is {value} {values_at(spans[name], scope)}".rstrip()


def _origins(
    ref: Ref, source: Ref, body: BodyBuilder, axis: int | None, scope: Scope, *, made: bool
) -> Iterator[Label]:
    """Which node an input comes from, and in which one the size in question became what it is.

    A size that came in as it is tells nothing where that of another input was `made`.
    """
    name, span = node_of(ref, body)
    shape = body.type_of(ref)
    verb = "outputs" if ref.item >= 0 else "is"
    if axis is None or (source == ref and _size_span(ref, body, axis) is None):
        yield Label(span, f"`{name}` {verb} {shape}")
        return
    decision = _decision(source, body, axis, scope)
    if source == ref:
        yield Label(decision.span, f"{decision.text}: {shape}")
        return
    yield Label(span, f"`{name}` {verb} {shape}")
    if source.item >= 0 or not made:
        yield decision


def _decision(source: Ref, body: BodyBuilder, axis: int, scope: Scope) -> Label:
    """The node in which a size became what it is."""
    name, span = node_of(source, body)
    shape = body.type_of(source)
    assert shape is not None
    size = shape.shape[axis]
    written = _size_span(source, body, axis)
    if written is not None:
        text = scope.report.text_at(written).strip("'\"")
        equal = f"{text} = {size}" if text != str(size) else text
        what = "features" if axis % shape.rank == shape.rank - 1 else "channels"
        return Label(written, f"`{name}` outputs {equal} {what}")
    verb = "has" if source.item < 0 else "gives"
    return Label(span, f"`{name}` {verb} dimension {axis % shape.rank} the size {size}")


def _size_span(ref: Ref, body: BodyBuilder, axis: int | None) -> Span | None:
    """Where the spec writes the number of channels that a node outputs."""
    written = body.arguments.get(ref.item, {})
    shape = body.type_of(ref)
    if axis is None or shape is None:
        return None
    last = axis % shape.rank == shape.rank - 1
    if last and "out_features" in written:
        return written["out_features"]
    return written.get("out_channels") if axis % shape.rank == 1 else None


def _decides(ref: Ref, body: BodyBuilder, axis: int | None) -> Ref:
    """The value in which the size of an axis became what it is; the rank, where there is none."""
    while ref.item >= 0:
        item = body.items[ref.item]
        before = body.type_of(item.inputs[0]) if _is_followed(item, body) else None
        after = body.type_of(ref)
        if before is None or after is None or before.rank != after.rank:
            return ref
        changed = axis is not None and before.shape[axis] != after.shape[axis]
        if changed or _size_span(ref, body, axis) is not None:
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


def node_of(ref: Ref, body: BodyBuilder) -> tuple[str, Span]:
    """What a value is called in messages, and the node that it comes from."""
    if ref.item >= 0:
        item = body.items[ref.item]
        return ".".join(item.path), item.span
    spans = body.input_spans
    return body.inputs[ref.port][0] or "input", spans[ref.port] if spans else body.span
