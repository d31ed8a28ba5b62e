"""From text to what was written: the pieces of the YAML, with the comments between them."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

from archc.spec.format.model import Alias, Collection, Entry, Text
from archc.spec.yaml import gaps, pieces

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archc.spec.format.model import Written
    from archc.spec.yaml import Piece

_COMMENT = re.compile(r"#[^\n]*")
_ANCHOR = re.compile(r"&\S+(?:\s|#[^\n]*\n)*")
_HEADER = re.compile(r"[|>][-+0-9]*[ \t]+(#[^\n]*)")


class Note(NamedTuple):
    """A comment and where it stands."""

    start: int
    line: int
    column: int
    text: str


def read(text: str) -> Entry:
    """The root of a YAML text that `parse` takes, lines ending in a line feed."""
    return _Reader(text).root()


class _Lines:
    """Lines and columns of offsets, both from 0."""

    def __init__(self, text: str) -> None:
        self.lines = text.split("\n")
        self.starts = [0]
        for line in self.lines:
            self.starts.append(self.starts[-1] + len(line) + 1)

    def of(self, offset: int) -> int:
        return bisect_right(self.starts, offset) - 1

    def column(self, offset: int) -> int:
        return offset - self.starts[self.of(offset)]

    def blank_between(self, above: int, below: int) -> bool:
        return any(not line.strip() for line in self.lines[above + 1 : below])


class _Reader:
    """Takes the pieces in order. `line` is where the last one, or the last comment, ended."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = _Lines(text)
        self.pieces = list(pieces(text))
        self.notes = list(_notes(text, self.lines))
        self.next_piece = 0
        self.next_note = 0
        self.line = -1

    def root(self) -> Entry:
        """The one value of the file; all comments after it are its foot."""
        entry = self.entry(is_map=False, column=-1)
        above, foot = entry.above, self.above(len(self.text))
        after = entry.value.foot if isinstance(entry.value, Collection) else above
        above += filter(None, [entry.head])
        after += [*filter(None, [entry.tail]), *foot]
        return Entry(None, entry.value, above)

    def peek(self) -> Piece:
        """The next piece."""
        return self.pieces[self.next_piece]

    def take(self) -> Piece:
        """The next piece, and on."""
        self.next_piece += 1
        return self.pieces[self.next_piece - 1]

    def note_before(self, offset: int) -> Note | None:
        """The next comment if it stands before an offset."""
        if self.next_note == len(self.notes):
            return None
        note = self.notes[self.next_note]
        return note if note.start < offset else None

    def above(self, offset: int, column: int = 0) -> list[str]:
        """The comments before an offset, from a column on, and blank lines as empty strings."""
        found: list[str] = []
        while (note := self.note_before(offset)) and note.column >= column:
            found += [""] * self.lines.blank_between(self.line, note.line)
            found.append(note.text)
            self.line = note.line
            self.next_note += 1
        return found

    def behind(self, offset: int) -> str:
        """The comment on the line where the last piece ended, if it stands before an offset."""
        note = self.note_before(offset)
        if note is None or note.line != self.line:
            return ""
        self.next_note += 1
        return note.text

    def entry(self, *, is_map: bool, column: int) -> Entry:
        """A list's item or a mapping's key and value. `column` is the mapping's."""
        first = self.peek()
        above = self.above(first.start)
        above += [""] * self.lines.blank_between(self.line, self.lines.of(first.start))
        self.line = self.lines.of(first.start)
        key = self.leaf() if is_map else None
        return self.valued(Entry(key, _NOTHING, above), column)

    def valued(self, entry: Entry, column: int) -> Entry:
        """The entry with its value."""
        piece = self.peek()
        if piece.kind in {"map", "list"}:
            if entry.key and piece.style:
                entry.above += self.comments(piece.start)
            entry.value = self.collection(entry, column)
        else:
            entry.above += self.comments(piece.start)
            entry.value = self.leaf()
        limit = self.peek().start if self.next_piece < len(self.pieces) else len(self.text)
        entry.tail = self.behind(limit) or _header_comment(entry.value)
        return entry

    def comments(self, offset: int) -> list[str]:
        """The comments before an offset without blank lines."""
        return [line for line in self.above(offset) if line]

    def leaf(self) -> Text | Alias:
        """A scalar or an alias."""
        piece = self.take()
        self.line = max(self.line, self.lines.of(_text_end(self.text, piece)))
        if piece.kind == "alias":
            return Alias(piece.text)
        raw = self.text[piece.start : piece.end]
        if piece.anchor:
            raw = _ANCHOR.sub("", raw, count=1)
        return Text(piece.text, piece.style, raw, piece.anchor)

    def collection(self, entry: Entry, column: int) -> Collection:
        """A mapping or list; the comment behind its start becomes the entry's `head`."""
        start = self.take()
        flow, is_map = bool(start.style), start.kind == "map"
        if flow:
            self.line = self.lines.of(start.end)
        result = Collection(is_map, anchor=start.anchor)
        if flow or entry.key or start.anchor:
            entry.head = self.behind(self.peek().start)
        inner = self.indentation(start)
        while self.peek().kind != "end":
            result.entries.append(self.entry(is_map=is_map, column=inner))
        end = self.take()
        if flow:
            result.foot = self.above(end.start)
            self.line = self.lines.of(end.end)
        else:
            # a list may stand right below its key, where a comment is the next key's
            result.foot = self.above(end.start, inner + (entry.key is not None and inner == column))
        return result

    def indentation(self, start: Piece) -> int:
        """The column of a block collection; an anchor stands on another line than the entries."""
        if not start.anchor:
            return self.lines.column(start.start)
        line = self.lines.lines[self.lines.of(self.peek().start)]
        return len(line) - len(line.lstrip(" "))


_NOTHING = Text("", "", "")


def _text_end(text: str, piece: Piece) -> int:
    """Where a scalar ends, without the blank lines that a block scalar takes in."""
    return piece.start + len(text[piece.start : piece.end].rstrip("\n "))


def _header_comment(value: Written) -> str:
    """The comment behind the `|` or `>` of a block scalar."""
    if not isinstance(value, Text) or value.style not in {"|", ">"}:
        return ""
    found = _HEADER.match(value.raw)
    return found[1].rstrip() if found else ""


def _notes(text: str, lines: _Lines) -> Iterator[Note]:
    """The comments between tokens."""
    for start, end in gaps(text):
        for match in _COMMENT.finditer(text, start, end):
            at = match.start()
            yield Note(at, lines.of(at), lines.column(at), match.group().rstrip())
