"""Arguments that stand where nodes do: one complaint about them all, not one for each."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from archc.diag import codes
from archc.diag.diagnostic import Label
from archc.lower.nodes import is_argument
from archc.spec.document import describe_value
from archc.spec.tree import Map, Scalar

if TYPE_CHECKING:
    from archc.diag.source import Span
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


def no_nodes(tree: List, report: Report) -> tuple[Tree, ...]:
    """The items of a list that are not to be read as nodes, reported.

    Numbers among nodes are those alone. A list of numbers, words and lists is another tool's line,
    and one that begins with an op and goes on with its arguments is one node: all of it then.
    """
    numbers = tuple(item for item in tree.items if is_argument(item))
    if numbers:
        whole = not any(isinstance(item, Map) for item in tree.items)
        _numbers(numbers, tree.span if whole else None, report)
        return tree.items if whole else numbers
    stray = next((item for item in tree.items[1:] if _lone_argument(item)), None)
    if not isinstance(stray, Map) or not _is_op_alone(tree.items[0]):
        return ()
    (key,) = stray.items
    text = f"`{key}` is an item of the list, not an argument of the item before"
    report.error(codes.MISSING_KEY, text, stray.keys[key], help="drop the `- ` before it")
    return tree.items


def _numbers(numbers: tuple[Tree, ...], whole: Span | None, report: Report) -> None:
    """Report numbers where nodes stand: each, unless it is the `whole` list that is wrong."""
    first, *others = numbers
    text = f"a list holds nodes, and {describe_value(first)} is none"
    also = tuple(Label(other.span, "nor is this") for other in others if whole is None)
    help = "write a node as a mapping: `{op: Conv2d, out_channels: 64, kernel_size: 3}`"
    report.error(codes.WRONG_KIND, text, whole or first.span, also=also, help=help)


def _lone_argument(tree: Tree) -> bool:
    return (
        isinstance(tree, Map)
        and len(tree.items) == 1
        and all(map(is_argument, tree.items.values()))
    )


def _is_op_alone(tree: Tree) -> bool:
    return isinstance(tree, Map) and list(tree.items) == ["op"]
