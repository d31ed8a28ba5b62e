"""The excerpt of one source file: numbered lines, and marks with remarks under them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from archc.diag.brief import brief
from archc.diag.render.cells import printable, view

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archc.diag.diagnostic import Label
    from archc.diag.render.cells import View
    from archc.diag.render.paint import Run
    from archc.diag.source import Source


MOST_CHARACTERS = 500
"""Of a remark beside a mark."""


class Pin(Struct, frozen=True):
    """A label and how it is drawn: `^` in the severity's colour says where to change, `-` why."""

    label: Label
    mark: str
    style: str

    @property
    def line(self) -> int:
        """The line it is drawn under: a span of many lines is marked on its first."""
        return self.label.span.line

    @property
    def primary(self) -> bool:
        """Whether this is where to change."""
        return self.mark == "^"

    def extent(self, line: str) -> tuple[int, int]:
        """The code points of `line` that it marks, from 0; at least one."""
        span = self.label.span
        start = max(span.column - 1, 0)
        end = span.end_column - 1 if span.end_line == span.line else len(line.rstrip())
        return start, max(end, start + 1)


class _Mark(Struct, frozen=True):
    start: int
    end: int
    pin: Pin
    text: str


def excerpt(source: Source, pins: Sequence[Pin], margin: int, width: int) -> Iterator[list[Run]]:
    """The rows for all pins of one file: `margin` is the width of the line numbers."""
    previous = 0
    for number in sorted({pin.line for pin in pins}):
        if previous and number - previous == 2:
            yield from _numbered(source, number - 1, [], margin, width)
        elif previous and number - previous > 2:
            yield [("gutter", "...")]
        here = [pin for pin in pins if pin.line == number]
        yield from _numbered(source, number, here, margin, width)
        previous = number


def _numbered(
    source: Source, number: int, pins: Sequence[Pin], margin: int, width: int
) -> Iterator[list[Run]]:
    line = source.lines[number - 1]
    room = max(width - margin - 3, 20)
    shown, marks = _lay_out(line, pins, room)
    yield [("gutter", f"{number:>{margin}} |"), ("", f" {shown.text}".rstrip())]
    for row in _rows(marks):
        yield [("gutter", f"{'':>{margin}} |"), ("", " "), *row]


def _lay_out(line: str, pins: Sequence[Pin], room: int) -> tuple[View, list[_Mark]]:
    extents = [pin.extent(line) for pin in pins]
    if not extents:
        return view(line, 0, 0, room), []
    first = next((e for pin, e in zip(pins, extents, strict=True) if pin.primary), extents[0])
    shown = view(line, first[0], first[1], room)
    marks = []
    for pin, (low, high) in zip(pins, extents, strict=True):
        start = shown.column(low)
        end = max(shown.column(high), start + 1)
        marks.append(_Mark(start, end, pin, printable(brief(pin.label.text, MOST_CHARACTERS))))
    return shown, marks


def _rows(marks: Sequence[_Mark]) -> Iterator[list[Run]]:
    """The marks, the rightmost one's remark beside it, the others below, from right to left."""
    if not marks:
        return
    row: list[Run] = []
    for mark in sorted(marks, key=lambda m: (m.pin.primary, -m.end + m.start)):
        _put(row, mark.start, mark.pin.mark * (mark.end - mark.start), mark.pin.style)
    last = max(marks, key=lambda m: (m.end, m.start, m.pin.primary))
    if last.text:
        _put(row, len(row) + 1, last.text, last.pin.style)
    yield row
    hanging = sorted((m for m in marks if m.text and m is not last), key=lambda m: m.start)
    if hanging:
        yield _posts(hanging)
    while hanging:
        mark = hanging.pop()
        row = _posts([m for m in hanging if m.start < mark.start])
        _put(row, mark.start, mark.text, mark.pin.style)
        yield row


def _posts(marks: Sequence[_Mark]) -> list[Run]:
    row: list[Run] = []
    for mark in marks:
        _put(row, mark.start, "|", mark.pin.style)
    return row


def _put(row: list[Run], at: int, text: str, style: str) -> None:
    """Write into a row that holds a run for each cell."""
    row.extend([("", " ")] * (at + len(text) - len(row)))
    row[at : at + len(text)] = [(style, char) for char in text]
