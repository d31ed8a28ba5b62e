"""What must hold of the open sizes: derived from the ops, and declared in `dims`."""

from __future__ import annotations

from math import gcd, lcm
from typing import TYPE_CHECKING

from msgspec import Struct

from archc.diag import codes
from archc.diag.diagnostic import Label
from archc.ir.dim import BATCH, bind, lower_bound, symbols, upper_bound
from archc.ir.graph import Constraint
from archc.lower.residues import common_multiple, divides_as_residues, residues

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from archc.diag.source import Span
    from archc.ir.dim import Size
    from archc.ir.op import Assumption
    from archc.lower.signature import DimBounds
    from archc.spec.report import Report

Assumed = tuple["Assumption", "Span"]

DECLARED = "declared in `dims`"
"""The reason of a constraint that the author states."""

LARGEST_SEARCH = 2048
"""How far the least size that a network takes is looked for."""
UNSAID = 32
"""The size reported for a symbol that `dims` does not mention, unless the network needs more."""


class _Fact(Struct, frozen=True):
    value: int
    reason: str
    span: Span


def derive(assumed: Iterable[Assumed], dims: Mapping[str, DimBounds]) -> tuple[Constraint, ...]:
    """The constraints of a network, each once.

    Lower bounds of a symbol are merged into the largest, upper ones into the smallest, divisibility
    into the common multiple.
    """
    assumed = tuple(assumed)
    least, multiples = _least(assumed), _multiples(assumed)
    result = [c for name, bounds in dims.items() for c in _declared(name, bounds)]
    for name, fact in multiples.items():
        if (dims[name].multiple_of if name in dims else 1) % fact.value:
            result.append(Constraint(f"{name} % {fact.value} == 0", fact.reason, fact.span))
    for name, fact in least.items():
        known = max(
            dims[name].min if name in dims else 1,
            dims[name].multiple_of if name in dims else 1,
            multiples[name].value if name in multiples else 1,
        )
        if fact.value > known:
            result.append(Constraint(f"{name} >= {fact.value}", fact.reason, fact.span))
    result += _ends(assumed, dims)
    steps = {name: bounds.multiple_of for name, bounds in dims.items()}
    steps |= {name: lcm(steps.get(name, 1), fact.value) for name, fact in multiples.items()}
    for a, span in assumed:
        if not (_bound(a) or _most(a) or _implied(a, steps)):
            result.append(Constraint(_text(a), a.message, span))
    unique = {c.text: c for c in reversed(result)}
    return tuple(reversed(unique.values()))


def _least(assumed: Iterable[Assumed]) -> dict[str, _Fact]:
    found: dict[str, _Fact] = {}
    for a, span in assumed:
        bound = _bound(a)
        if bound is not None and bound[1] > found.get(bound[0], _Fact(1, "", span)).value:
            found[bound[0]] = _Fact(bound[1], a.message, span)
    return found


def _ends(assumed: Iterable[Assumed], dims: Mapping[str, DimBounds]) -> Iterator[Constraint]:
    """The upper bounds that `dims` does not promise anyway."""
    for name, fact in _greatest(assumed).items():
        most = dims[name].max if name in dims else None
        if most is None or fact.value < most:
            yield Constraint(f"{name} <= {fact.value}", fact.reason, fact.span)


def _greatest(assumed: Iterable[Assumed]) -> dict[str, _Fact]:
    found: dict[str, _Fact] = {}
    for a, span in assumed:
        most = _most(a)
        if most and (most[0] not in found or most[1] < found[most[0]].value):
            found[most[0]] = _Fact(most[1], a.message, span)
    return found


def _multiples(assumed: Iterable[Assumed]) -> dict[str, _Fact]:
    """What each symbol must be a multiple of, for all that is assumed of it together.

    The reason is that of the assumption which looks at the most of the symbol.
    """
    known: dict[str, list[tuple[int, frozenset[int], Assumed]]] = {}
    for one in assumed:
        pattern = _pattern(one[0])
        if pattern is not None:
            known.setdefault(pattern[0], []).append((*pattern[1:], one))
    found: dict[str, _Fact] = {}
    for name, patterns in known.items():
        by = common_multiple([(period, allowed) for period, allowed, _ in patterns])
        if by is not None:
            a, span = max(patterns, key=lambda pattern: pattern[0])[2]
            found[name] = _Fact(by, a.message, span)
    return found


