"""Whole numbers that an input may hold, followed to the tables in which they are looked up."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

from archc.diag import codes
from archc.diag.diagnostic import Label
from archc.ir.graph import Body, Skip
from archc.ir.op import Op

if TYPE_CHECKING:
    from archc.diag.source import Span
    from archc.ir.graph import Item, Path, Ref
    from archc.lower.body import Bound
    from archc.spec.report import Report


MAX_LABELS = 5
"""Further tables of one input that get a label."""

Bounds: TypeAlias = "tuple[Bound | None, ...]"
"""What is known of each value."""


class Lookup(Struct, frozen=True):
    """A node that has no place for some of the numbers."""

    path: Path
    span: Span
    op: Op

    @property
    def size(self) -> int:
        """How many it has a place for."""
        return int(getattr(self.op, self.op.numbers_below))


def check_numbers(body: Body, given: Bounds, report: Report) -> None:
    """Report each input of `body` that may hold numbers which are looked up in vain."""
    walk = _Walk()
    walk.body(body, given, ())
    for bound, found in walk.found.items():
        _tell(bound, found, report)


def _tell(bound: Bound, found: list[Lookup], report: Report) -> None:
    first, *others = sorted(found, key=lambda lookup: lookup.size)
    what, param = type(first.op).__name__, first.op.numbers_below
    whose = f"`{bound.name}`" if bound.name else "the input"
    hidden = len(others) - MAX_LABELS
    more = f" {hidden} more tables are too small" if hidden > 0 else ""
    path, most = ".".join(first.path), bound.size - 1
    report.error(
        codes.TABLE_SIZE,
        f"{what} `{path}` takes numbers below {first.size}, and {whose} may hold up to {most}",
        first.span,
        also=(
            Label(bound.span, "declared here"),
            *(Label(other.span, "nor does this one") for other in others[:MAX_LABELS]),
        ),
        help=f"`{param}: {bound.size}` has a place for each; or is it `below: {first.size}`?{more}",
        path=path,
    )


def _moves(what: object, dtype: str) -> bool:
    """Whether an op gives the numbers that it takes, in other places: `dtype` must hold them."""
    moves = isinstance(what, Op) and what.family == "shape" and what.views != "never"
    return moves and dtype in {"int64", "int32"}


class _Walk:
    """Follows numbers through blocks and ops that move them; all other ops give other numbers."""

    def __init__(self) -> None:
        self.found: dict[Bound, list[Lookup]] = {}
        self._known: dict[tuple[Body, Bounds], Bounds] = {}

    def body(self, body: Body, given: Bounds, path: Path) -> Bounds:
        """What is known of the outputs."""
        key = (body, given)
        if key not in self._known:
            values: list[Bounds] = []

            def of(ref: Ref) -> Bound | None:
                return values[ref.item][ref.port] if ref.item >= 0 else given[ref.port]

            for item in body.items:
                ins = tuple(map(of, item.inputs))
                values.append(self._item(item, ins, (*path, *item.path)))
            self._known[key] = tuple(of(out.ref) for out in body.outputs)
        return self._known[key]

    def _item(self, item: Item, ins: Bounds, path: Path) -> Bounds:
        what = item.applied
        if isinstance(what, Body):
            return self.body(what, ins, path)
        if isinstance(what, Op) and ins:
            self._look(Lookup(path, item.span, what), ins[0])
        kept = ins and (isinstance(what, Skip) or _moves(what, item.outputs[0].dtype))
        return (ins[0] if kept else None,) * len(item.outputs)

    def _look(self, lookup: Lookup, bound: Bound | None) -> None:
        if bound is not None and lookup.op.numbers_below and bound.size > lookup.size:
            self.found.setdefault(bound, []).append(lookup)
