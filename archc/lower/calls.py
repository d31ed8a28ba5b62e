"""A module as Python calls it, `nn.Conv2d(3, 64, kernel_size=3)`, written as a node."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from archc import ops
from archc.spec.tree import Map

if TYPE_CHECKING:
    from collections.abc import Mapping

    from archc.lower.unit import Unit

_WORDS = {"True": "true", "False": "false", "None": "null"}


def as_node(call: str, name: str, unit: Unit) -> str:
    """The node for a call of an op or block: positions get the names of its parameters.

    Where there are more arguments than parameters, the rest is left to the author.
    """
    inside = call.partition("(")[2].rstrip().removesuffix(")")
    parameters = _parameters(name, unit)
    given: list[str] = []
    for place, part in enumerate(_split(inside)):
        key, equals, value = part.partition("=")
        if not equals:
            key, value = parameters[place] if place < len(parameters) else "...", part
        given.append(f"{key.strip()}: {_value(value.strip())}")
    return f"{{op: {', '.join([name, *given])}}}" if given else name


def as_function(call: str, functions: Mapping[str, tuple[str, ...]]) -> str:
    """The mapping for a call of one of these functions; empty where it is none.

    >>> as_function("normal_(0, std=0.01)", {"normal_": ("mean", "std")})
    '{normal_: {mean: 0, std: 0.01}}'
    """
    name, bracket, rest = call.partition("(")
    name = name.strip() if name.strip() in functions else next(iter(functions))
    if not bracket or call.partition("(")[0].strip().rstrip("_") not in name:
        return ""
    given = []
    for place, part in enumerate(_split(rest.rstrip().removesuffix(")"))):
        key, equals, value = part.partition("=")
        if not equals:
            key, value = "".join(functions[name][place : place + 1]) or "...", part
        given.append(f"{key.strip()}: {_value(value.strip())}")
    return f"{{{name}: {{{', '.join(given)}}}}}" if given else name


def _parameters(name: str, unit: Unit) -> list[str]:
    if name in unit.blocks:
        params = unit.blocks[name].tree.items.get("params")
        return list(params.items) if isinstance(params, Map) else []
    op = ops.find(name)
    return list(op.model_fields) if op is not None else []


def _split(text: str) -> list[str]:
    """The arguments, commas inside brackets and quotes left alone."""
    parts = re.findall(r"(?:[^,(\[\'\"]|\([^)]*\)|\[[^\]]*\]|'[^']*'|\"[^\"]*\")+", text)
    return [part.strip() for part in parts if part.strip()]


def _value(text: str) -> str:
    if text.startswith("(") and text.endswith(")"):
        return f"[{text[1:-1].strip(' ,')}]"
    return _WORDS.get(text, text)
