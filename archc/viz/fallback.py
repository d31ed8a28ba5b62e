"""SVG without any program: a sheet drawn by our own pen."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from archc.viz import content, measure
from archc.viz.heading import CHIP, chip
from archc.viz.model import Box, clusters
from archc.viz.place.shapes import Rect
from archc.viz.places import HEAD, INSET
from archc.viz.svg_text import style
from archc.viz.theme import FACES, LINE, MARKS, MUTED, PAPER, TEXT, look

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archc.viz.content import Line, Run
    from archc.viz.model import Arrow
    from archc.viz.place.shapes import Way
    from archc.viz.sheet import Placed, Sheet
    from archc.viz.theme import Theme

_ROUND = 7
"""Points of a corner's radius."""
_BASE = 0.8
"""Where in a line its letters stand."""


def drawn(sheet: Sheet) -> str:
    """The whole sheet as one SVG element."""
    width, height = sheet.width, sheet.height
    name, scale = escape(sheet.picture.name), sheet.scale
    head = (
        f'<svg class="archc" role="img" aria-label="{name}" xmlns="http://www.w3.org/2000/svg" '
        f'width="{_number(width * scale)}pt" height="{_number(height * scale)}pt" '
        f'viewBox="0 0 {_number(width)} {_number(height)}" '
        f'font-family="{FACES}" font-size="9">'
    )
    paper = f'<rect width="{_number(width)}" height="{_number(height)}" fill="{PAPER}"/>'
    parts = [head, f"<style>{style(sheet.picture)}</style>", paper, *_heading(sheet)]
    for placed in sheet.placed:
        parts += _drawing(placed, sheet.options.look, across=sheet.options.direction == "LR")
    return "\n".join((*parts, "</svg>", ""))


def _heading(sheet: Sheet) -> Iterator[str]:
    x, y = 10.0, 6.0
    for line in sheet.head.above:
        yield _line(line, x, y)
        y += content.height(line)
    for run, colours in sheet.head.chips:
        high = measure.height(run.size) + 2 * CHIP
        place = Rect(x, y + CHIP, chip(run), high)
        yield _frame(place, (colours.fill, colours.border))
        yield _line((run,), x + CHIP + 1, y + 2 * CHIP)
        x += chip(run) + CHIP
    y += 8 * CHIP if sheet.head.chips else 0
    for line in sheet.head.below:
        yield _line(line, 10.0, y)
        y += content.height(line)


def _drawing(placed: Placed, theme: Theme, *, across: bool) -> Iterator[str]:
    drawing, plan = placed.drawing, placed.plan
    if placed.frame:
        yield _group(placed.frame, placed.title, "", "", "")
    for cluster in clusters(drawing.children):
        title = content.heading(cluster, theme)
        dash = _dash("5,2" if cluster.training else "", cluster.mark)
        yield _group(plan.rects[cluster.id], title, cluster.path, dash, cluster.mark)
    for place, arrow in enumerate(drawing.arrows):
        yield from _arrow(arrow, plan.ways[place], plan.labels.get(place), theme)
    for box in drawing.boxes():
        turned = box.id in plan.turned
        yield f'<g class="node {_called(box)}"><title>{escape(box.path)}</title>'
        yield from _box(box, plan.rects[box.id], theme, across=across, turned=turned)
        yield "</g>"


def _called(box: Box) -> str:
    return f"fam-{box.family} mark-{box.mark}" if box.mark else f"fam-{box.family}"


def _group(rect: Rect, title: Sequence[Line], path: str, more: str, mark: str) -> str:
    colours = look("block", mark)
    frame = _frame(rect, (look("block").fill, colours.border), more, _ROUND)
    words = "".join(_lines(title, rect.x + INSET, rect.y + INSET / 2))
    tip = f"<title>{escape(path)}</title>" if path else ""
    return f'<g class="cluster">{tip}{frame}{words}</g>'


def _box(box: Box, rect: Rect, theme: Theme, *, across: bool, turned: bool) -> Iterator[str]:
    colours = look(box.family, box.mark)
    paint = (colours.fill, colours.border)
    dash = _dash("5,2" if box.training else "", box.mark)
    round_ = rect.width / 2 if box.sign else 0 if box.form in {"end", "concat"} else _ROUND
    yield _frame(rect, paint, dash, round_)
    if box.badge:
        yield _frame(_inside(rect, content.PERIPHERY), paint, "", _ROUND)
    row = content.cells(box, theme)
    if row:
        cells, rect = _parted(rect, row, across=across, turned=turned)
        for (run, _), cell in zip(row, cells, strict=True):
            yield _frame(cell, paint)
            yield _line((run,), _middle(cell, (run,)), cell.y + (cell.height - run.size) / 2)
    yield from _words(box, rect, theme)


def _inside(rect: Rect, by: float) -> Rect:
    return Rect(rect.x + by, rect.y + by, rect.width - 2 * by, rect.height - 2 * by)


