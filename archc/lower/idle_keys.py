"""Keys of a node that mean nothing where they stand: told, not passed over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.diag import codes
from archc.spec.keys import PLACES
from archc.spec.tree import Scalar

if TYPE_CHECKING:
    from archc.spec.report import Report
    from archc.spec.tree import Map, Tree

_OF_BLOCKS = "only a use of a block or a file has outputs to choose"
_OF_GROUPS = {"outputs": _OF_BLOCKS, "tie": "put `tie` on the node inside that owns the tensor"}
_OF_CALLS = {
    "tie": "put it on the node that is called",
    "init": "put it on the node that is called",
}
_OF_LOOPS = {
    "parallel": "it is about copies of a `repeat` or `for`; branches are nodes with `from: input`",
    "shared": "it says that the copies of a `repeat` or `for` are one module",
}


def report_idle(tree: Map, report: Report) -> None:
    """Report every key of a node's mapping that does nothing there."""
    op = tree.items.get("op")
    idle = dict.fromkeys(PLACES, "it says where `extends` puts a node that is new")
    if "layers" in tree.items:
        idle |= _OF_GROUPS
    if isinstance(op, Scalar) and op.value == "Call":
        idle |= _OF_CALLS
    if not {"repeat", "for"} & tree.items.keys():
        idle |= {key: why for key, why in _OF_LOOPS.items() if _is_true(tree.get(key))}
    for key in tree.items:
        if key in idle:
            text = f"`{key}` does nothing here"
            report.error(codes.CONFLICTING_KEYS, text, tree.keys[key], help=idle[key])


def _is_true(tree: Tree | None) -> bool:
    return isinstance(tree, Scalar) and tree.value is True
