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
    given = _given(value, report)
    node = f"{{op: {plain}, {given}}}"
    # A key that stands twice, or a comment inside, would be lost.
    whole = report.text_at(tree.span) and _bare(report.text_at(value.span)) == _bare(f"{{{given}}}")
    fix = replacing(tree.span, node, certain=True) if whole else None
    report.error(codes.MISSING_KEY, text, tree.keys[key], help=f"write `{node}`", fix=fix)
    return True


def _given(value: Tree, report: Report) -> str:
    """The arguments as they are written, those of a list by names that are not known."""
    if not isinstance(value, Map):
        return "name: value"
    texts = {name: report.text_at(tree.span) for name, tree in value}
    return ", ".join(f"{name}: {text or UNREAD}" for name, text in texts.items())


def _bare(text: str) -> str:
    """A text without its blanks."""
    return "".join(text.split())
