"""A flow and a level of detail to boxes and clusters: what is joined, folded, closed or opened."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from archc.ir.graph import Body, Container
from archc.ir.op import Op
from archc.viz.boxes import block_box, run_box, step_box
from archc.viz.chosen import Targets
from archc.viz.fold import fold
from archc.viz.fuse import Unit, fuse, separate
from archc.viz.model import Box, Cluster
from archc.viz.words import plain

if TYPE_CHECKING:
    from archc.viz.flow import Flow, Part
    from archc.viz.priced import Prices

Children: TypeAlias = tuple[Box | Cluster, ...]


class Style(Struct, frozen=True):
    """What a level does with siblings.

    `join` makes units of them, `closed` says which groups are one box, `folds` whether equal
    neighbours are, `runs` whether small steps between blocks are, `lax` as in `fold`. `bare` leaves
    out the clusters of repeats. Parts of which `apart` is not the same are never drawn as one.
    `targets` are opened whatever the level, `prices` written into the boxes.
    """

    join: Callable[[Flow, Sequence[Part]], tuple[Unit, ...]]
    closed: Callable[[Part], bool]
    folds: bool = False
    runs: bool = False
    lax: bool = False
    bare: bool = False
    apart: Callable[[Part], object] | None = None
    targets: Targets = Targets()
    prices: Prices | None = None


def _never(part: Part) -> bool:
    del part
    return False


def is_block(part: Part) -> bool:
    """Whether a part is a use of a block."""
    return isinstance(part.what, Body)


def is_repeat(part: Part) -> bool:
    """Whether a part is the group that a repeat makes."""
    return isinstance(part.what, Container) and part.what.repeat


EVERYTHING = Style(separate, _never, bare=True)
STEPS = Style(fuse, _never, bare=True)
DETAIL = Style(fuse, is_block, folds=True, lax=True)


def overview(flow: Flow) -> Style:
    """Groups closed, except repeats and a group that holds most of the network and other groups."""
    most = len(flow.leaves) * 3 / 4

    def closed(part: Part) -> bool:
        large = part.last - part.first > most and any(c.children for c in part.children)
        if is_block(part):
            return len(flow.parts) > 1 or not large
        return not (is_repeat(part) or large)

    return Style(fuse, closed, folds=True, runs=True, bare=True)


def arrange(flow: Flow, style: Style, prefix: str) -> Children:
    """The boxes and clusters of a flow. Their ids start with `prefix`."""
    return _Arranging(flow, style, prefix).children(flow.parts, "")


class _Arranging(Struct, frozen=True):
    flow: Flow
    style: Style
    prefix: str

    def children(self, parts: Sequence[Part], within: str) -> Children:
        """The boxes of siblings. `within` goes before their names if their group has no frame."""
        units = self.style.join(self.flow, parts)
        if self.style.folds:
            units = tuple(unit for alike in self.alike(units) for unit in self.folded(alike))
        if self.style.runs and any(not unit.ops and not unit.copies for unit in units):
            units = tuple(unit for alike in self.alike(units) for unit in _runs(self.flow, alike))
        return tuple(child for unit in units for child in self.unit(unit, within))

    def alike(self, units: Sequence[Unit]) -> Iterator[Sequence[Unit]]:
        """Neighbours that may be drawn as one."""
        if self.style.apart is None:
            yield units
            return
        apart = self.style.apart
        for _, alike in groupby(units, lambda unit: [apart(part) for part in unit.parts[:1]]):
            yield tuple(alike)

    def folded(self, units: Sequence[Unit]) -> Iterator[Unit]:
        """Fold neighbours, but not what somebody wants to see."""
        alone = self.style.targets.apart
        for apart, some in groupby(units, lambda unit: any(map(alone, unit.parts))):
            run = tuple(some)
            yield from run if apart else fold(self.flow, run, lax=self.style.lax)

    def unit(self, unit: Unit, within: str) -> Children:
        """The box of a unit, or what is in it if it is open."""
        name = self.prefix + str(unit.span.start)
        if unit.steps:
            return (run_box(self.flow, unit, name, within),)
        if unit.ops or (unit.copies and unit.copies[0].ops):
            return (step_box(self.flow, unit, name, within),)
        if unit.copies or self.closed(unit.parts[0]):
            return (block_box(self.flow, unit, name, within),)
        return self.open(unit.parts[0], within)

    def closed(self, part: Part) -> bool:
        """Whether a group is one box."""
        targets = self.style.targets
        return self.style.closed(part) and not (targets.opens(part) or targets.within(part))

    def open(self, part: Part, within: str) -> Children:
        """A frame around a group's children; none if they are one box, which takes its name."""
        if self.style.folds and self.style.targets.opens(part):
            style = replace(self.style, folds=False)
            return _Arranging(self.flow, style, self.prefix).open(part, within)
        name = plain(within + part.name)
        bare = self.style.bare and is_repeat(part)
        children = self.children(part.children, f"{name}." if bare else "")
        if self.style.folds and len(children) == 1 and isinstance(children[0], Box):
            return (replace(children[0], name=name, path=_path(part)),)
        if bare:
            return children
        where = f"{self.prefix}{part.first}_{part.last}_{len(part.path)}"
        kind = plain(part.what.name) if isinstance(part.what, Body) else ""
        return (Cluster(where, name, _path(part), kind, children, part.training),)


def _path(part: Part) -> str:
    return plain(".".join(part.path))


def _runs(flow: Flow, units: Sequence[Unit]) -> list[Unit]:
    """Join single steps that only feed one another."""
    found: list[Unit] = []
    for unit in units:
        last = found[-1] if found else None
        if last and _small(last) and _small(unit) and flow.linked(last.span, unit.span):
            steps = (*(last.steps or (last,)), unit)
            found[-1] = Unit(last.parts + unit.parts, steps=steps)
        else:
            found.append(unit)
    return found


def _small(unit: Unit) -> bool:
    """A run so far, or a step that is not a merge, which keeps its own form."""
    whats = [part.what for part in unit.ops]
    merges = any(isinstance(what, Op) and what.family == "merge" for what in whats)
    return bool(unit.steps) or (bool(whats) and not merges)
