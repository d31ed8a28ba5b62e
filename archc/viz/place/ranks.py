"""In which row each sibling stands, which path is the main one, and which links are skips."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.viz.spine import depths, skips

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from archc.viz.place.shapes import Item, Link

Edge = tuple[str, str]


def rows(order: Sequence[str], items: Mapping[str, Item], links: Sequence[Link]) -> dict[str, int]:
    """The row of each sibling: the longest way to it; what has no input stands before its use.

    What leaves a group stands in a last row of its own.
    """
    into = {link.head for link in links}
    ports = [name for name in order if items[name].kind == "in"]
    starts = [name for name in order if name not in into and items[name].kind != "in"]
    found = depths(order, [*edges(links), *((ports[0], name) for name in starts if ports)])
    uses: dict[str, list[str]] = {}
    for link in links:
        uses.setdefault(link.tail, []).append(link.head)
    for name in reversed(starts):
        if name in uses:
            found[name] = max(found[name], min(found[head] for head in uses[name]) - 1)
    last = max((found[name] for name in order if items[name].kind != "out"), default=0)
    return found | {name: last + 1 for name in order if items[name].kind == "out"}


def edges(links: Iterable[Link]) -> list[Edge]:
    """The pairs of siblings that are linked."""
    return list(dict.fromkeys((link.tail, link.head) for link in links))


def main_path(order: Sequence[str], links: Sequence[Link]) -> list[str]:
    """The siblings of a longest way, one in each row, along the drawing's main path if it goes."""
    depth = depths(order, edges(links))
    if not depth:
        return []
    before: dict[str, list[Link]] = {}
    for link in links:
        if depth[link.head] == depth[link.tail] + 1:
            before.setdefault(link.head, []).append(link)
    on_main = {link.head for link in links if link.main}
    here = max(order, key=lambda name: (depth[name], name in on_main))
    path = [here]
    while here in before:
        here = next((link for link in before[here] if link.main), before[here][0]).tail
        path.append(here)
    return path[::-1]


def jumps(order: Sequence[str], links: Sequence[Link]) -> frozenset[Edge]:
    """The pairs that are linked by a longer way too."""
    return skips(order, edges(links))
