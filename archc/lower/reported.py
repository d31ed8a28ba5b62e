"""The sizes that costs are reported for: chosen where nobody says, and checked where one does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.diag import codes
from archc.diag.diagnostic import Label
from archc.ir.dim import BATCH, bind, symbols
from archc.lower.assumed import as_text, holds, least_of, multiples_of, pattern_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from archc.diag.source import Span
    from archc.ir.op import Assumption
    from archc.lower.assumed import Assumed
    from archc.lower.signature import DimBounds
    from archc.spec.report import Report

LARGEST_SEARCH = 2048
"""How far the least size that a network takes is looked for."""
UNSAID = 32
"""The size reported for a symbol that `dims` does not mention, unless the network needs more."""


def reported_sizes(
    names: Iterable[str],
    dims: Mapping[str, DimBounds],
    sizes: Mapping[str, int],
    assumed: Iterable[Assumed],
) -> dict[str, int]:
    """The size of every symbol that costs are reported for. The batch `N` is 1."""
    assumed = tuple(assumed)
    result: dict[str, int] = {}
    for name in sorted(names):
        declared = dims[name].default if name in dims else None
        if name in sizes:
            result[name] = sizes[name]
        elif declared is not None:
            result[name] = declared
        else:
            result[name] = 1 if name == BATCH else _unsaid(name, assumed)
    return result


def _unsaid(name: str, assumed: tuple[Assumed, ...]) -> int:
    """A size for a symbol that nobody sized: a usual one, or the least that the network takes."""
    alone = [a for a, _ in assumed if symbols(a.left) | symbols(a.right) == {name}]
    low = max((bound[1] for a in alone if (bound := least_of(a)) is not None), default=1)
    usual = max(UNSAID, 1 << (low - 1).bit_length())
    tried = (usual, *range(low, LARGEST_SEARCH)) if alone else (usual,)
    return next((n for n in tried if all(holds(a, {name: n}) for a in alone)), usual)


def check_sizes(
    assumed: Iterable[Assumed],
    dims: Mapping[str, DimBounds],
    reported: Mapping[str, int],
    report: Report,
    whole: Span,
) -> None:
    """The reported sizes are ones that the network can take."""
    assumed = tuple(assumed)
    for name, bounds in dims.items():
        _check_bounds(name, bounds, reported[name], report)
    for a, span, used in _violated(assumed, reported):
        at = next((dims[n].span for n in used if n in dims), whole)
        told = ", ".join(f"{n} = {reported[n]}" for n in used)
        if a.kind == "equal" and pattern_of(a) is None:
            _differ(a, span, told, at, report)
            continue
        if set(used) == {BATCH}:
            _of_batch(a, span, report)
            continue
        help = _way_out(a, used, assumed, reported)
        text = f"the network does not take {told}: {a.message}"
        report.error(codes.DIM_BOUNDS, text, at, also=(Label(span, "needed here"),), help=help)


def _way_out(
    a: Assumption, used: list[str], assumed: tuple[Assumed, ...], reported: Mapping[str, int]
) -> str:
    """Sizes that the network does take."""
    least, multiples = least_of(a), multiples_of(assumed)
    step = next((n for n in used if n in multiples and reported[n] % multiples[n].value), None)
    if step:
        return f"{step} must be a multiple of {multiples[step].value}"
    if least:
        return f"the smallest that works is {least[0]} = {least[1]}"
    name, *others = used
    alone = [b for b, _ in assumed if symbols(b.left) | symbols(b.right) == {name}]
    wanted = reported[name]
    ways = (range(wanted, 0, -1), range(wanted, wanted + LARGEST_SEARCH))
    near = (next((n for n in way if all(holds(b, {name: n}) for b in alone)), None) for way in ways)
    works = [f"{name} = {n}" for n in near if n is not None]
    return f"{' and '.join(works)} would do" if works and not others else ""


def _of_batch(a: Assumption, span: Span, report: Report) -> None:
    """The batch has any size, so what asks for some is wrong: mostly it holds a sample's sizes."""
    alone = bind(a.left if symbols(a.left) else a.right, {BATCH: 1})
    size = a.left if symbols(a.left) else a.right
    help = f"`{BATCH}` is the batch, of any size; for one sample `{size}` is {alone}"
    report.error(codes.DIM_BOUNDS, a.message, span, help=help)


def _differ(a: Assumption, span: Span, told: str, at: Span, report: Report) -> None:
    """No other size would do: what joins the two sizes is what is wrong."""
    also = (Label(at, f"the sizes are {told}"),)
    report.error(codes.SHAPES_DIFFER, a.message, span, also=also, help=a.help)


def doubts(assumed: Iterable[Assumed], report: Report) -> None:
    """Warn of what could hold and is most likely not meant; once for each place."""
    told: set[Span] = set()
    for a, span in assumed:
        one = _is_batch_of_one(a)
        if (a.doubt is not None or one) and span not in told:
            told.add(span)
            text = f"{a.message}, so {as_text(a)} must hold"
            help = _EXPANDED if one else a.help
            report.error(a.doubt or codes.LINED_UP, text, span, help=help)


_EXPANDED = f"`{{op: Expand, size: [{BATCH}, -1, -1]}}` repeats what there is one of for the batch"


def _is_batch_of_one(a: Assumption) -> bool:
    """Whether an input has to come alone for the sake of a tensor that there is one of."""
    return a.kind == "equal" and {str(a.left), str(a.right)} == {BATCH, "1"}


def _violated(
    assumed: Iterable[Assumed], reported: Mapping[str, int]
) -> list[tuple[Assumption, Span, list[str]]]:
    """What does not hold, first come first, with the symbols it is about.

    The first place that a symbol fails at is the cause: what fails after it may be a consequence.
    A place that several symbols fail at is one mistake.
    """
    found: dict[Span, tuple[Assumption, Span, list[str]]] = {}
    known: set[str] = set()
    for a, span in assumed:
        used = symbols(a.left) | symbols(a.right)
        if used <= known or holds(a, reported):
            continue
        first = found.setdefault(span, (a, span, []))
        first[2].extend(sorted(used - known))
        known |= used
    return list(found.values())


def _check_bounds(name: str, bounds: DimBounds, size: int, report: Report) -> None:
    wrong = ""
    if size < bounds.min:
        wrong = f"is below its minimum of {bounds.min}"
    elif bounds.max is not None and size > bounds.max:
        wrong = f"is above its maximum of {bounds.max}"
    elif size % bounds.multiple_of:
        wrong = f"is not a multiple of {bounds.multiple_of}"
    if wrong:
        help = _nearest(name, size, bounds)
        report.error(codes.DIM_BOUNDS, f"{name} = {size} {wrong}", bounds.span, help=help)


def _nearest(name: str, size: int, bounds: DimBounds) -> str:
    """The help for a size that is not allowed: those next to it that are."""
    step = bounds.multiple_of
    down, up = size // step * step, -(-size // step) * step
    least = -(-max(bounds.min, 1) // step) * step
    most = up + least if bounds.max is None else bounds.max // step * step
    if least > most:
        return f"no multiple of {step} lies between {bounds.min} and {bounds.max}: mend `dims`"
    near = sorted({min(max(n, least), most) for n in (down, up)})
    listed = " and ".join(f"{name} = {n}" for n in near)
    return f"{listed} {'are' if len(near) > 1 else 'is'} allowed"
