"""The text of a variant: what a spec has that can be changed, as comments to take the `#` off.

Each proposed change is tried before it is written, so that it holds as it stands.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from archc import ops
from archc.spec.format.flow import of_plain
from archc.spec.tree import List, Map, Scalar, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from archc.spec.tree import Tree

    Works = Callable[[str], bool]

_MOST_TRIED = 12
"""Nodes that are tried for one kind of change."""
_REMARKS = 42
"""Columns in front of a remark, where there is room."""


def text(name: str, base: str, tree: Map) -> str:
    """A spec that extends `base` of the zoo, whose complete mapping is `tree`."""
    head = _head(name, base)
    sections = [_params(tree)]
    with TemporaryDirectory() as folder:
        file = Path(folder) / f"{name}.yaml"

        def works(change: str) -> bool:
            return _loads(file, f"{head}{change}\n")

        sections += [_layers(tree, works), _blocks(tree, _used(base), works)]
    told = [f"# {title}\n{_commented(lines)}" for title, lines in sections if lines]
    return "\n\n".join([head.rstrip("\n"), *told]) + "\n"


def _used(base: str) -> set[str]:
    """The names of the blocks that the network is made of."""
    from archc.analysis.walk import modules
    from archc.api import load

    return set(modules(load(base).network).values())


def _head(name: str, base: str) -> str:
    return f"""\
archc: 1
name: {of_plain(name)}
description: A variant of {base}
extends: {base}
"""


def _loads(file: Path, spec: str) -> bool:
    """Whether a spec has nothing wrong with it."""
    from archc.api import check

    file.write_text(spec, encoding="utf-8")
    return not check(file)


def _commented(lines: list[str]) -> str:
    return "\n".join(f"# {line}" for line in lines)


Section = tuple[str, list[str]]


def _params(tree: Map) -> Section:
    """The parameters with their defaults."""
    found = tree.get("params")
    defaults = dict(_defaults(found)) if isinstance(found, Map) else {}
    lines = [f"  {name}: {of_plain(plain(value))}" for name, value in defaults.items()]
    return "Parameters and their defaults.", ["params:", *lines] if lines else []


def _defaults(params: Map) -> Iterator[tuple[str, Tree]]:
    """The parameters that have a default, `{type: ..., default: ...}` opened."""
    for name, value in params:
        if isinstance(value, Map) and "type" in value:
            default = value.get("default")
            if default is not None:
                yield name, default
        else:
            yield name, value


def _layers(tree: Map, works: Works) -> Section:
    """A changed argument, a replaced, a removed and a new node, by names that are there."""
    layers = tree.get("layers")
    nodes = _nodes(layers) if layers else {}
    lines = list(_changes(nodes, works, may_add=isinstance(layers, Map)))
    return "Nodes.", ["layers:", *lines] if lines else []


def _blocks(tree: Map, used: set[str], works: Works) -> Section:
    """An argument inside a block, for every use of it."""
    blocks = tree.get("blocks")
    for name, block in blocks if isinstance(blocks, Map) else ():
        inner = block.get("layers") if isinstance(block, Map) else None
        place = f"blocks:\n  {name}"
        found = _first(_arguments(_nodes(inner)), place, works) if inner and name in used else None
        if found:
            title = "Blocks: what changes in one changes wherever it is used."
            return title, ["blocks:", f"  {name}:", _remarked(f"    {found}", "another argument")]
    return "", []


def _changes(nodes: dict[str, Map], works: Works, *, may_add: bool) -> Iterator[str]:
    """A line for each kind of change, each about another node."""
    left = dict(nodes)
    kinds: dict[str, Callable[[dict[str, Map]], Iterator[str]]] = {
        "another argument": _arguments,
        "removed": _removals,
        "another in its place": _replacements,
    }
    for what, lines in kinds.items():
        if found := _first(lines(left), "layers", works):
            left.pop(found.partition(":")[0])
            yield _remarked(f"  {found}", what)
    new = (f"extra: {{op: Dropout, p: 0.1, before: {name}}}" for name in reversed(left))
    if may_add and (found := _first(new, "layers", works)):
        yield _remarked(f"  {found}", "a new one")


def _arguments(nodes: dict[str, Map]) -> Iterator[str]:
    """Nodes with an argument that is a number, as it is now."""
    for name, node in nodes.items():
        for argument, value in node:
            if isinstance(value, Scalar) and type(value.value) in {int, float}:
                yield f"{name}: {{{argument}: {of_plain(value.value)}}}"


def _removals(nodes: dict[str, Map]) -> Iterator[str]:
    """Nodes without weights first: one can do without them."""
    for name in sorted(nodes, key=lambda name: not _is_idle(nodes[name].items["op"])):
        yield f"{name}: null"


def _replacements(nodes: dict[str, Map]) -> Iterator[str]:
    """Each node as it is now."""
    for name, node in nodes.items():
        yield f"{name}: {of_plain(plain(node))}"


def _is_idle(op: Tree) -> bool:
    known = ops.find(op.value) if isinstance(op, Scalar) and isinstance(op.value, str) else None
    return known is not None and known.family in {"activation", "pool"}


def _remarked(line: str, remark: str) -> str:
    return f"{line:<{_REMARKS}}  # {remark}"


def _nodes(layers: Tree) -> dict[str, Map]:
    """The nodes by name or position, in the long form: `ReLU` is `{op: ReLU}`."""
    items = enumerate(layers.items) if isinstance(layers, List) else ()
    named = layers if isinstance(layers, Map) else ((str(n), item) for n, item in items)
    found = {}
    for name, node in named:
        if isinstance(node, Map) and "op" in node:
            found[name] = node
        elif isinstance(node, Scalar) and "{" not in name:
            found[name] = Map({"op": node}, {"op": node.span}, node.span)
    return found


def _first(lines: Iterable[str], place: str, works: Works) -> str | None:
    """The first line that holds at its place, `layers` or a block."""
    deeper = "  " * (place.count("\n") + 1)
    for _, line in zip(range(_MOST_TRIED), lines, strict=False):
        if works(f"{place}:\n{deeper}{line}"):
            return line
    return None
