"""`archc show`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.cli import options
from archc.cli.console import say

if TYPE_CHECKING:
    import argparse

EPILOG = """\
examples:
  archc show resnet50
  archc show d2l/nin > mine.yaml
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The zoo's name."""
    parser.add_argument("name", metavar="NAME", help="a name from `archc list`")


def run(arguments: argparse.Namespace) -> int:
    """Print the file as it is."""
    say(options.spec_file(arguments.name).read_text(encoding="utf-8").rstrip("\n"))
    return 0
