"""Checking several specs at once: each mistake once, whichever specs lead to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from archc.cli import options

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping
    from pathlib import Path

    from archc.diag.diagnostic import Diagnostic
    from archc.diag.source import Source
    from archc.lower import Loaded


class Checked(Struct, frozen=True):
    """What became of each spec: its name where a folder holds it, its file, and what was found."""

    specs: tuple[tuple[str, Path, Loaded], ...]

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """Everything wrong, each mistake once."""
        found: dict[tuple[object, ...], Diagnostic] = {}
        for _, _, loaded in self.specs:
            for diagnostic in loaded.diagnostics:
                found.setdefault(_mistake(diagnostic), diagnostic)
        return tuple(found.values())

    @property
    def sources(self) -> dict[str, Source]:
        """The text of every file that was read."""
        return {name: text for _, _, read in self.specs for name, text in read.sources.items()}

    @property
    def files(self) -> tuple[Path, ...]:
        """Every file that was opened or looked for."""
        return tuple(dict.fromkeys(file for _, _, loaded in self.specs for file in loaded.files))

    @property
    def failed(self) -> bool:
        """Whether there are errors."""
        return any(found.severity == "error" for found in self.diagnostics)


def check(arguments: argparse.Namespace, texts: Mapping[Path, str] | None = None) -> Checked:
    """Read every SPEC with the settings of the command line; `texts` stand for what is in files."""
    from archc.api import read

    settings, sizes = options.settings(arguments), options.sizes(arguments)
    return Checked(
        tuple(
            (name, file, read(file, settings, sizes, library=True, texts=texts))
            for name, file in named_files(arguments)
        )
    )


def named_files(arguments: argparse.Namespace) -> list[tuple[str, Path]]:
    """The file of each SPEC, and of a folder all its files, each with its path as a name."""
    return [found for spec in arguments.specs for found in options.spec_files(spec)]


def _mistake(found: Diagnostic) -> tuple[object, ...]:
    """What makes two findings one mistake, when several specs lead to the same place."""
    return (found.code.id, found.primary.span, found.message)
