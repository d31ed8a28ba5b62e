"""From the arguments of a command to the architecture that it works on."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from archc.cli import options
from archc.cli.console import show

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from archc.api import Architecture
    from archc.lower import Loaded


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
    settings, sizes = options.settings(arguments), options.sizes(arguments)
    return read(arguments.spec, settings, sizes, quiet=arguments.quiet)


def read(
    spec: str, settings: Mapping[str, object], sizes: Mapping[str, int], *, quiet: bool
) -> Architecture:
    """What a spec says with these parameters and sizes, in the same way."""
    from archc import api

    loaded = api.read(options.spec_file(spec), settings, sizes)
    if loaded.network is None or not quiet:
        show(loaded.diagnostics, loaded.sources)
    if loaded.network is None:
        sys.exit(1)
    return api.Architecture(loaded.network, loaded.sources, loaded.diagnostics)


def loaded(arguments: argparse.Namespace) -> Loaded:
    """What became of the SPEC, right or wrong; what is wrong with it is shown."""
    from archc import api

    settings, sizes = options.settings(arguments), options.sizes(arguments)
    found = api.read(options.spec_file(arguments.spec), settings, sizes)
    if found.network is None or not arguments.quiet:
        show(found.diagnostics, found.sources)
    return found
