"""A parameter declared in full, without the `type` that tells it from a record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.diag import codes
from archc.diag.fix import replacing

if TYPE_CHECKING:
    from archc.spec.report import Report
    from archc.spec.tree import Map


def tell_untyped(name: str, tree: Map, kind: str, report: Report) -> None:
    """Report it; `kind` is the type of its default."""
    at = tree.keys["default"]
    text = f"the declaration of `{name}` has no `type`"
    help = f"add `type: {kind}`: without it this is a record"
    braces = report.text_at(tree.span).startswith("{")
    fix = replacing(at, f"type: {kind}, default") if braces else None
    report.error(codes.BAD_DECLARATION, text, at, help=help, fix=fix)
