"""Graphviz' HTML-like labels: what stands in boxes, in the heading and in concat's cells."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from archc.viz.content import cells, height, lines, size
from archc.viz.theme import MARKS, MUTED, look

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from archc.viz.content import Line, Run
    from archc.viz.heading import Heading
    from archc.viz.model import Box
    from archc.viz.theme import Look, Theme


def styled(run: Run, colour: str = "") -> str:
    """Words in their style, escaped; nothing for nothing, since empty markup is an error.

    >>> from archc.viz.content import Run
    >>> styled(Run('<b> & "c"', 8))
    '<font point-size="8">&lt;b&gt; &amp; &quot;c&quot;</font>'
    """
    if not run.words:
        return ""
    words = escape(run.words)
    inner = f"<b>{words}</b>" if run.bold else words
    colour = colour or (MUTED if run.muted else "")
    paint = f' color="{colour}"' if colour else ""
    return f'<font point-size="{run.size:g}"{paint}>{inner}</font>'


def table(rows: Iterable[str]) -> str:
    """An HTML-like label of rows."""
    frame = '<table border="0" cellborder="0" cellspacing="0" cellpadding="0">'
    return f"<{frame}{''.join(f'<tr>{row}</tr>' for row in rows)}</table>>"


def line_label(line: Line) -> str:
    """One line of runs."""
    return " ".join(filter(None, map(styled, line)))


def lines_label(found: Sequence[Line], align: str = "center", colour: str = "") -> str:
    """Lines one below the other."""
    cell = f'<td align="{align}">' if align != "center" else "<td>"
    rows = (" ".join(filter(None, (styled(run, colour) for run in line))) for line in found)
    return table(f"{cell}{row}</td>" for row in rows)


def box_label(box: Box, theme: Theme, *, across: bool = False, turned: bool = False) -> str:
    """The label of a box in its form."""
    if cells(box, theme):
        return concat_label(box, theme, across=across, turned=turned)
    found = lines(box, theme)
    if box.sign:
        return f"<{line_label(found[0])}>"
    if not box.rows:
        return lines_label(found)
    return table(map(_columns, found))


def _columns(line: Line) -> str:
    """A line in two columns, or across both."""
    if len(line) < 2:
        return f'<td colspan="2">{line_label(line)}</td>'
    return "".join(f'<td align="left">{styled(run)}  </td>' for run in line)


def concat_label(box: Box, theme: Theme, *, across: bool, turned: bool) -> str:
    """A cell for each input, as wide as its share, beside the op's name."""
    colours = look(box.family, box.mark)
    frame = (
        f'<table border="1" cellborder="1" cellspacing="0" cellpadding="0" '
        f'bgcolor="{colours.fill}" color="{colours.border}">'
    )
    row, (wide, high) = cells(box, theme), size(box, theme, across=across)
    total = sum(width for _, width in row)
    named = "<br/>".join(line_label(line) for line in lines(box, theme))
    thin = height((row[0][0],))
    if across:
        parts = [
            _cell(k, run, wide / 3, high * width / total) for k, (run, width) in enumerate(row)
        ]
        name = f'<td rowspan="{len(row)}" width="{wide * 2 / 3:.0f}">{named}</td>'
        rows = [parts[0] + name, *parts[1:]]
    else:
        parts = [_cell(k, run, wide * width / total, thin) for k, (run, width) in enumerate(row)]
        name = f'<td colspan="{len(row)}" height="{high - thin:.0f}">{named}</td>'
        rows = [name, "".join(parts)] if turned else ["".join(parts), name]
    return f"<{frame}{''.join(f'<tr>{one}</tr>' for one in rows)}</table>>"


def _cell(place: int, run: Run, wide: float, high: float) -> str:
    where = f'port="c{place}" width="{max(1, wide - 1):.0f}" height="{max(1, high - 1):.0f}"'
    return f"<td {where}>{styled(run)}</td>"


def shapes_label(found: Sequence[Line], mark: str = "") -> str:
    """What is written on an arrow; a marked one's words have its colour."""
    colour = "" if mark in {"", "same"} else MARKS[mark].look.border
    return lines_label(found, "left", colour)


def head_label(head: Heading) -> str:
    """The heading, with the legend's entries in its middle."""
    rows = [f'<td align="left">{line_label(line)}</td>' for line in head.above]
    chips = "".join(_chip(run, look) for run, look in head.chips)
    if chips:
        legend = f'<table border="0" cellspacing="3" cellpadding="3"><tr>{chips}</tr></table>'
        rows.append(f'<td align="left">{legend}</td>')
    rows += [f'<td align="left">{line_label(line)}</td>' for line in head.below]
    return table(rows)


def _chip(run: Run, look: Look) -> str:
    return f'<td border="1" bgcolor="{look.fill}" color="{look.border}">{styled(run)}</td>'
