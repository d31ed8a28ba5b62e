"""The inputs that an op or a block takes: their names, and which of them are lists."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct

from archc.lower.values import BlockDefinition
from archc.spec.tree import List, Map, Scalar

if TYPE_CHECKING:
    from archc.lower.resolve import Resolved
    from archc.spec.tree import Tree


class Port(Struct, frozen=True):
    """One input. `many` takes a list of values; `skippable` may be left out before another."""

    name: str
    many: bool = False
    skippable: bool = False


def ports_of(resolved: Resolved) -> tuple[Port, ...]:
    """The inputs of what a node uses, in order."""
    target = resolved.target
    if isinstance(target, BlockDefinition):
        return block_ports(target)
    if target is None:
        return _op_ports(("input",), 1)
    fixed = len(target.ports) - target.optional_ports * target.any_ports
    return _op_ports(target.ports, fixed)


@lru_cache(maxsize=256)
def _op_ports(names: tuple[str, ...], fixed: int) -> tuple[Port, ...]:
    return tuple(Port(name, skippable=place >= fixed) for place, name in enumerate(names))


def block_ports(block: BlockDefinition) -> tuple[Port, ...]:
    """The declared inputs of a block; one called `input` where it declares none."""
    tree = block.tree.items.get("inputs")
    match tree:
        case List(items=items):
            return tuple(Port(str(t.value)) for t in items if isinstance(t, Scalar))
        case Map(items=entries):
            return tuple(Port(name, many=_is_list(t)) for name, t in entries.items())
        case Scalar(value=str(name)):
            return (Port(name),)
        case _:
            return (Port("input"),)


def _is_list(tree: Tree) -> bool:
    return isinstance(tree, Scalar) and tree.value == "list"


def takes_nothing(resolved: Resolved) -> bool:
    """Whether the op is a source: it has no inputs at all."""
    target = resolved.target
    return isinstance(target, type) and not target.ports and not target.variadic
