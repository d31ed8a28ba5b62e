"""Diagnostics as SARIF 2.1.0, which code scanning services read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from archc.diag import pages

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from archc.diag.codes import Code
    from archc.diag.diagnostic import Diagnostic, Label
    from archc.diag.fix import Edit, Fix
    from archc.diag.source import Source, Span

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)


def render(
    diagnostics: Sequence[Diagnostic], sources: Mapping[str, Source], *, width: int, colour: bool
) -> str:
    """One run with the rules that were broken. Columns count code points, paths are relative."""
    del sources, width, colour
    codes = sorted({found.code.id: found.code for found in diagnostics}.values(), key=_id)
    index = {code.id: place for place, code in enumerate(codes)}
    run = {
        "tool": {"driver": {"name": "archc", "rules": [_rule(code) for code in codes]}},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {
            "%SRCROOT%": {"description": {"text": "the folder that archc was run in"}}
        },
        "results": [_result(found, index[found.code.id]) for found in diagnostics],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)


def _id(code: Code) -> str:
    return code.id


def _rule(code: Code) -> dict[str, object]:
    rule: dict[str, object] = {
        "id": code.id,
        "shortDescription": {"text": code.title},
        "defaultConfiguration": {"level": "error" if code.id.startswith("E") else "warning"},
    }
    if page := pages.find(code.id):
        rule["help"] = {"text": page.plain(), "markdown": page.text}
    return rule


def _result(found: Diagnostic, index: int) -> dict[str, object]:
    lines = [found.message, *found.notes, *([f"help: {found.help}"] if found.help else [])]
    result: dict[str, object] = {
        "ruleId": found.code.id,
        "ruleIndex": index,
        "level": found.severity,
        "message": {"text": "\n".join(lines)},
        "locations": [_location(label, found.path) for label in _in_files([found.primary])],
        "relatedLocations": [_related(label, n) for n, label in enumerate(_in_files(found.also))],
    }
    if found.fix:
        result["fixes"] = [_fix(found.fix)]
    return result


def _in_files(labels: Iterable[Label]) -> list[Label]:
    """The labels in files: `--set width` is a place that only people understand."""
    return [label for label in labels if not label.span.file.startswith("--")]


def _location(label: Label, path: str) -> dict[str, object]:
    location: dict[str, object] = {"physicalLocation": _physical(label.span)}
    if path:
        location["logicalLocations"] = [{"fullyQualifiedName": path}]
    return location


def _related(label: Label, number: int) -> dict[str, object]:
    text = label.text or "related"
    return {"id": number, "physicalLocation": _physical(label.span), "message": {"text": text}}


def _physical(span: Span) -> dict[str, object]:
    return {"artifactLocation": _artifact(span.file), "region": _region(span)}


def _artifact(file: str) -> dict[str, object]:
    path = Path(file)
    if path.is_absolute() and path.is_relative_to(Path.cwd()):
        path = path.relative_to(Path.cwd())
    if path.is_absolute():
        return {"uri": path.as_uri()}
    return {"uri": quote(path.as_posix(), errors="replace"), "uriBaseId": "%SRCROOT%"}


def _region(span: Span) -> dict[str, object]:
    return {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }


def _fix(fix: Fix) -> dict[str, object]:
    """A change of each file; whether it is certain has no place of its own in SARIF."""
    files = dict.fromkeys(edit.span.file for edit in fix.edits)
    return {
        "description": {"text": fix.title},
        "artifactChanges": [
            {
                "artifactLocation": _artifact(file),
                "replacements": [_replacement(e) for e in fix.edits if e.span.file == file],
            }
            for file in files
        ],
        "properties": {"certain": fix.certain},
    }


def _replacement(edit: Edit) -> dict[str, object]:
    content = {"insertedContent": {"text": edit.replacement}} if edit.replacement else {}
    return {"deletedRegion": _region(edit.span), **content}
