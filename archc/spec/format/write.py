"""From what was written to lines in the canonical style."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from archc.spec.format import scalars
from archc.spec.format.flow import one_line
from archc.spec.format.model import Collection, Text, depth, has_comments
from archc.spec.format.roles import Role, is_spread, role_of
from archc.spec.format.strings import lines_of

if TYPE_CHECKING:
    from archc.spec.format.model import Alias, Entry

WIDTH = 120
"""Columns of a line, a comment behind it left out: a convolution with all it may need fits."""
REMARKS = 44
"""The column (from 0) of comments behind a value, where there is room."""
DEEPEST = 3
"""Collections inside one another on one line."""


class Chunk(Struct):
    """The lines of an entry, and the comments and blank lines above them, not yet indented."""

    above: list[str]
    lines: list[str] = field(default_factory=list[str])


def write(root: Entry) -> str:
    """The text of a file."""
    value = root.value
    lines = _above(root.above, "", first=True)
    if not isinstance(value, Collection):
        lines += lines_of(value, "  ", WIDTH)
    elif not value.entries:
        lines += [*value.foot, one_line(value) or ""]
    else:
        extends = value.is_map and value.get("extends") is not None
        lines += [f"&{value.anchor}"] if value.anchor else []
        lines += _joined(_Writer(extends=extends).chunks(value, "", Role.FILE), "")
    return "\n".join(lines) + "\n"


class _Writer(Struct, frozen=True):
    """Lays out entries at an indentation. `extends` says that the file changes another."""

    extends: bool

    def chunks(self, collection: Collection, indent: str, role: Role) -> list[Chunk]:
        """Every entry; the comments after the last one count to it."""
        found = [self.entry(e, indent, role_of(e, collection, role)) for e in collection.entries]
        found[-1].lines += [f"{indent}{line}" if line else "" for line in collection.foot]
        return found

    def entry(self, entry: Entry, indent: str, role: Role) -> Chunk:
        """One entry in the form that suits it."""
        _hoist(entry)
        value = entry.value
        if not isinstance(value, Collection):
            return self.scalar(entry, value, indent)
        line = self.line(entry, value, indent, role)
        if line is not None:
            inside = [entry.head] if entry.head and (entry.tail or value.foot) else []
            comment = entry.tail or ("" if inside else entry.head)
            above = [*entry.above, *inside, *filter(None, value.foot)]
            return Chunk(above, _with_comment([line], comment))
        _move_tail(entry, value)
        if entry.key is None and not value.anchor:
            return self.nested(entry, value, indent, role)
        start = " ".join(
            filter(None, [indent + _marker(entry), scalars.anchored(value.anchor, "")])
        )
        inner = f"{indent}  "
        lines = _joined(self.chunks(value, inner, role), inner)
        return Chunk(entry.above, [*_with_comment([start], entry.head), *lines])

    def scalar(self, entry: Entry, value: Text | Alias, indent: str) -> Chunk:
        """An entry whose value is a scalar or an alias."""
        start = f"{indent}{_marker(entry)} "
        first, *rest = lines_of(value, f"{indent}  ", WIDTH - len(start))
        lines = [f"{start}{first}", *rest]
        block = isinstance(value, Text) and value.style in {"|", ">"}
        return Chunk(entry.above, _with_comment(lines, entry.tail, at=0 if block else -1))

    def line(self, entry: Entry, value: Collection, indent: str, role: Role) -> str | None:
        """A collection on the line of its key; None where it is laid out in several."""
        if value.entries and (
            depth(value) > DEEPEST
            or has_comments(entry)
            or is_spread(value, role, extends=self.extends)
        ):
            return None
        text = one_line(value)
        if text is None:
            return None
        line = f"{indent}{_marker(entry)} {text}"
        return line if len(line) <= WIDTH or not value.entries else None

    def nested(self, entry: Entry, value: Collection, indent: str, role: Role) -> Chunk:
        """A collection in a list: its first line stands behind the `-`."""
        inner = f"{indent}  "
        first, *rest = self.chunks(value, inner, role)
        above = [*entry.above, *filter(None, [entry.head])]
        lines = [f"{indent}- {first.lines[0].removeprefix(inner)}", *first.lines[1:]]
        return Chunk(above, [*lines, *_joined(rest, inner, first=False)])


def _marker(entry: Entry) -> str:
    """What stands before the value."""
    return "-" if entry.key is None else scalars.key(entry.key, flow=False)


def _hoist(entry: Entry) -> None:
    """Comments between the `-` of a list and what follows go above it."""
    value = entry.value
    if entry.key is not None or not isinstance(value, Collection) or value.anchor:
        return
    for first in value.entries[:1]:
        _hoist(first)
        if entry.head or any(first.above):
            entry.above += [*filter(None, [entry.head]), *first.above]
            entry.head, first.above = "", []


def _move_tail(entry: Entry, value: Collection) -> None:
    """A comment behind closing brackets that go away: behind the key, or else at the end."""
    if entry.tail and (entry.head or has_comments(entry)):
        value.foot.append(entry.tail)
    elif entry.tail:
        entry.head = entry.tail
    entry.tail = ""


def _joined(chunks: list[Chunk], indent: str, *, first: bool = True) -> list[str]:
    lines: list[str] = []
    for chunk in chunks:
        lines += _above(chunk.above, indent, first=first and not lines)
        lines += chunk.lines
    return lines


def _above(above: list[str], indent: str, *, first: bool) -> list[str]:
    """Comments at an indentation, at most one blank line between, none where a level starts."""
    lines: list[str] = []
    for line in above:
        if line:
            lines.append(f"{indent}{line}")
        elif lines[-1:] != [""] and (lines or not first):
            lines.append("")
    return lines


def _with_comment(lines: list[str], comment: str, *, at: int = -1) -> list[str]:
    """The lines with a comment behind one of them."""
    if comment:
        lines[at] = f"{lines[at]:<{REMARKS - 2}}  {comment}"
    return lines
