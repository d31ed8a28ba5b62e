"""What the YAML library complains about, in plain words and with a way out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from archc.diag import codes
from archc.diag.diagnostic import Diagnostic, Label
from archc.diag.source import Span
from archc.spec.yaml_bracket import PAIRS, Mark, character, never_closed, point, unclosed
from archc.spec.yaml_build import NESTED, NO_KEY
from archc.spec.yaml_tabs import TABS

if TYPE_CHECKING:
    from archc.diag.source import Source

_NO_SPACE = re.compile(r"\s*[\w.-]+:[^\s:]")
_ENTRY = re.compile(r"\s*(?:- +)?[\w.-]+: +[^\s|>#]")
_KEY = re.compile(r"[\w-]+:")
_COMMENT = re.compile(r"\s*(//|/\*|--(?=\s)|;|%)")
_TWO_COLONS = re.compile(r"[^'\"#]*: [^'\"#{\[]*: ")


class Fault(NamedTuple):
    """A complaint: the library's words, its place, and the start of what is around it."""

    problem: str
    mark: Mark
    around: Mark | None
    bracket: Span | None = None
    """The innermost bracket that is open."""


def fault_of(error: Exception, bracket: Span | None) -> Fault:
    """What an exception of the YAML library says."""
    mark, around = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
    return Fault(
        getattr(error, "problem", None) or str(error),
        Mark(mark.line, mark.column) if mark else Mark(0, 0),
        Mark(around.line, around.column) if around else None,
        bracket,
    )


def describe(source: Source, fault: Fault, last: Span | None) -> Diagnostic:
    """The diagnostic for a complaint. `last` is the last node that was read whole."""
    problem, around = fault.problem, fault.around
    mark = Mark(min(fault.mark.line, len(source.lines) - 1), fault.mark.column)
    if fault.mark.line > mark.line:
        mark = Mark(mark.line, len(source.lines[mark.line]))
    special = _special(source, fault, mark, last)
    if special is not None:
        return special
    message, help_ = _words(source, problem, mark)
    also: tuple[Label, ...] = ()
    if around and message.startswith("the indentation"):
        also = (Label(point(source, around), "what it should line up with starts here"),)
    return Diagnostic(codes.YAML_SYNTAX, message, Label(point(source, mark)), also, help_)


def _special(source: Source, fault: Fault, mark: Mark, last: Span | None) -> Diagnostic | None:
    """Complaints that are told elsewhere than where the library noticed."""
    problem, around = fault.problem, fault.around
    if "nesting depth" in problem:
        # libyaml from 0.2.6 on has a limit of its own, met before it hands out the first level.
        return Diagnostic(codes.TOO_DEEP, NESTED, Label(point(source, mark)))
    if "expected ',' or" in problem:
        return unclosed(source, mark, around or mark, last)
    if fault.bracket is not None and "node content" in problem and not character(source, mark):
        return never_closed(source, Mark(fault.bracket.line - 1, fault.bracket.column - 1))
    if around and "end of stream" in problem:
        at, help_ = Label(point(source, around)), "close it where the text ends"
        return Diagnostic(codes.YAML_SYNTAX, "this quote is never closed", at, help=help_)
    if around and "expected ':'" in problem:
        return _no_colon(source, around)
    return _other_comment(source, mark) or _indented(source, problem, mark)


def lone_question(found: Diagnostic, source: Source) -> Diagnostic | None:
    """The complaint about a `?` for an unknown value, which YAML takes for the start of a key."""
    at = found.primary.span
    before = source.lines[at.line - 1][: at.column - 1].rstrip(", ")
    if found.message != NO_KEY or not before.endswith("?"):
        return None
    span = Span(at.file, at.line, len(before), at.line, len(before) + 1)
    message = "a `?` begins a key in YAML, and no key follows"
    return replace(found, message=message, primary=Label(span), help=_OPEN)


