"""A parameter declared in full, without the `type` that tells it from a record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.diag import codes
from archc.diag.fix import replacing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from archc.spec.report import Report
    from archc.spec.tree import Map


def tell_untyped(name: str, tree: Map, kind: str, types: Iterable[str], report: Report) -> None:
    """Report it; `kind` is the type of its default, which only a number or switch tells."""
    at = tree.keys["default"]
    text = f"the declaration of `{name}` has no `type`"
    sure = kind in {"int", "float", "bool"}
    help = f"add `type: {kind}`" if sure else f"add its type, one of {', '.join(types)}"
    braces = report.text_at(tree.span).startswith("{")
    fix = replacing(at, f"type: {kind}, default") if sure and braces else None
    report.error(codes.BAD_DECLARATION, text, at, help=help, fix=fix)
