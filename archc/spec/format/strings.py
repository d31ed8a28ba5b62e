"""Scalars that may take several lines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from archc.spec.format import scalars
from archc.spec.format.model import Text

if TYPE_CHECKING:
    from archc.spec.format.model import Alias

_ESCAPED_SPACE = re.compile(r"\\[ \t]+$", re.MULTILINE)


def lines_of(scalar: Text | Alias, indent: str, room: int) -> list[str]:
    """A value in block style: what goes behind its key, then lines of their own at `indent`.

    Text in quotes, or in none, that was broken into lines stays so where one line has no `room`.
    """
    if isinstance(scalar, Text) and scalar.style in {"|", ">"}:
        return _block(scalar, indent) or [_in_quotes(scalar)]
    whole = scalars.value(scalar, flow=False)
    if isinstance(scalar, Text) and len(whole) > room and _can_be_broken(scalar):
        first, *rest = (line.strip() for line in scalar.raw.split("\n"))
        return [scalars.anchored(scalar.anchor, first), *(_indented(r, indent) for r in rest)]
    return [whole]


def needs_lines(scalar: Text | Alias) -> bool:
    """Whether a value is written as `|` or `>` text, which no line can hold."""
    return isinstance(scalar, Text) and scalar.style in {"|", ">"} and bool(_block(scalar, ""))


def _can_be_broken(scalar: Text) -> bool:
    return "\n" in scalar.raw and not _ESCAPED_SPACE.search(scalar.raw)


def _block(scalar: Text, indent: str) -> list[str]:
    """The lines of `|` or `>` text; none where they would need an indicator to be read back."""
    text = scalar.text
    body = text.removesuffix("\n")
    if not body or body.endswith("\n") or body[0] in " \t\n":
        return []
    lines = body.split("\n") if scalar.style == "|" else _folded(scalar)
    header = scalar.style if text.endswith("\n") else f"{scalar.style}-"
    return [scalars.anchored(scalar.anchor, header), *(_indented(line, indent) for line in lines)]


def _folded(scalar: Text) -> list[str]:
    """The lines as they are written, without their indentation and the blank ones at the end."""
    lines = scalar.raw.rstrip().split("\n")[1:]
    width = len(lines[0]) - len(lines[0].lstrip(" "))
    return [line[width:] for line in lines]


def _indented(line: str, indent: str) -> str:
    return f"{indent}{line}" if line else ""


def _in_quotes(scalar: Text) -> str:
    return scalars.anchored(scalar.anchor, scalars.quoted(scalar.text))
