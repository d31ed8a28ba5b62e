"""Specs in Markdown: the fences of a page or a case, written to a folder and checked.

A fence ```` ```yaml ```` holds `spec.yaml`, ```` ```yaml base.yaml ```` a file of that name, and
`encoding=latin-1` after it says how it is saved. A comment `# error: [E0401]` at the end of a line
says that this line has that diagnostic; several stand in one pair of brackets. It is taken off
before the file is written, so that reports show what a user would see. What a line of a fence
```` ```console ```` says of `--set` and `--size` is done: `$ archc check spec.yaml --set width=3`.
"""

from __future__ import annotations

import argparse
import os
import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import archc.api
from archc.cli import options
from archc.diag.render import render

_FENCE = re.compile(r"^```(\w+)[ ]*([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_COMMENT = re.compile(r"[ ]*# (?:error: \[([E0-9, ]+)\]|warning: \[([W0-9, ]+)\])$")
SPEC = "spec.yaml"


class Expected(NamedTuple):
    """A diagnostic by its place."""

    file: str
    line: int
    code: str


class Fence(NamedTuple):
    """A fenced block with the place of its text in the whole."""

    kind: str
    info: str
    text: str
    start: int
    end: int


@dataclass(frozen=True)
class File:
    """A file to be checked, without the comments that say what is expected of it."""

    name: str
    text: str
    expected: tuple[Expected, ...] = ()
    encoding: str = "utf-8"

    def write(self, folder: Path) -> None:
        path = folder / self.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self.text.encode(self.encoding))


@dataclass(frozen=True)
class Command:
    """`archc check` with the values of its options."""

    spec: str = SPEC
    settings: dict[str, object] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    expected: tuple[Expected, ...] = ()


def fences(text: str) -> list[Fence]:
    """The fenced blocks of a Markdown text, in order."""
    return [Fence(*m.group(1, 2, 3), *m.span(3)) for m in _FENCE.finditer(text)]


def file_of(fence: Fence) -> File:
    """The file in a ```` ```yaml ```` fence."""
    words = fence.info.split()
    settings = dict(word.split("=", 1) for word in words if "=" in word)
    name = next((word for word in words if "=" not in word), SPEC)
    lines, expected = _split(name, fence.text.split("\n"))
    return File(name, "\n".join(lines), expected, settings.get("encoding", "utf-8"))


def command_of(fence: Fence) -> Command:
    """The command in a ```` ```console ```` fence; errors of a setting are at `--set name`."""
    (line,), expected = _split("", [fence.text.strip().removeprefix("$ ")])
    _, verb, spec, *rest = shlex.split(line)
    assert verb == "check", "only `archc check` is run"
    parser = argparse.ArgumentParser()
    parser.add_argument("--set", action="append", default=[])
    parser.add_argument("--size", action="append", default=[])
    given = parser.parse_args(rest)
    settings, sizes = options.settings(given), options.sizes(given)
    at = f"--set {next(iter(settings), '')}"
    return Command(spec, settings, sizes, tuple(e._replace(file=at) for e in expected))


def _split(name: str, lines: list[str]) -> tuple[list[str], tuple[Expected, ...]]:
    """Lines without their comments, and what those say."""
    bare: list[str] = []
    expected: list[Expected] = []
    for number, line in enumerate(lines, 1):
        found = _COMMENT.search(line)
        bare.append(line[: found.start()] if found else line)
        codes = re.findall(r"\w+", found[1] or found[2]) if found else []
        expected += [Expected(name, number, code) for code in codes]
    return bare, tuple(expected)


def check(files: list[File], command: Command, folder: Path) -> tuple[list[Expected], str]:
    """What is found, by place, and the report as a terminal of 100 columns shows it."""
    folder.mkdir(exist_ok=True)
    for file in files:
        file.write(folder)
    before = Path.cwd()
    os.chdir(folder)
    try:
        loaded = archc.api.read(Path(command.spec), command.settings, command.sizes)
    finally:
        os.chdir(before)
    found = [
        Expected(d.primary.span.file, d.primary.span.line, d.code.id) for d in loaded.diagnostics
    ]
    return sorted(found), render(loaded.diagnostics, loaded.sources)
