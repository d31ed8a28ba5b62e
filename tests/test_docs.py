"""The pages under `docs/` are true: their specs are checked, their commands run.

A fence ```` ```yaml ```` is a whole spec, `spec.yaml`, which has the diagnostics that its comments
name and no others; named fences of the same section (```` ```yaml base.yaml ````) stand beside it.
A named fence with the word `checked` behind its name is a whole spec itself.
A fence ```` ```text ```` below it lists the ops of the network, or is the report where it has
errors. A fence ```` ```console ```` holds commands and what they print. `pytest --update` rewrites
what archc says; `tests/markdown.py` knows how expectations are written.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path

import pytest

import archc.api
from archc.cli.main import run
from tests.markdown import SPEC, Command, Fence, File, check, fences, file_of

DOCS = Path(__file__).parents[1] / "docs"
_HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)


@dataclass
class Example:
    """A spec of a page, with the files beside it and what is told of it."""

    page: Path
    title: str
    files: list[File]
    spec: File
    told: list[tuple[int, Fence]] = field(default_factory=list)
    """What is told of it, with its place among the fences of the page."""

    def __str__(self) -> str:
        return f"{self.page.stem}: {self.title}"


def _examples(page: Path) -> list[Example]:
    text = page.read_text(encoding="utf-8")
    headings = [(m.start(), m[1]) for m in _HEADING.finditer(text)]
    found: list[Example] = []
    beside: list[File] = []
    section = ""
    for number, fence in enumerate(fences(text)):
        title = next((t for start, t in reversed(headings) if start < fence.start), "")
        if title != section:
            section, beside = title, []
        if fence.kind == "yaml":
            file = file_of(fence)
            if file.name == SPEC or fence.info.endswith(" checked"):
                found.append(Example(page, title, list(beside), file))
            else:
                beside.append(file)
        elif fence.kind in {"text", "console"}:
            found[-1].told.append((number, fence))
    return found


PAGES = sorted(DOCS.glob("*.md"))
ALL = [example for page in PAGES for example in _examples(page)]


@pytest.mark.parametrize("example", ALL, ids=str)
def test_example(
    example: Example,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    *,
    update: bool,
) -> None:
    (tmp_path / "pyproject.toml").touch()
    files = [*example.files, example.spec]
    found, report = check(files, Command(example.spec.name), tmp_path)
    assert found == sorted(e for file in files for e in file.expected), report
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    for number, fence in example.told:
        if fence.kind == "console":
            said = _console(fence.text, capsys)
        else:
            said = f"{report or _nodes()}\n"
        if update:
            _rewrite(example.page, number, said)
        else:
            assert said == fence.text


def _nodes() -> str:
    """Every op of the network with its path and what it gives."""
    rows = [
        (leaf.path, type(leaf.op).__name__, ", ".join(map(str, leaf.outs)))
        for leaf in archc.load(SPEC).nodes
    ]
    one, two = (max(len(row[k]) for row in rows) for k in (0, 1))
    return "\n".join(f"{path:<{one}}  {op:<{two}}  {outs}" for path, op, outs in rows)


def _console(text: str, capsys: pytest.CaptureFixture[str]) -> str:
    """The commands of a fence, each followed by what it prints."""
    parts = []
    for line in text.splitlines():
        if line.startswith("$ "):
            program, *arguments = shlex.split(line[2:], comments=True)
            assert program == "archc"
            run(arguments)
            parts += [line, *"".join(capsys.readouterr()).rstrip("\n").split("\n")]
    return "\n".join(parts) + "\n"


def _rewrite(page: Path, number: int, said: str) -> None:
    """Put what is said into a fence of the page."""
    text = page.read_text(encoding="utf-8")
    fence = fences(text)[number]
    page.write_text(text[: fence.start] + said + text[fence.end :], encoding="utf-8")


def test_every_rule_of_the_language_page_is_shown() -> None:
    """No section of rules without a spec."""
    page = DOCS / "language.md"
    text = page.read_text(encoding="utf-8")
    parts = re.split(r"^#{2,3} +", text, flags=re.MULTILINE)[1:]
    rules = {
        title: body for title, _, body in (part.partition("\n") for part in parts) if body.strip()
    }
    without = {title for title, body in rules.items() if "```yaml" not in body}
    assert without == {"Every op", "Files", "Not sayable", "Limits", "Element types"}
