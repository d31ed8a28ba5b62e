"""The zoo as text that can be broken: every node that is really built and written on one line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from archc.diag.source import Source, Span
from archc.ir.graph import Body, Skip
from archc.lower import load
from archc.spec.keys import RESERVED
from archc.spec.tree import List, Map, Scalar, Tree, parse
from archc.spec.zoo import zoo_root


@dataclass(frozen=True)
class Node:
    """A node with an op, written as a mapping on one line. `key` is empty for an item of a list."""

    key: str
    place: Span
    tree: Map
    op: Scalar
    built: bool
    """Whether the network really has it: a false `when` leaves its arguments unread."""

    @property
    def names(self) -> list[str]:
        return [key for key in self.tree.items if key not in RESERVED]


@dataclass(frozen=True)
class Spec:
    """A file of the zoo that has layers of its own and no errors."""

    name: str
    text: str
    tree: Map
    nodes: tuple[Node, ...]
    bare: tuple[Scalar, ...] = field(default=())
    """Nodes that are just the name of an op."""

    @property
    def lines(self) -> list[str]:
        return self.text.split("\n")

    def times(self, word: str) -> int:
        """How often a word stands in the file."""
        return len(re.findall(rf"(?<![\w.-]){re.escape(word)}(?![\w-])", self.text))


@cache
def specs() -> tuple[Spec, ...]:
    found = (_spec(file) for file in sorted(zoo_root().rglob("*.yaml")))
    return tuple(spec for spec in found if spec is not None)


def _spec(file: Path) -> Spec | None:
    name, text = file.relative_to(zoo_root()).as_posix(), file.read_text(encoding="utf-8")
    network = load(file).network
    tree, _ = parse(Source(str(file), text))
    assert isinstance(tree, Map)
    if network is None or "layers" not in tree.items:
        return None
    built = frozenset(_places(network.body))
    parts = [tree.items[part] for part in ("blocks", "layers") if part in tree.items]
    nodes = [n for part in parts for n in _nodes("", part, part.span, built)]
    bare = [s for part in parts for s in _bare(part, part.span, built)]
    return Spec(name, text, tree, tuple(nodes), tuple(bare))


def _places(body: Body) -> Iterator[Span]:
    for item in body.items:
        if not isinstance(item.what, Skip):
            yield item.span
        if isinstance(item.what, Body):
            yield from _places(item.what)


def _nodes(key: str, tree: Tree, place: Span, built: frozenset[Span]) -> Iterator[Node]:
    match tree:
        case Map(items=items):
            op = items.get("op")
            whole = tree.span.line == tree.span.end_line
            if whole and isinstance(op, Scalar) and re.fullmatch(r"\w+", op.text):
                yield Node(key, place, tree, op, place in built)
            for name, inner in items.items():
                yield from _nodes(name, inner, tree.keys[name], built)
        case List(items=items):
            for inner in items:
                yield from _nodes("", inner, inner.span, built)
        case _:
            return


def _bare(tree: Tree, place: Span, built: frozenset[Span]) -> Iterator[Scalar]:
    match tree:
        case Scalar(value=str()) if place in built and re.fullmatch(r"[A-Z]\w+", tree.text):
            yield tree
        case Map(items=items) if "op" not in items:
            for name, inner in items.items():
                yield from _bare(inner, tree.keys[name], built)
        case List(items=items):
            for inner in items:
                yield from _bare(inner, inner.span, built)
        case _:
            return
