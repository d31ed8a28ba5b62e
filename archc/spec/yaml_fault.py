"""What the YAML library complains about, in plain words and with a way out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from archc.diag import codes
from archc.diag.diagnostic import Diagnostic, Fix, Label
from archc.diag.source import Span
from archc.spec.yaml_build import NESTED

if TYPE_CHECKING:
    from archc.diag.source import Source

_PAIRS = {"(": ")", "[": "]", "{": "}"}
_NO_SPACE = re.compile(r"\s*[\w.-]+:[^\s:]")
_TWO_COLONS = re.compile(r"[^'\"#]*: [^'\"#{\[]*: ")


class Mark(NamedTuple):
    """A place as the YAML library counts it, from 0."""

    line: int
    column: int


class Fault(NamedTuple):
    """A complaint: the library's words, its place, and the start of what is around it."""

    problem: str
    mark: Mark
    around: Mark | None


def describe(source: Source, fault: Fault, last: Span | None) -> Diagnostic:
    """The diagnostic for a complaint. `last` is the last node that was read whole."""
    problem, around = fault.problem, fault.around
    mark = Mark(min(fault.mark.line, len(source.lines) - 1), fault.mark.column)
    if fault.mark.line > mark.line:
        mark = Mark(mark.line, len(source.lines[mark.line]))
    if "nesting depth" in problem:
        # libyaml from 0.2.6 on has a limit of its own, met before it hands out the first level.
        return Diagnostic(codes.TOO_DEEP, NESTED, Label(_point(source, mark)))
    if "expected ',' or" in problem:
        return _unclosed(source, mark, around or mark, last)
    if around and "end of stream" in problem:
        at = Label(_point(source, around))
        return Diagnostic(codes.YAML_SYNTAX, "this quote is never closed", at)
    if around and "expected ':'" in problem:
        return _no_colon(source, around)
    message, help_ = _words(source, problem, mark)
    also: tuple[Label, ...] = ()
    if around and message.startswith("the indentation"):
        also = (Label(_point(source, around), "what it should line up with starts here"),)
    return Diagnostic(codes.YAML_SYNTAX, message, Label(_point(source, mark)), also, help_)


def _no_colon(source: Source, start: Mark) -> Diagnostic:
    """A key whose `:` is missing; the library notices on a later line."""
    end = len(source.lines[start.line].rstrip())
    at = Span(source.file, start.line + 1, start.column + 1, start.line + 1, end + 1)
    return Diagnostic(
        codes.YAML_SYNTAX, "this key has no `:`", Label(at), help="put a `:` after it"
    )


def _point(source: Source, mark: Mark) -> Span:
    """The one character at a mark, kept inside the file."""
    line = min(mark.line, len(source.lines) - 1)
    width = len(source.lines[line])
    column = min(mark.column, width) if line == mark.line else width
    return Span(source.file, line + 1, column + 1, line + 1, min(column + 1, width) + 1)


def _character(source: Source, mark: Mark) -> str:
    span = _point(source, mark)
    return source.lines[span.line - 1][span.column - 1 : span.end_column - 1]


_WORDS = (
    ("sequence entries", "a list item does not fit here", "start each `- ` on its own line"),
    ("expected '-'", "the indentation does not fit the list above", "start with `- `, or indent"),
    ("expected key", "the indentation does not fit the lines above", "line the keys up"),
    ("<block end>", "the indentation does not fit the lines above", "line the keys up"),
    ("escape", "the `\\` inside double quotes does not fit", "use single quotes"),
    ("hexdec", "the `\\` inside double quotes does not fit", "use single quotes"),
)


def _words(source: Source, problem: str, mark: Mark) -> tuple[str, str]:
    """A message and help for a complaint about one place."""
    if "cannot start any token" in problem:
        return _strange_start(source, mark)
    if "mapping values are not allowed" in problem:
        return "a `:` does not fit here", _colon_help(source, mark)
    if "node content" in problem:
        return f"a value is missing before `{_character(source, mark) or 'the end'}`", ""
    for part, message, help_ in _WORDS:
        if part in problem:
            return message, help_
    return f"the file is not valid YAML here: {problem}", ""


def _strange_start(source: Source, mark: Mark) -> tuple[str, str]:
    found = _character(source, mark)
    if found == "\t":
        return "a tab is used for indentation", "indent with spaces"
    return f"a value cannot start with `{found}`", "put the value in quotes"


def _colon_help(source: Source, mark: Mark) -> str:
    here = source.lines[mark.line] if mark.line < len(source.lines) else ""
    above = next((line for line in reversed(source.lines[: mark.line]) if line.strip()), "")
    if _NO_SPACE.match(above):
        return "a key's `:` is followed by a space; the line above has none"
    if _TWO_COLONS.match(here):
        return "put a value that holds `: ` in quotes, or the mapping in `{ }`"
    return "is the `:` missing in the line above, or is this line indented too far?"


def _unclosed(source: Source, mark: Mark, opening: Mark, last: Span | None) -> Diagnostic:
    """A `{` or `[` without its end: an expression without quotes, or really an open bracket."""
    if last is not None and last.line == last.end_line == mark.line + 1:
        line = source.lines[mark.line]
        end = _expression_end(line, last.column - 1)
        text = line[last.column - 1 : end]
        if mark.column < end and "[" in text and line[mark.column] in "[.+-*/%<>=!(":
            return unquoted(last.within(0, end - last.column + 1), text)
    bracket = _character(source, opening)
    other = Label(_point(source, mark), "its end, or a `,`, is missing before this")
    message = f"this `{bracket}` is never closed"
    return Diagnostic(codes.YAML_SYNTAX, message, Label(_point(source, opening)), (other,))


def unquoted(span: Span, text: str) -> Diagnostic:
    """An expression with a comma or a bracket inside `{ }` or `[ ]`, which YAML takes apart."""
    mended = f"'{text}'" if '"' in text else f'"{text}"'
    message = f"inside {{ }} or [ ] the expression `{text}` needs quotes"
    listed = as_list(text)
    if listed is not None:
        mended, message = listed, "a list is written with `[ ]`, not `( )`"
    fix = Fix(span, mended)
    return Diagnostic(codes.UNQUOTED, message, Label(span), help=f"write `{mended}`", fix=fix)


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
        character = line[column]
        if character in _PAIRS:
            waiting.append(_PAIRS[character])
        elif waiting and character == waiting[-1]:
            waiting.pop()
        elif character in ")]}" or (character == "," and not waiting):
            return len(line[:column].rstrip())
    return len(line.rstrip())
