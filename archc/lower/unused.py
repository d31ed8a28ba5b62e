"""Blocks that nothing uses are still read: a mistake in one is found before its first use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.lower.block import declared_params
from archc.lower.elaborate import elaborate
from archc.lower.parameters import bind
from archc.lower.ports import block_ports
from archc.lower.scope import Lazy, Scope
from archc.lower.values import BlockUse
from archc.spec.expr import Absorbed

if TYPE_CHECKING:
    from archc.lower.unit import Unit
    from archc.lower.values import BlockDefinition


def check_unused_blocks(unit: Unit) -> None:
    """Elaborate what no node used, with everything unknown that its use would tell."""
    used = {key[0] for key in unit.scope.run.elaborated if isinstance(key, tuple)}
    for block in unit.blocks.values():
        if id(block) not in used and "layers" in block.tree.items:
            _check(block)


def _check(block: BlockDefinition) -> None:
    scope = Scope(block.scope)
    for name, declaration in declared_params(block).items():
        scope.values[name] = _UNKNOWN
        if declaration.default is not None:
            try:
                scope.values[name] = bind(declaration, declaration.default, scope)
            except Absorbed:
                continue
    types = (None,) * len(block_ports(block))
    made = BlockUse(block, tuple(scope.values.items()), block.scope)
    try:
        elaborate(made, types, (), block.span)
    except Absorbed:
        return


def _absorbed() -> object:
    raise Absorbed


_UNKNOWN = Lazy(_absorbed)
