"""Making the edits of fixes in a text: line ends stay as they are, nothing else moves."""

from __future__ import annotations

import re
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from archc.diag.diagnostic import Diagnostic
    from archc.diag.fix import Edit, Fix

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")


def apply(text: str, edits: Iterable[Edit]) -> str:
    r"""The text with all edits made, which must not overlap. Equal ones are made once.

    >>> from archc.diag.fix import Edit
    >>> from archc.diag.source import Span
    >>> apply("a: 1\r\nb: x # why\r\n", [Edit(Span("f", 2, 4, 2, 5), "y")])
    'a: 1\r\nb: y # why\r\n'
    """
    starts = [0, *accumulate(len(line) for line in _LINE.findall(text))]
    for edit in sorted(set(edits), key=_place, reverse=True):
        at = edit.span
        start = starts[at.line - 1] + at.column - 1
        end = starts[at.end_line - 1] + at.end_column - 1
        text = text[:start] + edit.replacement + text[end:]
    return text


def compatible(fixes: Iterable[Fix]) -> tuple[Fix, ...]:
    """The fixes that can be made at once, in order: one that touches an earlier one is left out.

    Fixes that make the very same edits are one.
    """
    taken: list[Edit] = []
    kept: dict[tuple[Edit, ...], Fix] = {}
    for fix in fixes:
        if fix.edits in kept or any(_touch(new, old) for new in fix.edits for old in taken):
            continue
        kept[fix.edits] = fix
        taken += fix.edits
    return tuple(kept.values())


def _touch(one: Edit, other: Edit) -> bool:
    """Whether two edits overlap, or meet: what comes first is then not clear."""
    if one.span.file != other.span.file:
        return False
    return _place(one)[:2] <= _place(other)[2:] and _place(other)[:2] <= _place(one)[2:]


def _place(edit: Edit) -> tuple[int, int, int, int]:
    at = edit.span
    return (at.line, at.column, at.end_line, at.end_column)


def fits(found: Diagnostic, *, suggested: bool) -> bool:
    """Whether a diagnostic has a fix to apply: a certain one, or any with `suggested`."""
    return found.fix is not None and (suggested or found.fix.certain)
