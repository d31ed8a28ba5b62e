"""The pages that explain archc do what they show."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest

import archc

ROOT = Path(__file__).parents[2]
OPTIONS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS


def first_spec(page: Path) -> str:
    found = re.search(r"^```yaml\n(.*?)^```", page.read_text(), re.MULTILINE | re.DOTALL)
    assert found, f"{page} shows no spec"
    return found[1]


def test_the_stages(tmp_path: Path) -> None:
    page = ROOT / "archc" / "README.md"
    spec = tmp_path / "tiny.yaml"
    spec.write_text(first_spec(page))
    failed, tried = doctest.testfile(
        str(page), module_relative=False, globs={"path": spec}, optionflags=OPTIONS
    )
    assert tried > 20
    assert failed == 0


@pytest.mark.parametrize("page", ["README.md", "archc/README.md"])
def test_the_spec_shown_is_clean(page: str, tmp_path: Path) -> None:
    spec = tmp_path / "shown.yaml"
    spec.write_text(first_spec(ROOT / page))
    assert archc.check(spec) == ()
