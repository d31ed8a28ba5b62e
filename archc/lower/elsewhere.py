"""Where a name that is not known here may be meant to lead: said in the help of a message."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from archc.spec.expr import ExprError, is_certain_path, parse_path, unbracketed
from archc.spec.expr.problems import Respelling
from archc.spec.tree import Map

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archc.lower.layers import Layers
    from archc.lower.scope import Scope
    from archc.lower.unit import Unit
    from archc.lower.values import Built

MOST = 10_000
"""Nodes that are looked through for a name."""


def node_elsewhere(layers: Layers, name: str) -> str:
    """What to write for a node that is inside a group, outside the block, or a copy of a repeat."""
    inside = next((path for key, path in _nested(layers) if key == name), None)
    if inside is not None:
        return f"it is inside `{inside.rpartition('.')[0]}`: write `{inside}`"
    copy = re.fullmatch(r"(.*?)[_-]?(\d+)", name)
    if copy and any(copy[1] in lv.names and lv.names[copy[1]].repeat for lv in layers.outward()):
        return f"did you mean `{copy[1]}.{copy[2]}`?"
    numbered = [key for lv in layers.outward() for key in lv.names if _copy_of(name, key)]
    if len(numbered) > 1:
        return f"its copies are nodes of their own: `{numbered[0]}` to `{numbered[-1]}`"
    unit = layers.scope.unit
    outer = unit.doc.layers if unit is not None else None
    if layers.scope.frames and isinstance(outer, Map) and name in outer.items:
        return (
            f"`{name}` is outside this block: declare it as an input of the block,"
            f" `inputs: [x, {name}]`, and give it by `from` where the block is used"
        )
    return ""


_CAME_IN = frozenset(["in", "x", "inp", "identity", "residual", "res", "shortcut", "skip"])
"""What people call what came into a block, to add it to what comes out."""
_BEFORE = frozenset({"prev", "previous", "last", "before"})


def word_for_value(layers: Layers, name: str) -> str:
    """What to write for a word that tells where a value comes from, and is no node's name."""
    if name in _CAME_IN:
        help = "what came into these layers is `input`"
        another = layers.scope.frames and name not in {"in", "x"}
        return f"{help}; a block declares another, `inputs: [x, {name}]`" if another else help
    before = next((n for n in reversed(layers.names) if n != layers.current), "")
    if name in _BEFORE and before:
        return f"the node before is `{before}`: write that, or no `from`"
    return ""


def _copy_of(name: str, key: str) -> bool:
    """Whether a node is called like another one with a number behind it."""
    return key.startswith(name) and key[len(name) :].strip("_-").isdecimal()


def _nested(layers: Layers) -> Iterator[tuple[str, str]]:
    """The nodes inside groups and repeats that can be named from here, with their paths."""
    waiting: list[tuple[str, Built]] = [p for lv in layers.outward() for p in lv.names.items()]
    for path, built in waiting:
        for key, child in (built.children or {}).items():
            yield key, f"{path}.{key}"
            if len(waiting) < MOST:
                waiting.append((f"{path}.{key}", child))


_SIZES = {
    "out_channels": "channels",
    "in_channels": "channels",
    "num_features": "channels",
    "out_features": "features",
    "width": "shape.-1",
    "w": "shape.-1",
    "height": "shape.-2",
    "h": "shape.-2",
    "length": "shape.-1",
    "size": "shape",
    "dim": "rank",
    "ndim": "rank",
    "batch": "shape.0",
}
"""What a tensor has, by other names."""


def size_meant(word: str) -> str:
    """What an expression reads of a tensor for what somebody called `word`; empty if unclear."""
    return _SIZES.get(word.casefold(), "")


