"""Cuts the text of an expression into tokens, one at a time as the parser asks for them."""

from __future__ import annotations

import re
from typing import NamedTuple

from archc.diag import codes
from archc.spec.expr.problems import ExprError, Respelling

_TOKEN = re.compile(
    r"""
    (?P<float>(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?|[0-9]+[eE][-+]?[0-9]+)
    |(?P<int>[0-9]+)
    |(?P<name>[^\W\d]\w*)
    |(?P<text>'[^'\\]*'|"[^"\\]*")
    |(?P<op>\*\*|//|<=|>=|==|!=|[-+*/%<>()\[\],:.])
    """,
    re.VERBOSE,
)
_SPACE = re.compile(r"[ \t]*")
_SEGMENT = re.compile(r"(?P<int>-?[0-9]+)(?!\w)|(?P<name>[^\W\d]\w*)|(?P<op>[*(])")
_LOOSE_SEGMENT = re.compile(r"(?P<int>-?[0-9]+)(?![\w-])|(?P<name>\w[\w-]*)|(?P<op>[*(])")
"""As in `from:`, where names may hold `-` and begin with a digit."""

CONSTANTS = {
    "True": True, "False": False, "None": None, "true": True, "false": False, "null": None,
}  # fmt: skip
KEYWORDS = frozenset({"and", "or", "not", "if", "else", "for"})
"""Names that cannot be loop variables or begin a path; `in` begins one."""

_ADVICE = {
    "=": "compare with `==`; arguments have no names here",
    "&": "write `and`",
    "|": "write `or`",
    "!": "write `not`",
    "^": "a power is `**`",
    "{": "an expression has no braces around it; records are written in YAML",
    "$": "inside an expression a name needs no `$`",
    "?": "write `a if condition else b`",
    "\\": "text has no escapes here",
    "'": "the text is never closed",
    '"': "the text is never closed",
    "\n": "an expression stands on one line",
}


_PYTHON = {"&&": "and", "||": "or"}


class Token(NamedTuple):
    """A piece of text. `kind` is `int`, `float`, `name`, `text`, `op` or `end`."""

    kind: str
    text: str
    start: int
    end: int


def scan(text: str, position: int) -> Token:
    """The token that starts at a position, blanks skipped."""
    start = _end_of_space(text, position)
    if start == len(text):
        return Token("end", "", start, start)
    found = _TOKEN.match(text, start)
    if not found or found.lastgroup is None:
        raise strange(text, start)
    token = Token(found.lastgroup, found.group(), start, found.end())
    if token.kind in {"int", "float"}:
        _check_number(text, token)
    return token


def scan_segment(text: str, position: int, *, loose: bool) -> Token:
    """The segment of a path that starts right at a position."""
    found = (_LOOSE_SEGMENT if loose else _SEGMENT).match(text, position)
    if not found or found.lastgroup is None:
        if position < len(text):
            raise strange(text, position, "a name, a number, `(` or `*` belongs here")
        message = "the path ends with a dot" if position else "the path is empty"
        raise ExprError(codes.EXPR_SYNTAX, message, max(position - 1, 0), position)
    token = Token(found.lastgroup, found.group(), position, found.end())
    if token.kind == "int" and len(token.text) > 10:
        raise ExprError(codes.EXPR_LIMIT, "the number is too large", position, token.end)
    return token


def strange(text: str, position: int, advice: str = "") -> ExprError:
    """The complaint about a character that cannot stand where it does."""
    character = text[position]
    shown = repr(character)[1:-1] if not character.isprintable() else character
    advice = _ADVICE.get(character, advice)
    message = f"`{shown}` cannot stand here"
    problem = ExprError(codes.EXPR_SYNTAX, message, position, position + 1, advice)
    problem.respelling = _in_python(text, position)
    return problem


def _in_python(text: str, position: int) -> Respelling | None:
    """The `and` for an `&&`, with the blanks that it needs."""
    word = text[position : position + 2]
    if word not in _PYTHON:
        return None
    before = "" if text[:position].endswith(" ") else " "
    after = "" if text[position + 2 :].startswith(" ") else " "
    return Respelling(word, f"{before}{_PYTHON[word]}{after}", certain=True)


def _end_of_space(text: str, position: int) -> int:
    found = _SPACE.match(text, position)
    return found.end() if found else position


def _check_number(text: str, token: Token) -> None:
    after = text[token.end : token.end + 1]
    if after.isalnum() or after == "_":
        whole = re.split(r"[^\w.]", text[token.start :], maxsplit=1)[0]
        end, message = token.start + len(whole), f"`{whole}` is not a number"
        raise ExprError(codes.EXPR_SYNTAX, message, token.start, end, _number_meant(whole))
    if token.kind == "int" and token.text[0] == "0" and token.text.strip("0"):
        message = "a number does not begin with 0"
        raise ExprError(codes.EXPR_SYNTAX, message, token.start, token.end)


def _number_meant(text: str) -> str:
    """What to write in place of `4_096`, `1.8M` or `3x3`."""
    from archc.spec.expr.plain_number import plain_number

    plain = plain_number(text)
    if plain is not None:
        return plain.help
    sizes = text.split("x")
    if len(sizes) > 1 and all(map(str.isdecimal, sizes)):
        alone = f", or `{sizes[0]}`" if len(set(sizes)) == 1 else ""
        return f"write `[{', '.join(sizes)}]`{alone}"
    return ""
