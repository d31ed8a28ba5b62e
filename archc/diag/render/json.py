"""Diagnostics as one JSON object, the format of `schemas/diagnostics-1.schema.json`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from archc.diag.diagnostic import Diagnostic, Label
    from archc.diag.fix import Fix
    from archc.diag.source import Source, Span


def render(
    diagnostics: Sequence[Diagnostic], sources: Mapping[str, Source], *, width: int, colour: bool
) -> str:
    """`{"diagnostics": [...]}`; ASCII only, so that no terminal or encoding can spoil it."""
    del sources, width, colour
    return json.dumps({"diagnostics": [as_dict(found) for found in diagnostics]}, indent=2)


def as_dict(found: Diagnostic) -> dict[str, object]:
    """One diagnostic as plain data. Lines and columns count from 1, the end is exclusive."""
    return {
        "code": found.code.id,
        "severity": found.severity,
        "message": found.message,
        "help": found.help,
        **_place(found.primary.span),
        "path": found.path,
        "label": found.primary.text,
        "labels": [_label(label) for label in found.also],
        "notes": list(found.notes),
        "fix": _fix(found.fix) if found.fix else None,
    }


def _place(span: Span) -> dict[str, object]:
    return {
        "file": span.file,
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
    }


def _label(label: Label) -> dict[str, object]:
    return {**_place(label.span), "message": label.text}


def _fix(fix: Fix) -> dict[str, object]:
    edits = [{**_place(edit.span), "replacement": edit.replacement} for edit in fix.edits]
    return {"title": fix.title, "certain": fix.certain, "edits": edits}
