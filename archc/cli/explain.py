"""`archc explain`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.cli.console import say
from archc.cli.usage import UsageError
from archc.diag import codes, pages
from archc.diag.diagnostic import did_you_mean

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
        say("\n".join(f"{code.id}  {code.title}" for code in codes.ALL.values()))
        return 0
    name = arguments.code.upper()
    code = codes.ALL.get(name)
    if code is None:
        near = did_you_mean(name, codes.ALL) or "`archc explain` lists the codes"
        raise UsageError(f"no such code: {arguments.code}", near)
    page = pages.find(name)
    say(page.plain() if page else f"{code.id}: {code.title}")
    return 0