def _bound(a: Assumption) -> tuple[str, int] | None:
    if a.kind != "at_least" or not isinstance(a.right, int):
        return None
    return lower_bound(a.left, a.right)


def _pattern(a: Assumption) -> tuple[str, int, frozenset[int]] | None:
    """The residues of one symbol that satisfy an equality or a divisibility."""
    if a.kind == "equal":
        return residues(a.left, a.right)
    return divides_as_residues(a.left, a.right) if a.kind == "divides" else None


def _text(a: Assumption) -> str:
    if a.kind == "divides":
        left = str(a.left)
        return f"({left}) % {a.right} == 0" if " " in left else f"{left} % {a.right} == 0"
    if a.kind == "at_least":
        most = _most(a)
        return f"{most[0]} <= {most[1]}" if most else f"{a.left} >= {a.right}"
    sides = sorted((a.left, a.right), key=_reading_order)
    return f"{sides[0]} == {sides[1]}"


def _most(a: Assumption) -> tuple[str, int] | None:
    """The largest size that a bound from above allows: `127 - T >= 0`."""
    if a.kind != "at_least" or not isinstance(a.right, int):
        return None
    return upper_bound(a.left, a.right)


def _reading_order(size: Size) -> tuple[bool, int, str]:
    """Numbers last, the simpler side first: an equality reads the same whichever way it came."""
    text = str(size)
    return isinstance(size, int), len(text), text


def _implied(a: Assumption, steps: Mapping[str, int]) -> bool:
    """Whether it holds for every multiple of the step that its symbol goes by."""
    found = _pattern(a)
    if found is None or found[0] not in steps:
        return False
    name, period, allowed = found
    return allowed.issuperset(range(0, period, gcd(steps[name], period)))


def _declared(name: str, bounds: DimBounds) -> list[Constraint]:
    texts = [
        f"{name} >= {bounds.min}" if bounds.min > 1 else "",
        f"{name} <= {bounds.max}" if bounds.max is not None else "",
        f"{name} % {bounds.multiple_of} == 0" if bounds.multiple_of > 1 else "",
    ]
    return [Constraint(t, DECLARED, bounds.span, declared=True) for t in texts if t]


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
    low = max((bound[1] for a in alone if (bound := _bound(a)) is not None), default=1)
    usual = max(UNSAID, 1 << (low - 1).bit_length())
    tried = (usual, *range(low, LARGEST_SEARCH)) if alone else (usual,)
    return next((n for n in tried if all(_holds(a, {name: n}) for a in alone)), usual)


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
        if a.kind == "equal" and _pattern(a) is None:
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
    least, multiples = _bound(a), _multiples(assumed)
    step = next((n for n in used if n in multiples and reported[n] % multiples[n].value), None)
    if step:
        return f"{step} must be a multiple of {multiples[step].value}"
    if least:
        return f"the smallest that works is {least[0]} = {least[1]}"
    name, *others = used
    alone = [b for b, _ in assumed if symbols(b.left) | symbols(b.right) == {name}]
    wanted = reported[name]
    ways = (range(wanted, 0, -1), range(wanted, wanted + LARGEST_SEARCH))
    near = (
        next((n for n in way if all(_holds(b, {name: n}) for b in alone)), None) for way in ways
    )
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
            text = f"{a.message}, so {_text(a)} must hold"
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
        if used <= known or _holds(a, reported):
            continue
        first = found.setdefault(span, (a, span, []))
        first[2].extend(sorted(used - known))
        known |= used
    return list(found.values())


def _holds(a: Assumption, reported: Mapping[str, int]) -> bool:
    left, right = bind(a.left, reported), bind(a.right, reported)
    assert isinstance(left, int)
    assert isinstance(right, int)
    match a.kind:
        case "equal":
            return left == right
        case "at_least":
            return left >= right
        case _:
            return left % right == 0


def _check_bounds(name: str, bounds: DimBounds, size: int, report: Report) -> None:
    wrong = ""
    if size < bounds.min:
        wrong = f"is below its minimum of {bounds.min}"
    elif bounds.max is not None and size > bounds.max:
        wrong = f"is above its maximum of {bounds.max}"
    elif size % bounds.multiple_of:
        wrong = f"is not a multiple of {bounds.multiple_of}"
    if wrong:
        report.error(codes.DIM_BOUNDS, f"{name} = {size} {wrong}", bounds.span)
