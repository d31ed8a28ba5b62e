"""ANSI colours, by hand: diagnostics must not wait for a library."""

from __future__ import annotations

import os
from itertools import groupby
from typing import TYPE_CHECKING, TextIO, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Run: TypeAlias = tuple[str, str]
"""A style's name and the text painted in it."""

_CODES = {
    "error": "1;31",
    "warning": "1;33",
    "gutter": "1;34",
    "strong": "1",
    "good": "1;32",
    "dim": "2",
    "code": "36",
}


def wants_colour(stream: TextIO, environ: Mapping[str, str] | None = None) -> bool:
    """Whether to colour what goes to `stream`: `NO_COLOR`, then `FORCE_COLOR`, then a terminal.

    >>> import io
    >>> wants_colour(io.StringIO(), {"FORCE_COLOR": "1"})
    True
    >>> wants_colour(io.StringIO(), {"FORCE_COLOR": "1", "NO_COLOR": "1"})
    False
    """
    known = os.environ if environ is None else environ
    if known.get("NO_COLOR"):
        return False
    if known.get("FORCE_COLOR", "0") not in {"", "0"}:
        return True
    return stream.isatty() and known.get("TERM") != "dumb"


def paint(runs: Iterable[Run], *, colour: bool) -> str:
    r"""Join runs of styled text, equal neighbours under one escape sequence.

    >>> paint([("error", "a"), ("error", "b"), ("", "c")], colour=True)
    '\x1b[1;31mab\x1b[0mc'
    """
    if not colour:
        return "".join(text for _, text in runs)
    joined = [(style, "".join(t for _, t in group)) for style, group in groupby(runs, _style)]
    return "".join(f"\x1b[{_CODES[s]}m{t}\x1b[0m" if s else t for s, t in joined)


def _style(run: Run) -> str:
    return run[0]
