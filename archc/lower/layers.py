"""One `layers`, being built: the nodes it has by name, what came in, what came last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.lower.paths import locate, value_of
from archc.lower.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archc.diag.source import Span
    from archc.ir.graph import Path, Ref
    from archc.lower.body import BodyBuilder
    from archc.lower.scope import Segments
    from archc.lower.values import Built
    from archc.spec.expr import PathExpr


class Layers:
    """A block's layers, a group's or a list's.

    `previous` is what the next node takes unless it says otherwise. `pending` are the nodes still
    to come with their places, `current` the one being built, `size` counts the entries as written.
    `inputs` are the declared inputs of a block, at its outermost layers only.
    """

    __slots__ = (
        "body",
        "current",
        "input",
        "inputs",
        "names",
        "numbered",
        "parent",
        "path",
        "pending",
        "previous",
        "scope",
        "size",
    )

    def __init__(  # noqa: PLR0913 - the facts of one level, set once
        self,
        body: BodyBuilder,
        scope: Scope,
        path: Path,
        incoming: Built,
        *,
        parent: Layers | None = None,
        names: dict[str, Built] | None = None,
        numbered: bool = False,
    ) -> None:
        """Layers at `path` of a body that receive `incoming`."""
        self.body = body
        self.scope = Scope(scope, layers=self)
        self.path = path
        self.input = incoming
        self.previous = incoming
        self.parent = parent
        self.names: dict[str, Built] = names if names is not None else {}
        self.inputs: dict[str, Built] = {}
        self.numbered = numbered
        self.pending: dict[str, Span] = {}
        self.current = ""
        self.size = 0

    def inline(self, scope: Scope) -> Layers:
        """Layers without a module: their nodes are items of these, with an `input` of their own."""
        inner = Layers(
            self.body,
            scope,
            self.path,
            self.previous,
            parent=self,
            names=self.names,
            numbered=self.numbered,
        )
        inner.size = self.size
        return inner

    def outward(self) -> Iterator[Layers]:
        """These layers and those around them, to the block's edge."""
        layers: Layers | None = self
        while layers is not None:
            yield layers
            layers = layers.parent

    def names_head(self, head: str) -> bool:
        """Whether a node or input that can be named from here is called so."""
        if head == "input":
            return True
        return any(head in level.names or head in level.inputs for level in self.outward())

    def values_at(self, path: Segments, at: PathExpr) -> list[Ref]:
        """The values that a path names."""
        return [value_of(built, at) for built in locate(self, path, at)]

    def put(self, name: str, built: Built) -> None:
        """Name a node that has been built; the next one takes its output."""
        self.names[name] = built
        self.pending.pop(name, None)
        if not built.stateful:
            self.previous = built
