"""SVG without any program: the picture in our own plain layout."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from archc.viz.layers import HEAD, LINE, PAD, Rect, place
from archc.viz.model import Box
from archc.viz.svg_text import style
from archc.viz.theme import FONT, MARKS, MUTED, PAPER, TEXT, look, signed
from archc.viz.theme import LINE as STROKE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archc.viz.layers import Places
    from archc.viz.model import Arrow, Cluster, Drawing, Picture

_TITLE = 40.0
_FAR = 100.0
"""An arrow longer than this goes around what may lie between its ends."""
_BOLD = {"font-weight": "bold", "text-anchor": "start"}
_HEADS = (
    '<marker id="head" markerWidth="7" markerHeight="6" refX="7" refY="3" orient="auto">'
    f'<path d="M0,0L7,3L0,6z" fill="{STROKE}"/></marker>'
)


def drawn(picture: Picture, direction: str) -> str:
    """The whole picture as one SVG element: the figure, its insets to the right."""
    x, low, parts = PAD, 0.0, list[str]()
    for drawing in picture.drawings:
        frame, places = place(drawing, across=direction == "LR")
        moved = {name: rect.moved(x, _TITLE + HEAD + PAD) for name, rect in places.items()}
        parts += _drawing(drawing, moved, frame.moved(x, _TITLE + HEAD + PAD))
        x += max(frame.width, 5.6 * len(drawing.title + drawing.note)) + 5 * PAD
        low = max(low, frame.height)
    size = (_number(x), _number(low + _TITLE + HEAD + 3 * PAD))
    name = escape(picture.name)
    head = (
        f'<svg class="archc" role="img" aria-label="{name}" xmlns="http://www.w3.org/2000/svg" '
        f'width="{size[0]}pt" height="{size[1]}pt" viewBox="0 0 {size[0]} {size[1]}" '
        f'font-family="{FONT}" font-size="10" text-anchor="middle">'
    )
    paper = f'<rect width="{size[0]}" height="{size[1]}" fill="{PAPER}"/>'
    heading = " \N{EN DASH} ".join((picture.name, *picture.notes))
    title = _text(PAD, 24, heading, **_BOLD, **{"font-size": "15"})
    lines = [head, f"<style>{style(picture)}</style>", f"<defs>{_HEADS}</defs>", paper, title]
    return "\n".join((*lines, *parts, "</svg>", ""))


def _drawing(drawing: Drawing, places: Places, frame: Rect) -> Iterator[str]:
    if drawing.title:
        words = f"{drawing.title} {drawing.note}"
        yield _text(frame.x, frame.y - HEAD, words, **_BOLD)
    for child in drawing.children:
        yield from _child(child, places)
    boxes = [places[box.id] for box in drawing.boxes()]
    for arrow in drawing.arrows:
        yield from _arrow(arrow, places, boxes)


def _child(child: Box | Cluster, places: Places) -> Iterator[str]:
    rect = places[child.id]
    if isinstance(child, Box):
        yield f'<g class="node fam-{child.family}"><title>{escape(child.path)}</title>'
        yield _rect(rect, child.family, child)
        for k, line in enumerate(child.said()):
            weight = {"font-weight": "normal" if k else "bold"}
            yield _text(rect.x + rect.width / 2, rect.y + LINE * (k + 1), line, **weight)
        yield "</g>"
        return
    yield f'<g class="cluster"><title>{escape(child.path)}</title>'
    yield _rect(rect, "block", child)
    words = signed(f"{child.name} {child.kind}".strip(), child.mark)
    yield _text(rect.x + PAD, rect.y + HEAD, words, **_BOLD)
    yield "</g>"
    for inner in child.children:
        yield from _child(inner, places)


def _rect(rect: Rect, family: str, thing: Box | Cluster) -> str:
    colours = look(family, thing.mark)
    place_ = f'x="{_number(rect.x)}" y="{_number(rect.y)}" rx="5"'
    size = f'width="{_number(rect.width)}" height="{_number(rect.height)}"'
    fill = colours.fill if isinstance(thing, Box) else look("block").fill
    dash = _dash("5,2" if thing.training else "", thing.mark)
    return f'<rect {place_} {size} fill="{fill}" stroke="{colours.border}"{dash}/>'


def _dash(dash: str, mark: str) -> str:
    """The attributes of a line: that of its mark, where it has one."""
    dash = MARKS[mark].dash or dash if mark else dash
    wide = ' stroke-width="2"' if mark and MARKS[mark].style == "bold" else ""
    return f'{wide} stroke-dasharray="{dash}"' if dash else wide


def _arrow(arrow: Arrow, places: Places, boxes: Sequence[Rect]) -> Iterator[str]:
    """From the lower side of one box to the upper side of the other, or along the right of both."""
    tail, head = places[arrow.tail], places[arrow.head]
    x0, x1 = tail.x + tail.width / 2, head.x + head.width / 2
    y0, y1 = tail.y + tail.height, head.y
    bend = [(x0, (y0 + y1) / 2), (x1, (y0 + y1) / 2)]
    if y1 <= y0 or y1 - y0 > _FAR:
        y0, y1 = tail.y + tail.height / 2, head.y + head.height / 2
        x0, x1 = tail.x + tail.width, head.x + (head.width if y1 > y0 else 0)
        out = max(box.x + box.width for box in boxes if box.y < y1 and box.y + box.height > y0)
        out += PAD + (out - min(x0, x1)) / 3
        bend = [(out, y0), (out, y1)] if y1 > y0 else [(x0, y0), (x1, y1)]
    dash = _dash("5,2" if arrow.line == "skip" else "", arrow.mark)
    colour = STROKE if arrow.mark in {"", "same"} else MARKS[arrow.mark].look.border
    start, *rest = (f"{_number(x)},{_number(y)}" for x, y in ((x0, y0), *bend, (x1, y1)))
    way = f"M{start}C{' '.join(rest)}"
    yield f'<path d="{way}" fill="none" stroke="{colour}"{dash} marker-end="url(#head)"/>'
    if arrow.shown:
        x, y = bend[0] if y1 - y0 > _FAR else ((x0 + x1) / 2, (y0 + y1) / 2)
        small = {"font-size": "8", "text-anchor": "start", "fill": MUTED}
        yield _text(x + 4, y + 3, ", ".join(arrow.shapes), **small)


def _text(x: float, y: float, words: str, **more: str) -> str:
    """A line of text; `more` are its other attributes."""
    listed = {"fill": TEXT, **more}
    words_ = " ".join(f'{name}="{value}"' for name, value in listed.items())
    return f'<text x="{_number(x)}" y="{_number(y)}" {words_}>{escape(words)}</text>'


def _number(value: float) -> str:
    """At most two decimals, as short as it goes."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
