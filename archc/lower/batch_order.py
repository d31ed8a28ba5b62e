"""Sequences whose batch comes first, given to an op that takes the first dimension for time.

torch's recurrent networks and attention do so unless they are told `batch_first: true`. Nothing
fails then: a network learns from other samples of its batch, and nobody knows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.diag import codes
from archc.diag.diagnostic import Label
from archc.diag.fix import Fix
from archc.ir.dim import BATCH, symbols
from archc.lower.origins import dotted, node_of, subject

if TYPE_CHECKING:
    from archc.diag.source import Span
    from archc.ir.graph import Ref
    from archc.ir.op import Op
    from archc.ir.types import TensorType
    from archc.lower.placing import Place

_BATCH = frozenset({BATCH, "B"})
"""What specs call the batch; the language itself counts on `N`."""
_KEY = "batch_first"
_UNBATCHED, _BATCHED = 2, 3
"""Dimensions of a sequence alone, and of a batch of them."""


def doubt_batch(
    op: Op, inputs: tuple[Ref, ...], spans: dict[str, Span], span: Span, place: Place
) -> None:
    """Warn where the first dimension is the batch, unless `batch_first` says what is meant."""
    x = place.layers.body.type_of(inputs[0]) if inputs else None
    if x is None or _KEY not in type(op).model_fields or not begins_with_batch(x):
        return
    fix = None
    if x.rank == _BATCHED and _KEY not in spans:
        text = f"takes the first dimension of {x} for time, and that is the batch"
        help = f"write `{_KEY}: true`; `{_KEY}: false` says that it is meant"
        fix = _fix(span, place)
    elif x.rank == _UNBATCHED:
        text = f"takes {x} for one sequence of {x.shape[0]} steps, without a batch"
        help = f"a batch of sequences has 3 dimensions; call steps `T`: `[T, {x.features}]`"
    else:
        return
    name, at = node_of(inputs[0], place.layers.body)
    also = (Label(at, f"`{name}` {'outputs' if inputs[0].item >= 0 else 'is'} {x}"),)
    place.scope.report.error(
        codes.BATCH_AS_TIME,
        f"{subject(op, place.path)} {text}",
        span,
        also=also,
        help=help,
        notes=place.scope.notes(),
        fix=fix,
        path=dotted(place.scope, place.path),
    )


def order_help(op: Op, x: TensorType, spans: dict[str, Span]) -> str:
    """The way out of shapes that differ because the batch was taken for time; empty if not so."""
    doubted = _KEY in type(op).model_fields and _KEY not in spans
    if not doubted or x.rank != _BATCHED or not begins_with_batch(x):
        return ""
    return f"write `{_KEY}: true`: without it the first dimension of {x} is time"


def begins_with_batch(x: TensorType) -> bool:
    """Whether the batch is in the first dimension of a sequence, and in no other."""
    if not _UNBATCHED <= x.rank <= _BATCHED:
        return False
    first, *others = (bool(_BATCH & symbols(size)) for size in x.shape)
    return first and not any(others)


def _fix(span: Span, place: Place) -> Fix | None:
    from archc.lower.entry import added

    source = place.scope.report.sources.get(span.file)
    edit = added(source, "op", span, f"{_KEY}: true") if source is not None else None
    return Fix((edit,), f"add `{_KEY}: true`") if edit is not None else None
