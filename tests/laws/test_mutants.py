"""Valid specs with a few bytes, tokens or lines changed: only diagnostics, in place, and soon.

What is still a network goes through the rest of the compiler, which must not fail either.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from corpus import small, zoo
from mutants import mutant
from pace import quickest, timed
from shards import shards

from archc.api import Architecture, read
from archc.diag.codes import EXPANSION_LIMIT, EXPECT_DIFFERS
from archc.diag.diagnostic import Diagnostic
from archc.diag.render import render
from archc.diag.source import Source, Span
from archc.lower import Loaded

SECONDS = 0.25
"""What one mutant may take, of the process's own time."""
WHOLE = 2.0
"""What one may take that is a large network, or grew to the limit: a depth of 16 becomes 1616."""


def inside(span: Span, sources: dict[str, Source]) -> bool:
    """Whether a span lies in a file that was read and runs forward."""
    if span.file not in sources:  # what could not be opened has no lines
        return (span.line, span.column) == (1, 1)
    lines = sources[span.file].lines
    ends = ((span.line, span.column), (span.end_line, span.end_column))
    held = all(
        1 <= line <= len(lines) and 1 <= column <= len(lines[line - 1]) + 2 for line, column in ends
    )
    return held and ends[0] <= ends[1]


def checked(file: Path) -> Loaded:
    """What is found, and printed too."""
    loaded = read(file, library=True)
    render(loaded.diagnostics, loaded.sources)
    return loaded


def allowed(loaded: Loaded) -> float:
    """The seconds that a mutant may take: more if all of its nodes were made, or too many."""
    large = {EXPECT_DIFFERS, EXPANSION_LIMIT}
    return WHOLE if all(found.code in large for found in errors(loaded)) else SECONDS


def errors(loaded: Loaded) -> list[Diagnostic]:
    """What is wrong, warnings apart."""
    return [found for found in loaded.diagnostics if found.severity == "error"]


def check(file: Path) -> bool:
    """Whether the file is a network; asserts that it is told well what is wrong if not."""
    loaded, seconds = timed(lambda: checked(file))
    limit = allowed(loaded)
    assert quickest(seconds, lambda: timed(lambda: checked(file))[1], limit) < limit
    for found in loaded.diagnostics:
        spans = [found.primary.span, *(label.span for label in found.also)]
        assert all(inside(span, loaded.sources) for span in spans), found
        assert found.message
    assert loaded.network or loaded.library or loaded.diagnostics
    json.loads(render(loaded.diagnostics, loaded.sources, "json"))
    if loaded.network:
        arch = Architecture(loaded.network, loaded.sources)
        arch.summary().to_dict()
        compile(arch.emit(), file.name, "exec")
    return loaded.network is not None


def run(cases: range, corpus: tuple[str, ...], folder: Path) -> float:
    """Try all; the share of networks among them."""
    file = folder / "mutant.yaml"
    networks = 0
    for seed in cases:
        content = mutant(seed, corpus)
        file.write_bytes(content)
        try:
            networks += check(file)
        except Exception as problem:
            raise AssertionError(f"mutant {seed}: {content!r}") from problem
    return networks / len(cases)


@pytest.mark.parametrize("cases", shards(ci=20_000, long=900_000, size=2_000))
def test_mutants_of_small_specs(cases: range, tmp_path: Path) -> None:
    assert 0.02 < run(cases, small(), tmp_path) < 0.6


@pytest.mark.long
@pytest.mark.parametrize("cases", shards(ci=0, long=100_000, size=200))
def test_mutants_of_the_zoo(cases: range, tmp_path: Path) -> None:
    assert run(cases, zoo(), tmp_path) < 0.9
