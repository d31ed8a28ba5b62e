"""What of a network somebody chose to see: what is opened, what a picture is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from archc.diag.diagnostic import did_you_mean
from archc.ir.graph import Body
from archc.viz.model import Box, Cluster
from archc.viz.words import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archc.viz.flow import Flow, Part
    from archc.viz.model import Drawing


class Targets(Struct, frozen=True):
    """Groups to open, by path or by block; and the path of what is to have a box of its own."""

    expand: frozenset[str] = frozenset()
    around: str = ""

    def opens(self, part: Part) -> bool:
        """Whether a part was named to be opened."""
        named = isinstance(part.what, Body) and part.what.name in self.expand
        return named or ".".join(part.path) in self.expand

    def within(self, part: Part) -> bool:
        """Whether something that was named is in a part."""
        start = ".".join(part.path) + "."
        return any(name.startswith(start) for name in (*self.expand, self.around))

    def apart(self, part: Part) -> bool:
        """Whether a part must not be folded with its neighbours."""
        alone = self.opens(part) or ".".join(part.path) == self.around
        return bool(self.expand or self.around) and (alone or self.within(part))


def check(flow: Flow, names: Sequence[str]) -> None:
    """Raise ValueError for a name that no part and no block of the network has."""
    known = {".".join(part.path): part for part in every(flow.parts)}
    blocks = {part.what.name for part in known.values() if isinstance(part.what, Body)}
    for name in names:
        if name not in known and name not in blocks:
            raise ValueError(_nothing(name, [*known, *blocks]))


def find(flow: Flow, name: str) -> Part:
    """The part at a path. Raises ValueError where there is none."""
    known = {".".join(part.path): part for part in every(flow.parts)}
    if name not in known:
        raise ValueError(_nothing(name, list(known)))
    return known[name]


def _nothing(name: str, known: Sequence[str]) -> str:
    near = did_you_mean(name, known)
    return f"nothing in the network is called `{plain(name)}`" + (f"; {near}" if near else "")


def every(parts: Sequence[Part]) -> Iterator[Part]:
    """Every part, outer ones first."""
    for part in parts:
        yield part
        yield from every(part.children)


def around(drawing: Drawing, centre: Part, hops: int) -> Drawing:
    """What of a drawing is at most so many arrows away from a part's boxes."""
    span = centre.span
    kept = {box.id for box in drawing.boxes() if any(node in span for node in box.covers)}
    for _ in range(hops):
        near = [{arrow.tail, arrow.head} for arrow in drawing.arrows]
        kept |= {name for ends in near if ends & kept for name in ends}
    arrows = tuple(arrow for arrow in drawing.arrows if {arrow.tail, arrow.head} <= kept)
    children = tuple(_pruned(drawing.children, kept))
    return replace(drawing, children=children, arrows=arrows, valley=())


def _pruned(children: Sequence[Box | Cluster], kept: set[str]) -> Iterator[Box | Cluster]:
    for child in children:
        if isinstance(child, Box):
            if child.id in kept:
                yield child
            continue
        inside = tuple(_pruned(child.children, kept))
        if inside:
            yield replace(child, children=inside)
