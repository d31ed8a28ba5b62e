"""Values from outside a spec (`--set`, the Python API) as trees, read like its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.diag.source import Source, Span
from archc.spec.tree import List, Map, Scalar

if TYPE_CHECKING:
    from archc.spec.report import Report
    from archc.spec.tree import Tree


def as_tree(name: str, value: object, report: Report) -> Tree:
    """The value as a tree whose place is `--set name=value`."""
    return _tree(value, option_span("--set", name, value, report))


def option_span(option: str, name: str, value: object, report: Report) -> Span:
    """The place of the value in `--set name=value`, as a file of one line."""
    text, file = f"{name}={value}", f"{option} {name}"
    report.sources[file] = Source(file, text)
    return Span(file, 1, len(name) + 2, 1, len(text) + 1)


def _tree(value: object, span: Span) -> Tree:
    if isinstance(value, dict):
        items = {str(k): _tree(v, span) for k, v in value.items()}
        return Map(items, dict.fromkeys(items, span), span)
    if isinstance(value, list | tuple):
        return List(tuple(_tree(v, span) for v in value), span)
    if value is None or isinstance(value, bool | int | float | str):
        return Scalar(value, span)
    return Scalar(str(value), span)
