"""A drawing's arrows taken apart: for each group the links between the siblings in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from archc.viz.content import height, shapes, width
from archc.viz.model import Cluster
from archc.viz.place.shapes import Link, Size

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archc.viz.model import Arrow, Box, Drawing
    from archc.viz.theme import Theme

ROOT = ""
IN, OUT = "<", ">"
"""Before a box's id: where its value comes into a group or leaves it."""


@dataclass(slots=True)
class Group:
    """Siblings, and the links between them and to the group's border."""

    cluster: Cluster | None
    children: Sequence[Box | Cluster]
    links: dict[tuple[str, str, str, int | None], Link] = field(
        default_factory=dict[tuple[str, str, str, "int | None"], Link]
    )


def groups(drawing: Drawing, theme: Theme, *, across: bool) -> dict[str, Group]:
    """Every group by its cluster's id; the drawing itself is `ROOT`."""
    found = {ROOT: Group(None, drawing.children)}
    above: dict[str, tuple[str, ...]] = {}
    for chain, child in _walk(drawing.children, (ROOT,)):
        above[child.id] = chain
        if isinstance(child, Cluster):
            found[child.id] = Group(child, child.children)
    for place, arrow in enumerate(drawing.arrows):
        _arrow(place, arrow, above, found, _size(place, arrow, theme, across=across))
    return found


def _walk(
    children: Sequence[Box | Cluster], chain: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], Box | Cluster]]:
    for child in children:
        yield chain, child
        if isinstance(child, Cluster):
            yield from _walk(child.children, (*chain, child.id))


def _arrow(
    place: int,
    arrow: Arrow,
    above: dict[str, tuple[str, ...]],
    found: dict[str, Group],
    label: Size | None,
) -> None:
    """Put the pieces of one arrow into the groups that it crosses."""
    tails, heads = (*above[arrow.tail], arrow.tail), (*above[arrow.head], arrow.head)
    common = sum(1 for a, b in zip(tails, heads, strict=False) if a == b)
    for depth in range(len(tails) - 2, common - 1, -1):
        link = _link(found[tails[depth]], tails[depth + 1], OUT + arrow.tail, arrow, None)
        link.arrows.append((place, -depth))
    cell = arrow.cell if heads[common] == arrow.head else None
    link = _link(found[tails[common - 1]], tails[common], heads[common], arrow, cell)
    link.arrows.append((place, 0))
    link.label = link.label or label
    for depth in range(common, len(heads) - 1):
        cell = arrow.cell if heads[depth + 1] == arrow.head else None
        link = _link(found[heads[depth]], IN + arrow.tail, heads[depth + 1], arrow, cell)
        link.arrows.append((place, depth))


def _link(group: Group, tail: str, head: str, arrow: Arrow, cell: int | None) -> Link:
    link = group.links.setdefault(
        (tail, head, arrow.tail, cell), Link(tail, head, arrow.tail, cell)
    )
    link.main = link.main or arrow.line == "main"
    return link


def _size(place: int, arrow: Arrow, theme: Theme, *, across: bool) -> Size | None:
    """The room that an arrow's label needs."""
    if not arrow.shown:
        return None
    lines = shapes(arrow, theme)
    wide = max(width(line) for line in lines) + 6
    high = sum(height(line) for line in lines)
    return Size(high + 2, 2, wide + 2, place) if across else Size(3, wide, high, place)
