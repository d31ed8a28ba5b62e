"""Whole numbers that an input may hold, followed to the tables in which they are looked up."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

from archc.diag import codes
from archc.diag.diagnostic import Label
from archc.ir.op import Op
from archc.lower.following import Following, Place

if TYPE_CHECKING:
    from archc.diag.source import Span
    from archc.ir.graph import Body, Item, Path
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
    walk = _Numbers()
    walk.body(body, given, Place())
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


class _Numbers(Following["Bound | None"]):
    """Follows numbers through ops that move them; all other ops give other numbers."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[Bound, list[Lookup]] = {}

    def node(self, body: Body, item: Item, ins: Bounds, place: Place) -> Bounds:
        """Remember a table that is too small; the numbers that the op gives on."""
        del body
        what = item.applied
        if isinstance(what, Op) and ins:
            self._look(Lookup((*place.path, *item.path), item.span, what), ins[0])
        kept = ins and _moves(what, item.outputs[0].dtype)
        return (ins[0] if kept else None,) * len(item.outputs)

    def _look(self, lookup: Lookup, bound: Bound | None) -> None:
        if bound is not None and lookup.op.numbers_below and bound.size > lookup.size:
            self.found.setdefault(bound, []).append(lookup)
