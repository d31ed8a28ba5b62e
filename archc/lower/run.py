"""The state of one expansion: what was found wrong, what was elaborated, how large it has grown."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

from msgspec import Struct, field

from archc.diag import codes
from archc.diag.brief import brief
from archc.lower.idle_nodes import IdleNodes
from archc.spec.expr import Absorbed
from archc.spec.limits import current, way_out

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from archc.diag.source import Span
    from archc.ir.graph import Body
    from archc.ir.op import Assumption, Op
    from archc.lower.body import BodyBuilder
    from archc.lower.nodes import NodeSpec
    from archc.lower.unit import Unit
    from archc.spec.report import Report
    from archc.spec.tree import Tree

MAX_EDGES = 100_000
"""Inputs of all nodes together."""

MAX_WORK = 3_000_000
"""Elements that all expressions together make and look at."""

MAX_FILES = 500
"""Uses of other files, those of used files included."""

BLOCK_STEPS = 4
"""What it takes to open a block, in nodes."""

MAX_NESTING = 40
"""Blocks within blocks."""


class Frame(Struct, frozen=True):
    """One level of the chain of blocks that leads to a place."""

    block: str
    bound: tuple[tuple[str, object], ...]
    path: tuple[str, ...]
    span: Span
    defined: Span | None = None
    """Where the block is defined: several may have one name. None for a group."""

    def note(self) -> str:
        """The level in words."""
        if not self.path:
            return f"in block `{self.block}`, which no node uses"
        values = ", ".join(f"{k} = {show(v)}" for k, v in self.bound)
        where = f"{self.span.file}:{self.span.line}:{self.span.column}"
        inside = f" ({values})" if values else ""
        return f"in block `{self.block}`{inside}, used as `{'.'.join(self.path)}` at {where}"


def show(value: object) -> str:
    """A parameter's value in a note, a long one cut.

    >>> show(64), show(True), show([3, 4]), show(list(range(100)))
    ('64', 'true', '[3, 4]', '[0, 1, 2, 3, 4, ..., 99]')
    """
    return brief(_shown(value), MAX_SHOWN)


MAX_SHOWN = 200
"""Characters of a value in a note."""


def _shown(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case list() | tuple():
            shown = list(value) if len(value) <= 12 else [*value[:5], "...", value[-1]]
            return f"[{', '.join(map(show, shown))}]"
        case None | int() | float() | str():
            return "null" if value is None else str(value)
        case _:
            return str(getattr(value, "name", getattr(value, "text", value)))


class Elaborated(Struct):
    """A block that was elaborated: its body (None when it has errors), and what it assumes."""

    body: Body | None
    assumed: tuple[tuple[Assumption, Span], ...]
    lists: dict[str, tuple[int, ...]] = field(default_factory=dict[str, tuple[int, ...]])
    """Outputs that are lists: their name, and which of the body's outputs they hold."""
    in_training: tuple[tuple[Assumption, Span], ...] = ()
    """What only nodes assume that are there in training alone."""
    unfinished: BodyBuilder | None = None
    """What was built where there is no body."""


class Run(Struct):
    """One expansion of one spec. Trees that are keys are kept, so that their ids stay theirs."""

    report: Report
    elaborated: dict[object, Elaborated] = field(default_factory=dict[object, Elaborated])
    specs: dict[int, tuple[Tree, NodeSpec | None]] = field(
        default_factory=dict[int, tuple["Tree", "NodeSpec | None"]]
    )
    ops: dict[object, Op] = field(default_factory=dict[object, "Op"])
    kept: list[object] = field(default_factory=list[object])
    """What `elaborated` names by its id."""
    told: set[tuple[str, str, tuple[str, ...]]] = field(
        default_factory=set[tuple[str, str, tuple[str, ...]]]
    )
    """Names whose values were found to be wrong, with the values and the chain of blocks."""
    idle_nodes: IdleNodes = field(default_factory=IdleNodes)
    overwriting: set[Span] = field(default_factory=set["Span"])
    """Nodes that are warned of for writing over what is still read."""
    in_parts: dict[Span, Span | None] = field(default_factory=dict["Span", "Span | None"])
    """Nodes that may write over a part of a value, with the argument that tells them to."""
    items: int = 0
    most: int = field(default_factory=lambda: current().nodes)
    """Nodes that the network may have, blocks counted with all in them; and steps to make it."""
    edges: int = 0
    work: int = 0
    """What all expressions made and looked at."""
    stopped: bool = False
    """Whether a limit was reached: nothing more is read then."""
    files: dict[Path, Unit | None] = field(default_factory=dict["Path", "Unit | None"])
    """Used files that were read with their own parameters; None for those with errors."""
    uses: int = 0
    undeclared: dict[int, set[str]] = field(default_factory=dict[int, set[str]])
    """Names that uses of a block, by its id, give it and that it does not declare."""
    presets: list[str] = field(default_factory=list[str])
    """The presets that are being resolved, each named by the one before."""
    settling: set[tuple[int, int]] = field(default_factory=set[tuple[int, int]])
    """The elements of lists that are being evaluated, by tree and scope."""

    @contextmanager
    def inside(self, preset: str, span: Span) -> Iterator[None]:
        """Follow a preset to its op; one that leads back to itself is an error."""
        if preset in self.presets:
            circle = " -> ".join([*self.presets[self.presets.index(preset) :], preset])
            text, help = f"the block `{preset}` is itself: {circle}", "name a built-in op"
            self.report.error(codes.RECURSIVE_BLOCK, text, span, help=help)
            raise Absorbed
        if len(self.presets) > MAX_NESTING:
            text = f"more than {MAX_NESTING} blocks stand for one another"
            self.report.error(codes.RECURSIVE_BLOCK, text, span, help="name a built-in op")
            raise Absorbed
        self.presets.append(preset)
        try:
            yield
        finally:
            self.presets.pop()

    def grow(self, span: Span, inputs: int = 0, steps: int = 1) -> None:
        """Count one more node; too many are an error at the place that asks for the next."""
        self.bear()
        self.items += steps
        self.edges += inputs
        self.hold(self.items, span)
        if self.edges > MAX_EDGES:
            text = f"the nodes have more than {MAX_EDGES:,} inputs together"
            self._stop(text, span, "join fewer values at once")

    def bear(self) -> None:
        """Go on after an error, unless a limit is reached, or nobody reads that many."""
        if self.stopped or self.report.full:
            self.stopped = True
            raise LimitReached

    def spend(self, work: int, span: Span) -> None:
        """Count the work of an expression."""
        self.work += work
        if self.work > MAX_WORK:
            text = "the expressions of the spec take too long together"
            self._stop(text, span, "compute what is long once, in `let`")

    def hold(self, leaves: int, span: Span) -> None:
        """Refuse a body of too many nodes."""
        if leaves > self.most:
            text = f"the network grows beyond {self.most:,} nodes"
            self._stop(text, span, f"lower the `repeat` counts; {way_out('nodes')}")

    def _stop(self, text: str, span: Span, help: str) -> NoReturn:
        if not self.stopped:
            self.report.error(codes.EXPANSION_LIMIT, text, span, help=help)
        self.stopped = True
        raise LimitReached


class LimitReached(Absorbed):
    """A limit on the whole expansion was reached: it stops here."""