_INCOMING = {
    "in.channels": "in_channels in_ch inplanes in_planes num_features num_channels cin",
    "in.features": "in_features in_dim input_dim input_size in_size",
}
_OF_INPUT = {word: path for path, words in _INCOMING.items() for word in words.split()}
"""What an expression reads of what a node receives, by other names."""
_INPUTS = frozenset({"x", "inp", "inputs", "tensor", "img", "image", "features", "prev"})
"""What people call what a node receives."""


def value_elsewhere(scope: Scope, path: tuple[str | int, ...]) -> str:
    """What is known of a name that has no value here: who else has one, or what has it."""
    name, rest = str(path[0]), ".".join(map(str, path[1:]))
    if name == "self" and rest:
        return f"names go without `self.`: write `{rest}`"
    if name.casefold() in _OF_INPUT and not rest:
        return f"what comes in has it: write `{_OF_INPUT[name.casefold()]}`"
    if name in _INPUTS and rest:
        return f"what comes into a node is `in`: write `in.{rest}`"
    if name == "i":
        return f"`{name}` would count the copies of a `repeat` or `for`, and none is around this"
    if scope.unit is not None and scope.unit.doc.let and name in scope.unit.doc.let.items:
        return (
            f"`{name}` is a `let`, which no parameter can read: make it a parameter, above this one"
        )
    owner = next((block for block, names in _parameters(scope.unit) if name in names), None)
    if owner is not None:
        return f"`{name}` is a parameter of the block `{owner}`, and known inside it only"
    return ""


def _parameters(unit: Unit | None) -> Iterator[tuple[str, Map]]:
    for block, definition in (unit.blocks if unit is not None else {}).items():
        params = definition.tree.items.get("params")
        if isinstance(params, Map):
            yield block, params


_COMPUTED = "`from` takes paths, and only what is in parentheses is computed: `down.(depth - 1)`"
_WHOLE_NAMES = "`{ }` completes keys only: a path has the name as it comes out, as in `conv0`"
_CHOSEN = (
    "`from` takes paths: give the choice to a `let`, `to: \"'a' if c else 'b'\"`, and write `$to`"
)


def nodes_meant(text: str, at: int) -> str:
    """What to write in place of a `from` that is no path: `a, b`, `a + b`, `tower[0]`.

    Empty where the mistake, `at` this character, is in an expression in parentheses.
    """
    bare = text.strip()
    parts = _paths(bare[1:-1] if bare[:1] + bare[-1:] in {"[]", "()"} else bare, ",")
    if parts:
        return f"several are a list: `[{', '.join(parts)}]`"
    path = unbracketed(bare)
    if path:
        return f"parts of a node follow a dot: `{path}`"
    bare_path = re.sub(r"^[./]+", "", bare).replace("/", ".")
    if bare[:1] in {".", "/"} and _is_path(bare_path):
        return f"a path begins at a node, wherever it stands: `{bare_path}`"
    names = _paths(bare, "[+*]")
    if names:
        op = "Add" if "+" in text else "Multiply"
        return f"`from` only names nodes: `{{op: {op}, from: [{', '.join(names)}]}}` joins them"
    if re.search(r"\{[^}]*\}", text):
        plain = re.sub(r"\{\s*(\d+)\s*\}", r"\1", text)
        return f"write the name as it comes out: `{plain}`" if _is_path(plain) else _WHOLE_NAMES
    if text.count("(", 0, at) > text.count(")", 0, at):
        return ""
    return _CHOSEN if re.search(r"\bif\b.*\belse\b", text) else _COMPUTED


def path_meant(text: str) -> Respelling | None:
    """The edit for a path with Python's brackets."""
    path = unbracketed(text)
    return Respelling(text, path, is_certain_path(path)) if path else None


def _paths(text: str, between: str) -> list[str]:
    """The paths that stand between these signs; none unless there are several, and no more."""
    parts = [part.strip() for part in re.split(between, text)]
    return parts if len(parts) > 1 and all(map(_is_path, parts)) else []


def _is_path(text: str) -> bool:
    try:
        parse_path(text)
    except ExprError:
        return False
    return True