def _indented(source: Source, problem: str, mark: Mark) -> Diagnostic | None:
    """A key that is indented further than the whole entry above it."""
    above = next((n for n in range(mark.line - 1, -1, -1) if source.lines[n].strip()), None)
    if "mapping values" not in problem or above is None:
        return None
    here, there = (_indent(source.lines[n]) for n in (mark.line, above))
    if here <= there or not _ENTRY.match(source.lines[above]):
        return None
    at = Span(source.file, mark.line + 1, 1, mark.line + 1, here + 1)
    line = Span(source.file, above + 1, there + 1, above + 1, len(source.lines[above].rstrip()) + 1)
    message, help_ = "this line is indented too far", "line it up with the one above"
    also = (Label(line, "this entry is whole already"),)
    return Diagnostic(codes.YAML_SYNTAX, message, Label(at), also, help_)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _other_comment(source: Source, mark: Mark) -> Diagnostic | None:
    """A comment as C, Lua or SQL write it, in the line of the complaint or the one above."""
    for number in (mark.line, mark.line - 1):
        found = _COMMENT.match(source.lines[number]) if 0 <= number < len(source.lines) else None
        if found:
            at = Span(source.file, number + 1, found.start(1) + 1, number + 1, found.end(1) + 1)
            message, help_ = f"a comment does not begin with `{found[1]}`", "begin it with `#`"
            return Diagnostic(codes.YAML_SYNTAX, message, Label(at), help=help_)
    return None


def _no_colon(source: Source, start: Mark) -> Diagnostic:
    """A key whose `:` is missing; the library notices on a later line."""
    end = len(source.lines[start.line].rstrip())
    at = Span(source.file, start.line + 1, start.column + 1, start.line + 1, end + 1)
    return Diagnostic(
        codes.YAML_SYNTAX, "this key has no `:`", Label(at), help="put a `:` after it"
    )


_OPEN = "text takes quotes; a size left open is a capital, as in `[N, 3, H, W]`"
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
    if character(source, mark) == "\t":
        return TABS, "indent with spaces"
    if "cannot start any token" in problem:
        return _strange_start(source, mark)
    if "mapping values are not allowed" in problem:
        return "a `:` does not fit here", _colon_help(source, mark)
    if "mapping keys" in problem and character(source, mark) == "?":
        return "a `?` begins a key in YAML, and no key follows", _OPEN
    if "node content" in problem:
        found = character(source, mark)
        help_ = _OPEN if found == "?" else ""
        return f"a value is missing before {f'`{found}`' if found else 'the end'}", help_
    if "alphabetic or numeric" in problem:
        sign = source.lines[mark.line][max(mark.column - 1, 0) : mark.column]
        return f"no name follows the `{sign}`, which begins an alias or anchor in YAML", _OPEN
    told = _out_of_line(source, problem, mark)
    general = ((message, help_) for part, message, help_ in _WORDS if part in problem)
    return told or next(general, (f"the file is not valid YAML here: {problem}", ""))


def _out_of_line(source: Source, problem: str, mark: Mark) -> tuple[str, str] | None:
    """What does not go on as the lines above do: a bracket, an item, a key."""
    if character(source, mark) in PAIRS.values():
        return f"nothing is open that this `{character(source, mark)}` could close", "remove it"
    if "expected key" in problem and character(source, mark) == "-":
        return "an item stands among the keys of a mapping", "give it a name: `name: ...`"
    if "expected '-'" in problem and _KEY.match(source.lines[mark.line], mark.column):
        return "a key stands among the items of a list", "start it with `- `, or indent it"
    return None


def _strange_start(source: Source, mark: Mark) -> tuple[str, str]:
    found = character(source, mark)
    return f"a value cannot start with `{found}`", "put the value in quotes"


def _colon_help(source: Source, mark: Mark) -> str:
    here = source.lines[mark.line] if mark.line < len(source.lines) else ""
    above = next((line for line in reversed(source.lines[: mark.line]) if line.strip()), "")
    if _NO_SPACE.match(above):
        return "a key's `:` is followed by a space; the line above has none"
    if _TWO_COLONS.match(here):
        return "put a value that holds `: ` in quotes, or the mapping in `{ }`"
    return "is the `:` missing in the line above, or is this line indented too far?"
