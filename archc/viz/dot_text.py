"""A picture as DOT, the language of Graphviz.

What people named goes into HTML-like labels, escaped; nodes are called by their ids. `record`
shapes and `splines=ortho` are left alone: both break on real networks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from archc.viz import content
from archc.viz.content import Run, cells, shapes
from archc.viz.heading import heading
from archc.viz.labels import box_label, head_label, lines_label, shapes_label
from archc.viz.model import Box
from archc.viz.theme import FONT, LINE, MARKS, MUTED, PAPER, TEXT, look
from archc.viz.words import plain, short

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from archc.viz.model import Arrow, Cluster, Drawing, Picture
    from archc.viz.options import Options

Places: TypeAlias = "Mapping[str, Mapping[str, str]]"
"""Attributes by the name of a box, cluster or arrow."""
NOWHERE: Places = {}
WIDE = 240.0
"""Points across of the note over an inset, where none knows better."""

_BOX = {"shape": "box", "style": "rounded,filled", "margin": "0.1,0.05", "height": "0.3"}
_FORMS = {
    "box": _BOX,
    "end": _BOX | {"style": "filled"},
    "merge": _BOX | {"margin": "0.07,0.02", "height": "0.26"},
    "concat": {"shape": "plain", "style": ""},
}
_SIGN = {"shape": "circle", "style": "filled", "fixedsize": "true", "width": "0.28", "margin": "0"}
_LINES = {
    "main": {"weight": "100"},
    "branch": {"weight": "2"},
    "skip": {"weight": "0", "style": "dashed"},
}


def dot_text(picture: Picture, options: Options, places: Places = NOWHERE) -> str:
    """The whole picture. `places` holds further attributes by name, where all has its place."""
    writing = _Writing(picture, options, places)
    return "\n".join((f"digraph {quoted(picture.name)} {{", *writing.lines(), "}", ""))


def arrow_name(drawing: Drawing, place: int) -> str:
    """What the arrow at a place in a drawing is called in `Places`."""
    return f"{drawing.id}e{place}"


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


class _Writing:
    """One picture on its way to text."""

    def __init__(self, picture: Picture, options: Options, places: Places) -> None:
        self.picture, self.options, self.places = picture, options, places
        self.theme, self.across = options.look, options.direction == "LR"

    def lines(self) -> Iterator[str]:
        """All lines between the graph's braces."""
        yield from (f"  {line}" for line in self._defaults())
        yield f"  {self._heading()}"
        for drawing in self.picture.drawings:
            framed = drawing is not self.picture.main
            yield from (f"  {line}" for line in self._drawing(drawing, framed=framed))

    def _defaults(self) -> Iterator[str]:
        gaps = {"nodesep": "0.25", "ranksep": "0.25", "pad": "0.15"}
        face = {"fontname": FONT, "fontsize": "11", "fontcolor": TEXT}
        page = dict(self.places.get("page", {}))
        direction = self.options.direction
        yield statement("graph", rankdir=direction, bgcolor=PAPER, **face, **gaps | page)
        yield statement("node", **face, width="0.4")
        face |= {"fontsize": "8", "fontcolor": MUTED}
        yield statement("edge", **face, color=LINE, arrowsize="0.6")

    def _heading(self) -> str:
        """Above the graph, or a node of its own where one has a place for it."""
        label = head_label(heading(self.picture, self.theme))
        if "head" in self.places:
            return statement("head", shape="none", label=label, **self.places["head"])
        return statement("graph", labelloc="t", labeljust="l", label=label)

    def _drawing(self, drawing: Drawing, *, framed: bool) -> Iterator[str]:
        lines = [line for child in drawing.children for line in self._child(child)]
        known = {box.id: box for box in drawing.boxes()}
        for place, arrow in enumerate(drawing.arrows):
            extra = self.places.get(arrow_name(drawing, place), {})
            lines.append(self._arrow(arrow, known[arrow.head], extra))
        if not framed:
            yield from lines
            return
        note = content.wrapped(plain(drawing.note), self.theme.points(8), WIDE)
        title = ((Run(short(drawing.title), self.theme.points(11), bold=True),), *note)
        yield from self._cluster(drawing.id, lines_label(title, "left"), lines)

    def _cluster(
        self, name: str, label: str, lines: Iterable[str], *, style: str = "", mark: str = ""
    ) -> Iterator[str]:
        colours, name = look("block", mark), f"cluster_{name}"
        paint = {"fillcolor": look("block").fill, "color": colours.border, "margin": "10"}
        paint |= {"style": f"rounded,filled{style}", "labeljust": "l", "label": label}
        yield f"subgraph {name} {{"
        yield "  " + statement("graph", **paint | dict(self.places.get(name, {})))
        yield from (f"  {line}" for line in lines)
        yield "}"

    def _child(self, child: Box | Cluster) -> Iterator[str]:
        if isinstance(child, Box):
            yield self._box(child, self.places.get(child.id, {}))
            return
        label = lines_label(content.heading(child, self.theme), "left")
        lines = [line for inner in child.children for line in self._child(inner)]
        yield from self._cluster(child.id, label, lines, style=_style(child), mark=child.mark)

    def _box(self, box: Box, extra: Mapping[str, str]) -> str:
        colours, segmented = look(box.family, box.mark), bool(cells(box, self.theme))
        plain = box.form == "concat" or (box.form == "merge" and box.told)
        shape = dict(_BOX if plain else _FORMS[box.form])
        shape = dict(_FORMS["concat"]) if segmented else _SIGN | {} if box.sign else shape
        if box.badge:
            shape["peripheries"] = "2"
        if not segmented:
            shape["style"] += _style(box)
        called = f"fam-{box.family} mark-{box.mark}" if box.mark else f"fam-{box.family}"
        paint = {"fillcolor": colours.fill, "color": colours.border, "class": called}
        if segmented and extra:
            shape = {"shape": "none", "margin": "0"}
        extra = dict(extra)
        turned = extra.pop("turned", "") == "true"
        label = box_label(box, self.theme, across=self.across, turned=turned)
        return statement(box.id, **shape | paint | {"label": label} | extra)

    def _arrow(self, arrow: Arrow, head: Box, extra: Mapping[str, str]) -> str:
        side = "n" if self.across else "e"
        tail, into, line = arrow.tail, arrow.head, dict(_LINES[arrow.line])
        if arrow.cell is not None and cells(head, self.theme):
            into += f":c{arrow.cell}" + ("" if self.across else ":n")
        elif arrow.line == "skip":
            tail, into = f"{tail}:{side}", f"{into}:{side}"
            line["constraint"] = "false"
        line |= _marked_line(arrow.mark)
        if arrow.shown:
            line["label"] = shapes_label(shapes(arrow, self.theme), arrow.mark)
        return statement(f"{tail} -> {into}", **line | dict(extra))


def _style(thing: Box | Cluster) -> str:
    """What a thing's line is besides: that of its mark, or dashed for what only training has."""
    mark = MARKS[thing.mark].style if thing.mark else ""
    style = "dashed" if thing.training and mark != "dotted" else mark
    return f",{style}" if style else ""


def _marked_line(mark: str) -> dict[str, str]:
    """The colour and the style of a marked arrow. What is the same looks as ever."""
    if mark in {"", "same"}:
        return {}
    known = MARKS[mark]
    return {"color": known.look.border, "style": known.style, "class": f"mark-{mark}"}
