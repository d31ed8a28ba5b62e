"""Blocks: what parameters they declare, and the values that a use binds to them."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from archc.lower.argument_names import check_names
from archc.lower.lazy import UNREADABLE
from archc.lower.parameters import Declaration, below, bind, declarations
from archc.lower.scope import Scope
from archc.lower.values import BlockDefinition
from archc.spec.document import lost_keys
from archc.spec.expr import Absorbed
from archc.spec.keys import BlockDocument
from archc.spec.tree import Map

if TYPE_CHECKING:
    from archc.lower.resolve import Resolved
    from archc.lower.values import Incoming


@lru_cache(maxsize=256)
def declared_params(block: BlockDefinition) -> dict[str, Declaration]:
    """The parameters of a block, or of the file that stands for one, by name."""
    tree = block.tree.items.get("params")
    return declarations(tree if isinstance(tree, Map) else None, block.scope.report)


def bind_block(
    block: BlockDefinition, resolved: Resolved, incoming: Incoming, scope: Scope
) -> tuple[tuple[str, object], ...]:
    """The values of a block's parameters for one use. Raises `Absorbed` once a problem is told."""
    declared = declared_params(block)
    inner = Scope(block.scope)
    needed = [n for n, d in declared.items() if d.default is None and not d.wrong]
    lost = block.unit.lost if block.unit is not None else lost_keys(BlockDocument, block.tree)
    what = f"the {'file' if block.unit is not None else 'block'} `{resolved.name}`"
    failed = "params" in lost or not check_names(resolved, declared, needed, scope, what)
    for declaration, inner.later in below(declared):
        name = declaration.name
        tree, writer, _ = resolved.args.get(name, (declaration.default, inner, None))
        writer = writer if writer is inner else Scope(writer, incoming=incoming)
        try:
            inner.values[name] = bind(declaration, tree, writer)
        except Absorbed:
            inner.values[name] = UNREADABLE
            failed = True
    if failed:
        raise Absorbed
    return tuple((name, inner.values[name]) for name in declared)


def _absorbed() -> object:
    raise Absorbed
