"""Break one thing in a spec of the zoo, and there is one error: on its line, and no other.

Breakages are found in the text of the specs: nodes that are really built, written on one line.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archc import ops
from archc.diag.source import Source, Span
from archc.ir.graph import Body, Skip
from archc.lower import load
from archc.spec.keys import RESERVED
from archc.spec.tree import List, Map, Scalar, Tree, parse
from archc.spec.zoo import zoo_root

ODD = 9973
"""A prime that no zoo network has as a size."""
INFERRED = {"conv": "in_channels", "norm": "num_features", "linear": "in_features"}


@dataclass(frozen=True)
class Breakage:
    """Put `text` in place of `span` of a spec; `code` is expected on `line`."""

    spec: str
    kind: str
    span: Span
    text: str
    code: str
    line: int

    def __repr__(self) -> str:
        return f"<{self.kind}: {self.spec}:{self.span.line} {self.text!r}>"

    def apply(self, text: str) -> str:
        lines = text.split("\n")
        at = self.span
        line = lines[at.line - 1]
        lines[at.line - 1] = line[: at.column - 1] + self.text + line[at.end_column - 1 :]
        return "\n".join(lines)


@dataclass(frozen=True)
class Node:
    """A node with an op, written as a mapping on one line."""

    tree: Map
    op: Scalar
    built: bool
    """Whether the network really has it: a false `when` leaves its arguments unread."""

    @property
    def names(self) -> list[str]:
        return [key for key in self.tree.items if key not in RESERVED]


def _nodes(tree: Tree, place: Span, built: frozenset[Span]) -> Iterator[Node]:
    match tree:
        case Map(items=items):
            op = items.get("op")
            whole = tree.span.line == tree.span.end_line
            if whole and isinstance(op, Scalar) and re.fullmatch(r"\w+", op.text):
                yield Node(tree, op, place in built)
            for key, inner in items.items():
                yield from _nodes(inner, tree.keys[key], built)
        case List(items=items):
            for inner in items:
                yield from _nodes(inner, inner.span, built)
        case _:
            return


def _places(body: Body) -> Iterator[Span]:
    for item in body.items:
        if not isinstance(item.what, Skip):
            yield item.span
        if isinstance(item.what, Body):
            yield from _places(item.what)


def _of_node(spec: str, node: Node) -> Iterator[Breakage]:
    def breakage(kind: str, span: Span, new: str, code: str) -> Breakage:
        return Breakage(spec, kind, span, new, code, span.line)

    name, tree = str(node.op.value), node.tree
    yield breakage("op", node.op.span, name[:-1] + "qz", "E0204")
    for key in node.names:
        yield breakage("parameter", tree.keys[key], key[:-1] + "qz", "E0205")
    op = ops.find(name)
    if op is None:
        return
    for key, info in op.model_fields.items():
        if info.is_required() and key in tree.items:
            yield breakage("missing", _gone(tree, key), "", "E0206")
    inferred = INFERRED.get(op.family)
    if inferred in op.model_fields and inferred not in tree.items:
        line, column = tree.span.line, tree.span.end_column
        end = Span(spec, line, column - 1, line, column)
        yield breakage("channels", end, f", {inferred}: {ODD}}}", "E0401")
    size = tree.items.get("kernel_size")
    fits = "padding" not in tree.items or str(getattr(tree.items["padding"], "value", "")) != "same"
    if isinstance(size, Scalar) and isinstance(size.value, int) and fits and "Conv" in name:
        yield breakage("kernel", size.span, str(ODD), "E0404")


def _gone(tree: Map, key: str) -> Span:
    """An entry of a mapping on one line, with the comma before it (`op` is the first)."""
    start, end = tree.keys[key], tree.items[key].span
    return Span(start.file, start.line, start.column - 2, end.line, end.end_column)


def _renamed(spec: str, tree: Tree, text: str) -> Iterator[Breakage]:
    """Nodes whose name stands once more in the file: in a `from`."""
    match tree:
        case Map(items=items) if {"op", "layers"} & items.keys():
            yield from _renamed(spec, items.get("layers", List((), tree.span)), text)
        case Map(items=items):
            for key, inner in items.items():
                found = list(re.finditer(rf"(?<![\w.-]){re.escape(key)}(?![\w-])", text))
                place = tree.keys[key]
                if len(found) == 2 and re.search(rf"from: [^\n]*\b{re.escape(key)}\b", text):
                    line = text.count("\n", 0, found[1].start()) + 1
                    if line > place.line:
                        yield Breakage(spec, "name", place, f"{key}qz", "E0301", line)
                yield from _renamed(spec, inner, text)
        case List(items=items):
            for inner in items:
                yield from _renamed(spec, inner, text)
        case _:
            return


@cache
def breakages() -> tuple[Breakage, ...]:
    found: list[Breakage] = []
    for file in sorted(zoo_root().rglob("*.yaml")):
        name, text = file.relative_to(zoo_root()).as_posix(), file.read_text(encoding="utf-8")
        network = load(file).network
        tree, _ = parse(Source(str(file), text))
        assert isinstance(tree, Map)
        if network is None or "layers" not in tree.items:
            continue
        built = frozenset(_places(network.body))
        for part in ("blocks", "layers"):
            if part in tree.items:
                for node in _nodes(tree.items[part], tree.keys[part], built):
                    found += _of_node(name, node) if node.built else ()
                found += _renamed(name, tree.items[part], text)
    return tuple(found)


@cache
def _zoo(folder: Path) -> Path:
    """A copy of the zoo that mutants can stand in."""
    for file in zoo_root().rglob("*.yaml"):
        copy = folder / file.relative_to(zoo_root())
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "archc.toml").write_text("")
    return folder


def check(broken: Breakage, folder: Path) -> None:
    file = _zoo(folder) / broken.spec
    mutant = file.with_name("mutant.yaml")
    mutant.write_text(broken.apply(file.read_text(encoding="utf-8")), encoding="utf-8")
    loaded = load(mutant)
    found = [(d.code.id, d.primary.span.line, d.message) for d in loaded.diagnostics]
    assert len(found) == 1, found
    (only,) = loaded.diagnostics
    lines = [label.span.line for label in (only.primary, *only.also)]
    if broken.kind == "kernel" and only.code.id == "E0405":
        return  # with open sizes only the sum of two branches shows that the sizes cannot fit
    if broken.kind == "kernel" and only.code.id == "E0414":
        assert broken.line in lines, found
        return
    assert (only.code.id, only.primary.span.line) == (broken.code, broken.line), found
    assert os.fspath(mutant) == only.primary.span.file


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("breakages")


@given(broken=st.sampled_from(breakages()))
def test_one_breakage_is_one_error(folder: Path, broken: Breakage) -> None:
    check(broken, folder)


def test_every_kind_is_tried() -> None:
    kinds = {broken.kind for broken in breakages()}
    assert kinds == {"op", "parameter", "missing", "channels", "kernel", "name"}
