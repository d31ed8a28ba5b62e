"""Two networks on one picture: what came, what went, what changed; never by colour alone."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from archc.analysis.compare_text import totals
from archc.ir.graph import Body
from archc.viz.arrange import DETAIL, EVERYTHING, STEPS, overview
from archc.viz.differing import Changes, changes
from archc.viz.figure import DOZEN, draw
from archc.viz.flow import flatten
from archc.viz.fuse import apart
from archc.viz.insets import INSETS, groups, title
from archc.viz.model import Box, Picture
from archc.viz.structure import kind, opened
from archc.viz.union import union
from archc.viz.words import plain

if TYPE_CHECKING:
    from archc.analysis.compare import Comparison
    from archc.ir.graph import Network
    from archc.viz.arrange import Style
    from archc.viz.flow import Flow, Part, Wire
    from archc.viz.model import Arrow, Cluster, Drawing, Marking

MAX_NOTES = 3
"""Changes that a box tells one by one."""


def difference(before: Network, after: Network, found: Comparison, level: int) -> Picture:
    """The picture of what `found` says of two networks, at a level as in `picture`.

    At level 1 each block that changed inside is opened once.
    """
    work = _Difference(changes(before, after, found))
    flow = flatten(union(before.body, after.body))
    names = " \N{RIGHTWARDS ARROW} ".join(dict.fromkeys(map(plain, found.names)))
    notes = tuple(plain(line) for line in totals(found))
    shown = Picture(names, "", level, work.main(flow, level), notes=notes)
    return work.with_insets(shown, flow) if level == 1 else shown


class _Difference(Struct, frozen=True):
    changes: Changes

    def main(self, flow: Flow, level: int) -> Drawing:
        """The figure itself."""
        if level > 1:
            style = STEPS if level == 2 else EVERYTHING
            return self.drawn(flow, style, "n", everywhere=True)
        drawn = self.drawn(flow, overview(flow), "n")
        many = sum(box.form != "end" for box in drawn.boxes()) > DOZEN
        return self.drawn(flow, replace(overview(flow), lax=True), "n") if many else drawn

    def drawn(
        self, flow: Flow, style: Style, prefix: str, *, name: str = "", everywhere: bool = False
    ) -> Drawing:
        """One figure with its marks; only what changed in the same way is folded or fused."""
        state = partial(self.state, flow)
        style = replace(style, apart=state, join=partial(apart, style.join, state))
        drawing = draw(flow, style, prefix, title=name, everywhere=everywhere)
        children = tuple(self.child(flow, child) for child in drawing.children)
        arrows = tuple(self.arrow(flow, arrow) for arrow in drawing.arrows)
        return replace(drawing, children=children, arrows=arrows)

    def state(self, flow: Flow, part: Part) -> object:
        """What parts must have in common to be drawn as one: all that differs in them."""
        depth = len(".".join(part.path))
        paths = [flow.leaves[node].path for node in part.span]
        marks = {self.changes.of.get(path, "same") for path in paths}
        if len(marks) == 1 and "changed" not in marks:
            return marks
        return [
            (path[depth:], self.changes.of[path], self.changes.told.get(path))
            for path in paths
            if path in self.changes.of
        ]

    def mark(self, flow: Flow, node: int) -> Marking:
        """The mark of an op."""
        return self.changes.of.get(flow.leaves[node].path, "same")

    def told(self, flow: Flow, node: int) -> str:
        """What changed in an op."""
        return self.changes.told.get(flow.leaves[node].path, "")

    def child(self, flow: Flow, child: Box | Cluster) -> Box | Cluster:
        """A box or a frame with its mark."""
        if not isinstance(child, Box):
            inside = tuple(self.child(flow, one) for one in child.children)
            marks = {one.mark for one in inside}
            whole = marks <= {"added"} or marks <= {"removed"}
            return replace(child, children=inside, mark=marks.pop() if whole else "same")
        if child.form == "end":
            return self.end(flow, child)
        return replace(child, mark=self.box_mark(flow, child), notes=self.notes(flow, child))

    def end(self, flow: Flow, box: Box) -> Box:
        """An input or output; those of blocks show only what they are."""
        if not box.id.startswith("n"):
            return replace(box, mark=_end(flow, box.covers[0]) if box.covers[0] < 0 else "same")
        mark, note = self.changes.end(box.name, outgoing=box.covers[0] >= 0)
        return replace(box, mark=mark, notes=(note,) if note else ())

    def box_mark(self, flow: Flow, box: Box) -> Marking:
        """One mark for all the ops of a box: that of all of them, else that some changed."""
        marks = {self.mark(flow, node) for node in box.covers}
        return marks.pop() if len(marks) == 1 else "changed"

    def notes(self, flow: Flow, box: Box) -> tuple[str, ...]:
        """What changed in a box: op by op if they are few, else how many."""
        told = {self.told(flow, node): None for node in box.covers if self.told(flow, node)}
        marks = [self.mark(flow, node) for node in box.covers]
        if len(set(marks)) == 1 and len(told) <= MAX_NOTES:
            return tuple(map(plain, told))
        return _counted(marks)

    def arrow(self, flow: Flow, arrow: Arrow) -> Arrow:
        """An arrow with its mark: that of all its wires; and its shapes, where they changed."""
        marks = {self.wire(flow, wire) for wire in arrow.wires}
        mark: Marking = marks.pop() if len(marks) == 1 else "same"
        paths = (flow.leaves[w.tail].path for w in arrow.wires if 0 <= w.tail < len(flow.leaves))
        shapes = dict.fromkeys(self.changes.shapes[p] for p in paths if p in self.changes.shapes)
        return replace(arrow, mark=mark, shapes=tuple(shapes) or arrow.shapes)

    def wire(self, flow: Flow, wire: Wire) -> Marking:
        """The mark of a wire; in a block that was opened, of what comes in anew or no more."""
        mark = self.changes.wire(flow, wire)
        names = [name for name, _ in flow.body.inputs]
        if mark != "same" or wire.tail >= 0 or names.count(names[-1 - wire.tail]) == 1:
            return mark
        return "added" if _end(flow, wire.tail) == "same" else "removed"

    def with_insets(self, shown: Picture, flow: Flow) -> Picture:
        """The picture with each kind of change inside a block opened once."""
        insets: dict[object, Drawing] = {}
        todo = self.mixed(flow, shown.main)
        while todo:
            part = todo.pop(0)
            inner = flatten(opened(part), part.path)
            key = (kind(part), repr([self.mark(inner, k) for k in range(len(inner.leaves))]))
            if key in insets:
                continue
            insets[key] = self.inset(inner, part, f"i{len(insets)}_")
            todo += self.mixed(inner, insets[key])
        found = tuple(insets.values())
        return replace(shown, insets=found[:INSETS], more=max(0, len(found) - INSETS))

    def inset(self, inner: Flow, part: Part, prefix: str) -> Drawing:
        """A block opened."""
        drawn = self.drawn(inner, DETAIL, prefix, name=plain(title(part)))
        return replace(drawn, note=f"as {plain('.'.join(part.path))}")

    def mixed(self, flow: Flow, drawing: Drawing) -> list[Part]:
        """The closed blocks of a drawing to be opened: what changed inside, and new kinds."""
        return [part for part in groups(flow, drawing) if self.telling(flow, part)]

    def telling(self, flow: Flow, part: Part) -> bool:
        """Whether there is more to see in a part than that it is there."""
        marks = {self.mark(flow, node) for node in part.span}
        if marks == {"added"}:
            return isinstance(part.what, Body) and part.what.name not in self.changes.blocks
        return marks not in ({"same"}, {"removed"})


def _end(flow: Flow, node: int) -> Marking:
    """The mark of an input of a block: the second of a name is what it took before."""
    names = [name for name, _ in flow.body.inputs]
    return "same" if names.index(names[-1 - node]) == -1 - node else "removed"


def _counted(marks: list[Marking]) -> tuple[str, ...]:
    """How many ops came, went and changed: `+2 -1 ~3 of 10`."""
    signs = {"added": "+", "removed": "-", "changed": "~"}
    words = [f"{sign}{marks.count(m)}" for m, sign in signs.items() if m in marks]
    return (f"{' '.join(words)} of {len(marks)} nodes",) if words else ()
