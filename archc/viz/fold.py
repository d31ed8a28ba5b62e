"""Repeats: neighbours of the same kind that follow one another are drawn once and counted."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from archc.ir.graph import Body
from archc.viz.fuse import Unit
from archc.viz.running import joined
from archc.viz.structure import difference, equal, kind, varying

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archc.ir.op import Types
    from archc.ir.types import TensorType
    from archc.viz.flow import Flow, Part, Wire


def fold(flow: Flow, units: Sequence[Unit], *, lax: bool = False) -> tuple[Unit, ...]:
    """Join runs of equal neighbours, of which the first may differ.

    All of a run have the same output types; with `lax` these may differ in one dimension, as the
    channels of inception modules do.
    """
    found: list[Unit] = []
    run: list[Unit] = []
    for unit in units:
        if run and not _joins(flow, run, unit, lax=lax):
            found.append(_folded(run))
            run = []
        run.append(unit)
    return (*found, _folded(run)) if run else ()


def _folded(run: list[Unit]) -> Unit:
    if len(run) == 1:
        return run[0]
    return Unit(tuple(part for unit in run for part in unit.parts), copies=tuple(run))


def _joins(flow: Flow, run: list[Unit], unit: Unit, *, lax: bool) -> bool:
    last = run[-1]
    if len(last.parts) != len(unit.parts) or not _same_kind(last, unit, first=len(run) == 1):
        return False
    if not _same_types(flow, last, unit, lax=lax):
        return False
    return _chained(flow, run, unit) or _beside(flow, last, unit) or _dense(flow, run, unit)


def _same_kind(a: Unit, b: Unit, *, first: bool) -> bool:
    if a.ops or b.ops:
        return len(a.ops) == len(b.ops) and all(map(equal, a.ops, b.ops))
    return all(_alike(x, y, first=first) for x, y in zip(a.parts, b.parts, strict=True))


def _alike(a: Part, b: Part, *, first: bool) -> bool:
    """Uses of one block; if neither is the first of a run, with the same inside too."""
    if isinstance(a.what, Body) and isinstance(b.what, Body):
        return a.what.name == b.what.name if first else kind(a) == kind(b)
    return type(a.what) is type(b.what) and kind(a) == kind(b)


def _same_types(flow: Flow, a: Unit, b: Unit, *, lax: bool) -> bool:
    ours, theirs = made(flow, a.parts[-1]), made(flow, b.parts[-1])
    if len(ours) != len(theirs):
        return False
    return all(x == y or (lax and _near(x, y)) for x, y in zip(ours, theirs, strict=True))


def made(flow: Flow, part: Part) -> Types:
    """The output types of a part; of a group's last child."""
    if isinstance(part.what, Body):
        return part.what.output_types
    return made(flow, part.children[-1]) if part.children else flow.leaves[part.first].outs


def _near(a: TensorType, b: TensorType) -> bool:
    """Of the same size but in one dimension."""
    differ = sum(x != y for x, y in zip(a.shape, b.shape, strict=False))
    return a.rank == b.rank and a.rank > 2 and differ == 1


def _chained(flow: Flow, run: list[Unit], b: Unit) -> bool:
    """`b` follows a run's last, `a`: it takes what `a` makes, and what `a` takes too.

    What `a` makes goes nowhere else, or where the same of all others goes, as skips that one sum
    adds up do.
    """
    a, beyond = run[-1], _beyond(flow, run[-1], b.span)
    if len(run) > 1 and beyond != _beyond(flow, run[0], run[1].span):
        return False
    out, into = flow.leaving(a.span), flow.entering(b.span)
    known = _values(flow.entering(a.span))
    return (
        any(wire.head in b.span for wire in out)
        and beyond <= _beyond(flow, b)
        and all(wire.tail in a.span or (wire.tail, wire.port) in known for wire in into)
    )


def _beyond(flow: Flow, unit: Unit, after: range = range(0)) -> set[tuple[int, int, int]]:
    """What a unit makes for others than those `after` it: by its place in the unit, and for which.

    Where the other tells the values that it takes apart, what makes them is told apart too.
    """
    found: set[tuple[int, int, int]] = set()
    for wire in flow.leaving(unit.span):
        if wire.head not in after:
            head = wire.head if _gathers(flow, wire.head) else -1 - wire.tail
            found.add((wire.tail - unit.span.start, wire.port, head))
    return found


def _gathers(flow: Flow, node: int) -> bool:
    """Whether an op takes many values, more than a residual's two, and has no cell for each."""
    leaf = flow.leaves[node] if node < len(flow.leaves) else None
    return leaf is not None and leaf.op.variadic and len(leaf.ins) > 2 and not joined(leaf)


def _beside(flow: Flow, a: Unit, b: Unit) -> bool:
    """Equal units that take the same values, as the branches of a `parallel` repeat do."""
    taken = _values(flow.entering(a.span))
    same = all(map(equal, a.parts, b.parts))
    return same and bool(taken) and taken == _values(flow.entering(b.span))


def _dense(flow: Flow, run: list[Unit], unit: Unit) -> bool:
    """A layer of a dense block, which takes what those before it make and what the first takes."""
    if not isinstance(unit.parts[0].what, Body):
        return False
    known = _values(flow.entering(run[0].span))
    into = flow.entering(unit.span)
    inner = {wire.tail for wire in into if (wire.tail, wire.port) not in known}
    fed = all(inner & set(copy.span) for copy in run)
    return (
        fed
        and known <= _values(into)
        and all(any(node in copy.span for copy in run) for node in inner)
    )


def _values(wires: tuple[Wire, ...]) -> set[tuple[int, int]]:
    return {(wire.tail, wire.port) for wire in wires}


def badge(flow: Flow, unit: Unit) -> str:
    """How often a folded unit repeats, and in what its copies differ.

    `x6`, `x6, first has stride 2`, `x6, p differs`, `x6, channels 64 -> 256 by 32`.
    """
    count = f"\N{MULTIPLICATION SIGN}{len(unit.copies)}"
    first, *rest = (copy.parts[0] for copy in unit.copies)
    if not all(equal(rest[0], part) for part in rest[1:]):
        names = varying((first, *rest))
        words = _listed(names) if names else growth(flow, unit)
        return f"{count}, {words}" if words else count
    words = "" if equal(first, rest[0]) else difference(first, rest[0])
    return f"{count}, first has {words}" if words else count


def growth(flow: Flow, unit: Unit) -> str:
    """How one dimension grows from copy to copy, from the first's input on, if it is evenly."""
    taken = flow.entering(unit.copies[0].span)
    types = [flow.type_of((taken[0].tail, taken[0].port))] if taken else []
    types += [made(flow, copy.parts[-1])[0] for copy in unit.copies]
    if len({kind_.rank for kind_ in types}) != 1:
        return ""
    columns = enumerate(zip(*(kind_.shape for kind_ in types), strict=True))
    grown = [(place, sizes) for place, sizes in columns if len(set(sizes)) > 1]
    if len(grown) != 1 or len(types) < 3:
        return ""
    place, sizes = grown[0]
    steps = {b - a for a, b in pairwise(sizes)}
    if len(steps) != 1:
        return ""
    name = "channels" if place == 1 and types[0].rank > 2 else "size"
    return f"{name} {sizes[0]} \N{RIGHTWARDS ARROW} {sizes[-1]} by {steps.pop()}"


def _listed(names: tuple[str, ...]) -> str:
    if len(names) > 3:
        return f"{len(names)} parameters differ"
    return f"{names[0]} differs" if len(names) == 1 else f"{', '.join(names)} differ"
