"""What stands in boxes, line by line, and how large that makes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

from archc.viz import measure
from archc.viz.theme import signed
from archc.viz.words import short

if TYPE_CHECKING:
    from archc.viz.model import Arrow, Box, Cluster
    from archc.viz.theme import Theme

ROWS = 9
"""Rows of a run before its middle is left out, with a word about it."""
CELLS = 8
"""Cells of a concat before it is drawn as a plain box with their number."""
WIDEST, NARROWEST = 120, 24
"""Points of a concat's widest and narrowest cell."""
PAD = 8.0
"""Points between a box and its words, across; half of it above and below."""
PERIPHERY = 4.0
"""Points from a box to the second border of one that repeats."""
SIGN = 20.0
"""Points of a merge's circle."""
_SLACK = 1.03
"""Programs that measure other faces still fit the words."""


class Run(Struct, frozen=True):
    """Words in one style; `size` in points."""

    words: str
    size: float
    bold: bool = False
    muted: bool = False

    @property
    def width(self) -> float:
        """Points across."""
        return measure.width(self.words, self.size, bold=self.bold) * _SLACK


Line: TypeAlias = tuple[Run, ...]


def lines(box: Box, theme: Theme) -> tuple[Line, ...]:
    """What a box says. In a run of steps each line has two columns."""
    if box.form == "merge" and not box.told:
        return (_merge(box, theme),)
    body = _run(box, theme) if box.rows else _plain(box, theme)
    notes = [box.badge, "training only" if box.training else "", *box.notes]
    small = theme.points(9)
    costs = [(Run(box.costs, theme.points(8), muted=True),)] if box.costs else []
    told = [(Run(short(note, 72), small, bold=True),) for note in notes if note]
    return (*body, *costs, *told)


def _plain(box: Box, theme: Theme) -> tuple[Line, ...]:
    head = Run(short(signed(box.name, box.mark)), theme.points(11), bold=True)
    if box.form == "concat":
        return (_concat(box, head, theme),)
    also = short(" ".join(box.also))
    first = (head, Run(also, theme.points(8), muted=True)) if also else (head,)
    return (first, *((Run(short(line, 60), theme.points(9)),) for line in box.lines))


def _concat(box: Box, name: Run, theme: Theme) -> Line:
    said = " ".join(line for line in box.lines if line != box.name)
    return (name, Run(short(said, 60), theme.points(9))) if said else (name,)


def _merge(box: Box, theme: Theme) -> Line:
    sign, *rest = box.lines
    head = Run(short(sign), theme.points(12), bold=True)
    return (head, Run(short(" ".join(rest)), theme.points(9))) if rest else (head,)


def _run(box: Box, theme: Theme) -> tuple[Line, ...]:
    def line(name: str, words: str) -> Line:
        return (
            Run(short(name), theme.points(10), bold=True),
            Run(short(words, 60), theme.points(9)),
        )

    found = tuple(line(*row) for row in box.rows)
    if len(found) <= ROWS:
        return found
    half, left = ROWS // 2, len(found) - 2 * (ROWS // 2)
    more = (Run("", theme.points(10)), Run(f"{left} more", theme.points(9), muted=True))
    return (*found[:half], more, *found[-half:])


def cells(box: Box, theme: Theme) -> tuple[tuple[Run, float], ...]:
    """Each cell of a concat with its words and its width: its share of the channels."""
    if box.form != "concat" or len(box.cells) > CELLS:
        return ()
    numbers = [int(one) if one.isdecimal() else 1 for one in box.cells]
    runs = [Run(short(one, 22), theme.points(8)) for one in box.cells]
    return tuple(
        (run, max(NARROWEST, run.width + PAD, WIDEST * number / max(numbers)))
        for run, number in zip(runs, numbers, strict=True)
    )


def size(box: Box, theme: Theme, *, across: bool = False) -> tuple[float, float]:
    """Width and height. A concat's cells stand side by side, or one above the other if `across`."""
    if box.sign:
        return (theme.points(SIGN), theme.points(SIGN))
    found = lines(box, theme)
    ring = PERIPHERY if box.badge else 0.0
    high = sum(height(line) for line in found) + PAD + 2 * ring
    row = cells(box, theme)
    if row:
        long = sum(width for _, width in row)
        wide = max(run.width for run, _ in row) + PAD
        if across:
            return (wide + title(found) + PAD, long)
        return (max(long, title(found) + PAD), high + height((row[0][0],)))
    return (max(24.0, title(found) + 2 * PAD) + 2 * ring, high)


def title(found: tuple[Line, ...]) -> float:
    """Points across of the widest line; of two columns, both together."""
    if all(len(line) < 2 for line in found):
        return max((width(line) for line in found), default=0.0)
    table = [line for line in found if len(line) == 2]
    both = sum(max(line[k].width for line in table) for k in (0, 1)) + PAD / 2
    return max(both, *(width(line) for line in found))


def width(line: Line) -> float:
    """Points across of one line."""
    return sum(run.width for run in line) + PAD / 2 * (len(line) - 1)


def height(line: Line) -> float:
    """Points from one line to the next."""
    return max(measure.height(run.size) for run in line) + 1


def heading(cluster: Cluster, theme: Theme) -> tuple[Line, ...]:
    """A frame's title: the author's name, and its block's name beside it or, if long, below it."""
    name = Run(short(signed(cluster.name, cluster.mark)), theme.points(10), bold=True)
    kind = Run(short(cluster.kind), theme.points(8), muted=True)
    if not cluster.kind:
        return ((name,),)
    return ((name, kind),) if width((name, kind)) < 80 else ((name,), (kind,))


def shapes(arrow: Arrow, theme: Theme) -> tuple[Line, ...]:
    """What is written on an arrow: at most three shapes, then how many more there are."""
    more = [f"and {len(arrow.shapes) - 3} more"] if len(arrow.shapes) > 3 else []
    small = theme.points(8)
    said = (*arrow.shapes[:3], *more)
    return tuple((Run(short(words, 48), small, muted=True),) for words in said)


def wrapped(words: str, size: float, wide: float, most: int = 3) -> tuple[Line, ...]:
    """Muted words on a few lines of a width; what does not fit is cut out of their middle."""
    found = [Run("", size, muted=True)]
    for word in words.split():
        longer = Run(f"{found[-1].words} {word}".strip(), size, muted=True)
        if longer.width <= wide or not found[-1].words:
            found[-1] = longer
        else:
            found.append(Run(word, size, muted=True))
    if len(found) > most:
        return wrapped(short(words, len(words) - 8), size, wide, most)
    return tuple((run,) for run in found if run.words)
