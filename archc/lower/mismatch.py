"""Diagnostics for what shape rules find: both ends of the edge, and what leads there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.diag import codes
from archc.diag.diagnostic import Diagnostic, Label

if TYPE_CHECKING:
    from archc.diag.source import Span
    from archc.ir.graph import Path, Ref
    from archc.ir.op import Broken, Op
    from archc.lower.body import BodyBuilder
    from archc.lower.scope import Scope
    from archc.lower.use import Place

MAX_LABELS = 6


def report_broken(
    broken: Broken,
    op: Op,
    refs: tuple[Ref, ...],
    spans: dict[str, Span],
    span: Span,
    place: Place,
) -> None:
    """Report what a rule found, with a label at each input's producer."""
    kind, path, scope, body = type(op).__name__, place.path, place.scope, place.layers.body
    primary = spans.get(broken.at, span)
    label = f"`{broken.at}` is set here" if broken.at in spans else ""
    axis = -1 if op.family == "linear" else 1
    by_channels = broken.code is codes.CHANNELS
    also = tuple(
        Label(*_producer(ref, body, axis if by_channels else None)) for ref in refs[:MAX_LABELS]
    )
    scope.report.add(
        Diagnostic(
            broken.code,
            f"{kind} `{path[-1] if path else kind}`: {broken.message}",
            Label(primary, label),
            tuple(a for a in also if a.span != primary),
            broken.help,
            scope.notes(),
            None,
            dotted(scope, path),
        )
    )


def dotted(scope: Scope, path: Path) -> str:
    """The full path of a node: the blocks that lead to it, and its own place."""
    return ".".join((*(p for frame in scope.frames for p in frame.path), *path))


def _producer(ref: Ref, body: BodyBuilder, axis: int | None) -> tuple[Span, str]:
    """Where a value's shape, or one size of it, was decided."""
    shape = body.type_of(ref)
    name, span = _origin(ref, body)
    if axis is None:
        return span, f"`{name}` outputs {shape}"
    source = _decides(ref, body, axis)
    name, span = _origin(source, body)
    decided = body.type_of(source)
    if decided is None or decided.rank <= axis:
        return span, f"`{name}` outputs {shape}"
    written = body.arguments.get(source.item, {})
    span = next((written[k] for k in ("out_channels", "out_features") if k in written), span)
    unit = "features" if axis == -1 else "channels"
    return span, f"`{name}` outputs {decided.shape[axis]} {unit}: {shape}"


def _decides(ref: Ref, body: BodyBuilder, axis: int) -> Ref:
    """The value in which the size of an axis became what it is."""
    while ref.item >= 0:
        item = body.items[ref.item]
        before = body.type_of(item.inputs[0]) if len(item.inputs) == 1 else None
        after = body.type_of(ref)
        if before is None or after is None or before.rank != after.rank or after.rank <= axis:
            return ref
        written = body.arguments.get(ref.item, {})
        if before.shape[axis] != after.shape[axis] or "out_channels" in written:
            return ref
        ref = item.inputs[0]
    return ref


def _origin(ref: Ref, body: BodyBuilder) -> tuple[str, Span]:
    if ref.item >= 0:
        item = body.items[ref.item]
        return item.path[-1], item.span
    return body.inputs[ref.port][0] or "input", body.input_spans[ref.port]
