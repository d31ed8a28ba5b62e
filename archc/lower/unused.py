"""Blocks that nothing uses are still read: a mistake in one is found before its first use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.lower.arguments import make_op
from archc.lower.block import declared_params
from archc.lower.elaborate import elaborate
from archc.lower.lazy import UNREADABLE
from archc.lower.parameters import below, bind
from archc.lower.ports import block_ports
from archc.lower.resolve import resolve
from archc.lower.scope import Scope
from archc.lower.values import BlockUse
from archc.spec.expr import Absorbed
from archc.spec.keys import RESERVED
from archc.spec.tree import Scalar

if TYPE_CHECKING:
    from archc.lower.unit import Unit
    from archc.lower.values import BlockDefinition


def check_unused_blocks(unit: Unit) -> None:
    """Elaborate what no node used, with everything unknown that its use would tell.

    A block that stands in a base is the base's: it is read when that file is checked.
    """
    used = {key[0] for key in unit.scope.run.elaborated if isinstance(key, tuple)}
    own = [block for block in unit.blocks.values() if block.span.file == unit.tree.span.file]
    for block in own:
        if "op" in block.tree.items:
            _check_preset(block, unit)
        elif id(block) not in used:
            _check(block)


def _check(block: BlockDefinition) -> None:
    scope = _unknown_parameters(block)
    types = (None,) * len(block_ports(block))
    made = BlockUse(block, tuple(scope.values.items()), block.scope)
    try:
        elaborate(made, types, (), block.span)
    except Absorbed:
        return


def _check_preset(block: BlockDefinition, unit: Unit) -> None:
    """The op of a preset, and the arguments that it gives: its use may give others."""
    op, scope = block.tree.items.get("op"), _unknown_parameters(block)
    if not isinstance(op, Scalar) or op.value in unit.blocks:
        return
    args = {k: (t, scope, block.tree.keys[k]) for k, t in block.tree if k not in RESERVED}
    try:
        found = resolve(op, args, scope)
        if found is not None and isinstance(found.target, type):
            make_op(found.target, found, None, scope, needed=())
    except Absorbed:
        return


def _unknown_parameters(block: BlockDefinition) -> Scope:
    """The block's own parameters: the defaults, and all others unknown."""
    scope = Scope(block.scope)
    scope.values.update(dict.fromkeys(block.scope.run.undeclared.get(id(block), ()), UNREADABLE))
    for declaration, scope.later in below(declared_params(block)):
        name = declaration.name
        scope.values[name] = UNREADABLE
        if declaration.default is not None:
            try:
                scope.values[name] = bind(declaration, declaration.default, scope)
            except Absorbed:
                continue
    return scope
