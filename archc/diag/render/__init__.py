"""Diagnostics for people, editors and machines: one function, one file for each format."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias, get_args

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from archc.diag.diagnostic import Diagnostic
    from archc.diag.source import Source

Format: TypeAlias = Literal["text", "concise", "json", "github", "sarif"]
FORMATS: tuple[Format, ...] = get_args(Format)


class _Renderer(Protocol):
    def __call__(
        self,
        diagnostics: Sequence[Diagnostic],
        sources: Mapping[str, Source],
        *,
        width: int,
        colour: bool,
    ) -> str: ...


def render(
    diagnostics: Iterable[Diagnostic],
    sources: Mapping[str, Source],
    to: Format = "text",
    *,
    width: int = 100,
    colour: bool = False,
) -> str:
    """All diagnostics in one format, sorted by place, without a final newline.

    `width` is the terminal's, `colour` asks for ANSI colours; only `text` looks at them.
    """
    ordered = sorted(diagnostics, key=lambda found: found.sort_key())
    write: _Renderer = import_module(f"archc.diag.render.{to}").render
    return write(ordered, sources, width=width, colour=colour)
