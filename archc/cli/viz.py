"""`archc viz`."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from archc.cli import drawing, loading, options
from archc.cli.console import doing, remark
from archc.cli.loading import file_name
from archc.cli.pictures import FORMATS, add_looks, choices_of, form_of, options_of, save
from archc.cli.usage import UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable
    from typing import NoReturn

    from archc.lower import Loaded

EPILOG = """\
levels: 0 overview, 1 the paper's figure (default), 2 blocks opened, 3 every op

examples:
  archc viz resnet50
  archc viz resnet50 -o resnet50.png --level 0
  archc viz densenet121 --expand features.denseblock2 --costs
  archc viz unet --theme slide --fit 1600x900 -o unet.pdf
  archc viz specs/mine.yaml -o mine.pdf --direction LR
  archc viz resnet50 -o page.html
  archc viz specs/mine.yaml --errors
  archc viz specs/mine.yaml --watch --open
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """SPEC, where to, and how it looks."""
    loading.add_spec(parser)
    parser.add_argument("-o", "--output", metavar="FILE", help="default: NAME.svg here")
    parser.add_argument("--format", choices=FORMATS, help="default: by the file's ending")
    add_looks(parser)
    drawing.add_choice(parser)
    parser.add_argument(
        "--errors", action="store_true", help="draw a wrong spec too, its mistakes marked"
    )
    parser.add_argument("--watch", action="store_true", help="draw again on save")
    parser.add_argument(
        "--open",
        action="store_true",
        help="show it in a browser; with --watch a page that reloads itself and keeps what is open",
    )
    options.add_settings(parser)


def run(arguments: argparse.Namespace) -> int:
    """Draw the network into a file, or show it."""
    default = "page.html" if arguments.open else "network.svg"
    form = form_of(arguments.format, arguments.output or default)
    if arguments.watch:
        _watch(form, arguments)
    loaded = loading.loaded(arguments)
    file = _draw(form, arguments, loaded)
    if arguments.open and file is not None:
        from archc.cli.live import open_page

        open_page(file.resolve().as_uri())
    return int(loaded.network is None)


def _watch(form: str, arguments: argparse.Namespace) -> NoReturn:
    """Draw again on save, into the file that was named, or onto a page with `--open`."""
    from archc.cli import live

    draw = partial(_draw, form, arguments)
    if not arguments.open:
        live.redraw(arguments, draw)
    live.serve(arguments, draw if arguments.output else None)


def _draw(form: str, arguments: argparse.Namespace, loaded: Loaded) -> Path | None:
    """Write the picture of what was read; its file. What has no draft is not drawn."""
    if loaded.network is not None:
        return _write(loaded.network.name, form, arguments, lambda: _drawn(loaded, form, arguments))
    if loaded.draft is not None:
        return _write(loaded.draft.name, form, arguments, lambda: sketch(loaded, form, arguments))
    if arguments.watch and arguments.output and Path(arguments.output).exists():
        remark(f"{arguments.output} is still that of the last version that could be read")
    return None


def sketch(loaded: Loaded, form: str, arguments: argparse.Namespace) -> bytes:
    """A draft in a format, with what is wrong with it."""
    from archc.diag.render import render
    from archc.viz.page.lines import without_folders
    from archc.viz.sketch import sketched
    from archc.viz.written import written

    assert loaded.draft is not None
    shown = sketched(loaded.draft, loaded.diagnostics, arguments.level)
    report = render(loaded.diagnostics, loaded.sources, width=100)
    return written(shown, form, options_of(arguments), without_folders(report, [*loaded.sources]))


def _write(name: str, form: str, arguments: argparse.Namespace, draw: Callable[[], bytes]) -> Path:
    from archc.viz.engine import DrawingError

    file = Path(arguments.output or f"{file_name(name)}.{form}")
    try:
        with doing(f"drawing {name}", quiet=arguments.quiet):
            made = draw()
    except (DrawingError, ValueError) as problem:
        raise UsageError(str(problem)) from None
    save(file, made, quiet=arguments.quiet)
    return file


def _drawn(loaded: Loaded, form: str, arguments: argparse.Namespace) -> bytes:
    from archc import viz

    network = loaded.network
    assert network is not None
    choices = choices_of(arguments) | drawing.chosen(arguments)
    drawing.refuse_idle(form, choices)
    if form == "html":
        return viz.html(network, level=arguments.level, sources=loaded.sources).encode()
    with drawing.telling():
        drawn = getattr(viz, form)(network, **choices)
    return drawn.encode() if isinstance(drawn, str) else bytes(drawn)
