"""Which parts of a spec take a line an entry however short they are: what reads as a figure."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING

from archc.spec.format.model import Collection, key_text
from archc.spec.keys import RESERVED

if TYPE_CHECKING:
    from archc.spec.format.model import Entry


MOST = 5
"""Rows of a list, or parameters, that stand on one line; more are a table."""


class Role(Enum):
    """What a value is. `NODES` holds nodes or blocks, `SECTION` is `params` or `init` of a file."""

    FILE = auto()
    SECTION = auto()
    NODES = auto()
    NODE = auto()
    VALUE = auto()


_OF_FILE = {
    "blocks": Role.NODES,
    "layers": Role.NODES,
    "params": Role.SECTION,
    "init": Role.SECTION,
}


def role_of(entry: Entry, parent: Collection, role: Role) -> Role:
    """The role of the value of an entry, from that of the collection it stands in."""
    name = key_text(entry)
    match role:
        case Role.FILE:
            return _OF_FILE.get(name, Role.VALUE)
        case Role.NODES:
            return Role.NODE
        case Role.NODE if name == "layers":
            return Role.NODES
        case Role.NODE if not parent.is_map or not (name in RESERVED or parent.get("op")):
            return Role.NODE
        case _:
            return Role.VALUE


def is_spread(collection: Collection, role: Role, *, extends: bool) -> bool:
    """Whether a collection, or one inside it, takes a line an entry.

    In a file that extends another, a mapping without `op` changes a node, which fits a line.
    """
    if not collection.entries:
        return False
    inside = [e for e in collection.entries if isinstance(e.value, Collection)]
    match role:
        case Role.FILE | Role.NODES:
            return True
        case Role.SECTION if not extends and _is_table(collection, inside):
            return True
        case Role.NODE if not collection.is_map or (not extends and _is_group(collection)):
            return True
    return (not collection.is_map and len(inside) > MOST) or any(
        is_spread(e.value, role_of(e, collection, role), extends=extends)
        for e in inside
        if isinstance(e.value, Collection)
    )


def _is_table(section: Collection, inside: list[Entry]) -> bool:
    return len(inside) > 1 or len(section.entries) > MOST


def _is_group(node: Collection) -> bool:
    """Whether all keys of a mapping are names of nodes."""
    return not any(key_text(e) in RESERVED for e in node.entries)
