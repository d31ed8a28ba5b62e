"""An op's name as the key over its arguments: `Conv2d: {kernel_size: 3}`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc import ops
from archc.diag import codes
from archc.diag.fix import replacing
from archc.lower.nodes import is_argument
from archc.spec.keys import RESERVED
from archc.spec.tree import Map

if TYPE_CHECKING:
    from archc.diag.fix import Fix
    from archc.spec.report import Report
    from archc.spec.tree import Tree

UNREAD = "..."
"""A value that is too long to be repeated."""


def op_as_key(tree: Map, report: Report) -> bool:
    """Whether the name of an op stands as the only key over its arguments, which is reported."""
    key, value = next(iter(tree.items.items()))
    parts = value.items.values() if isinstance(value, Map) else getattr(value, "items", ())
    named = isinstance(value, Map) and not RESERVED.isdisjoint(value.items)
    plain = key.rpartition(".")[2]
    if named or not any(map(is_argument, parts)) or ops.find(plain) is None:
        return False
    text = f"the op `{key}` stands where the name of a node does"
    node = f"{{op: {plain}, {_given(value, report)}}}"
    fix = _rewritten(tree, node, report)
    report.error(codes.MISSING_KEY, text, tree.keys[key], help=f"write `{node}`", fix=fix)
    return True


def _given(value: Tree, report: Report) -> str:
    """The arguments as they are written, those of a list by names that are not known."""
    if not isinstance(value, Map):
        return "name: value"
    texts = {name: report.text_at(tree.span) for name, tree in value}
    return ", ".join(f"{name}: {text or UNREAD}" for name, text in texts.items())


def _rewritten(tree: Map, node: str, report: Report) -> Fix | None:
    """The node in place of what is written, if that is one line and all of it is repeated."""
    value = next(iter(tree.items.values()))
    written, given = report.text_at(value.span), _given(value, report)
    if not report.text_at(tree.span) or _bare(written) != _bare(f"{{{given}}}"):
        return None  # a key stands twice, or a comment or an anchor would be lost
    return replacing(tree.span, node, certain=True)


def _bare(text: str) -> str:
    return "".join(text.split())
