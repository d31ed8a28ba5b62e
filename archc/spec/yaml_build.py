"""Builds a `Tree` from a stream of scalars, aliases, and starts and ends of collections.

A stack of open collections stands in for recursion, and each limit is checked before the work that
it bounds.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from archc.diag import codes
from archc.diag.diagnostic import Diagnostic, Label
from archc.diag.source import Span
from archc.spec.limits import current, way_out
from archc.spec.node import List, Map, Scalar, Tree

if TYPE_CHECKING:
    from archc.diag.codes import Code

MAX_DEPTH = 64
"""Collections inside one another."""
NESTED = f"the file is nested more than {MAX_DEPTH} deep"
MAX_PROBLEMS = 100
"""Mistakes after which reading stops."""
NO_KEY = "a key is missing before this `:`"
_TWICE_HELP = "give one of them another name, or remove it"
_MERGE_HELP = "put what is shared into a block or a parameter, or use `extends`"


class Stop(Exception):  # noqa: N818 (not an error: the problem is recorded)
    """Nothing after this can be read; the problem is recorded already."""


@dataclass(slots=True)
class Open:
    """A collection whose end was not read yet. Its `end` is that of its last child."""

    is_map: bool
    flow: bool
    span: Span
    anchor: str | None
    first_node: int
    items: list[Tree] = field(default_factory=list[Tree])
    map: dict[str, Tree] = field(default_factory=dict[str, Tree])
    keys: dict[str, Span] = field(default_factory=dict[str, Span])
    key: Scalar | None = None
    twice: set[str] = field(default_factory=set[str])
    """Keys that were found to be there before."""
    height: int = 0
    end: tuple[int, int] = (0, 0)

    def add(self, child: Span) -> None:
        """Move the end of a block behind a child: its own end mark is the next token."""
        end = (child.end_line, child.end_column)
        if not self.flow and end > self.end:
            self.end = end


@dataclass(slots=True)
class _Anchor:
    tree: Tree | None = None
    size: int = 0
    height: int = 0


def _is_null(tree: Tree) -> bool:
    return isinstance(tree, Scalar) and tree.value is None


class Builder:
    """What was read so far, and what is wrong with it."""

    def __init__(self) -> None:
        """Start with nothing."""
        self.root: Tree | None = None
        self.open: list[Open] = []
        self.problems: list[Diagnostic] = []
        self.broken = False
        self.merges = False
        self._anchors: dict[str, _Anchor] = {}
        self._nodes = 0
        self._most = current().entries

    def fail(self, code: Code, message: str, at: Span, *also: Label, advice: str = "") -> None:
        """Record a problem."""
        self.problems.append(Diagnostic(code, message, Label(at), also, advice))
        if len(self.problems) >= MAX_PROBLEMS:
            raise Stop

    def last_span(self) -> Span | None:
        """Where the node stands that was read last in the innermost open collection."""
        if not self.open:
            return None
        frame = self.open[-1]
        last = next(reversed(frame.map.values()), None) if frame.is_map else None
        if frame.items:
            last = frame.items[-1]
        return last.span if last else None

    def scalar(self, scalar: Scalar, anchor: str | None) -> None:
        """Take a scalar."""
        self._nodes += 1
        if self._nodes > self._most:
            self._count(0, scalar.span)
        if anchor:
            self._anchors[anchor] = _Anchor(scalar, 1)
        self._add(scalar, 0)

    def alias(self, name: str, span: Span) -> None:
        """Put in what an alias stands for."""
        anchor = self._anchors.get(name)
        if anchor is None or anchor.tree is None:
            what = "refers to itself" if anchor else "is not defined before this"
            advice = "" if anchor else f"a parameter goes without `*`: write `{name}`"
            self._break(codes.BAD_ALIAS, f"the alias `*{name}` {what}", span, advice)
            self._add(Scalar(None, span), 0)
            return
        self._count(anchor.size, span)
        self._check_depth(len(self.open) + anchor.height, span)
        self._add(anchor.tree, anchor.height)

    def start(self, span: Span, anchor: str | None, *, is_map: bool, flow: bool) -> None:
        """Open a collection."""
        self._check_depth(len(self.open) + 1, span)
        self._count(1, span)
        if anchor:
            self._anchors[anchor] = _Anchor()
        end = (span.end_line, span.end_column)
        self.open.append(Open(is_map, flow, span, anchor, self._nodes, end=end))

    def close(self, end: Span) -> None:
        """Close the innermost collection and put it where it belongs."""
        frame = self.open.pop()
        start = frame.span
        line, column = (end.end_line, end.end_column) if frame.flow else frame.end
        span = Span(start.file, start.line, start.column, line, column)
        tree: Tree
        items = tuple(frame.items)
        tree = Map(frame.map, frame.keys, span) if frame.is_map else List(items, span)
        if frame.anchor:
            size = self._nodes - frame.first_node + 1
            self._anchors[frame.anchor] = _Anchor(tree, size, frame.height + 1)
        self._add(tree, frame.height + 1)

    def _break(self, code: Code, message: str, at: Span, advice: str = "") -> None:
        """Record a problem after which the tree must not be used: it lacks something."""
        self.broken = True
        self.fail(code, message, at, advice=advice)

    def _count(self, more: int, span: Span) -> None:
        self._nodes += more
        if self._nodes > self._most:
            if self.merges:
                raise Stop
            message = f"the file expands to more than {self._most:,} nodes"
            self.fail(codes.TOO_LARGE, message, span, advice=way_out("entries"))
            raise Stop

    def _check_depth(self, depth: int, span: Span) -> None:
        if depth > MAX_DEPTH:
            self.fail(codes.TOO_DEEP, NESTED, span)
            raise Stop

    def _add(self, tree: Tree, height: int) -> None:
        if not self.open:
            self.root = tree
            return
        frame = self.open[-1]
        frame.height = max(frame.height, height)
        if not frame.is_map:
            frame.items.append(tree)
            frame.add(tree.span)
        elif frame.key is None:
            frame.key = self._key(tree)
        else:
            self._pair(frame, frame.key, tree)

    def _key(self, tree: Tree) -> Scalar:
        """The key that a node is; one without text where it cannot be a key."""
        if not isinstance(tree, Scalar):
            braces = isinstance(tree, Map) and all(_is_null(t) for t in tree.items.values())
            advice = "write the name alone, without `{{ }}`" if braces else ""
            self._break(codes.BAD_KEY, "a key must be a plain name", tree.span, advice)
            return Scalar("", tree.span)
        if tree.text == "":
            self._break(codes.BAD_KEY, NO_KEY, tree.span)
        elif tree.text == "<<" and not tree.quoted:
            if not self.merges:  # whoever writes one writes many, and it is one misunderstanding
                self._break(codes.BAD_KEY, "the language has no key `<<`", tree.span, _MERGE_HELP)
            self.merges = True
            return Scalar("", tree.span)
        return tree

    def _pair(self, frame: Open, key: Scalar, value: Tree) -> None:
        """Put in a key with its value, unless the key is there already or was refused."""
        frame.key = None
        frame.add(value.span)
        if key.text == "":
            return
        if key.text in frame.keys:
            first = Label(frame.keys[key.text], "first here")
            message = f"the key `{key.text}` stands twice in one mapping"
            if key.text not in frame.twice:
                self.fail(codes.DUPLICATE_KEY, message, key.span, first, advice=_TWICE_HELP)
            frame.twice.add(key.text)
            return
        frame.map[key.text] = value
        frame.keys[key.text] = key.span
