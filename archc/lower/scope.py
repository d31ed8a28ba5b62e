"""What an expression can see from its place: values, tensors of nodes, dimension symbols."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.diag import codes
from archc.diag.diagnostic import Label
from archc.ir.dim import symbol
from archc.lower.lazy import Circle, Lazy
from archc.lower.parts import ATTRIBUTES, attribute, holds_open_size, index_into
from archc.lower.paths import coming
from archc.lower.values import NOTHING, Written
from archc.spec.expr import Absorbed, ExprError, Star, evaluate_path
from archc.spec.expr.problems import CircularError, problem_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from archc.diag.source import Span
    from archc.ir.types import TensorType
    from archc.lower.layers import Layers
    from archc.lower.run import Frame, Run
    from archc.lower.unit import Unit
    from archc.lower.values import Incoming
    from archc.spec.expr import PathExpr
    from archc.spec.report import Report

Segments = tuple[str | int, ...]
_NONE: Mapping[str, Span] = {}
"""No names."""


class Scope:
    """Names of one place, and through `parent` of the places around it.

    `layers` are the nodes it can name, `incoming` the type of `in`.
    """

    __slots__ = (
        "frames",
        "incoming",
        "later",
        "layers",
        "parent",
        "run",
        "symbols",
        "unit",
        "unsure",
        "values",
    )

    def __init__(  # noqa: PLR0913 - what a place sees, each with its default
        self,
        parent: Scope | None = None,
        values: dict[str, object] | None = None,
        *,
        layers: Layers | None = None,
        incoming: Incoming = NOTHING,
        symbols: frozenset[str] = frozenset(),
        run: Run | None = None,
        frames: tuple[Frame, ...] | None = None,
    ) -> None:
        """A scope inside `parent` that adds `values`."""
        self.parent: Scope | None = parent
        if run is None:
            assert parent is not None  # a scope without one is a file's own, which is given its run
            run = parent.run
        self.run: Run = run
        self.frames: tuple[Frame, ...] = (
            frames if frames is not None else (parent.frames if parent else ())
        )
        self.values = values if values is not None else {}
        self.layers: Layers | None = (
            layers if layers is not None else (parent.layers if parent else None)
        )
        self.incoming = incoming
        self.symbols = symbols
        self.unit: Unit | None = parent.unit if parent else None
        self.later: Mapping[str, Span] = _NONE
        """The parameters of this place that are declared below the one that is read."""
        self.unsure = False
        """Whether names may be declared here that could not be read: then none is unknown."""

    @property
    def report(self) -> Report:
        """Where problems go."""
        return self.run.report

    def notes(self) -> tuple[str, ...]:
        """The chain of blocks that leads here, for diagnostics."""
        return tuple(frame.note() for frame in reversed(self.frames))

    def segments(self, path: PathExpr) -> Segments:
        """The segments of a path with its parenthesised expressions evaluated."""
        return tuple(s for s in evaluate_path(path, self) if not isinstance(s, Star))

    def receiving(self, incoming: TensorType | None) -> Scope:
        """The same names, for a node that receives `incoming`."""
        return Scope(self, incoming=incoming)

    def chain(self) -> Iterator[Scope]:
        """This scope and those around it."""
        scope: Scope | None = self
        while scope is not None:
            yield scope
            scope = scope.parent

    def find(self, name: str) -> object:
        """The parameter, `let` name or loop variable; `LookupError` when there is none."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.values:
                value = scope.values[name]
                return value.get() if isinstance(value, Lazy) else value
            scope = scope.parent
        raise LookupError(name)

    def has(self, name: str) -> bool:
        """Whether a parameter, `let` name or loop variable is called so."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.values:
                return True
            scope = scope.parent
        return False

    def plain(self, name: str) -> object:
        """The value of a name for a remark: None for one that is no number, word or list."""
        try:
            value = self.find(name)
        except (Absorbed, Circle, ExprError, LookupError):
            return None
        known = isinstance(value, bool | int | float | str | list | tuple)
        return value if known else None

    def lookup(self, path: Segments, at: PathExpr) -> object:
        """The value of a dotted name inside an expression, quoted strings evaluated."""
        value = self.raw(path, at)
        if isinstance(value, Written | list | dict):
            from archc.lower.reading import settled

            try:
                return settled(value)
            except Circle:
                raise _circular(path[0], at) from None
        return value

    def raw(self, path: Segments, at: PathExpr) -> object:
        """The value of a dotted name, quoted strings left as they are."""
        head = path[0]
        if head == "in":
            return self._incoming(path, at)
        if not isinstance(head, str):
            raise problem_at(codes.EXPR_NAME, f"`{head}` is not a name", at)
        tensor = len(path) > 1 and not ATTRIBUTES.isdisjoint(path[1:])
        if tensor and self.layers is not None and self.layers.names_head(head):
            return self._tensor(path, at)
        if self.has(head):
            return self._at_home(head, index_into(self._value(head, at), path[1:], at), at)
        return self._other(path, head, at)

    def _value(self, name: str, at: PathExpr) -> object:
        try:
            return self.find(name)
        except Circle:
            raise _circular(name, at) from None

    def _other(self, path: Segments, head: str, at: PathExpr) -> object:
        if len(path) == 1 and any(head in scope.symbols for scope in self.chain()):
            return self._at_home(head, symbol(head), at)
        if len(path) == 1 and any(scope.unsure for scope in self.chain()):
            raise Absorbed
        from archc.lower.unknown_names import node_as_number, unknown

        if self.layers is not None and self.layers.names_head(head):
            raise node_as_number(self.layers, path, at)
        if any(scope.unsure for scope in self.chain()) or self._may_be_size(head):
            raise Absorbed
        later = coming(self.layers, head, at) if self.layers is not None else None
        later = self._below(head, at) or later
        if later is not None:
            raise later
        raise unknown(self, path, at)

    def _below(self, head: str, at: PathExpr) -> ExprError | None:
        """The complaint about a parameter that is read above its declaration."""
        place = next((scope.later[head] for scope in self.chain() if head in scope.later), None)
        if place is None:
            return None
        text = f"`{head}` is declared below, and a default reads what is above it"
        help = f"move `{head}` up, above what reads it"
        problem = problem_at(codes.EXPR_NAME, text, at, help)
        problem.also = (Label(place, "declared here"),)
        return problem

    def _may_be_size(self, head: str) -> bool:
        """Whether a name may be an open size of an input that could not be read."""
        lost = self.unit.lost if self.unit is not None else frozenset[str]()
        return head[:1].isupper() and bool(lost & {"input", "inputs"})

    def _at_home(self, name: str, value: object, at: PathExpr) -> object:
        """The value, unless it is an open size of the file and this is inside a block.

        A block is a module of its own, which knows the sizes of what comes into it and no others.
        """
        if not holds_open_size(value):
            return value
        home = next(s for s in self.chain() if name in s.values or name in s.symbols)
        if len(home.frames) == len(self.frames):
            return value
        raise problem_at(
            codes.OPEN_SIZE,
            f"`{name}` depends on the size of the network's input, which this block does not see",
            at,
            "read the size of what comes in, as in `input.shape.2`, or give the block an input",
        )

    def _incoming(self, path: Segments, at: PathExpr) -> object:
        for scope in self.chain():
            if scope.incoming is None:
                raise Absorbed
            if scope.incoming is not NOTHING:
                return attribute(scope.incoming, path[1:], at)
        raise problem_at(codes.EXPR_NAME, "there is no `in` here: nothing flows in", at)

    def _tensor(self, path: Segments, at: PathExpr) -> object:
        assert self.layers is not None
        cut = next(i for i, s in enumerate(path) if i and s in ATTRIBUTES)
        body, refs = self.layers.body, self.layers.values_at(path[:cut], at)
        body.measured.update(ref.item for ref in refs)
        types = [body.type_of(ref) for ref in refs]
        if len(types) != 1:
            raise problem_at(
                codes.EXPR_TYPE, "a size is read of one node, and this names several", at
            )
        if types[0] is None:
            raise Absorbed
        return attribute(types[0], path[cut:], at)


def _circular(name: object, at: PathExpr) -> ExprError:
    text = f"`{name}` is computed from itself"
    return CircularError(codes.EXPR_FAILS, text, at.start, at.end)
