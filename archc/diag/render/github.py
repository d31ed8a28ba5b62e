"""Diagnostics as workflow commands: annotations on the lines of a pull request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.diag.render.text import count

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from archc.diag.diagnostic import Diagnostic
    from archc.diag.source import Source

MOST = 10
"""What GitHub shows of one step; further annotations would be dropped without a word."""


def render(
    diagnostics: Sequence[Diagnostic], sources: Mapping[str, Source], *, width: int, colour: bool
) -> str:
    """At most ten annotations, errors first, and a line with the count."""
    del sources, width, colour
    if not diagnostics:
        return ""
    chosen = sorted(diagnostics, key=lambda found: found.severity)[:MOST]
    hidden = len(diagnostics) - len(chosen)
    rest = f", {hidden} of them not annotated" if hidden else ""
    return "\n".join([*map(_annotation, chosen), f"found {count(diagnostics)}{rest}"])


def _annotation(found: Diagnostic) -> str:
    at = found.primary.span
    place = {"file": at.file.replace("\\", "/"), "line": at.line, "endLine": at.end_line}
    if at.end_line == at.line:
        # Columns are allowed on one line only; GitHub's end column is inclusive.
        place |= {"col": at.column, "endColumn": max(at.end_column - 1, at.column)}
    place["title"] = f"{found.code.id}: {found.code.title}"
    values = ",".join(f"{name}={_property(str(value))}" for name, value in place.items())
    message = "\n".join([found.message, *([f"help: {found.help}"] if found.help else [])])
    return f"::{found.severity} {values}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
