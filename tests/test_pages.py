"""Every code has a page for `archc explain`: what is wrong, a spec that has it, the same mended."""

from __future__ import annotations

from pathlib import Path

import pytest

from archc.diag import codes, pages
from tests.markdown import Command, check, fences, file_of

CODES = tuple(codes.ALL)
BACK_ENDS = tuple(code for code in CODES if code.startswith("E06"))
"""Found when a network is built, not when its spec is read."""


@pytest.mark.parametrize("code", CODES)
def test_has_a_page(code: str) -> None:
    page = pages.find(code)
    assert page is not None, f"archc/diag/pages/{code}.md is missing"
    assert page.text.startswith(f"# {code}: {codes.ALL[code].title}\n")


@pytest.mark.parametrize("code", [code for code in CODES if code not in BACK_ENDS])
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
