"""The schema of what `archc check --format json` prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.diag import codes
from archc.schema.words import DRAFT

if TYPE_CHECKING:
    from archc.catalogue import Schema


def diagnostics_schema() -> Schema:
    """The schema of what `archc check --format json` prints."""
    place = {
        "file": {"type": "string"},
        **{name: {"type": "integer", "minimum": 1} for name in ("line", "column")},
        **{name: {"type": "integer", "minimum": 1} for name in ("end_line", "end_column")},
    }
    text = {"type": "string"}
    diagnostic = {
        "code": {"enum": list(codes.ALL)},
        "severity": {"enum": ["error", "warning"]},
        **dict.fromkeys(("message", "help", "path", "label"), text),
        **place,
        "labels": {"type": "array", "items": _closed({**place, "message": text})},
        "notes": {"type": "array", "items": text},
        "fix": {"anyOf": [_fix(place), {"type": "null"}]},
    }
    return {
        "$schema": DRAFT,
        "$id": "diagnostics-1.schema.json",
        "title": "archc diagnostics, version 1",
        "description": "Lines and columns count from 1, in code points; ends are exclusive.",
        **_closed({"diagnostics": {"type": "array", "items": _closed(diagnostic)}}),
    }


def _fix(place: Schema) -> Schema:
    """Edits to make together; certain ones are those of `archc check --fix`."""
    edit = _closed({**place, "replacement": {"type": "string"}})
    return _closed(
        {
            "title": {"type": "string"},
            "certain": {"type": "boolean"},
            "edits": {"type": "array", "minItems": 1, "items": edit},
        }
    )


def _closed(properties: Schema) -> Schema:
    """An object with all of these and no other properties."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
