"""Graphviz' HTML-like labels: what stands in boxes, in the heading and in concat's cells."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from archc.viz.theme import LOOKS, MARKS, MUTED, look, signed
from archc.viz.words import short

if TYPE_CHECKING:
    from collections.abc import Iterable

    from archc.viz.model import Box, Picture
    from archc.viz.theme import Look

ROWS = 9
"""Rows of a run before its middle is left out, with a word about it."""
CELLS = 8
"""Cells of a concat before it is drawn as a plain box with their number."""
WIDEST, NARROWEST = 120, 32
"""Points of a concat's widest and narrowest cell."""


def text(words: str, longest: int = 36) -> str:
    """Words as label text: shortened, and escaped.

    >>> text('<b> & "c"')
    '&lt;b&gt; &amp; &quot;c&quot;'
    """
    return escape(short(words, longest))


def styled(words: str, size: int, *, bold: bool = False, colour: str = "") -> str:
    """Escaped words in a size of points; nothing for nothing, since empty markup is an error."""
    if not words:
        return ""
    inner = f"<b>{words}</b>" if bold else words
    paint = f' color="{colour}"' if colour else ""
    return f'<font point-size="{size}"{paint}>{inner}</font>'


def table(rows: Iterable[str], spacing: int = 0) -> str:
    """An HTML-like label of rows."""
    frame = f'<table border="0" cellborder="0" cellspacing="{spacing}" cellpadding="1">'
    return f"<{frame}{''.join(f'<tr>{row}</tr>' for row in rows)}</table>>"


def box_label(box: Box) -> str:
    """The label of a box in its form."""
    if box.form == "concat":
        return concat_label(box)
    if box.form == "merge" and not told(box):
        return merge_label(box)
    rows = _run_rows(box) if box.rows else _rows(box)
    return table((*rows, *_badge_rows(box)))


def told(box: Box) -> bool:
    """Whether a box says what its mark is, which needs more room than a merge's sign has."""
    return bool(box.notes or (box.mark and MARKS[box.mark].sign))


def _rows(box: Box) -> list[str]:
    also = f" {styled(text(' '.join(box.also)), 8, colour=MUTED)}" if box.also else ""
    head = f"<td>{styled(text(signed(box.name, box.mark)), 11, bold=True)}{also}</td>"
    return [head, *(f"<td>{styled(text(line, 60), 9)}</td>" for line in box.lines)]


def _run_rows(box: Box) -> list[str]:
    cells = [
        f'<td align="left">{styled(text(name), 10, bold=True)} </td>'
        f'<td align="left">{styled(text(words, 60), 9)}</td>'
        for name, words in box.rows
    ]
    if len(cells) <= ROWS:
        return cells
    half, left = ROWS // 2, len(cells) - 2 * (ROWS // 2)
    words = styled(f"{left} more", 9, colour=MUTED)
    return [*cells[:half], f'<td></td><td align="left">{words}</td>', *cells[-half:]]


def _badge_rows(box: Box) -> list[str]:
    """What a box adds about itself: how often it repeats, when it is there, what is marked."""
    span = ' colspan="2"' if box.rows else ""
    notes = [box.badge, "training only" if box.training else "", *box.notes]
    return [f"<td{span}>{styled(text(note, 72), 9, bold=True)}</td>" for note in notes if note]


def merge_label(box: Box) -> str:
    """The sign of a merge, and what is applied to its result."""
    sign, *rest = box.lines
    words = styled(text(sign), 12, bold=True)
    return f"<{words} {styled(text(' '.join(rest)), 9)}>" if rest else f"<{words}>"


def concat_label(box: Box) -> str:
    """A cell for each input, as wide as its share, over the op's name."""
    colours = look(box.family, box.mark)
    frame = (
        f'<table border="1" cellborder="1" cellspacing="0" cellpadding="2" '
        f'bgcolor="{colours.fill}" color="{colours.border}">'
    )
    said = " ".join(line for line in (*box.lines, *box.notes) if line != box.name)
    words = f"{styled(text(signed(box.name, box.mark)), 10, bold=True)} {styled(text(said), 9)}"
    cells = "".join(_cell(k, size, box.cells) for k, size in enumerate(box.cells))
    rows = f'<tr>{cells}</tr><tr><td colspan="{len(box.cells)}">{words}</td></tr>'
    return f"<{frame}{rows}</table>>"


def _cell(place: int, size: str, sizes: tuple[str, ...]) -> str:
    numbers = [int(one) if one.isdecimal() else 1 for one in sizes]
    share = numbers[place] / max(numbers)
    width = max(NARROWEST, round(WIDEST * share))
    return f'<td port="c{place}" width="{width}">{styled(text(size), 8)}</td>'


def head_label(picture: Picture) -> str:
    """The network's name, its description, and the families that occur."""
    rows = [f'<td align="left">{styled(text(picture.name, 60), 15, bold=True)}</td>']
    if picture.description:
        words = text(picture.description, 110)
        rows.append(f'<td align="left">{styled(words, 9, colour=MUTED)}</td>')
    present, marks = set(picture.families()) - {"io"}, picture.marks() - {"same"}
    looks = [LOOKS[name] for name in LOOKS if name in present]
    chips = "".join(_chip(one.title, one) for one in looks)
    marked = ((signed(MARKS[mark].look.title, mark), mark) for mark in MARKS if mark in marks)
    chips += "".join(_chip(words, MARKS[mark].look) for words, mark in marked)
    if chips:
        legend = f'<table border="0" cellspacing="3" cellpadding="2"><tr>{chips}</tr></table>'
        rows.append(f'<td align="left">{legend}</td>')
    if picture.more:
        words = f"{picture.more} more kinds of block: see level 2"
        rows.append(f'<td align="left">{styled(words, 9, colour=MUTED)}</td>')
    rows += [f'<td align="left">{styled(text(note, 110), 9)}</td>' for note in picture.notes]
    return table(rows)


def _chip(title: str, look: Look) -> str:
    words = styled(text(title), 8)
    return f'<td border="1" bgcolor="{look.fill}" color="{look.border}">{words}</td>'
