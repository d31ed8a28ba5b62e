"""The body under construction."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from msgspec import Struct

from archc.ir.graph import Body, Container, Ref
from archc.lower.values import is_unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archc.diag.source import Span
    from archc.ir.graph import Item, Path
    from archc.ir.op import Assumption, Broken, Op, Types
    from archc.ir.types import TensorType
    from archc.lower.run import Elaborated
    from archc.lower.scope import Scope


@dataclass(slots=True)
class Attempt:
    """A node that is being built, or that could not be: what is known of it."""

    path: Path
    title: str
    inputs: tuple[Ref, ...]
    places: tuple[Span, ...]
    op: Op | None = None
    broken: tuple[Broken, ...] = ()
    inside: BodyBuilder | None = None
    """The body of a block in which something failed."""
    before: int = 0
    """How many items the body had."""


class Bound(Struct, frozen=True):
    """What an integer input declares: every number is smaller than `size`."""

    name: str
    size: int
    span: Span


@dataclass(slots=True)
class BodyBuilder:
    """Items in execution order, with what later diagnostics want to know of them.

    `arguments` holds, for an item, where each of its arguments is written; `assumed` what has to
    hold of open sizes, with its place.
    """

    name: str
    inputs: list[tuple[str, TensorType | None]]
    span: Span
    scope: Scope | None = None
    """The scope of the block's own parameters: expressions over them can be emitted as written."""
    input_spans: list[Span] = field(default_factory=list["Span"])
    input_bounds: tuple[Bound | None, ...] = ()
    items: list[Item] = field(default_factory=list["Item"])
    containers: list[Container] = field(default_factory=list[Container])
    arguments: dict[int, dict[str, Span]] = field(default_factory=dict[int, dict[str, "Span"]])
    assumed: list[tuple[Assumption, Span]] = field(
        default_factory=list[tuple["Assumption", "Span"]]
    )
    in_training: list[tuple[Assumption, Span]] = field(
        default_factory=list[tuple["Assumption", "Span"]]
    )
    """What only nodes assume that are there in training alone."""

    ties: list[tuple[str, str, Span]] = field(default_factory=list[tuple[str, str, "Span"]])
    built_at: dict[Path, list[Item]] = field(default_factory=dict["Path", list["Item"]])
    """The items of nodes that are applied again."""
    leaves: int = 0
    """How many nodes it is by now, blocks counted with all that is in them."""
    training: bool = False
    """Whether what is added now is there in training only."""
    failed: bool = False
    """Whether a node could not be built, so that there will be no body."""
    attempt: Attempt | None = None
    """The node that is built now, once its inputs are known."""
    lost: list[Attempt] = field(default_factory=list[Attempt])
    """The nodes that could not be built."""
    measured: set[int] = field(default_factory=set[int])
    """The items of which an expression read a size."""
    ends: list[Ref] = field(default_factory=list[Ref])
    """The values that it gives, unknown ones too."""

    @contextmanager
    def mode(self, *, training: bool) -> Iterator[None]:
        """Mark what is added inside as there in training only."""
        before, self.training = self.training, self.training or training
        try:
            yield
        finally:
            self.training = before

    def assume(self, assumption: Assumption, span: Span) -> None:
        """Remember what a node needs of the open sizes."""
        (self.in_training if self.training else self.assumed).append((assumption, span))

    def take(self, done: Elaborated) -> None:
        """Remember what a block inside needs."""
        (self.in_training if self.training else self.assumed).extend(done.assumed)
        self.in_training.extend(done.in_training)

    def type_of(self, ref: Ref) -> TensorType | None:
        """The type of a value; None when it is unknown."""
        if ref.item >= 0:
            return self.items[ref.item].outputs[ref.port]
        return None if is_unknown(ref) else self.inputs[ref.port][1]

    def add(self, item: Item) -> tuple[Ref, ...]:
        """Append an item; the values it produces."""
        self.items.append(item)
        what = item.applied
        self.leaves += what.leaves if isinstance(what, Body) else 1
        index = len(self.items) - 1
        return tuple(Ref(index, port) for port in range(len(item.outputs)))

    def lose(self, path: Path, span: Span, inputs: tuple[Ref, ...] = ()) -> Ref:
        """Remember that the node at `path` could not be built; what stands for its output.

        `inputs` are what it takes if the attempt came to nothing before they were known.
        """
        known = self.attempt
        if known is None or known.path != path:
            known = Attempt(path, "", inputs, (span,))
        known.before, self.attempt = len(self.items), None
        self.lost.append(known)
        return Ref(-2 - len(self.lost))

    def types(self, refs: tuple[Ref, ...]) -> Types | None:
        """The types of several values; None when one is unknown."""
        found = tuple(t for t in map(self.type_of, refs) if t is not None)
        return found if len(found) == len(refs) else None
