"""Source text as a terminal shows it: safe characters, and how many cells each takes."""

from __future__ import annotations

import unicodedata
from bisect import bisect_left, bisect_right
from itertools import accumulate

from msgspec import Struct

_TAB = "    "
_CUT = "..."


def printable(text: str) -> str:
    r"""The text with all that is invisible, moves the cursor or reorders a line spelt out.

    >>> printable("a\x1b[2Jb\u202e")
    'a<U+001B>[2Jb<U+202E>'
    """
    if text.isprintable():
        return text
    return "".join(map(_shown, text))


def cells(text: str) -> int:
    """How many terminal cells a printable text takes.

    >>> cells("conv"), cells("卷积")
    (4, 4)
    """
    return len(text) if text.isascii() else sum(map(_cells, text))


class View(Struct, frozen=True):
    """The part of a source line that is shown.

    `columns` holds the terminal column of each code point from `first` on, and of the end.
    """

    text: str
    first: int
    columns: tuple[int, ...]

    def column(self, index: int) -> int:
        """The column of a code point of the line, at the edge for one that is cut off."""
        return self.columns[min(max(index - self.first, 0), len(self.columns) - 1)]


def view(line: str, anchor: int, end: int, room: int) -> View:
    """Show `line`, or the part of it around code points `anchor` to `end` that fits `room` cells.

    >>> view("x" * 50 + "y" + "z" * 50, 50, 51, 20).text
    '...xxxyzzzzzzzzzz...'
    """
    low, high = max(0, anchor - room), min(len(line), anchor + 2 * room)
    shown = [_shown(char) for char in line[low:high]]
    columns = [0, *accumulate(map(cells, shown))]
    if low == 0 and high == len(line) and columns[-1] <= room:
        return View("".join(shown), 0, tuple(columns))
    start, stop = _window(columns, anchor - low, end - low, room, from_start=low == 0)
    before = _CUT if low + start else ""
    after = _CUT if low + stop < len(line) else ""
    moved = tuple(column - columns[start] + len(before) for column in columns[start : stop + 1])
    return View(before + "".join(shown[start:stop]) + after, low + start, moved)


def _window(
    columns: list[int], anchor: int, end: int, room: int, *, from_start: bool
) -> tuple[int, int]:
    """The code points to show: from the start if the span then fits, else from a bit before it."""
    start = 0
    anchor, end = min(anchor, len(columns) - 1), min(end, len(columns) - 1)
    if not from_start or columns[end] > room - len(_CUT):
        start = bisect_left(columns, max(0, columns[anchor] - room // 3 + len(_CUT)))
    edge = columns[start] + room - len(_CUT) * (2 if start or not from_start else 1)
    return start, max(start, bisect_right(columns, edge) - 1)


def _shown(char: str) -> str:
    if char == "\t":
        return _TAB
    if "\ufe00" <= char <= "\ufe0f":
        return ""  # asks for an emoji, of a width that terminals do not agree on
    return char if char.isprintable() else f"<U+{ord(char):04X}>"


def _cells(char: str) -> int:
    if unicodedata.east_asian_width(char) in "WF":
        return 2
    if "\u1160" <= char <= "\u11ff":
        return 0  # the rest of a Korean syllable, which takes the room of its first letter
    return 0 if unicodedata.category(char) in {"Mn", "Me"} else 1
