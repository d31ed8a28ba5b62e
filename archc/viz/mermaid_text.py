"""A picture as a Mermaid flowchart, which code hosts draw inside Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.viz.model import Box
from archc.viz.theme import LOOKS, TEXT
from archc.viz.words import short

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archc.viz.model import Arrow, Cluster, Picture

_FRAMES = {"box": ("(", ")"), "end": ("[", "]"), "merge": ("((", "))"), "concat": ("[", "]")}
_ARROWS = {"main": "-->", "branch": "-->", "skip": "-.->"}


def flowchart(picture: Picture, direction: str = "TB") -> str:
    """The picture, its insets as subgraphs."""
    lines = [f"flowchart {direction}"]
    for child in picture.main.children:
        lines += _child(child, "  ")
    lines += ["  " + _arrow(arrow) for arrow in picture.main.arrows]
    for inset in picture.insets:
        title = _text(f"{inset.title} ({inset.note})", 80)
        lines.append(f'  subgraph {inset.id}["{title}"]')
        for child in inset.children:
            lines += _child(child, "    ")
        lines += ["  end", *("  " + _arrow(arrow) for arrow in inset.arrows)]
    for name in picture.families():
        look = LOOKS[name]
        paint = f"fill:{look.fill},stroke:{look.border},color:{TEXT}"
        lines.append(f"  classDef {name}Family {paint}")
    return "\n".join((*lines, ""))


def _child(child: Box | Cluster, pad: str) -> Iterator[str]:
    if isinstance(child, Box):
        before, after = _FRAMES[child.form]
        words = "<br/>".join(_text(line, 60) for line in child.said())
        yield f'{pad}{child.id}{before}"{words}"{after}:::{child.family}Family'
        return
    yield f'{pad}subgraph c{child.id}["{_text(f"{child.name} {child.kind}".strip(), 60)}"]'
    for inner in child.children:
        yield from _child(inner, pad + "  ")
    yield f"{pad}end"


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
