"""Pictures from the command line: their formats, and the files that they are written to."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from archc.cli.console import say
from archc.cli.drawing import THEMES, fit_of
from archc.cli.usage import UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from archc.viz.options import Choices, Options

FORMATS = ("svg", "png", "pdf", "dot", "html", "mermaid")
ENDINGS = {f".{form}": form for form in FORMATS} | {".gv": "dot", ".htm": "html", ".mmd": "mermaid"}


def add_looks(parser: argparse._ActionsContainer) -> None:
    """How a picture looks."""
    parser.add_argument("--level", type=int, choices=range(4), default=1, help="how much is shown")
    parser.add_argument(
        "--direction", choices=("TB", "LR"), default="TB", help="where data flows (default: TB)"
    )
    parser.add_argument("--theme", choices=THEMES, default="paper", help="default: paper")
    parser.add_argument("--fit", metavar="WxH", help="fill so many pixels, 96 to an inch: 1600x900")
    engines = "graphviz-pure, dot, pygraphviz, archc, or a path"
    parser.add_argument("--engine", metavar="E", help=engines)


def choices_of(arguments: argparse.Namespace) -> Choices:
    """What was asked for by `add_looks`, as `archc.viz` takes it."""
    return {
        "level": arguments.level,
        "direction": arguments.direction,
        "engine": arguments.engine,
        "theme": arguments.theme,
        "fit": fit_of(arguments.fit),
    }


def options_of(arguments: argparse.Namespace) -> Options:
    """The same, for pictures that are not of a network alone."""
    from archc.viz.options import Options

    return Options(**choices_of(arguments))


def form_of(asked: str | None, file: str, known: Mapping[str, str] = ENDINGS) -> str:
    """The format that was asked for, else the one that a file's ending means."""
    if asked:
        return asked
    ending = Path(file).suffix
    if ending not in known:
        listed = ", ".join(dict.fromkeys(known.values()))
        raise UsageError(f"no format ends in `{ending}`", f"use --format: {listed}")
    return known[ending]


def save(file: str | Path, made: str | bytes, *, quiet: bool) -> None:
    """Write a file whole or not at all, and say so."""
    from archc.backends.files import write_atomic

    try:
        write_atomic(Path(file), made)
    except OSError as problem:
        raise UsageError(f"cannot write {file}: {problem.strerror}") from None
    if not quiet:
        say(f"wrote {file}")
