"""What stands over a picture: the network's name, what it is, and a legend of what occurs."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from msgspec import Struct

from archc.viz import content
from archc.viz.content import Line, Run
from archc.viz.theme import LOOKS, MARKS, signed
from archc.viz.words import plain, short

if TYPE_CHECKING:
    from archc.viz.model import Picture
    from archc.viz.theme import Look, Theme

LONG, LINES = 90, 3
"""Characters in a line of the description, and lines of it."""
CHIP = 3.0
"""Points between two entries of the legend, and around the words in one."""


class Heading(Struct, frozen=True):
    """Lines over the legend, the legend's entries, and lines below it."""

    above: tuple[Line, ...]
    chips: tuple[tuple[Run, Look], ...]
    below: tuple[Line, ...]

    @property
    def width(self) -> float:
        """Points across."""
        lines = [content.width(line) for line in (*self.above, *self.below)]
        return max([*lines, sum(chip(run) + CHIP for run, _ in self.chips)], default=0.0) + 2

    @property
    def height(self) -> float:
        """Points down."""
        legend = [content.height((self.chips[0][0],)) + 5 * CHIP] if self.chips else []
        return sum([*(content.height(line) for line in (*self.above, *self.below)), *legend])


def chip(run: Run) -> float:
    """Points across of a legend's entry."""
    return run.width + 2 * CHIP + 2


def heading(picture: Picture, theme: Theme) -> Heading:
    """The heading of a picture."""
    small, muted = theme.points(8), theme.points(9)
    words = wrap(short(picture.description, LONG * LINES), LONG)
    above = [(Run(short(picture.name, 60), theme.points(15), bold=True),)]
    above += [(Run(plain(line), muted, muted=True),) for line in words]
    chips = tuple((Run(title, small), look) for title, look in _legend(picture, theme))
    more = f"{picture.more} more kinds of block: see level 2" if picture.more else ""
    notes = (short(note, 110) for note in (more, *picture.notes) if note)
    return Heading(tuple(above), chips, tuple((Run(note, muted),) for note in notes))


def _legend(picture: Picture, theme: Theme) -> list[tuple[str, Look]]:
    """The families that occur, unless all are grey, then the marks."""
    present, marks = set(picture.families()) - {"io"}, picture.marks() - {"same"}
    found = [
        (LOOKS[name].title, LOOKS[name]) for name in LOOKS if name in present and not theme.grey
    ]
    signs = [(signed(MARKS[m].look.title, m), MARKS[m].look) for m in MARKS if m in marks]
    return found + signs
