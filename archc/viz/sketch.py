"""A wrong spec as a picture: what is wrong in red, what is unknown because of it in grey."""

from __future__ import annotations

from functools import partial
from textwrap import wrap
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from archc.viz.arrange import EVERYTHING, STEPS, overview
from archc.viz.drafted import UNKNOWN, Unbuilt, drawable
from archc.viz.figure import draw
from archc.viz.flow import flatten
from archc.viz.fuse import apart
from archc.viz.model import Box, Cluster, Picture
from archc.viz.verdicts import verdicts
from archc.viz.words import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from archc.diag.diagnostic import Diagnostic
    from archc.ir.draft import Draft
    from archc.ir.types import TensorType
    from archc.viz.arrange import Style
    from archc.viz.flow import Flow, Part
    from archc.viz.model import Arrow, Drawing, Marking
    from archc.viz.verdicts import Verdict, Verdicts

WIDTH, LINES = 46, 4
"""Characters of a line of a message, and lines of it in a box."""


def sketched(draft: Draft, diagnostics: Iterable[Diagnostic], level: int) -> Picture:
    """The picture of what was built. Levels 0 and 1 open only what has a mistake in it."""
    found = verdicts(draft, diagnostics)
    flow = flatten(drawable(draft))
    work = _Sketching(flow, found, _firsts(flow, found))
    style = replace(work.style(level), apart=work.state)
    style = replace(style, join=partial(apart, style.join, work.state))
    main = work.marked(draw(flow, style, "n", everywhere=level > 1))
    return Picture(plain(draft.name), "", level, main, notes=tuple(map(plain, found.rest)))


def _firsts(flow: Flow, found: Verdicts) -> dict[tuple[str, ...], str]:
    """Where each mistake is met first: a block that is wrong is wrong wherever it is used."""
    firsts: dict[tuple[str, ...], str] = {}
    for leaf in flow.leaves:
        verdict = found.of.get(leaf.path)
        if verdict is not None and verdict.mark == "wrong":
            firsts.setdefault(verdict.messages, leaf.path)
    return firsts


class _Sketching(Struct, frozen=True):
    flow: Flow
    found: Verdicts
    firsts: dict[tuple[str, ...], str]

    def style(self, level: int) -> Style:
        """That of the level, but groups with a mistake in them are open."""
        if level > 1:
            return STEPS if level == 2 else EVERYTHING
        usual = overview(self.flow)
        return replace(usual, closed=lambda part: usual.closed(part) and not self.shows(part))

    def verdict(self, node: int) -> Verdict | None:
        """What is said of an op."""
        return self.found.of.get(self.flow.leaves[node].path)

    def shows(self, part: Part) -> bool:
        """Whether a mistake is met in a part that was not met before."""
        paths = {self.flow.leaves[node].path for node in part.span}
        return any(first in paths for first in self.firsts.values())

    def state(self, part: Part) -> object:
        """What parts must have in common to be drawn as one: a mistake stands by itself."""
        if self.shows(part):
            return part.path
        return _mark(self.said(part.span))

    def said(self, span: Iterable[int]) -> list[tuple[str, Verdict]]:
        """What is said of the ops of a span, with their paths."""
        paths = (self.flow.leaves[node].path for node in span)
        return [(path, self.found.of[path]) for path in paths if path in self.found.of]

    def notes(self, found: list[tuple[str, Verdict]]) -> Iterator[str]:
        """The messages of what is wrong; where they stood before, only where that is."""
        for path, verdict in found:
            first = self.firsts.get(verdict.messages, path)
            yield from verdict.messages if first == path else [f"as in {first}"]

    def marked(self, drawing: Drawing) -> Drawing:
        """The drawing, with what is said of each thing in it."""
        last = f"{drawing.id}in{len(self.flow.body.inputs) - 1}"
        children = (child for child in drawing.children if child.id != last)
        arrows = (arrow for arrow in drawing.arrows if arrow.tail != last)
        return replace(
            drawing,
            children=tuple(map(self.child, children)),
            arrows=tuple(map(self.arrow, arrows)),
        )

    def child(self, child: Box | Cluster) -> Box | Cluster:
        """A box or a cluster with its mark."""
        if isinstance(child, Cluster):
            return replace(child, children=tuple(map(self.child, child.children)))
        if child.form == "end":
            known = str(UNKNOWN) not in child.lines
            return child if known else replace(child, mark="unknown", lines=("?",))
        found = self.said(child.covers)
        notes = _wrapped(dict.fromkeys(self.notes(found)))
        return replace(child, mark=_mark(found), notes=notes, lines=self.lines(child))

    def lines(self, box: Box) -> tuple[str, ...]:
        """What a box says; of an op that was not built its author's name of it."""
        op = self.flow.leaves[box.covers[0]].op
        if box.parts or not isinstance(op, Unbuilt):
            return box.lines
        return (plain(op.title),) if op.title else ()

    def arrow(self, arrow: Arrow) -> Arrow:
        """An arrow with its mark; into a broken shape rule it shows both shapes."""
        types = [self.flow.type_of((wire.tail, wire.port)) for wire in arrow.wires]
        if UNKNOWN in types:
            return replace(arrow, mark="unknown", shown=False)
        inside = range(len(self.flow.leaves))
        heads = dict.fromkeys(wire.head for wire in arrow.wires if wire.head in inside)
        wanted = [text for head in heads for text in self.wanted(head, types)]
        if not wanted:
            return arrow
        shapes = tuple(dict.fromkeys((*arrow.shapes, *filter(None, wanted))))
        return replace(arrow, mark="wrong", shown=True, shapes=shapes)

    def wanted(self, head: int, types: list[TensorType]) -> Iterable[str]:
        """The shapes that an op would take where its rule is broken; empty if that is not known."""
        verdict = self.verdict(head)
        if verdict is None:
            return
        for broken in verdict.broken:
            size = getattr(self.flow.leaves[head].op, broken.at, None)
            fits = broken.axis is not None and type(size) is int and len(types) == 1
            yield f"expected {_with(types[0], broken.axis or 0, size)}" if fits else ""


def _with(type_: TensorType, axis: int, size: object) -> str:
    """The type with another size on an axis."""
    axis %= max(1, type_.rank)
    sizes = [str(size) if k == axis else str(one) for k, one in enumerate(type_.shape)]
    return f"[{', '.join(sizes)}]"


def _mark(found: list[tuple[str, Verdict]]) -> Marking:
    marks = {verdict.mark for _, verdict in found}
    return "wrong" if "wrong" in marks else "unknown" if marks else ""


def _wrapped(messages: Iterable[str]) -> tuple[str, ...]:
    """Messages in lines that fit a box."""
    lines = [line for message in messages for line in wrap(plain(message), WIDTH)]
    return tuple(lines if len(lines) <= LINES else [*lines[: LINES - 1], f"{lines[LINES - 1]} ..."])
