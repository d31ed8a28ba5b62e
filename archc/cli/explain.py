"""`archc explain`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from archc.cli.console import say, table_width
from archc.cli.usage import UsageError
from archc.diag import codes, pages
from archc.diag.diagnostic import did_you_mean
from archc.diag.render.page import WIDEST, render_page
from archc.diag.render.paint import paint, wants_colour

if TYPE_CHECKING:
    import argparse

EPILOG = """\
examples:
  archc explain E0401
  archc explain            (every code with its title)
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The code, or none for the list."""
    parser.add_argument("code", metavar="CODE", nargs="?", help="the code in a diagnostic's [...]")


def run(arguments: argparse.Namespace) -> int:
    """Print the code's page."""
    if arguments.code is None:
        say(_listed(colour=wants_colour(sys.stdout)))
        return 0
    name = arguments.code.upper()
    code = codes.ALL.get(name)
    if code is None:
        near = did_you_mean(name, codes.ALL) or "`archc explain` lists the codes"
        raise UsageError(f"no such code: {arguments.code}", near)
    page = pages.find(name)
    width, colour = table_width() or WIDEST, wants_colour(sys.stdout)
    say(render_page(page, width=width, colour=colour) if page else f"{code.id}: {code.title}")
    return 0


def _listed(*, colour: bool) -> str:
    """Every code with its title, by stage."""
    parts = []
    for start, stage in codes.STAGES.items():
        head = paint([("strong", stage)], colour=colour)
        here = [code for code in codes.ALL.values() if code.id.startswith(start)]
        parts.append("\n".join([head, *(f"  {code.id}  {code.title}" for code in here)]))
    return "\n\n".join(parts)
