"""Brackets in YAML that do not close, and expressions that YAML takes apart at their commas."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from archc.diag import codes
from archc.diag.diagnostic import Diagnostic, Label
from archc.diag.fix import replacing
from archc.diag.source import Span

if TYPE_CHECKING:
    from archc.diag.source import Source

_IN_FROM = re.compile(r"\bfrom: *(?:[\[{][^\]}]*)?$")
"""What stands before a path on its line."""
PAIRS = {"(": ")", "[": "]", "{": "}"}


class Mark(NamedTuple):
    """A place as the YAML library counts it, from 0."""

    line: int
    column: int


def point(source: Source, mark: Mark) -> Span:
    """The one character at a mark, kept inside the file."""
    line = min(mark.line, len(source.lines) - 1)
    width = len(source.lines[line])
    column = min(mark.column, width) if line == mark.line else width
    return Span(source.file, line + 1, column + 1, line + 1, min(column + 1, width) + 1)


def character(source: Source, mark: Mark) -> str:
    span = point(source, mark)
    return source.lines[span.line - 1][span.column - 1 : span.end_column - 1]


def unclosed(source: Source, mark: Mark, opening: Mark, last: Span | None) -> Diagnostic:
    """A `{` or `[` without its end: an expression without quotes, or really an open bracket."""
    if last is not None and last.line == last.end_line == mark.line + 1:
        line = source.lines[mark.line]
        end = _expression_end(line, last.column - 1)
        text = line[last.column - 1 : end]
        if mark.column < end and "[" in text and line[mark.column] in "[.+-*/%<>=!(":
            return unquoted(last.within(0, end - last.column + 1), text, line[: last.column - 1])
    return _unclosed_bracket(source, mark, opening, last)


def never_closed(source: Source, opening: Mark) -> Diagnostic:
    """A bracket that is still open where the file ends."""
    bracket, at = character(source, opening), Label(point(source, opening))
    message, help_ = (
        f"this `{bracket}` is never closed",
        f"close it with `{PAIRS.get(bracket, '')}`",
    )
    return Diagnostic(codes.YAML_SYNTAX, message, at, help=help_)


def _unclosed_bracket(source: Source, mark: Mark, opening: Mark, last: Span | None) -> Diagnostic:
    """What goes on where a `,` or the end of a bracket has to come."""
    bracket, found = character(source, opening), character(source, mark)
    start, here, end = point(source, opening), point(source, mark), PAIRS.get(bracket, "")
    if last is not None and last.end_line > last.line and _quoted(source, last):
        at, also = last.within(0, 1), Label(here, "it ends here")
        message, help_ = "this quote is closed on a later line only", "close it where the text ends"
    elif found in PAIRS.values():
        at, also = here, Label(start, "this is what it would have to close")
        message, help_ = f"this `{found}` does not close a `{bracket}`", f"write `{end}`"
    elif mark.line == opening.line and end in source.lines[mark.line][mark.column :]:
        at, also = _word_before(source, here), Label(start, f"inside this `{bracket}`")
        message, help_ = "a `,` is missing before this", "put a `,` between two entries"
    else:
        at, also = start, Label(here, "its end, or a `,`, is missing before this")
        message, help_ = f"this `{bracket}` is never closed", f"close it with `{end}`"
    return Diagnostic(codes.YAML_SYNTAX, message, Label(at), (also,), help_)


def _quoted(source: Source, span: Span) -> bool:
    return source.lines[span.line - 1][span.column - 1 : span.column] in {"'", '"'}


def _word_before(source: Source, at: Span) -> Span:
    """The word that a `:` stands behind; the place itself where no word is."""
    line = source.lines[at.line - 1]
    word = re.search(r"[\w.-]+\s*$", line[: at.column - 1])
    if word is None or line[at.column - 1] != ":":
        return at
    return Span(at.file, at.line, word.start() + 1, at.line, at.column)


def unquoted(span: Span, text: str, before: str) -> Diagnostic:
    """An expression with a comma or a bracket inside `{ }` or `[ ]`, which YAML takes apart.

    `before` is what stands before it on its line.
    """
    from archc.spec.expr import is_certain_path, unbracketed

    path = unbracketed(text) if _IN_FROM.search(before) else ""
    if path:
        fix = replacing(span, path, certain=is_certain_path(path))
        message, help_ = f"parts of a node follow a dot, not `{text}`", f"write `{path}`"
        return Diagnostic(codes.UNQUOTED, message, Label(span), help=help_, fix=fix)
    mended = "'" + text.replace("'", "''") + "'" if '"' in text else f'"{text}"'
    message = f"inside {{ }} or [ ] the expression `{text}` needs quotes"
    listed = as_list(text)
    if listed is not None:
        mended, message = listed, "a list is written with `[ ]`, not `( )`"
    loop = re.fullmatch(r"(\w+) in (.+)", text)
    if loop is not None and before.rstrip().endswith("for:"):
        fix = replacing(span, f'{{{loop[1]}: "{loop[2]}"}}')
        message = "a loop is a mapping of its variable to what it walks"
        help_ = f"write `{fix.edits[0].replacement}`"
        return Diagnostic(codes.UNQUOTED, message, Label(span), help=help_, fix=fix)
    fix = replacing(span, mended, certain=listed is not None or _is_expression(text))
    return Diagnostic(codes.UNQUOTED, message, Label(span), help=f"write `{mended}`", fix=fix)


def _is_expression(text: str) -> bool:
    """Whether the text is one, so that nothing else can be meant."""
    from archc.spec.expr import ExprError, parse

    try:
        parse(text)
    except ExprError as problem:
        return problem.code is not codes.EXPR_SYNTAX
    return True


def as_list(text: str) -> str | None:
    """Python's notation of a tuple as a list; None for every other text.

    >>> as_list("(3, 3)"), as_list("max(3, n)"), as_list("(a) * (b)")
    ('[3, 3]', None, None)
    """
    inside = text[1:-1]
    if not (text.startswith("(") and text.endswith(")") and "," in inside):
        return None
    depths = [inside[: i + 1].count("(") - inside[: i + 1].count(")") for i in range(len(inside))]
    return f"[{inside.strip(', ')}]" if min(depths) == 0 else None


def unquoted_end(source: Source, span: Span, text: str) -> int | None:
    """The column (from 0) where an expression ends of which a plain scalar is only the start.

    None when the scalar is whole, or nothing closes its bracket on the line.
    """
    if text.count("(") <= text.count(")") or span.line != span.end_line:
        return None
    line = source.lines[span.line - 1]
    end = _expression_end(line, span.column - 1)
    whole = line[span.column - 1 : end]
    return end if whole.count("(") == whole.count(")") else None


def _expression_end(line: str, start: int) -> int:
    """Where the value that starts at a column of the line ends: at a `,` or closing bracket."""
    waiting: list[str] = []
    for column in range(start, len(line)):
        here = line[column]
        if here in PAIRS:
            waiting.append(PAIRS[here])
        elif waiting and here == waiting[-1]:
            waiting.pop()
        elif here in ")]}" or (here == "," and not waiting):
            return len(line[:column].rstrip())
    return len(line.rstrip())
