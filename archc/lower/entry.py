"""Entries of a mapping as it is written, with what divides them: taking one out, adding one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from archc.diag.fix import Edit
from archc.diag.source import Source, Span

if TYPE_CHECKING:
    from collections.abc import Sequence

_AFTER = re.compile(r"\s*[,}]")
_COMMA = re.compile(r"\s*,\s*")


def key_of(source: Source, key: str, value: Span) -> re.Match[str] | None:
    """The key before a value on its line: a comma before it if there is one, and its quote.

    >>> line = "conv: {op: Conv2d, stride: 2}"
    >>> key_of(Source("a.yaml", line), "stride", Span("a.yaml", 1, 28, 1, 29)).group()
    ', stride: '
    """
    if value.line > len(source.lines):
        return None
    before = source.lines[value.line - 1][: value.column - 1]
    return re.search(rf"(,\s*)?(['\"]?)\b{re.escape(key)}\2\s*:\s+$", before)


def entry(source: Source, key: str, value: Span) -> Span | None:
    """What to remove for the entry of `key`, of which the `value` is known.

    None where the entry is not on one line, is all there is, or shares its line with a comment.

    >>> line = "conv: {op: Conv2d, in_channels: 3, stride: 2}"
    >>> found = entry(Source("a.yaml", line), "in_channels", Span("a.yaml", 1, 33, 1, 34))
    >>> line[: found.column - 1] + line[found.end_column - 1 :]
    'conv: {op: Conv2d, stride: 2}'
    """
    number, found = value.line, key_of(source, key, value)
    if number != value.end_line or found is None:
        return None
    before, after = found.string, source.lines[number - 1][value.end_column - 1 :]
    if found[1] and _AFTER.match(after):
        return Span(value.file, number, found.start() + 1, number, value.end_column)
    comma = _COMMA.match(after)
    if before[: found.start()].rstrip().endswith("{") and comma:
        end = value.end_column + comma.end()
        return Span(value.file, number, found.start() + 1, number, end)
    alone = not before[: found.start()].strip() and not after.strip()
    return _line(source.lines, value.file, number) if alone else None


def added(source: Source, key: str, value: Span, entry: str) -> Edit | None:
    """What to write for one more entry behind that of `key`, of which the `value` is known.

    >>> line = "lstm: {op: LSTM, hidden_size: 8}"
    >>> added(
    ...     Source("a.yaml", line), "op", Span("a.yaml", 1, 12, 1, 16), "dropout: 0.1"
    ... ).replacement
    ', dropout: 0.1'
    """
    written = key_of(source, key, value)
    if written is None:
        return None
    ahead = written.string[: written.start(2)]
    text = f", {entry}" if ahead.strip() not in {"", "-"} else f"\n{' ' * len(ahead)}{entry}"
    end = value.end_line, value.end_column
    return Edit(Span(value.file, *end, *end), text)


def _line(lines: Sequence[str], file: str, number: int) -> Span:
    """A whole line with its end; of the last one, the end of the line before."""
    if number < len(lines):
        return Span(file, number, 1, number + 1, 1)
    start = len(lines[number - 2]) + 1 if number > 1 else 1
    return Span(file, max(number - 1, 1), start, number, len(lines[number - 1]) + 1)
