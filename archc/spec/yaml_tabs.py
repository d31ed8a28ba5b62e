"""Tabs in front of lines, which YAML refuses: the same file with spaces."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from archc.diag.edits import apply
from archc.diag.fix import Edit, Fix
from archc.diag.source import Source, Span
from archc.spec.node import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from archc.diag.diagnostic import Diagnostic
    from archc.spec.node import Plain, Tree

    Parse = Callable[[Source], tuple[Tree | None, tuple[Diagnostic, ...]]]

TABS = "a tab is used for indentation"
"""What is said of them."""
WIDTHS = (2, 4, 8)
"""Columns that editors give to a tab."""
MAX_LENGTH = 200_000
"""Characters of a file that is read once more for each of them."""
_MARGIN = re.compile(r"[ \t]*\t[ \t]*")


def untabbed(source: Source, parse: Parse) -> Fix | None:
    """Spaces in place of all tabs in front of lines, if that makes the file readable.

    It is certain when every width that makes it readable means the same by it.
    """
    if len(source.text) > MAX_LENGTH or not any(map(_MARGIN.match, source.lines)):
        return None
    read = {width: _meaning(source, width, parse) for width in WIDTHS}
    good = {width: meaning for width, meaning in read.items() if meaning is not None}
    if not good:
        return None
    width, meaning = next(iter(good.items()))
    certain = all(other == meaning for other in good.values())
    return Fix(tuple(_edits(source, width)), "indent with spaces", certain)


def _edits(source: Source, width: int) -> Iterator[Edit]:
    for number, line in enumerate(source.lines, 1):
        margin = _MARGIN.match(line)
        if margin:
            span = Span(source.file, number, 1, number, margin.end() + 1)
            yield Edit(span, margin.group().expandtabs(width))


def _meaning(source: Source, width: int, parse: Parse) -> list[Plain] | None:
    """What the file says with tabs of a width, in a list; None where it is not YAML then."""
    text = apply("\n".join(source.lines), _edits(source, width))
    tree, found = parse(Source(source.file, text))
    return [plain(tree)] if tree is not None and not found else None
