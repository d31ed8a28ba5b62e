"""Nodes that nothing uses, over all uses of the block that they are written in."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct, field

from archc.diag import codes
from archc.diag.diagnostic import Diagnostic, Label
from archc.diag.source import Span
from archc.ir.graph import Skip, Weight

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archc.ir.graph import Output
    from archc.lower.body import BodyBuilder
    from archc.spec.report import Report

Node: TypeAlias = "tuple[Span, int]"
"""A node as it is written, and which of the copies that a repeat makes of it."""

NEAR = 100
"""Nodes after an unused one that are looked through for what reads past it."""


class IdleNodes(Struct):
    """What the bodies of one expansion leave unused, and what any of them uses."""

    used: set[Node] = field(default_factory=set[Node])
    idle: dict[Node, tuple[Span, Diagnostic]] = field(
        default_factory=dict[Node, tuple[Span, Diagnostic]]
    )
    """The findings, each with the block it is made in."""
    unsure: set[Span] = field(default_factory=set[Span])
    """Blocks with a use that could not be built: nobody knows what it would use."""

    def note(self, body: BodyBuilder, outputs: tuple[Output, ...], *, tapped: bool) -> None:
        """Remember what a body uses, and unless it is `tapped` what it does not.

        A use that taps a block leaves out the nodes that it has no need of.
        """
        read = body.measured | {ref.item for item in body.items for ref in item.inputs}
        read |= {out.ref.item for out in outputs}
        read |= {box.passes.item for box in body.containers if box.passes is not None}
        for index, node in enumerate(_nodes(body)):
            if index in read:
                self.used.add(node)
            elif not tapped and node not in self.idle and _may_be_idle(body, index):
                self.idle[node] = (body.span, _finding(body, index))

    def doubt(self, body: BodyBuilder) -> None:
        """Remember that a body could not be built."""
        self.unsure.add(body.span)

    def warn(self, report: Report) -> None:
        """Warn of each node that is unused in every body that has it."""
        for node, (block, finding) in self.idle.items():
            if node not in self.used and block not in self.unsure:
                report.add(finding)


def _nodes(body: BodyBuilder) -> Iterator[Node]:
    copies = Counter[Span]()
    for item in body.items:
        yield item.span, copies[item.span]
        copies[item.span] += 1


def _may_be_idle(body: BodyBuilder, index: int) -> bool:
    item = body.items[index]
    return bool(item.outputs) and not isinstance(item.what, Skip | Weight)


def _finding(body: BodyBuilder, index: int) -> Diagnostic:
    item, scope = body.items[index], body.scope
    around = [name for frame in scope.frames for name in frame.path] if scope is not None else []
    return Diagnostic(
        codes.UNUSED_NODE,
        f"nothing uses `{'.'.join(item.path)}`",
        Label(item.span),
        help=_passed_by(body, index) or "name it in a `from`, in `outputs`, or remove it",
        notes=scope.notes() if scope is not None else (),
        path=".".join((*around, *item.path)),
    )


def _passed_by(body: BodyBuilder, index: int) -> str:
    """What to write where a node was put in between two others, and the second reads the first.

    It could stand there: what it gives is of the type that it takes.
    """
    idle = body.items[index]
    if len(idle.inputs) != 1 or idle.inputs[0].item < 0 or len(idle.outputs) != 1:
        return ""
    taken = idle.inputs[0]
    before = body.items[taken.item]
    if idle.outputs[0] != body.type_of(taken) or len(before.outputs) != 1:
        return ""
    near = body.items[index + 1 : index + 1 + NEAR]
    beside = (item for item in near if item.path[:-1] == idle.path[:-1])
    reader = next((item for item in beside if taken in item.inputs), None)
    if reader is None:
        return ""
    name, reads, other = (".".join(item.path) for item in (idle, reader, before))
    return f"`{reads}` reads `{other}`: name `{name}` in its place, or in `outputs`, or remove it"
