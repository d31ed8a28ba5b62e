"""The page of a diagnostic code as a terminal shows it: prose in its width, code indented."""

from __future__ import annotations

import re
from itertools import groupby
from textwrap import wrap
from typing import TYPE_CHECKING

from archc.diag.render.paint import paint

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archc.diag.pages import Page
    from archc.diag.render.paint import Run

WIDEST = 100
"""Columns of prose on a terminal that has more."""
_CODE = re.compile(r"(`[^`]+`)")


def render_page(page: Page, *, width: int, colour: bool) -> str:
    """The page without Markdown's marks, no prose wider than `width`."""
    lines = page.text.rstrip().split("\n")
    fenced = False
    rows: list[list[Run]] = []
    for code, group in groupby(lines, key=lambda line: line.startswith("```")):
        if code:
            fenced = not fenced
        elif fenced:
            rows += ([("code", f"    {line}")] if line else [] for line in group)
        else:
            rows += _prose("\n".join(group), min(width, WIDEST))
    return "\n".join(paint(row, colour=colour).rstrip() for row in rows)


def _prose(text: str, width: int) -> Iterator[list[Run]]:
    """Paragraphs, each filled anew; the heading is the first."""
    for paragraph in re.split(r"(\n\n+|\A\n|\n\Z)", text):
        if not paragraph.strip():
            yield from ([] for _ in range(min(paragraph.count("\n"), 1)))
        elif paragraph.startswith("# "):
            yield from ([("strong", line)] for line in wrap(paragraph[2:], width))
        else:
            for line in wrap(paragraph, width, break_long_words=False, break_on_hyphens=False):
                yield [("code" if run.startswith("`") else "", run) for run in _CODE.split(line)]
