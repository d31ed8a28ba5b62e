"""Every code has a page for `archc explain`: what is wrong, a spec that has it, the same mended.

What only a build can find (E06..) is shown by commands; `tests/torch/test_pages_of_build.py` runs
them.
"""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import indent

import pytest

from archc.diag import codes, pages
from archc.diag.render.page import render_page
from tests.markdown import Command, check, fences, file_of

CODES = tuple(codes.ALL)
BY_SPEC = tuple(code for code in CODES if not code.startswith("E06"))
ROOT = Path(pages.__file__).parents[1]


@pytest.mark.parametrize("code", CODES)
def test_has_a_page(code: str) -> None:
    page = pages.find(code)
    assert page is not None, f"archc/diag/pages/{code}.md is missing"
    assert page.text.startswith(f"# {code}: {codes.ALL[code].title}\n")
    assert page.text.endswith("\n")


@pytest.mark.parametrize("code", BY_SPEC)
def test_first_example_has_it_and_second_does_not(code: str, tmp_path: Path) -> None:
    page = pages.find(code)
    assert page is not None
    wrong, mended = [file_of(f) for f in fences(page.text) if f.kind == "yaml"]
    found, report = check([wrong], Command(), tmp_path)
    assert [e.code for e in found] == [code], report
    found, report = check([mended], Command(), tmp_path)
    assert found == [], report


def test_there_are_no_pages_of_other_codes() -> None:
    folder = Path(pages.__file__).with_name("pages")
    assert {file.stem for file in folder.glob("*.md")} == set(CODES)


def test_every_code_is_reported_somewhere() -> None:
    names = {code.id: name for name, code in vars(codes).items() if isinstance(code, codes.Code)}
    sources = "\n".join(file.read_text(encoding="utf-8") for file in ROOT.rglob("*.py"))
    used = set(re.findall(r"\bcodes\.([A-Z0-9_]+)\b", sources))
    assert {code for code in CODES if names[code] not in used} == set()


WIDE = {"E0105"}
"""Pages whose code cannot be narrow: it is nested too deeply."""


@pytest.mark.parametrize("width", [80, 60])
def test_pages_fit_a_terminal(width: int) -> None:
    for code in CODES:
        page = pages.find(code)
        assert page is not None
        shown = render_page(page, width=width, colour=False)
        prose = [line for line in shown.split("\n") if not line.startswith("    ")]
        assert max(map(len, prose)) <= width, code
        assert code in WIDE or max(map(len, shown.split("\n"))) <= 80, code
        assert "\n\n\n" not in shown
        painted = render_page(page, width=width, colour=True)
        assert re.sub("\x1b\\[[0-9;]*m", "", painted) == shown


def test_a_page_keeps_every_word_and_its_code() -> None:
    page = pages.find("E0401")
    assert page is not None
    shown = render_page(page, width=70, colour=False)
    assert shown.split() == page.text.replace("# E", "E").replace("```yaml", "").replace(
        "```", ""
    ).split()  # fmt: skip
    assert indent(page.examples[0], "    ") in shown


def test_every_code_belongs_to_a_stage() -> None:
    for code in CODES:
        assert sum(code.startswith(start) for start in codes.STAGES) == 1
