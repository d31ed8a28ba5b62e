"""From the arguments of a command to the architecture that it works on."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from archc.cli import options
from archc.cli.console import show

if TYPE_CHECKING:
    import argparse

    from archc.api import Architecture


def add_spec(parser: argparse.ArgumentParser) -> None:
    """The only SPEC of a command."""
    parser.add_argument("spec", metavar="SPEC", help="a .yaml file or a zoo name")


def file_name(name: str) -> str:
    """A network's name as that of a file: a spec cannot choose the folder it is written to.

    >>> file_name("resnet50"), file_name("../a b"), file_name("..")
    ('resnet50', 'a_b', 'network')
    """
    return re.sub(r"[^\w.-]+", "_", name).strip("._-") or "network"


def architecture(arguments: argparse.Namespace) -> Architecture:
    """What the SPEC says. What is wrong with it is shown; errors end the command with 1."""
    from archc.api import Architecture, read

    file = options.spec_file(arguments.spec)
    loaded = read(file, options.settings(arguments), options.sizes(arguments))
    if loaded.network is None or not arguments.quiet:
        show(loaded.diagnostics, loaded.sources)
    if loaded.network is None:
        sys.exit(1)
    return Architecture(loaded.network, loaded.sources, loaded.diagnostics)
