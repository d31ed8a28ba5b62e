"""`archc check`."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from archc.cli import options
from archc.cli.console import good, say, show
from archc.diag.render import FORMATS

if TYPE_CHECKING:
    import argparse

    from archc.diag.diagnostic import Diagnostic
    from archc.diag.render import Format
    from archc.diag.source import Source
    from archc.ir.graph import Network

EPILOG = """\
examples:
  archc check specs/mine.yaml
  archc check specs/*.yaml --format github
  archc check resnet50 --set num_classes=10 --set 'depths=[2, 2, 2, 2]'

exit codes: 0 nothing wrong, 1 errors were found, 2 the command was used wrongly
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """SPEC... and the format of what is found."""
    parser.add_argument("specs", nargs="+", metavar="SPEC", help="a .yaml file or a zoo name")
    parser.add_argument(
        "--format", choices=FORMATS, default="text", help="how to print what is found"
    )
    options.add_settings(parser)


def run(arguments: argparse.Namespace) -> int:
    """Check every spec; 1 if any has errors."""
    from archc.api import read

    to = cast("Format", arguments.format)
    quiet = arguments.quiet or to != "text"
    settings, sizes = options.settings(arguments), options.sizes(arguments)
    found: list[Diagnostic] = []
    sources: dict[str, Source] = {}
    for file in [options.spec_file(spec) for spec in arguments.specs]:
        loaded = read(file, settings, sizes)
        found += loaded.diagnostics
        sources.update(loaded.sources)
        if loaded.network and not quiet:
            say(verdict(loaded.network))
    show(dict.fromkeys(found), sources, to)
    return int(any(diagnostic.severity == "error" for diagnostic in found))


def verdict(network: Network) -> str:
    """A good spec in a line: `resnet50: ok, 25,557,032 parameters, 8.18 GFLOPs, ...`."""
    from archc.analysis.costs import measure
    from archc.analysis.figures import short, thousands

    body, costs = network.body, measure(network)
    ins = ", ".join(str(type_) for _, type_ in body.inputs)
    outs = ", ".join(str(body.type_of(out.ref)) for out in body.outputs if not out.training)
    figures = f"{thousands(costs.params)} parameters, {short(costs.flops, 'FLOPs')}"
    return f"{network.name}: {good('ok')}, {figures}, {ins} -> {outs}"
