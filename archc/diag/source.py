"""Where text came from."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import force_setattr


class Span(Struct, frozen=True):
    """A stretch of a file. Lines and columns count from 1, in code points; the end is exclusive."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int

    def within(self, start: int, end: int) -> Span:
        """The part from character `start` up to `end` of a one-line span; itself if it has many.

        >>> Span("a.yaml", 3, 10, 3, 20).within(2, 5)
        Span(file='a.yaml', line=3, column=12, end_line=3, end_column=15)
        """
        if self.line != self.end_line:
            return self
        return Span(self.file, self.line, self.column + start, self.line, self.column + end)


class Source(Struct, frozen=True):
    """One file as it was read, for the excerpts of diagnostics. `file` is the name people see."""

    file: str
    text: str
    lines: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Split the text the way editors count lines."""
        text = self.text.replace("\r\n", "\n").replace("\r", "\n")
        force_setattr(self, "lines", tuple(text.split("\n")))
