"""`archc viz`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from archc.cli import loading, options
from archc.cli.console import doing, say
from archc.cli.loading import file_name
from archc.cli.usage import UsageError

if TYPE_CHECKING:
    import argparse

    from archc.api import Architecture

FORMATS = ("svg", "png", "pdf", "dot", "html", "mermaid")
ENDINGS = {f".{form}": form for form in FORMATS} | {".gv": "dot", ".htm": "html", ".mmd": "mermaid"}
EPILOG = """\
levels: 0 overview, 1 the paper's figure (default), 2 blocks opened, 3 every op

examples:
  archc viz resnet50
  archc viz resnet50 -o resnet50.png --level 0
  archc viz specs/mine.yaml -o mine.pdf --direction LR
  archc viz resnet50 -o page.html
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """SPEC, where to, and how it looks."""
    loading.add_spec(parser)
    parser.add_argument("-o", "--output", metavar="FILE", help="default: NAME.svg here")
    parser.add_argument("--format", choices=FORMATS, help="default: by the file's ending")
    parser.add_argument("--level", type=int, choices=range(4), default=1, help="how much is shown")
    parser.add_argument(
        "--direction", choices=("TB", "LR"), default="TB", help="where data flows; not in html"
    )
    parser.add_argument("--engine", metavar="E", help="graphviz-pure, dot, archc, or a path")
    options.add_settings(parser)


def run(arguments: argparse.Namespace) -> int:
    """Draw the network into a file."""
    form = _format(arguments)
    arch = loading.architecture(arguments)
    file = Path(arguments.output or f"{file_name(arch.name)}.{form}")
    _write(arch, form, file, arguments)
    if not arguments.quiet:
        say(f"wrote {file}")
    return 0


def _write(arch: Architecture, form: str, file: Path, arguments: argparse.Namespace) -> None:
    from archc.backends.files import write_atomic
    from archc.viz.engine import DrawingError

    try:
        with doing(f"drawing {arch.name}", quiet=arguments.quiet):
            write_atomic(file, _drawn(arch, form, arguments))
    except DrawingError as problem:
        raise UsageError(str(problem)) from None
    except OSError as problem:
        raise UsageError(f"cannot write {file}: {problem.strerror}") from None


def _format(arguments: argparse.Namespace) -> str:
    if arguments.format:
        return str(arguments.format)
    ending = Path(arguments.output or "network.svg").suffix
    if ending not in ENDINGS:
        raise UsageError(f"no format ends in `{ending}`", f"use --format: {', '.join(FORMATS)}")
    return ENDINGS[ending]


def _drawn(arch: Architecture, form: str, arguments: argparse.Namespace) -> bytes:
    from archc import viz

    if form == "html":
        return viz.html(arch.network, level=arguments.level, sources=arch.sources).encode()
    looks = {"level": arguments.level, "direction": arguments.direction}
    if form in {"dot", "mermaid"}:
        drawn = getattr(viz, form)(arch.network, **looks)
    else:
        drawn = getattr(viz, form)(arch.network, **looks, engine=arguments.engine)
    return drawn.encode() if isinstance(drawn, str) else bytes(drawn)
