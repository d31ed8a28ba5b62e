"""Ways to break one thing in a spec: what is put where, and the one error that is then expected.

Each kind is a function from a spec of the zoo to its breakages; `KINDS` is the table of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from zoo_nodes import Node, Spec

from archc import ops
from archc.diag.source import Span
from archc.spec.tree import List, Map, Scalar

ODD = 9973
"""A prime that no zoo network has as a size."""
INFERRED = {"conv": "in_channels", "norm": "num_features", "linear": "in_features"}


@dataclass(frozen=True)
class Breakage:
    """Put `text` in place of `span` of a spec.

    One of `codes` is expected on `line`. Line 0 says that there may be an error anywhere, or none:
    but never two.
    """

    spec: str
    kind: str
    span: Span
    text: str
    codes: tuple[str, ...]
    line: int

    def __repr__(self) -> str:
        return f"<{self.kind}: {self.spec}:{self.span.line} {self.text!r}>"

    def apply(self, text: str) -> str:
        lines = text.split("\n")
        at = self.span
        head = lines[at.line - 1][: at.column - 1]
        tail = lines[at.end_line - 1][at.end_column - 1 :]
        lines[at.line - 1 : at.end_line] = [head + self.text + tail]
        return "\n".join(lines)


Maker = Callable[[Spec], "Iterator[tuple[Span, str, str, int]]"]
KINDS: dict[str, Maker] = {}
"""Each gives where, what is put there, the codes that fit (in one string), and on which line."""


def kind(make: Maker) -> Maker:
    KINDS[make.__name__] = make
    return make


def breakages(spec: Spec, name: str) -> Iterator[Breakage]:
    """All breakages of one kind in a spec."""
    for span, text, codes, line in KINDS[name](spec):
        yield Breakage(spec.name, name, span, text, tuple(codes.split()), line)


def _built(spec: Spec) -> Iterator[Node]:
    return (node for node in spec.nodes if node.built)


def _here(span: Span, text: str, codes: str) -> tuple[Span, str, str, int]:
    return span, text, codes, span.line


def _line(spec: Spec, number: int) -> Span:
    """A whole line with its line break."""
    return Span(spec.name, number, 1, number + 1, 1)


# --- names ----------------------------------------------------------------------------------------
@kind
def op(spec: Spec):
    """A misspelt op, in a mapping or alone."""
    for node in _built(spec):
        yield _here(node.op.span, node.op.text[:-1] + "qz", "E0204")
    for bare in spec.bare:
        yield _here(bare.span, bare.text[:-1] + "qz", "E0204")


@kind
def parameter(spec: Spec):
    """A misspelt parameter."""
    for node in _built(spec):
        for key in node.names:
            yield _here(node.tree.keys[key], key[:-1] + "qz", "E0205")


@kind
def missing(spec: Spec):
    """A required parameter dropped."""
    for node in _built(spec):
        found = ops.find(node.op.text)
        for key, info in found.model_fields.items() if found else ():
            if info.is_required() and key in node.tree.items:
                start, end = node.tree.keys[key], node.tree.items[key].span
                gone = Span(start.file, start.line, start.column - 2, end.line, end.end_column)
                yield _here(gone, "", "E0206")


@kind
def node_renamed(spec: Spec):
    """A node whose name stands once more in the file: in a `from` below."""
    for key, place in _keys(spec.tree):
        uses = list(re.finditer(rf"(?<![\w.-]){re.escape(key)}(?![\w-])", spec.text))
        if len(uses) != 2 or not re.search(rf"from: [^\n]*\b{re.escape(key)}\b", spec.text):
            continue
        line = spec.text.count("\n", 0, uses[1].start()) + 1
        if line > place.line:
            yield place, f"{key}qz", "E0301", line


def _keys(tree: Map | List | Scalar, *, inside: bool = False) -> Iterator[tuple[str, Span]]:
    """Names of nodes with their places."""
    match tree:
        case Map(items=items) if {"op", "layers"} & items.keys():
            yield from _keys(items.get("layers", List((), tree.span)), inside=True)
        case Map(items=items):
            for key, value in items.items():
                if inside:
                    yield key, tree.keys[key]
                yield from _keys(value, inside=True)
        case List(items=items):
            for value in items:
                yield from _keys(value, inside=True)
        case _:
            return


@kind
def block_renamed(spec: Spec):
    """A block that is used at one place, which the new name does not reach."""
    blocks = spec.tree.items.get("blocks")
    for key in blocks.items if isinstance(blocks, Map) else ():
        uses = [node for node in _built(spec) if node.op.text == key]
        if len(uses) == 1 and spec.times(key) == 2:
            yield blocks.keys[key], f"{key}qz", "E0204", uses[0].op.span.line


@kind
def wrong_from(spec: Spec):
    """A `from` that names nothing."""
    for node in _built(spec):
        for path in _paths(node):
            yield _here(path.span, f"{path.text}qz", "E0301 E0306 E0307 E0501")


@kind
def later_from(spec: Spec):
    """A `from` that names the node itself."""
    for node in _built(spec):
        for path in _paths(node):
            if re.fullmatch(r"\w+", node.key) and spec.times(node.key) == 1:
                yield _here(path.span, node.key, "E0302")


def _paths(node: Node) -> list[Scalar]:
    source = node.tree.items.get("from")
    items = source.items if isinstance(source, List) else (source,)
    return [s for s in items if isinstance(s, Scalar) and re.fullmatch(r"[a-z]\w*", s.text)]


@kind
def file_key(spec: Spec):
    """A misspelt key of the file."""
    for key, place in spec.tree.keys.items():
        if key not in {"archc", "name", "description", "extends", "outputs", "let"}:
            yield _here(place, key[:-2] + key[:-3:-1], "E0201")


@kind
def node_key(spec: Spec):
    """A misspelt reserved key of a node."""
    for node in _built(spec):
        for key in {"from", "repeat", "when"} & node.tree.items.keys():
            yield _here(node.tree.keys[key], {"from": "form"}.get(key, key + "s"), "E0205 E0201")


# --- values ---------------------------------------------------------------------------------------
@kind
def channels(spec: Spec):
    """Another number of channels than comes in."""
    for node in _built(spec):
        found = ops.find(node.op.text)
        given = INFERRED.get(found.family) if found else None
        if found and given in found.model_fields and given not in node.tree.items:
            at = node.tree.span
            end = Span(at.file, at.line, at.end_column - 1, at.line, at.end_column)
            yield _here(end, f", {given}: {ODD}}}", "E0401")


@kind
def kernel(spec: Spec):
    """A kernel larger than any input.

    With open sizes a sum of branches shows it, or `dims`; with a padding that follows, `expect`.
    """
    for node in _built(spec):
        size, padding = node.tree.items.get("kernel_size"), node.tree.items.get("padding")
        same = isinstance(padding, Scalar) and padding.text == "same"
        whole = isinstance(size, Scalar) and isinstance(size.value, int)
        if whole and not same and "Conv" in node.op.text and "T" not in node.op.text:
            yield _here(size.span, str(ODD), "E0404 E0405 E0411 E0414")


def _numbers(node: Node) -> Iterator[Scalar]:
    """Whole numbers that parameters of an op are given."""
    found = ops.find(node.op.text)
    for key in node.names if found else ():
        value = node.tree.items[key]
        if key in found.model_fields and isinstance(value, Scalar) and type(value.value) is int:
            yield value


@kind
def negative(spec: Spec):
    """A size below every bound."""
    for node in _built(spec):
        for value in _numbers(node):
            if node.op.text.startswith(("Conv", "Linear", "MaxPool", "AvgPool")):
                yield _here(value.span, f"-{ODD}", "E0207")


@kind
def fraction(spec: Spec):
    """A fraction where a whole number is needed."""
    for node in _built(spec):
        for value in _numbers(node):
            if node.op.text.startswith(("Conv", "Linear", "MaxPool")):
                yield _here(value.span, f"{value.text}.5", "E0506")


@kind
def word(spec: Spec):
    """A word that names nothing where a number is needed."""
    for node in _built(spec):
        for value in _numbers(node):
            yield _here(value.span, "manyqz", "E0502")


@kind
def nothing(spec: Spec):
    """A key without its value, on a line of its own or not."""
    for node in _built(spec):
        found = ops.find(node.op.text)
        for key, info in found.model_fields.items() if found else ():
            value = node.tree.items.get(key)
            if info.is_required() and isinstance(value, Scalar):
                yield _here(value.span, "null", "E0207")


def _expressions(node: Node) -> Iterator[Scalar]:
    for key in {*node.names, "when", "repeat"} - {"pattern", "equation"}:
        value = node.tree.items.get(key)
        plain = isinstance(value, Scalar) and isinstance(value.value, str) and not value.quoted
        if plain and re.search(r"[a-z] ?[-+*/<>!=]", value.text) and "training" not in value.text:
            yield value


@kind
def expression_cut(spec: Spec):
    """An expression that ends too early."""
    for node in _built(spec):
        for value in _expressions(node):
            yield _here(value.span, f"{value.text} +", "E0501")


@kind
def expression_name(spec: Spec):
    """An expression with a name that is not known."""
    for node in _built(spec):
        for value in _expressions(node):
            first = re.search(r"\b(?!(?:in|if|not|and|or|else)\b)[a-z]\w*(?![\w.(])", value.text)
            if first:
                mutant = f"{value.text[: first.end()]}qz{value.text[first.end() :]}"
                yield _here(value.span, mutant, "E0502")


@kind
def repeat_kind(spec: Spec):
    """A number of copies that is none."""
    for node in _built(spec):
        value = node.tree.items.get("repeat")
        if isinstance(value, Scalar):
            yield _here(value.span, "'three'", "E0502")
            yield _here(value.span, "-1", "E0514")
            yield _here(value.span, "[1, 2]", "E0514")


@kind
def expected(spec: Spec):
    """A parameter count that is one too many."""
    expect = spec.tree.items.get("expect")
    for value in expect.items.values() if isinstance(expect, Map) else ():
        if isinstance(value, Scalar) and isinstance(value.value, int):
            yield _here(value.span, str(value.value + 1), "E0411")


@kind
def init_function(spec: Spec):
    """A misspelt function of `init`."""
    functions = r"\b(?:kaiming|xavier|trunc)_\w+_\b|\b(?:zeros|ones|normal)_\b"
    for found in re.finditer(functions, spec.text):
        line = spec.text.count("\n", 0, found.start()) + 1
        column = found.start() - spec.text.rfind("\n", 0, found.start())
        before = spec.lines[line - 1][: column - 1]
        if "#" not in before and re.search(r"^  \w[\w.*]*: \{|init:", before):
            span = Span(spec.name, line, column, line, column + len(found[0]))
            yield _here(span, found[0][:-2] + "q_", "E0215")


# --- punctuation ----------------------------------------------------------------------------------
@kind
def brace_dropped(spec: Spec):
    """A mapping that is never closed."""
    for node in _built(spec):
        at = node.tree.span
        end = Span(at.file, at.line, at.end_column - 1, at.line, at.end_column)
        yield end, "", "E0101 E0112", 0


@kind
def brace_doubled(spec: Spec):
    """A bracket too many."""
    for node in _built(spec):
        at = node.tree.span
        end = Span(at.file, at.line, at.end_column, at.line, at.end_column)
        if spec.lines[at.line - 1].rstrip().endswith("}"):
            yield _here(end, "}", "E0101")


@kind
def comma_dropped(spec: Spec):
    """Two entries without a comma between them."""
    for node in _built(spec):
        for key in list(node.tree.items)[1:]:
            at = node.tree.keys[key]
            comma = Span(at.file, at.line, at.column - 2, at.line, at.column - 1)
            if spec.lines[at.line - 1][at.column - 3] == ",":
                yield comma, "", "E0101 E0112 E0203 E0204 E0205 E0501", at.line


@kind
def tab(spec: Spec):
    """A tab for indentation."""
    for node in _built(spec):
        at = node.place
        if node.key and spec.lines[at.line - 1][: at.column - 1].isspace():
            yield _here(Span(at.file, at.line, 1, at.line, at.column), "\t", "E0101")


@kind
def indented(spec: Spec):
    """A line that is indented one further than the lines around it."""
    for node in _built(spec):
        at = node.place
        if node.key and spec.lines[at.line - 1][: at.column - 1].isspace():
            yield Span(at.file, at.line, 1, at.line, 1), " ", "E0101", 0


@kind
def line_doubled(spec: Spec):
    """A node that stands twice."""
    for node in _built(spec):
        line = spec.lines[node.place.line - 1]
        if node.key and line.lstrip().startswith(f"{node.key}: {{"):
            at = Span(spec.name, node.place.line, 1, node.place.line, 1)
            yield at, f"{line}\n", "E0102", node.place.line + 1


# --- structure: one error at most, wherever it shows ---------------------------------------------
@kind
def line_deleted(spec: Spec):
    """A node that nothing names is left out."""
    for node in _built(spec):
        unnamed = not node.key or spec.times(node.key) == 1
        if unnamed and spec.lines[node.place.line - 1].rstrip().endswith("}"):
            yield _line(spec, node.place.line), "", "", 0


@kind
def values_swapped(spec: Spec):
    """The values of two arguments in each other's place."""
    for node in _built(spec):
        values = [node.tree.items[key] for key in node.names if "groups" not in node.names]
        for a, b in pairwise(values):
            if isinstance(a, Scalar) and isinstance(b, Scalar):
                line = spec.lines[a.span.line - 1]
                between = line[a.span.end_column - 1 : b.span.column - 1]
                texts = [line[t.span.column - 1 : t.span.end_column - 1] for t in (a, b)]
                whole = Span(
                    a.span.file, a.span.line, a.span.column, b.span.line, b.span.end_column
                )
                numbers = type(a.value) is type(b.value) is int
                if "#" not in between and numbers:
                    yield whole, f"{texts[1]}{between}{texts[0]}", "", 0


@kind
def flatten_gone(spec: Spec):
    """The rank of what follows changes."""
    for bare in spec.bare:
        line = spec.lines[bare.span.line - 1]
        if bare.text == "Flatten" and spec.times(line.strip().partition(":")[0]) == 1:
            yield _line(spec, bare.span.line), "", "", 0


@kind
def width_changed(spec: Spec):
    """Another number of output channels: what adds or concatenates it may not fit any more."""
    for node in _built(spec):
        value = node.tree.items.get("out_channels") or node.tree.items.get("out_features")
        if isinstance(value, Scalar):
            yield value.span, str(ODD), "", 0


@kind
def stride_changed(spec: Spec):
    """Another stride: branches may have other sizes."""
    for node in _built(spec):
        value = node.tree.items.get("stride")
        if isinstance(value, Scalar) and isinstance(value.value, int):
            yield value.span, "3", "", 0


@kind
def input_rank(spec: Spec):
    """A declared input with a dimension too many, where one node takes it."""
    shape = spec.tree.items.get("input")
    if isinstance(shape, List) and "from: input" not in spec.text:
        first = shape.items[0].span
        at = Span(first.file, first.line, first.end_column, first.line, first.end_column)
        yield at, ", 2", "", 0
