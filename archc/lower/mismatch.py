"""Diagnostics for what shape rules find: both ends of the edge, and what leads there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.diag import codes
from archc.diag.diagnostic import Diagnostic, Label
from archc.diag.fix import removing
from archc.lower.entry import entry
from archc.lower.origins import MAX_LABELS, decides, dotted, node_of, size_span, subject
from archc.lower.provenance import set_elsewhere
from archc.lower.reading import values_at
from archc.lower.run import show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archc.diag.fix import Fix
    from archc.diag.source import Span
    from archc.ir.graph import Ref
    from archc.ir.op import Broken, Op
    from archc.lower.body import BodyBuilder
    from archc.lower.placing import Place
    from archc.lower.scope import Scope


def report_broken(
    broken: Broken,
    op: Op,
    refs: tuple[Ref, ...],
    spans: dict[str, Span],
    span: Span,
    place: Place,
) -> None:
    """Report what a rule found, with labels where each input's shape comes from."""
    from archc.lower.mismatch_help import way_out

    path, scope, body = place.path, place.scope, place.layers.body
    primary = Label(spans.get(broken.at, span), _argument(broken, spans, op, scope))
    shown = refs[:MAX_LABELS]
    sources = [decides(ref, body, broken.axis) for ref in shown]
    made = any(source.item >= 0 for source in sources)
    origins = [
        label
        for ref, source in zip(shown, sources, strict=True)
        for label in _origins(ref, source, body, broken.axis, scope, made=made)
    ]
    origins += set_elsewhere(primary.span, scope)
    also = tuple(dict.fromkeys(label for label in origins if label.span != primary.span))
    message = f"{subject(op, path)} {broken.message}{_in_port(broken, op)}"
    help, notes = way_out(refs, broken, op, place) or broken.help, scope.notes()
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
    if axis is None or (source == ref and size_span(ref, body, axis) is None):
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
    written = size_span(source, body, axis)
    if written is not None:
        text = scope.report.text_at(written).strip("'\"")
        equal = f"{text} = {size}" if text != str(size) else text
        what = "features" if axis % shape.rank == shape.rank - 1 else "channels"
        return Label(written, f"`{name}` outputs {equal} {what}")
    verb = "has" if source.item < 0 else "gives"
    return Label(span, f"`{name}` {verb} dimension {axis % shape.rank} the size {size}")
