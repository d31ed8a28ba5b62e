"""What had best stand at one place across: boxes that only feed one another, and long lines."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from archc.viz.place.shapes import Item, Link

Line: TypeAlias = "tuple[list[str], float | None]"
"""The items of a line, and where it had best run if that is known."""


def lines(items: Mapping[str, Item], links: Sequence[Link], main: set[str]) -> list[Line]:
    """The lines of a group that leave its main path alone, whole runs of boxes first."""
    forks, into = (Counter(getattr(link, end) for link in links) for end in ("tail", "head"))
    after = {link.tail: link for link in links if forks[link.tail] == 1}
    before = {link.head: link for link in links if into[link.head] == 1}
    starts = [
        name for name in items if name not in main and not _continues(before.get(name), after, main)
    ]
    runs = [_run(name, before, after, main) for name in starts]
    found: list[Line] = [(run, None) for run in runs if len(run) > 1 and not main & set(run)]
    return found + [_line(link, items, forks) for link in links if link.chain]


def _continues(link: Link | None, after: Mapping[str, Link], main: set[str]) -> bool:
    """Whether a box is part of the run of the one before it."""
    return link is not None and link.tail not in main and link.tail in after


def _run(
    name: str, before: Mapping[str, Link], after: Mapping[str, Link], main: set[str]
) -> list[str]:
    """A box, the line that leads to it, and what it alone feeds, as far as that goes."""
    run = [*(before[name].chain if name in before else ()), name]
    while run[-1] in after:
        link = after[run[-1]]
        if link.head not in before or link.head in main:
            return [*run, *link.chain]
        run += [*link.chain, link.head]
    return run


def _line(link: Link, items: Mapping[str, Item], forks: Mapping[str, int]) -> Line:
    """A line had best run below its start, or above its end if others start there too."""
    if forks[link.tail] < 2:
        start = items[link.tail]
        return link.chain, start.x + start.outs.get(link.source, 0.0)
    end = items[link.head]
    return link.chain, end.x + end.ins.get(link.entry, 0.0)
