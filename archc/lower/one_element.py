"""What lies in memory once and is there many times: torch does not write over that."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from archc.diag import codes
from archc.diag.diagnostic import Diagnostic, Label
from archc.ir.graph import Skip
from archc.ir.op import IN_PLACE, Op, Rules, Stop
from archc.lower.dropping import argument, dropped
from archc.lower.origins import dotted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archc.ir.graph import Body, Item, Ref
    from archc.ir.op import Types
    from archc.ir.storage import Culprit
    from archc.lower.scope import Scope

MARK = 1009
"""A size that is in nobody's way: dimensions that have it are followed through views."""


def refused(body: Body, index: int, culprit: Culprit, scope: Scope) -> bool:
    """Whether torch refuses that an item writes over what it takes; reported if so."""
    made = _spread(body, body.items[index].inputs[0])
    if made is None:
        return False
    given, path = ".".join(made.path), ".".join(culprit.path)
    text = f"`{path}` cannot overwrite what `{given}` gives: one element stands there for many"
    help = f"drop `{IN_PLACE}: true`, or copy with `Repeat`"
    at = culprit.written or culprit.span
    labels = (Label(made.span, f"`{given}` copies nothing"),)
    fix, where = dropped(at, scope.report), dotted(scope, culprit.path)
    primary = Label(argument(at, scope.report))
    scope.report.add(
        Diagnostic(codes.ONE_ELEMENT, text, primary, labels, help, scope.notes(), fix, where)
    )
    return True


def _spread(body: Body, ref: Ref) -> Item | None:
    """The node that spreads one element of a value over several places, if any surely does.

    Followed are ops that never copy; what others give may be a copy.
    """
    dims, made = frozenset[int](), None
    for item, op, port in reversed(list(_views(body, ref))):
        ins = body.input_types(item)
        new = op.repeated(ins, item.outputs)
        dims = _moved(op, ins, port, dims) | new
        made = item if new else made
    return made if dims else None


def _views(body: Body, ref: Ref) -> Iterator[tuple[Item, Op, int]]:
    """The ops that lead to a value without ever copying, from the last one back."""
    while ref.item >= 0:
        item = body.items[ref.item]
        what = item.applied
        if isinstance(what, Op):
            if what.gives_view(body.input_types(item)) != "always":
                return
            yield item, what, ref.port
        elif not isinstance(what, Skip):
            return
        ref = item.inputs[0]


def _moved(op: Op, ins: Types, port: int, dims: frozenset[int]) -> frozenset[int]:
    """Which dimensions of an output these of the first input are, whole."""
    if not dims:
        return dims
    x = ins[0]
    free = (size for size in count(MARK) if size not in x.shape)
    marks = dict(zip(sorted(dims), free, strict=False))
    shape = [marks.get(place, size) for place, size in enumerate(x.shape)]
    rules = Rules()
    try:
        outs = op.infer((x.with_shape(*shape), *ins[1:]), rules)
    except Stop:
        return frozenset()
    if rules.broken or port >= len(outs):
        return frozenset()
    return frozenset(k for k, size in enumerate(outs[port].shape) if size in marks.values())
