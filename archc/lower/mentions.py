"""Parameters of a file, and paths in its `init`, that nothing in the file can be meant by."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from archc import ops
from archc.diag import codes
from archc.diag.diagnostic import did_you_mean
from archc.spec.tree import List, Map, Scalar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archc.lower.unit import Unit
    from archc.spec.report import Report
    from archc.spec.tree import Tree

_WORD = re.compile(r"[^\W\d]\w*")


def check_mentions(unit: Unit) -> None:
    """Warn of parameters that nothing reads; refuse `init` of nodes that are not there."""
    report, params = unit.scope.report, unit.doc.params
    if params is not None:
        _check_params(params, unit.tree, report)
    if unit.doc.init is not None and isinstance(unit.doc.layers, Map):
        _check_init(unit.doc.init, unit, unit.doc.layers)


def _check_params(params: Map, tree: Map, report: Report) -> None:
    """Those of a base are the base's: a variant may well replace what read one."""
    unused = {name: key for name, key in params.keys.items() if key.file == tree.span.file}
    for word in _words(tree):
        unused.pop(word, None)
        if not unused:
            return
    for name, at in unused.items():
        others = [other for other in params.items if other not in unused]
        help = did_you_mean(name, others) or "name it in an expression, or remove it"
        text = f"nothing uses the parameter `{name}`"
        report.error(codes.UNUSED_PARAMETER, text, at, help=help)


def _words(tree: Tree) -> Iterator[str]:
    """Every word in a file's values, and in keys that expressions complete."""
    waiting: list[Tree] = [tree]
    for part in waiting:
        match part:
            case Scalar():
                yield from _WORD.findall(part.text) if isinstance(part.value, str) else ()
            case List():
                waiting.extend(part.items)
            case Map():
                waiting.extend(part.items.values())
                for key in part.items:
                    yield from _WORD.findall(key) if "{" in key else ()


def _check_init(init: Map, unit: Unit, layers: Map) -> None:
    known = [*layers.items, *unit.blocks]
    if any("{" in key for key in known):
        return  # keys that expressions complete are not known here
    for pattern in init.items:
        head = pattern.partition(".")[0]
        if "*" in head or head in known or ops.find(pattern) is not None:
            continue
        if head in unit.scope.report.removed or _has_inline(layers):
            continue
        listed = ", ".join(f"`{k}`" for k in known[:8])
        text = f"`init` names the node `{head}`, which the file does not have"
        help = did_you_mean(head, known) or f"it has {listed}"
        unit.scope.report.error(codes.BAD_INIT, text, init.keys[pattern], help=help)


def _has_inline(layers: Map) -> bool:
    return any(isinstance(t, Map) and "inline" in t.items for t in layers.items.values())
