"""Arguments that stand where nodes do: one complaint about them all, not one for each."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from archc.diag import codes
from archc.lower.nodes import is_argument
from archc.spec.document import describe_value
from archc.spec.tree import Map, Scalar

if TYPE_CHECKING:
    from archc.spec.report import Report
    from archc.spec.tree import List, Tree

_PARTS = frozenset({"op", "layers", "from"})


def beside_its_node(tree: Map, report: Report) -> int:
    """How many entries of a mapping come before a node whose own keys are not indented under it.

    All of them, where no node is so; else it is reported.
    """
    keys = list(tree.items)
    for place, (key, following) in enumerate(pairwise(keys)):
        value = tree.items[key]
        if following in _PARTS and isinstance(value, Scalar) and value.value is None:
            text = f"`{key}` is empty: `{following}` stands beside it, not under it"
            help = f"indent what belongs to `{key}`"
            report.error(codes.NULL_NODE, text, tree.keys[key], help=help)
            return place
    return len(keys)


def is_no_list_of_nodes(tree: List, report: Report) -> bool:
    """Whether a list holds numbers, or the arguments of one node as items; then it is reported."""
    number = next((item for item in tree.items if is_argument(item)), None)
    if number is not None:
        text = f"a list holds nodes, and {describe_value(number)} is none"
        help = "write a node as a mapping: `{op: Conv2d, out_channels: 64, kernel_size: 3}`"
        report.error(codes.WRONG_KIND, text, tree.span, help=help)
        return True
    stray = next((item for item in tree.items[1:] if _lone_argument(item)), None)
    if not isinstance(stray, Map) or not _is_op_alone(tree.items[0]):
        return False
    (key,) = stray.items
    text = f"`{key}` is an item of the list, not an argument of the item before"
    report.error(codes.MISSING_KEY, text, stray.keys[key], help="drop the `- ` before it")
    return True


def _lone_argument(tree: Tree) -> bool:
    return (
        isinstance(tree, Map)
        and len(tree.items) == 1
        and all(map(is_argument, tree.items.values()))
    )


def _is_op_alone(tree: Tree) -> bool:
    return isinstance(tree, Map) and list(tree.items) == ["op"]
