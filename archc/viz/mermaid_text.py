"""A picture as a Mermaid flowchart, which code hosts draw inside Markdown."""

from __future__ import annotations

from json import dumps
from typing import TYPE_CHECKING

from archc.viz.engine import DrawingError
from archc.viz.model import Box
from archc.viz.theme import LOOKS, MARKS, TEXT, signed
from archc.viz.words import short

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from archc.viz.model import Arrow, Cluster, Picture
    from archc.viz.theme import Look

_FRAMES = {"box": ("(", ")"), "end": ("[", "]"), "merge": ("((", "))"), "concat": ("[", "]")}
_ARROWS = {"main": "-->", "branch": "-->", "skip": "-.->"}


LONGEST, MOST_ARROWS = 50_000, 500
"""Characters and arrows that Mermaid takes where nobody changed its limits, as on GitHub."""


def fitting(shown: Callable[[int], Picture], level: int, direction: str = "TB") -> str:
    """The picture at a level, or at the finest below it that is within Mermaid's limits.

    Then its title says so. Raises DrawingError where not even the coarsest is.
    """
    for finest in range(level, -1, -1):
        picture = shown(finest)
        note = f"{picture.name}, level {finest}: level {level} is more than Mermaid draws"
        text = flowchart(picture, direction, note if finest < level else "")
        if len(text) <= LONGEST and _arrows(picture) <= MOST_ARROWS:
            return text
    raise DrawingError("the network is more than Mermaid draws, even at level 0; choose SVG")


def _arrows(picture: Picture) -> int:
    return sum(len(drawing.arrows) for drawing in picture.drawings)


def flowchart(picture: Picture, direction: str = "TB", title: str = "") -> str:
    """The picture, its insets as subgraphs; with a title above it where there is one."""
    lines = ["---", f"title: {dumps(short(title, 200))}", "---"] if title else []
    lines.append(f"flowchart {direction}")
    for child in picture.main.children:
        lines += _child(child, "  ")
    lines += ["  " + _arrow(arrow) for arrow in picture.main.arrows]
    for inset in picture.insets:
        title = _text(f"{inset.title} ({inset.note})", 80)
        lines.append(f'  subgraph {inset.id}["{title}"]')
        for child in inset.children:
            lines += _child(child, "    ")
        lines += ["  end", *("  " + _arrow(arrow) for arrow in inset.arrows)]
    lines += [_paint(f"{name}Family", LOOKS[name]) for name in picture.families()]
    lines += [_paint(f"{name}Mark", MARKS[name].look) for name in sorted(picture.marks())]
    return "\n".join((*lines, ""))


def _child(child: Box | Cluster, pad: str) -> Iterator[str]:
    if isinstance(child, Box):
        before, after = _FRAMES[child.form]
        words = "<br/>".join(_text(line, 60) for line in child.said())
        called = f"{child.mark}Mark" if child.mark else f"{child.family}Family"
        yield f'{pad}{child.id}{before}"{words}"{after}:::{called}'
        return
    words = signed(f"{child.name} {child.kind}".strip(), child.mark)
    yield f'{pad}subgraph c{child.id}["{_text(words, 60)}"]'
    for inner in child.children:
        yield from _child(inner, pad + "  ")
    yield f"{pad}end"


def _paint(name: str, look: Look) -> str:
    return f"  classDef {name} fill:{look.fill},stroke:{look.border},color:{TEXT}"


def _arrow(arrow: Arrow) -> str:
    label = f'|"{_text(", ".join(arrow.shapes), 80)}"|' if arrow.shown else ""
    return f"{arrow.tail} {_ARROWS[arrow.line]}{label} {arrow.head}"


def _text(words: str, longest: int) -> str:
    """Words inside quotes: everything but letters, digits and harmless marks as a numeric entity.

    >>> _text('a "b" <c>', 60)
    'a #34;b#34; #60;c#62;'
    """
    kept = " .,-_/+=:"
    return "".join(c if c.isalnum() or c in kept else f"#{ord(c)};" for c in short(words, longest))
