"""A picture as DOT, the language of Graphviz.

What people named goes into HTML-like labels, escaped; nodes are called by their ids. `record`
shapes and `splines=ortho` are left alone: both break on real networks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from archc.viz.labels import CELLS, box_label, head_label, styled, table, text, told
from archc.viz.model import Box
from archc.viz.theme import FONT, LINE, MARKS, MUTED, PAPER, TEXT, look, signed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from archc.viz.model import Arrow, Cluster, Drawing, Picture

Placed: TypeAlias = "Mapping[str, Mapping[str, str]]"
"""Attributes by the name of a box, cluster or arrow."""
NOWHERE: Placed = {}

_BOX = {"shape": "box", "style": "rounded,filled", "margin": "0.1,0.05", "height": "0.3"}
_FORMS = {
    "box": _BOX,
    "end": _BOX | {"style": "filled"},
    "merge": _BOX | {"margin": "0.07,0.02", "height": "0.26"},
    "concat": {"shape": "plain", "style": ""},
}
_SIGN = {"shape": "circle", "style": "filled", "fixedsize": "true", "width": "0.27", "margin": "0"}
_LINES = {
    "main": {"weight": "100"},
    "branch": {"weight": "2"},
    "skip": {"weight": "0", "style": "dashed"},
}


def dot_text(picture: Picture, direction: str = "TB", placed: Placed = NOWHERE) -> str:
    """The whole picture. `direction` is that of the main path, `TB` or `LR`.

    `placed` holds further attributes by name. Raises ValueError for another direction.
    """
    check(direction)
    lines = [*_defaults(direction), _header(picture, placed)]
    for drawing in picture.drawings:
        lines += _drawing(drawing, direction, placed, framed=drawing is not picture.main)
    return _graph(picture.name, lines)


def sheets(picture: Picture, direction: str) -> str:
    """The heading and each drawing as graphs of their own, to be laid out one by one.

    Each arrow carries its name as `called`, so that it is known again in what a program answers.
    """
    lines = [*_defaults(direction), statement("head", shape="plain", label=head_label(picture))]
    found = [_graph("head", lines)]
    for drawing in picture.drawings:
        lines = [
            *_defaults(direction),
            *_drawing(drawing, direction, _named(drawing), framed=False),
        ]
        if drawing is not picture.main:
            lines.append(statement("graph", labelloc="t", labeljust="l", label=_title(drawing)))
        found.append(_graph(drawing.id, lines))
    return "".join(found)


def _named(drawing: Drawing) -> dict[str, dict[str, str]]:
    """The names of a drawing's arrows. Where no frame is in their way, skips swing out freely."""
    free = all(isinstance(child, Box) for child in drawing.children)
    loose = {"constraint": "false"}
    return {
        (name := arrow_name(drawing, place)): {
            "called": name,
            **(loose if free and arrow.line == "skip" else {}),
        }
        for place, arrow in enumerate(drawing.arrows)
    }


def arrow_name(drawing: Drawing, place: int) -> str:
    """What the arrow at a place in a drawing is called in `placed`."""
    return f"{drawing.id}e{place}"


def check(direction: str) -> None:
    """Raises ValueError unless the direction is one of the two."""
    if direction not in {"TB", "LR"}:
        raise ValueError(f"a diagram's direction is TB or LR, not {direction}")


def quoted(words: str) -> str:
    r"""A DOT string. A backslash is doubled, so that none starts an escape of Graphviz' own.

    >>> print(quoted('say "hi"'))
    "say \"hi\""
    """
    return '"' + words.replace("\\", "\\\\").replace('"', '\\"') + '"'


def statement(name: str, **attributes: str) -> str:
    """One statement with its attributes. A value in `< >` is a label with markup.

    >>> statement("a", shape="box", label="<<b>x</b>>")
    'a [shape="box", label=<<b>x</b>>];'
    """
    listed = ", ".join(
        f"{key}={value if value.startswith('<') else quoted(value)}"
        for key, value in attributes.items()
    )
    return f"{name} [{listed}];"


def _graph(name: str, lines: Iterable[str]) -> str:
    return "\n".join((f"digraph {quoted(name)} {{", *(f"  {line}" for line in lines), "}", ""))


def _defaults(direction: str) -> Iterator[str]:
    gaps = {"nodesep": "0.25", "ranksep": "0.25", "pad": "0.15"}
    face = {"fontname": FONT, "fontsize": "11", "fontcolor": TEXT}
    yield statement("graph", rankdir=direction, bgcolor=PAPER, **face, **gaps)
    yield statement("node", **face, width="0.4")
    face |= {"fontsize": "8", "fontcolor": MUTED}
    yield statement("edge", **face, color=LINE, arrowsize="0.6")


