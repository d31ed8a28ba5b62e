"""The argument that tells an op to overwrite its input, and how to leave it out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.diag.fix import removing, replacing
from archc.diag.source import Span
from archc.ir.op import IN_PLACE
from archc.lower.entry import entry, key_of

if TYPE_CHECKING:
    from archc.diag.fix import Fix
    from archc.spec.report import Report


def argument(value: Span, report: Report) -> Span:
    """The argument with its key, where only its value is known; any other place is left as it is.

    >>> from archc.diag.source import Source
    >>> from archc.spec.report import Report
    >>> report = Report()
    >>> report.sources["a.yaml"] = Source("a.yaml", "act: {op: ReLU, inplace: true}")
    >>> report.text_at(argument(Span("a.yaml", 1, 26, 1, 30), report))
    'inplace: true'
    """
    source = report.sources.get(value.file)
    found = key_of(source, IN_PLACE, value) if source is not None else None
    if found is None:
        return value
    return Span(value.file, value.line, found.start(2) + 1, value.end_line, value.end_column)


def dropped(value: Span, report: Report) -> Fix | None:
    """Leave the argument out. Only a proposal: another node could read the result instead."""
    source = report.sources.get(value.file)
    if source is None or report.text_at(value) != "true":
        return None
    found = entry(source, IN_PLACE, value)
    return removing(found, f"`{IN_PLACE}: true`") if found else replacing(value, "false")
