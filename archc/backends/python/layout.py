"""Lines of at most 100 columns, broken where black would break them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from textwrap import wrap
from typing import TYPE_CHECKING

from msgspec import Struct, field

if TYPE_CHECKING:
    from archc.ir.graph import Path

WIDTH = 100
_OPEN = {"(": ")", "[": "]", "{": "}"}


class Line(Struct, frozen=True):
    """A line of the emitted file.

    `mark` is the path of the node that the line computes, where it is no module of its own.
    """

    text: str
    mark: Path = ()


class Code(Struct):
    """Lines being written, `depth` levels deep."""

    depth: int = 0
    lines: list[Line] = field(default_factory=list[Line])

    def add(self, text: str, inside: int = 0, mark: Path = ()) -> None:
        """A statement, `inside` further levels deep, broken where it is too long."""
        first, *rest = statement(text, self.depth + inside)
        self.lines.append(Line(first, mark))
        self.lines.extend(map(Line, rest))

    def extend(self, lines: Iterable[Line]) -> None:
        """Lines that are laid out already."""
        self.lines.extend(lines)


def statement(text: str, depth: int) -> list[str]:
    """A statement as lines, indented by `depth` levels.

    >>> statement("x = f(a, b)", 1)
    ['    x = f(a, b)']
    >>> for line in statement(
    ...     "x = nn.Sequential(" + ", ".join(["nn.ReLU(inplace=True)"] * 5) + ")", 0
    ... )[:3]:
    ...     print(line)
    x = nn.Sequential(
        nn.ReLU(inplace=True),
        nn.ReLU(inplace=True),
    >>> for line in statement("x = out" + ".flatten(start_dim=1, end_dim=2)" * 3, 0):
    ...     print(line)
    x = (
        out.flatten(start_dim=1, end_dim=2)
        .flatten(start_dim=1, end_dim=2)
        .flatten(start_dim=1, end_dim=2)
    )
    """
    return _fit(text, depth, "")


def _fit(text: str, depth: int, end: str) -> list[str]:
    line = f"{'    ' * depth}{text}{end}"
    if len(line) <= WIDTH:
        return [line]
    assigned, links = _chain(text)
    if links:
        return _fluent(assigned, links, depth)
    bracket = _last_bracket(text)
    if bracket is None:
        return [line]
    start, stop = bracket
    head, body, tail = text[: start + 1], text[start + 1 : stop], text[stop:]
    inner = f"{'    ' * (depth + 1)}{body}"
    parts = list(_split(body))
    loop = _loop(body)
    if loop:
        lines = [line for part in loop for line in _fit(part, depth + 1, "")]
    elif len(inner) <= WIDTH and head.startswith(("def ", "raise ")):
        lines = [inner]
    else:
        comma = "," if len(parts) > 1 or _takes_comma(text, start, body) else ""
        lines = [line for part in parts for line in _fit(part, depth + 1, comma)]
    return [f"{'    ' * depth}{head}", *lines, f"{'    ' * depth}{tail}{end}"]


def _chain(text: str) -> tuple[str, list[str]]:
    """The methods called one after the other, `x.a(1)`, `.b(2)`, `.c(3)`, and what is before them.

    None unless there are three or more.
    """
    begins = _ASSIGNED.match(text)
    if begins is None:
        return "", []
    value, places, depth = text[begins.end() :], [], 0
    for place, char in _code(value):
        depth += (char in _OPEN) - (char in _OPEN.values())
        if depth == 0 and char == ".":
            places.append(place)
        if depth == 0 and not (char.isalnum() or char in "._)]}"):
            return "", []
    cuts = [0, *places[1:], len(value)]
    links = [value[a:b] for a, b in pairwise(cuts)]
    called = len(links) > 2 and all(link.endswith(")") for link in links)
    return (begins[0], links) if called else ("", [])


_ASSIGNED = re.compile(r"(?:\w+ = |return )(?=[A-Za-z_]\w*\.)")


def _fluent(assigned: str, links: list[str], depth: int) -> list[str]:
    """A chain of calls in brackets, on one line or on a line each."""
    pad = "    " * depth
    whole = f"{pad}    {''.join(links)}"
    lines = [whole] if len(whole) <= WIDTH else [f"{pad}    {link}" for link in links]
    return [f"{pad}{assigned}(", *lines, f"{pad})"]


def _last_bracket(text: str) -> tuple[int, int] | None:
    """Where the last pair of brackets that stands in no other pair opens and closes.

    The pair of a subscript stays whole as long as there is another: `f(...)[0]` is broken in `f`.
    """
    found = None
    opened: list[int] = []
    for place, char in _code(text):
        if char in _OPEN:
            opened.append(place)
        elif char in _OPEN.values():
            start = opened.pop()
            whole = found is not None and _follows_value(text, start) and char == "]"
            if not opened and place > start + 1 and not whole:
                found = (start, place)
    return found


def _takes_comma(text: str, start: int, body: str) -> bool:
    """Whether a comma after the only part in a bracket changes nothing.

    It would make a tuple of a subscript (`x[0,]`), and of what is bracketed alone (`(a + b,)`).
    """
    if body.rstrip().endswith(",") or text[start] == "{":
        return True
    return _follows_value(text, start) == (text[start] == "(")


def _follows_value(text: str, start: int) -> bool:
    """Whether a bracket stands right after a value, which it calls or takes a part of."""
    return start > 0 and (text[start - 1].isalnum() or text[start - 1] in "_)]}\"'")


def _split(body: str) -> Iterator[str]:
    """The parts between commas that stand in no brackets."""
    depth = start = 0
    for place, char in _code(body):
        if char in _OPEN:
            depth += 1
        elif char in _OPEN.values():
            depth -= 1
        elif char == "," and depth == 0:
            yield body[start:place].strip()
            start = place + 1
    if body[start:].strip():
        yield body[start:].strip()


def _loop(body: str) -> list[str]:
    """The two parts of a generator, `Block(i)` and `for i in range(3)`; none of anything else."""
    depth = 0
    for place, char in _code(body):
        if char in _OPEN:
            depth += 1
        elif char in _OPEN.values():
            depth -= 1
        elif depth == 0 and body.startswith(" for ", place):
            return [body[:place], body[place + 1 :]]
    return []


def _code(text: str) -> Iterator[tuple[int, str]]:
    """The characters that are not inside a string."""
    quote = ""
    escaped = False
    for place, char in enumerate(text):
        if quote:
            if escaped:
                escaped = False
            elif char == "\\":
                escaped = True
            elif char == quote:
                quote = ""
        elif char in "\"'":
            quote = char
        else:
            yield place, char


class ClassName(Struct, frozen=True):
    """A class of torch as a value: `nn.ReLU`."""

    text: str


def literal(value: object) -> str:
    r"""A plain value as Python source, strings in double quotes.

    >>> literal(("a'b", 1, 1e-05, True, None, float("inf"), (1,)))
    '("a\'b", 1, 1e-05, True, None, float("inf"), (1,))'
    """
    match value:
        case None | bool() | int():
            return repr(value)
        case float():
            return repr(value) if value - value == 0 else f'float("{value}")'
        case str():
            return _quoted(value)
        case ClassName(text=text):
            return text
        case tuple() | list():
            inside = ", ".join(map(literal, value))
            return f"({inside},)" if len(value) == 1 else f"({inside})"
        case _:
            raise TypeError(f"{type(value).__name__} is not a value that a spec can hold")


def _quoted(text: str) -> str:
    shown = repr(text)
    if shown[0] == '"' or '"' in text:
        return shown
    return f'"{shown[1:-1]}"'


def docstring(text: str, depth: int) -> list[str]:
    r"""Text as the lines of a docstring, in which nothing ends the string early.

    >>> docstring("a word", 0)[0].strip('"'), docstring("C:\\new", 0)[0].strip('"')
    ('a word', 'C:\\\\new')
    """
    safe = text.strip().replace("\\", "\\\\")
    if '"""' in safe or safe.endswith('"'):
        safe = safe.replace('"', '\\"')
    safe = "".join(c if c.isprintable() or c == "\n" else repr(c)[1:-1] for c in safe)
    pad = "    " * depth
    lines = [line for part in safe.split("\n") for line in _wrapped(part, WIDTH - len(pad) - 6)]
    if len(lines) == 1:
        return [f'{pad}"""{lines[0]}"""']
    return [f'{pad}"""{lines[0]}', *(f"{pad}{line}".rstrip() for line in lines[1:]), f'{pad}"""']


def _wrapped(text: str, width: int) -> list[str]:
    return wrap(text, width, break_long_words=False, break_on_hyphens=False) or [""]
