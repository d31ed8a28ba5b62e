"""Every section of `tests/cases/*.md` is a spec with its diagnostics: exactly these, no others.

A section ends with a ```` ```text ```` fence that holds the whole report. `pytest --update`
rewrites those; `tests/markdown.py` says how the specs and the expectations are written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from archc.diag import codes
from tests.markdown import Command, Fence, check, command_of, fences, file_of

CASES = Path(__file__).with_name("cases")
_HEADING = re.compile(r"^## +(.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Case:
    """One section of a file."""

    file: Path
    title: str
    text: str
    """From its heading up to the next."""

    def of(self, kind: str) -> list[Fence]:
        return [fence for fence in fences(self.text) if fence.kind == kind]


def _cases() -> list[Case]:
    found = []
    for file in sorted(CASES.glob("*.md")):
        text = file.read_text(encoding="utf-8")
        starts = [m.start() for m in _HEADING.finditer(text)]
        for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
            section = text[start:end]
            title = _HEADING.match(section)
            assert title
            found.append(Case(file, title[1], section))
    return found


ALL = _cases()


@pytest.mark.parametrize("case", ALL, ids=lambda c: f"{c.file.stem}: {c.title}")
def test_case(case: Case, tmp_path: Path, update: bool) -> None:
    files = [file_of(fence) for fence in case.of("yaml")]
    command = next((command_of(fence) for fence in case.of("console")), Command())
    folder = tmp_path / "project"  # a report may name it
    found, report = check(files, command, folder)
    expected = sorted([*command.expected, *(e for file in files for e in file.expected)])
    assert found == expected, report
    for fence in case.of("text"):
        if update:
            _rewrite(case, fence, report)
        else:
            assert report == fence.text.rstrip("\n")


def _rewrite(case: Case, fence: Fence, report: str) -> None:
    section = f"{case.text[: fence.start]}{report}\n{case.text[fence.end :]}"
    text = case.file.read_text(encoding="utf-8")
    case.file.write_text(text.replace(case.text, section), encoding="utf-8")


def test_the_suite_is_broad() -> None:
    seen = {e.code for case in ALL for f in case.of("yaml") for e in file_of(f).expected}
    assert len(seen) >= 40, f"only {len(seen)} codes have a case"
    assert seen <= codes.ALL.keys()


def test_two_hundred_mistakes_have_their_whole_report() -> None:
    assert len(ALL) >= 200
    assert [c.title for c in ALL if len(c.of("text")) != 1] == []


def test_titles_are_unique() -> None:
    titles = [(case.file, case.title) for case in ALL]
    assert len(titles) == len(set(titles))
