"""A parameter declared in full, without the `type` that tells it from a record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.diag import codes
from archc.diag.fix import replacing
from archc.spec.document import keys_of
from archc.spec.keys import ParameterDocument
from archc.spec.tree import Map

if TYPE_CHECKING:
    from typing import TypeGuard

    from archc.spec.report import Report
    from archc.spec.tree import Tree


def is_untyped(tree: Tree) -> TypeGuard[Map]:
    """Whether a mapping with a default can only be a declaration, and says no type."""
    if not isinstance(tree, Map) or not {"default"} <= tree.items.keys():
        return False
    return tree.items.keys() <= set(keys_of(ParameterDocument)) - {"type"}


def tell_untyped(name: str, tree: Map, kind: str, report: Report) -> None:
    """Report it; `kind` is the type of its default."""
    at = tree.keys["default"]
    text = f"the declaration of `{name}` has no `type`"
    help = f"add `type: {kind}`: without it this is a record"
    braces = report.text_at(tree.span).startswith("{")
    fix = replacing(at, f"type: {kind}, default") if braces else None
    report.error(codes.BAD_DECLARATION, text, at, help=help, fix=fix)
