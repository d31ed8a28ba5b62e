"""The types of an op's outputs at its place, what is wrong reported there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from archc.diag import codes
from archc.ir.dim import MAX_COEFFICIENT, SizeLimit
from archc.ir.op import Rules, Stop
from archc.lower.batch_order import order_help
from archc.lower.origins import subject

if TYPE_CHECKING:
    from archc.diag.source import Span
    from archc.ir.graph import Ref
    from archc.ir.op import Broken, Op, Types
    from archc.lower.placing import Place


def infer(
    op: Op, inputs: tuple[Ref, ...], spans: dict[str, Span], span: Span, place: Place
) -> Types | None:
    """The types of an op's outputs, None when an input is unknown or a rule is broken."""
    body = place.layers.body
    types = body.types(inputs)
    if types is None:
        return None
    rules, outs = Rules(), None
    try:
        outs = op.infer(types, rules)
        _bounded(outs)
    except Stop:
        outs = None
    except SizeLimit as limit:
        place.scope.report.error(codes.EXPR_LIMIT, str(limit), span, notes=place.scope.notes())
        return None
    if not rules.broken and not rules.assumed:
        return outs
    help = order_help(op, types[0], spans) if types else ""
    if rules.broken:
        order = {codes.SHAPES_DIFFER: help}
        told = tuple(replace(f, help=order.get(f.code) or f.help) for f in rules.broken)
        _tell_broken(told, op, inputs, spans, span, place)
    for a in rules.assumed:
        message = f"{subject(op, place.path)} {a.message}"
        kept = help if help and a.kind == "equal" else a.help
        body.assume(replace(a, message=message, help=kept), spans.get(a.at, span))
    return None if rules.broken else outs


def _tell_broken(
    broken: tuple[Broken, ...],
    op: Op,
    inputs: tuple[Ref, ...],
    spans: dict[str, Span],
    span: Span,
    place: Place,
) -> None:
    from archc.lower.mismatch import report_broken

    for found in broken:
        report_broken(found, op, inputs, spans, span, place)
    if place.layers.body.attempt is not None:
        place.layers.body.attempt.broken = broken


def _bounded(outs: Types) -> None:
    """Sizes stay within 64 bits; those with symbols see to it themselves. Raises `SizeLimit`."""
    for out in outs:
        if any(isinstance(size, int) and size >= MAX_COEFFICIENT for size in out.shape):
            raise SizeLimit("a size grew beyond 64 bits")
