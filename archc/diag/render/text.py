"""Diagnostics as people read them in a terminal: the excerpt, where to change, why, what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.diag.brief import brief
from archc.diag.render.cells import printable
from archc.diag.render.excerpt import Pin, excerpt
from archc.diag.render.paint import paint

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from archc.diag.diagnostic import Diagnostic
    from archc.diag.render.paint import Run
    from archc.diag.source import Source

MOST = 20
"""How many diagnostics, and notes of one, are printed: whoever has more mends these first."""
MOST_CHARACTERS = 1_000
"""Of a line of a message, note or help."""


def render(
    diagnostics: Sequence[Diagnostic], sources: Mapping[str, Source], *, width: int, colour: bool
) -> str:
    """The full report: at most `MOST` diagnostics, how many more there are, and the count."""
    if not diagnostics:
        return ""
    parts = [
        "\n".join(paint(row, colour=colour).rstrip() for row in _rows(found, sources, width))
        for found in _chosen(diagnostics)
    ]
    hidden = len(diagnostics) - len(parts)
    closing = [f"and {hidden} more"] if hidden else []
    closing.append(paint([("strong", f"found {count(diagnostics)}")], colour=colour))
    return "\n\n".join([*parts, "\n".join(closing)])


def count(diagnostics: Sequence[Diagnostic]) -> str:
    """How many there are of each severity, in words: `3 errors and 1 warning`."""
    numbers = {
        kind: sum(found.severity == kind for found in diagnostics) for kind in ("error", "warning")
    }
    words = [f"{n} {kind}{'s' if n > 1 else ''}" for kind, n in numbers.items() if n]
    return " and ".join(words) or "nothing wrong"


def _chosen(diagnostics: Sequence[Diagnostic]) -> list[Diagnostic]:
    """The ones to print, errors before warnings, in the order of their places."""
    order = range(len(diagnostics))
    kept = sorted(order, key=lambda i: (diagnostics[i].severity, i))[:MOST]
    return [diagnostics[i] for i in sorted(kept)]


def _rows(found: Diagnostic, sources: Mapping[str, Source], width: int) -> Iterator[list[Run]]:
    style = found.severity
    pins = [Pin(found.primary, "^", style), *(Pin(label, "-", "gutter") for label in found.also)]
    files = {pin.label.span.file: [] for pin in pins}  # type: dict[str, list[Pin]]
    for pin in pins:
        files[pin.label.span.file].append(pin)
    margin = len(str(max(pin.line for pin in pins)))
    yield from _remark((style, f"{style}[{found.code.id}]"), found.message, "strong")
    for file, here in files.items():
        arrow = "-->" if file == found.primary.span.file else ":::"
        yield from _file(arrow, here, sources.get(file), margin, width)
    for note in found.notes[:MOST]:
        yield from _footnote("note", note, margin)
    if len(found.notes) > MOST:
        yield from _footnote("note", f"and {len(found.notes) - MOST} more", margin)
    if advice := _advice(found):
        yield from _footnote("help", advice, margin)


def _file(
    arrow: str, pins: Sequence[Pin], source: Source | None, margin: int, width: int
) -> Iterator[list[Run]]:
    at = pins[0].label.span
    place = f"{printable(at.file)}:{at.line}:{at.column}"
    yield [("gutter", f"{'':>{margin}}{arrow} "), ("", place)]
    lines = len(source.lines) if source else 0
    shown = [pin for pin in pins if 1 <= pin.line <= lines]
    bar: list[Run] = [("gutter", f"{'':>{margin}} |")]
    if source and shown:
        yield bar
        yield from excerpt(source, shown, margin, width)
        yield bar
    for pin in pins:
        if pin not in shown and pin.label.text:
            yield from _footnote("note", pin.label.text, margin)


def _advice(found: Diagnostic) -> str:
    return found.help or (found.fix.title if found.fix else "")


def _footnote(word: str, text: str, margin: int) -> Iterator[list[Run]]:
    lead: Run = ("gutter", f"{'':>{margin}} = ")
    first, *rest = _remark(("strong", word), text, "")
    yield [lead, *first]
    for row in rest:
        yield [("", " " * (margin + 3)), *row]


def _remark(lead: Run, text: str, style: str) -> Iterator[list[Run]]:
    """`lead: text`; lines after the first are indented, so that no spec can fake one of ours."""
    first, *rest = text.split("\n")
    yield [lead, (style, f": {printable(brief(first, MOST_CHARACTERS))}")]
    for line in rest:
        shown = printable(brief(line, MOST_CHARACTERS))
        yield [(style, " " * (len(lead[1]) + 2) + shown)]
