"""How `self` reaches what stands at a path: `self.layer1[0].conv`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.backends.python.layout import literal
from archc.backends.python.naming import is_plain
from archc.backends.python.parts import Absent, Many, Own, Use

if TYPE_CHECKING:
    from archc.backends.python.parts import Child, Node, Scope
    from archc.ir.graph import Path


def access(scope: Scope, path: Path) -> str:
    """The text that reads what stands at a path; empty if this variant has nothing there."""
    shown = "self"
    at: Scope | Many | None = scope
    for name in path:
        nodes = _owned(at) if at is not None else ()
        node = next((child.node for child in nodes if child.name == name), None)
        if at is None or node is None or isinstance(node, Absent):
            return ""
        shown = _step_into(shown, at, name, node)
        at = node.scope if isinstance(node, Use) else node if isinstance(node, Many) else None
    return shown


def _owned(at: Scope | Many) -> tuple[Child, ...]:
    """The children, those of a row in its place."""
    return tuple(
        owned
        for child in at.children
        for owned in (
            child.node.children
            if isinstance(child.node, Many) and child.node.kind == "Row"
            else (child,)
        )
    )


def _step_into(shown: str, at: Scope | Many, name: str, node: Node) -> str:
    if isinstance(at, Many) and at.kind == "ModuleDict" and not isinstance(node, Own):
        return f"{shown}[{literal(name)}]"
    numbered = at.kind != "ModuleDict" if isinstance(at, Many) else at.numbered
    if numbered:
        return f"{shown}[{int(name)}]"
    return f"{shown}.{name}" if is_plain(name) else f"getattr({shown}, {literal(name)})"
