"""Differences between two texts, as `diff -u` prints them."""

from __future__ import annotations

import sys
from difflib import unified_diff

from archc.diag.render.cells import printable
from archc.diag.render.paint import paint, wants_colour

_STYLES = {"+": "good", "-": "error", "@": "gutter"}


def unified(name: str, old: str, new: str) -> str:
    """What `patch` takes to make `new` of `old`, without a final newline.

    A terminal gets colours, and never a character that would confuse it.
    """
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    text = "".join(map(_ended, unified_diff(before, after, name, name))).removesuffix("\n")
    if sys.stdout.isatty():
        text = "\n".join(printable(line.rstrip("\r")) for line in text.split("\n"))
    if not wants_colour(sys.stdout):
        return text
    rows = ([(_STYLES.get(line[:1], ""), line)] for line in text.split("\n"))
    return "\n".join(paint(row, colour=True) for row in rows)


def _ended(line: str) -> str:
    return line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
