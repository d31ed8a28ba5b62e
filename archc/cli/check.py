"""`archc check`."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from archc.cli import options
from archc.cli.console import good, say, show
from archc.diag.render import FORMATS

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from archc.diag.diagnostic import Diagnostic
    from archc.diag.render import Format
    from archc.diag.source import Source
    from archc.ir.graph import Network
    from archc.lower import Loaded

EPILOG = """\
A folder stands for every .yaml file below it, those that only hold blocks included.

examples:
  archc check specs/mine.yaml
  archc check specs/ --format github
  archc check resnet50 --set num_classes=10 --set 'depths=[2, 2, 2, 2]'

exit codes: 0 nothing wrong, 1 errors were found, 2 the command was used wrongly
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """SPEC... and the format of what is found."""
    parser.add_argument(
        "specs", nargs="+", metavar="SPEC", help="a .yaml file, a folder of them or a zoo name"
    )
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
    found: dict[tuple[object, ...], Diagnostic] = {}
    sources: dict[str, Source] = {}
    for name, file in [named for spec in arguments.specs for named in options.spec_files(spec)]:
        loaded = read(file, settings, sizes, library=True)
        for diagnostic in loaded.diagnostics:
            found.setdefault(_mistake(diagnostic), diagnostic)
        sources.update(loaded.sources)
        if not quiet:
            _say_verdict(name, file, loaded)
    show(found.values(), sources, to)
    return int(any(diagnostic.severity == "error" for diagnostic in found.values()))


def _mistake(found: Diagnostic) -> tuple[object, ...]:
    """What makes two findings one mistake, when several specs lead to the same place."""
    return (found.code.id, found.primary.span, found.message)


def _say_verdict(name: str, file: Path, loaded: Loaded) -> None:
    """A good spec in a line, `name` in place of its own where a folder holds it."""
    if loaded.network is not None:
        say(f"{name or loaded.network.name}: {good('ok')}, {verdict(loaded.network)}")
    elif loaded.library:
        count = len(loaded.library)
        say(f"{file}: {good('ok')}, {count} block{'s' * (count > 1)} and no network")


def verdict(network: Network) -> str:
    """The facts of a network in a line: `25,557,032 parameters, 8.18 GFLOPs, ...`."""
    from archc.analysis.costs import measure
    from archc.analysis.figures import short, thousands

    body, costs = network.body, measure(network)
    ins = ", ".join(str(type_) for _, type_ in body.inputs)
    outs = ", ".join(str(body.type_of(out.ref)) for out in body.outputs if not out.training)
    figures = f"{thousands(costs.params)} parameters, {short(costs.flops, 'FLOPs')}"
    needs = [c.text for c in network.constraints if ">=" not in c.text and not c.declared]
    told = f", needs {', '.join(needs)}" if needs else ""
    return f"{figures}, {ins} -> {outs}{told}"
