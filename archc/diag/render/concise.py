"""Diagnostics a line each, as compilers print them and editors read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.diag.render.cells import printable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from archc.diag.diagnostic import Diagnostic
    from archc.diag.source import Source


def render(
    diagnostics: Sequence[Diagnostic], sources: Mapping[str, Source], *, width: int, colour: bool
) -> str:
    """`file:line:column: error[E0401]: message`, one line each."""
    del sources, width, colour
    return "\n".join(map(line, diagnostics))


def line(found: Diagnostic) -> str:
    """One diagnostic on one line."""
    at = found.primary.span
    where = f"{printable(at.file)}:{at.line}:{at.column}"
    message = printable(found.message.replace("\n", " "))
    return f"{where}: {found.severity}[{found.code.id}]: {message}"
