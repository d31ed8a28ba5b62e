"""`archc list`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from archc.cli.console import say, show, table_width

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

EPILOG = """\
examples:
  archc list
  archc list --format json
"""

_SHORTEST_DESCRIPTION = 20


class Entry(Struct, frozen=True):
    """A network of the zoo."""

    name: str
    params: int
    flops: int
    description: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The format."""
    parser.add_argument("--format", choices=("text", "json"), default="text")


def run(arguments: argparse.Namespace) -> int:
    """Load every network of the zoo; 1 if one has errors."""
    from archc.spec import zoo

    names = zoo.names()
    entries = list(_entries(names))
    if arguments.format == "json":
        say(json.dumps(msgspec.to_builtins(entries), indent=2))
    else:
        say(_table(entries, table_width()))
        if libraries := zoo.libraries():
            say(f"\nblocks for use by other specs: {', '.join(libraries)}")
    return int(len(entries) < len(names))


def _entries(names: Sequence[str]) -> Iterator[Entry]:
    from archc.analysis.costs import measure
    from archc.api import read

    for name in names:
        loaded = read(name)
        if loaded.network is None:
            show(loaded.diagnostics, loaded.sources)
            continue
        network = loaded.network
        costs = measure(network)
        yield Entry(name, costs.params, costs.flops, network.description)


def _table(entries: Sequence[Entry], width: int | None) -> str:
    from archc.analysis.figures import short, thousands

    head = ("name", "parameters", "FLOPs", "description")
    lines = [head]
    for entry in entries:
        figures = (thousands(entry.params), short(entry.flops))
        lines.append((entry.name, *figures, entry.description))
    one, two, three, _ = (max(map(len, column)) for column in zip(*lines, strict=True))
    left = one + two + three + 6
    room = None if width is None else max(width - left, _SHORTEST_DESCRIPTION)
    return "\n".join(
        f"{name:<{one}}  {params:>{two}}  {flops:>{three}}  {text[:room]}".rstrip()
        for name, params, flops, text in lines
    )