def _words(box: Box, rect: Rect, theme: Theme) -> Iterator[str]:
    """What a box says, in its middle."""
    found = content.lines(box, theme)
    y = rect.y + (rect.height - sum(map(content.height, found))) / 2
    if not box.rows:
        for line in found:
            yield _line(line, _middle(rect, line), y)
            y += content.height(line)
        return
    yield from _columns(found, rect, y)


def _columns(found: Sequence[Line], rect: Rect, y: float) -> Iterator[str]:
    """Lines of two columns, and lines across both."""
    wide = max(line[0].width for line in found if len(line) == 2) + content.PAD / 2
    x = rect.x + (rect.width - content.title(tuple(found))) / 2
    for line in found:
        if len(line) == 2:
            yield _line(line[:1], x, y)
            yield _line(line[1:], x + wide, y)
        else:
            yield _line(line, _middle(rect, line), y)
        y += content.height(line)


def _parted(
    rect: Rect, row: Sequence[tuple[Run, float]], *, across: bool, turned: bool
) -> tuple[list[Rect], Rect]:
    """The places of a concat's cells, and what is left for its name."""
    total = sum(width for _, width in row)
    thin = rect.width / 3 if across else content.height((row[0][0],))
    found: list[Rect] = []
    done = 0.0
    for _, width in row:
        start, share = done / total, width / total
        if across:
            found.append(Rect(rect.x, rect.y + rect.height * start, thin, rect.height * share))
        else:
            y = rect.bottom - thin if turned else rect.y
            found.append(Rect(rect.x + rect.width * start, y, rect.width * share, thin))
        done += width
    if across:
        return found, Rect(rect.x + thin, rect.y, rect.width - thin, rect.height)
    y = rect.y if turned else rect.y + thin
    return found, Rect(rect.x, y, rect.width, rect.height - thin)


def _arrow(arrow: Arrow, way: Way, label: Rect | None, theme: Theme) -> Iterator[str]:
    dash = _dash("5,2" if arrow.line == "skip" else "", arrow.mark)
    colour = LINE if arrow.mark in {"", "same"} else MARKS[arrow.mark].look.border
    (a, b), (c, d) = way[-2], way[-1]
    long = max(0.1, ((c - a) ** 2 + (d - b) ** 2) ** 0.5)
    along, aside = ((c - a) / long * HEAD, (d - b) / long * HEAD), HEAD * 0.35 / long
    back = (c - along[0], d - along[1])
    path = " ".join(f"{_number(x)},{_number(y)}" for x, y in (*way[1:-1], back))
    start = f"{_number(way[0][0])},{_number(way[0][1])}"
    yield f'<path d="M{start}C{path}" fill="none" stroke="{colour}"{dash}/>'
    side = ((d - b) * aside, (a - c) * aside)
    corners = [(c, d), (back[0] + side[0], back[1] + side[1])]
    corners.append((back[0] - side[0], back[1] - side[1]))
    points = " ".join(f"{_number(x)},{_number(y)}" for x, y in corners)
    yield f'<polygon points="{points}" fill="{colour}" stroke="{colour}"/>'
    if label:
        shapes = content.shapes(arrow, theme)
        colour = MUTED if colour == LINE else colour
        yield from _lines(shapes, label.x + 3, label.y, colour)


def _dash(dash: str, mark: str) -> str:
    """The attributes of a line: that of its mark, where it has one."""
    dash = MARKS[mark].dash or dash if mark else dash
    wide = ' stroke-width="2"' if mark and MARKS[mark].style == "bold" else ""
    return f'{wide} stroke-dasharray="{dash}"' if dash else wide


def _frame(rect: Rect, paint: tuple[str, str], more: str = "", round_: float = 0) -> str:
    """A rectangle with its fill and border."""
    corner = f' rx="{_number(round_)}"' if round_ else ""
    return (
        f'<rect x="{_number(rect.x)}" y="{_number(rect.y)}" width="{_number(rect.width)}" '
        f'height="{_number(rect.height)}"{corner} fill="{paint[0]}" stroke="{paint[1]}"{more}/>'
    )


def _middle(rect: Rect, line: Line) -> float:
    """Where a line starts so that it stands in the middle."""
    return rect.x + (rect.width - content.width(line)) / 2


def _lines(found: Sequence[Line], x: float, y: float, colour: str = "") -> Iterator[str]:
    for line in found:
        yield _line(line, x, y, colour)
        y += content.height(line)


def _line(line: Line, x: float, y: float, colour: str = "") -> str:
    """One line of text, each run where it belongs whatever face is found."""
    spans: list[str] = []
    base = y + max(run.size for run in line) * (_BASE + 0.2)
    for run in line:
        if run.words:
            weight = ' font-weight="bold"' if run.bold else ""
            paint = colour or (MUTED if run.muted else TEXT)
            spans.append(
                f'<text x="{_number(x)}" y="{_number(base)}" font-size="{run.size:g}"{weight} '
                f'fill="{paint}">{escape(run.words)}</text>'
            )
        x += run.width + content.PAD / 2
    return "".join(spans)


def _number(value: float) -> str:
    """At most two decimals, as short as it goes."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
