"""Changes of what the base does not have: what is told of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.diag import codes
from archc.diag.diagnostic import Label
from archc.diag.misspelt import guess
from archc.spec.tree import List, Map, Scalar

if TYPE_CHECKING:
    from collections.abc import Mapping

    from archc.spec.report import Report
    from archc.spec.tree import Tree


def is_null(tree: Tree) -> bool:
    """Whether a change removes what it stands for."""
    return isinstance(tree, Scalar) and tree.value is None


def is_change(value: Tree) -> bool:
    """Whether a mapping can only be a change: it has arguments and no op, or all in it have.

    A key with a capital is rather an op, which stands where the name of a node does.
    """
    if not isinstance(value, Map) or {"op", "layers"} & value.items.keys():
        return False
    parts = value.items.values()
    if any(isinstance(t, Scalar) and isinstance(t.value, int | float) for t in parts):
        return True
    named = not any(key[:1].isupper() for key in value.items)
    return bool(parts) and named and all(map(is_change, parts))


def check_there(key: str, new: Map, old: Map, report: Report, where: str) -> None:
    """Report a null that removes nothing."""
    if key not in old.items:
        at, named = new.keys[key], [f"`{k}`" for k in list(old.items)[:12] if k != "op"]
        listed = f"there is {', '.join(named)}" if named else "leave it out"
        help, fix = guess(at, key, old.items, listed, own=True, taken=new.keys)
        text = f"{where} has no `{key}` to remove"
        report.error(codes.EXTENDS_MISSING, text, at, help=help, fix=fix)


def not_in_list(key: str, new: Map, old: List, report: Report) -> None:
    """Report a key that is no position of the base's list: nothing can be added by one."""
    at, value, last = new.keys[key], new.items[key], len(old.items) - 1
    text = f"the base's list has no `{key}` to {'remove' if is_null(value) else 'change'}"
    help = f"its items are `0` to `{last}`" if last > 0 else "its only item is `0`"
    if not is_null(value) and not is_change(value):
        help = f"{help}; to add one, write two in an item's place, `{last}: [..., ...]`,"
        help = f"{help} or the whole list"
    report.error(codes.EXTENDS_MISSING, text, at, help=help)


def missing(key: str, new: Map, known: Mapping[str, Tree | None], report: Report) -> None:
    """Report a change of a node or block that the base does not have."""
    at = new.keys[key]
    listed = f"the base has {', '.join(f'`{k}`' for k in list(known)[:12])}"
    help, fix = guess(at, key, known, listed, own=True, taken=new.keys)
    group = next((k for k, t in known.items() if isinstance(t, Map) and _holds(t, key)), None)
    if group:
        help, fix = f"it is inside `{group}`: write `{group}: {{{key}: ...}}`", None
    text = f"the base has no `{key}` to {'remove' if is_null(new.items[key]) else 'change'}"
    report.error(codes.EXTENDS_MISSING, text, at, help=help, fix=fix)


def _holds(group: Map, key: str) -> bool:
    """Whether a group has a node of that name."""
    layers = group.items.get("layers", group)
    return "op" not in group.items and isinstance(layers, Map) and key in layers.items


def check_name(key: str, new: Map, result: Map, report: Report) -> None:
    """Warn of a new node that was likely meant to be one of the base."""
    from archc.spec.near_name import misspelt

    near = misspelt(key, result.items)
    if near is not None:
        text = f"`{key}` is new, and the base has `{near}`"
        also = (Label(result.keys[near], "the base's"),)
        help = f"write `{near}` to change that one, or say `after` or `before` for a new node"
        report.error(codes.NEAR_NAME, text, new.keys[key], also=also, help=help)
