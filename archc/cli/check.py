"""`archc check`."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, cast

from archc.cli import options
from archc.cli.checking import check, named_files
from archc.cli.console import good, remark, say, show
from archc.cli.usage import UsageError
from archc.diag.render import FORMATS

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

    from archc.cli.checking import Checked
    from archc.diag.render import Format
    from archc.ir.graph import Network
    from archc.lower import Loaded

EPILOG = """\
A folder stands for every .yaml file below it, those that only hold blocks included.

examples:
  archc check specs/mine.yaml
  archc check specs/ --format github
  archc check specs/mine.yaml --diff        (what --fix would change)
  archc check specs/mine.yaml --watch
  archc check resnet50 --set num_classes=10 --set 'depths=[2, 2, 2, 2]'

exit codes: 0 nothing wrong, 1 errors were found, or --diff shows changes, 2 the command was used
wrongly
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """SPEC..., the format of what is found, and what to do about it."""
    parser.add_argument(
        "specs", nargs="+", metavar="SPEC", help="a .yaml file, a folder of them or a zoo name"
    )
    parser.add_argument(
        "--format", choices=FORMATS, default="text", help="how to print what is found"
    )
    group = parser.add_argument_group("mending")
    group.add_argument("--fix", action="store_true", help="mend what has one certain way out")
    group.add_argument(
        "--diff", action="store_true", help="show what --fix would change, and write nothing"
    )
    group.add_argument(
        "--suggested", action="store_true", help="with --fix or --diff: what is only likely, too"
    )
    parser.add_argument(
        "--watch", action="store_true", help="check again whenever a file involved changes"
    )
    options.add_settings(parser)


def run(arguments: argparse.Namespace) -> int:
    """Check every spec; 1 if any has errors, or `--diff` would change a file."""
    mends = arguments.fix or arguments.diff
    if arguments.watch and mends:
        raise UsageError("--watch only looks: take it or --fix")
    if arguments.suggested and not mends:
        raise UsageError("--suggested goes with --fix or --diff")
    if arguments.watch:
        _watch(arguments)
    if mends:
        from archc.cli import mending

        return mending.run(arguments, _show)
    checked = check(arguments)
    _show(checked, arguments)
    return int(checked.failed)


def _show(checked: Checked, arguments: argparse.Namespace) -> None:
    """Print what came out."""
    to = cast("Format", arguments.format)
    loud = to == "text" and not arguments.quiet
    if loud:
        for name, file, loaded in checked.specs:
            _say_verdict(name, file, loaded)
    show(checked.diagnostics, checked.sources, to)
    if loud and checked.diagnostics:
        _hint(checked, arguments)


def _hint(checked: Checked, arguments: argparse.Namespace) -> None:
    """Say how many of the mistakes archc can mend itself."""
    from archc.cli.mending import fixable

    certain, suggested = fixable(checked)
    if certain:
        remark(f"{certain} can be mended by `archc check --fix`; --diff shows how")
    elif suggested and not arguments.suggested:
        remark(f"{suggested} may be mended by `archc check --fix --suggested`; --diff shows how")


def _watch(arguments: argparse.Namespace) -> NoReturn:
    """Check again and again; what is wrong with the command itself is told once, at the start."""
    from archc.cli.watching import repeat

    named_files(arguments)
    repeat(partial(_turn, arguments), also=partial(_named, arguments))


def _turn(arguments: argparse.Namespace) -> Iterable[Path]:
    """One check under `--watch`: the files that it came to."""
    files: tuple[Path, ...] = ()
    try:
        checked = check(arguments)
        _show(checked, arguments)
        files = checked.files
    except UsageError as gone:
        remark(gone.report())
    if not arguments.quiet:
        remark(f"checked at {time.strftime('%H:%M:%S')}, and again on save; Ctrl-C ends it")
    return files


def _named(arguments: argparse.Namespace) -> Iterable[Path]:
    """The files that the SPECs stand for now, those that are gone included."""
    try:
        return [file for _, file in named_files(arguments)]
    except UsageError:
        return map(Path, arguments.specs)


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
