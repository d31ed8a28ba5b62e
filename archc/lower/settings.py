"""Values from outside a spec (`--set`, the Python API) as trees, read like its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.diag.source import Source, Span
from archc.spec.tree import List, Map, Scalar

if TYPE_CHECKING:
    from collections.abc import Mapping

    from archc.spec.report import Report
    from archc.spec.tree import Tree


def as_map(settings: Mapping[str, object], report: Report) -> Map:
    """The settings as a mapping, in which each stands at its `--set name=value`."""
    keys = {name: name_span("--set", name, value, report) for name, value in settings.items()}
    items = {name: _tree(value, _after(keys[name], value)) for name, value in settings.items()}
    return Map(items, keys, Span("--set", 1, 1, 1, 1))


def name_span(option: str, name: str, value: object, report: Report) -> Span:
    """The place of the name in `--set name=value`, as a file of one line."""
    file = f"{option} {name}"
    report.sources[file] = Source(file, f"{name}={value}")
    return Span(file, 1, 1, 1, len(name) + 1)


def _after(name: Span, value: object) -> Span:
    """The place of the value behind the `=`."""
    start = name.end_column + 1
    return Span(name.file, 1, start, 1, start + len(f"{value}"))


def _tree(value: object, span: Span) -> Tree:
    if isinstance(value, dict):
        items = {str(k): _tree(v, span) for k, v in value.items()}
        return Map(items, dict.fromkeys(items, span), span)
    if isinstance(value, list | tuple):
        return List(tuple(_tree(v, span) for v in value), span)
    if value is None or isinstance(value, bool | int | float | str):
        return Scalar(value, span)
    return Scalar(str(value), span)
