"""The diagnostics of one run, each mistake once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from archc.diag.diagnostic import Diagnostic, Label

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from archc.diag.codes import Code
    from archc.diag.fix import Fix
    from archc.diag.source import Source, Span


MAX_FOUND = 250
"""Findings of one run: whoever has more has one mistake that makes them all."""

MAX_MESSAGE = 500
"""Characters of one message, which may quote what is written."""


class Report:
    """Collects what is wrong. A second finding of one code at one place is the same mistake."""

    def __init__(self, texts: Mapping[Path, str] | None = None) -> None:
        """Start with nothing found. `texts` stand for what is in files, by their real path."""
        self.texts = texts or {}
        self._found: dict[tuple[str, Span], Diagnostic] = {}
        self.sources: dict[str, Source] = {}
        self.files: dict[Path, None] = {}
        """The files that were opened, or looked for in vain, in this order."""
        self.reached: dict[str, tuple[str, Span]] = {}
        """How the run came to a file: `extended` or `used`, and where that is written."""
        self.roots: dict[Path, Path] = {}
        """The folder that a file has to stay in, of those that other files name."""
        self.failed = False
        self.removed: dict[str, Span] = {}
        """Nodes and blocks that a file removed from its base, and where."""

    def add(self, diagnostic: Diagnostic) -> None:
        """Keep a finding, unless this mistake is known already."""
        if self.full:
            return
        key = (diagnostic.code.id, diagnostic.primary.span)
        if diagnostic.fix is not None:
            diagnostic = replace(diagnostic, fix=self._quoted(diagnostic.fix))
        self._found.setdefault(key, diagnostic)
        self.failed = self.failed or diagnostic.severity == "error"

    def has(self, code: Code, span: Span) -> bool:
        """Whether this is found at this place."""
        return (code.id, span) in self._found

    @property
    def full(self) -> bool:
        """Whether nothing more is kept, so that it is of no use to look on."""
        return len(self._found) >= MAX_FOUND

    def error(  # noqa: PLR0913 - the parts of a diagnostic, each with its default
        self,
        code: Code,
        message: str,
        span: Span,
        *,
        label: str = "",
        also: tuple[Label, ...] = (),
        help: str = "",
        notes: tuple[str, ...] = (),
        fix: Fix | None = None,
        path: str = "",
    ) -> None:
        """Report `message` at `span`."""
        message = message if len(message) <= MAX_MESSAGE else f"{message[: MAX_MESSAGE - 3]}..."
        primary = Label(span, label)
        self.add(Diagnostic(code, message, primary, also, help, notes, fix, path))

    def extends(self, file: str, base: str) -> bool:
        """Whether a file is another one, or extends it: at once, or through files between."""
        seen = set[str]()
        while base != file and base not in seen:
            seen.add(base)
            how, at = self.reached.get(base, ("", None))
            if how != "extended" or at is None:
                return False
            base = at.file
        return base == file

    def text_at(self, span: Span) -> str:
        """What is written at a place; empty where that is more than one line or not known."""
        source = self.sources.get(span.file)
        if source is None or span.line != span.end_line or span.line > len(source.lines):
            return ""
        return source.lines[span.line - 1][span.column - 1 : span.end_column - 1]

    def _quoted(self, fix: Fix) -> Fix:
        """A fix whose words stand in the quotes of the words that they replace."""
        edits = []
        for edit in fix.edits:
            text, word = self.text_at(edit.span), edit.replacement
            quote = text[:1] if text[:1] in {"'", '"'} and len(text) > 1 else ""
            plain = word[:1] not in {"", "{", "[", "'", '"'} and ": " not in word
            kept = quote and text.endswith(quote) and plain and quote not in word
            edits.append(replace(edit, replacement=f"{quote}{word}{quote}") if kept else edit)
        return replace(fix, edits=tuple(edits))

    def sorted(self) -> tuple[Diagnostic, ...]:
        """Everything found, in reading order, each with the files that lead to it.

        Where an error stands, no warning doubts the same words once more.
        """
        wrong = {f.primary.span for f in self._found.values() if f.severity == "error"}
        kept = [
            found
            for found in self._found.values()
            if found.severity == "error" or found.primary.span not in wrong
        ]
        return tuple(sorted(map(self._traced, kept), key=Diagnostic.sort_key))

    def _traced(self, found: Diagnostic) -> Diagnostic:
        """A finding with how its file came into play; its notes name the blocks that were used."""
        told: list[str] = []
        waiting, seen = found.primary.span.file, set[str]()
        while waiting in self.reached:
            if waiting in seen:
                return found  # a circle, which says so itself
            seen.add(waiting)
            how, at = self.reached[waiting]
            name = "which" if told else f"`{waiting}`"
            if how == "extended" or not found.notes:
                told.append(f"{name} is {how} at {at.file}:{at.line}:{at.column}")
            waiting = at.file
        return replace(found, notes=(*found.notes, ", ".join(told))) if told else found
