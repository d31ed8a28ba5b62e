"""What goes to the terminal: width, colours, and progress where somebody watches."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from archc.diag.render import render
from archc.diag.render.paint import paint, wants_colour

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from archc.diag.diagnostic import Diagnostic
    from archc.diag.render import Format
    from archc.diag.source import Source

_MACHINE_WIDTH = 100


def say(text: str) -> None:
    """Print a result on standard output."""
    sys.stdout.write(f"{text}\n")


def say_bytes(data: bytes) -> None:
    """Write a result that need not be text on standard output."""
    sys.stdout.flush()
    sys.stdout.buffer.write(data)


def remark(text: str) -> None:
    """Print something beside the result on standard error."""
    sys.stderr.write(f"{text}\n")


def table_width() -> int | None:
    """The terminal's width; None where the output goes elsewhere and nothing need be cut."""
    return _columns() if sys.stdout.isatty() else None


def good(text: str) -> str:
    """A word of success, green where standard output shows colours."""
    return paint([("good", text)], colour=wants_colour(sys.stdout))


def show(
    diagnostics: Iterable[Diagnostic], sources: Mapping[str, Source], to: Format = "text"
) -> None:
    """Print diagnostics: text for people on standard error, the rest on standard output."""
    found = list(diagnostics)
    stream = sys.stderr if to in {"text", "concise"} else sys.stdout
    if stream is sys.stderr and not found:
        return
    width = _columns() if stream.isatty() else max(_columns(), _MACHINE_WIDTH)
    text = render(found, sources, to, width=width, colour=wants_colour(stream))
    if text:
        stream.write(f"{text}\n")


def _columns() -> int:
    from shutil import get_terminal_size

    return get_terminal_size((_MACHINE_WIDTH, 24)).columns


@contextmanager
def doing(what: str, *, quiet: bool = False) -> Iterator[None]:
    """Say what takes so long, on a terminal only, and wipe it out when it is done."""
    if quiet or not sys.stderr.isatty():
        yield
        return
    sys.stderr.write(f"{what} ...")
    sys.stderr.flush()
    try:
        yield
    finally:
        sys.stderr.write("\r\x1b[2K")
        sys.stderr.flush()
