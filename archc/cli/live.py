"""`archc viz --watch`: the picture is drawn again on save, into its file or onto a page."""

from __future__ import annotations

import sys
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TypeAlias

from archc.cli import loading, options
from archc.cli.console import remark, say
from archc.cli.pictures import options_of
from archc.cli.serving import Live, Server
from archc.cli.usage import UsageError
from archc.cli.watching import repeat

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable

    from archc.lower import Loaded

    Step: TypeAlias = Callable[[Loaded], object]


def redraw(arguments: argparse.Namespace, draw: Step) -> NoReturn:
    """Draw again and again; Ctrl-C ends it."""
    options.spec_file(arguments.spec)
    repeat(partial(_turn, arguments, draw))


def _turn(arguments: argparse.Namespace, draw: Step) -> Iterable[Path]:
    """Read the spec and draw it once: the files that it came to."""
    files = [Path(arguments.spec)]
    try:
        files = [options.spec_file(arguments.spec)]
        loaded = loading.loaded(arguments)
        files += loaded.files
        draw(loaded)
    except UsageError as problem:
        remark(problem.report())
    if not arguments.quiet:
        remark(f"drawn at {time.strftime('%H:%M:%S')}, and again on save; Ctrl-C ends it")
    return files


def serve(arguments: argparse.Namespace, also: Step | None) -> NoReturn:
    """Show the spec on a page that is drawn again on save. `also` is done at each turn besides."""
    live = Live()
    with Server(live) as server:
        redraw(arguments, _Showing(arguments, live, server.url, also))


class _Showing:
    """A turn of `serve`; the first one opens the browser."""

    def __init__(
        self, arguments: argparse.Namespace, live: Live, url: str, also: Step | None
    ) -> None:
        self.arguments, self.live, self.url, self.also = arguments, live, url, also

    def __call__(self, loaded: Loaded) -> None:
        from archc import viz

        network, first = loaded.network, self.live.number == 0
        if network is not None:
            level, sources = self.arguments.level, loaded.sources
            self.live.show(lambda live: viz.html(network, level=level, sources=sources, live=live))
        else:
            self.live.show(partial(wrong_page, loaded, self.arguments), _report(loaded))
        if self.also is not None:
            self.also(loaded)
        say(f"serving {self.url}")
        if first:
            open_page(self.url)


def wrong_page(loaded: Loaded, arguments: argparse.Namespace, live: str = "") -> str:
    """The page of a spec with errors: the report, and what was built of it as a picture."""
    from archc.viz.frame import framed
    from archc.viz.render import svg_of
    from archc.viz.sketch import sketched

    svg, name = "", Path(arguments.spec).stem
    if loaded.draft is not None:
        shown = sketched(loaded.draft, loaded.diagnostics, arguments.level)
        svg, name = svg_of(shown, options_of(arguments)), shown.name
    return framed(f"{name} has errors", svg, _report(loaded), wrong=True, live=live)


def _report(loaded: Loaded) -> str:
    from archc.diag.render import render

    return render(loaded.diagnostics, loaded.sources, width=100)


def open_page(url: str) -> None:
    """Show an address in the user's browser, or say that there is none."""
    import webbrowser

    sys.stdout.flush()
    if not webbrowser.open(url):
        remark(f"no browser was found: open {url}")