def _header(picture: Picture, placed: Placed) -> str:
    """The heading: above the graph, or a node of its own where one has a place for it."""
    if "head" in placed:
        return statement("head", shape="plain", label=head_label(picture), **placed["head"])
    return statement("graph", labelloc="t", labeljust="l", label=head_label(picture))


def _drawing(drawing: Drawing, direction: str, placed: Placed, *, framed: bool) -> Iterator[str]:
    lines = [line for child in drawing.children for line in _child(child, placed)]
    cells = {box.id: len(box.cells) for box in drawing.boxes()}
    for place, arrow in enumerate(drawing.arrows):
        extra = placed.get(arrow_name(drawing, place), {})
        lines.append(_arrow(arrow, direction, cells[arrow.head], extra))
    if not framed:
        yield from lines
        return
    yield from _cluster(drawing.id, _title(drawing), lines, placed)


def _title(drawing: Drawing) -> str:
    note = styled(text(drawing.note, 80), 8, colour=MUTED)
    words = [styled(text(drawing.title), 11, bold=True), note]
    return table(f'<td align="left">{line}</td>' for line in words)


def _cluster(
    name: str, label: str, lines: Iterable[str], placed: Placed, *, style: str = "", mark: str = ""
) -> Iterator[str]:
    colours, name = look("block", mark), f"cluster_{name}"
    paint = {"fillcolor": look("block").fill, "color": colours.border, "margin": "10"}
    paint["style"] = f"rounded,filled{style}"
    yield f"subgraph {name} {{"
    yield "  " + statement("graph", **paint, labeljust="l", label=label, **placed.get(name, {}))
    yield from (f"  {line}" for line in lines)
    yield "}"


def _child(child: Box | Cluster, placed: Placed) -> Iterator[str]:
    if isinstance(child, Box):
        yield _box(child, placed.get(child.id, {}))
        return
    words = styled(text(signed(child.name, child.mark)), 10, bold=True)
    if child.kind:
        words += " " + styled(text(child.kind), 8, colour=MUTED)
    lines = [line for inner in child.children for line in _child(inner, placed)]
    style = _style(child)
    yield from _cluster(child.id, f"<{words}>", lines, placed, style=style, mark=child.mark)


def _style(thing: Box | Cluster) -> str:
    """What a thing's line is besides: that of its mark, or dashed for what only training has."""
    mark = MARKS[thing.mark].style if thing.mark else ""
    style = "dashed" if thing.training and mark != "dotted" else mark
    return f",{style}" if style else ""


def _box(box: Box, extra: Mapping[str, str]) -> str:
    colours = look(box.family, box.mark)
    shape = dict(_BOX if box.form == "merge" and told(box) else _FORMS[box.form])
    if shape == _FORMS["merge"] and len(box.lines) == 1 and len(box.lines[0]) == 1:
        shape = dict(_SIGN)
    if box.form == "concat" and len(box.cells) > CELLS:
        shape = dict(_BOX)
    if box.badge:
        shape["peripheries"] = "2"
    if shape["shape"] != "plain":
        shape["style"] += _style(box)
    called = f"fam-{box.family} mark-{box.mark}" if box.mark else f"fam-{box.family}"
    paint = {"fillcolor": colours.fill, "color": colours.border, "class": called}
    return statement(box.id, **shape, **paint, label=box_label(box), **extra)


def _arrow(arrow: Arrow, direction: str, cells: int, extra: Mapping[str, str]) -> str:
    side = "e" if direction == "TB" else "n"
    tail, head, line = arrow.tail, arrow.head, dict(_LINES[arrow.line])
    if arrow.cell is not None and 0 < cells <= CELLS:
        head += f":c{arrow.cell}" + (":n" if direction == "TB" else "")
    elif arrow.line == "skip":
        tail, head = f"{tail}:{side}", f"{head}:{side}"
    line |= _marked_line(arrow.mark)
    if arrow.shown:
        line["label"] = shapes_label(arrow.shapes, arrow.mark)
    return statement(f"{tail} -> {head}", **line, **extra)


def _marked_line(mark: str) -> dict[str, str]:
    """The colour and the style of a marked arrow. What is the same looks as ever."""
    if mark in {"", "same"}:
        return {}
    known = MARKS[mark]
    return {"color": known.look.border, "style": known.style, "class": f"mark-{mark}"}


def shapes_label(shapes: tuple[str, ...], mark: str = "") -> str:
    """What is written on an arrow: at most three shapes, then how many more there are."""
    more = [f"and {len(shapes) - 3} more"] if len(shapes) > 3 else []
    colour = "" if mark in {"", "same"} else MARKS[mark].look.border
    return table(
        f"<td> {styled(text(words, 60), 8, bold=bool(colour), colour=colour)} </td>"
        for words in (*shapes[:3], *more)
    )
