"""Every file of the zoo is clean, says what it expects, and builds to just that."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import archc

SPECS = Path(__file__).parents[2] / "specs"
FILES = [
    pytest.param(path, id=path.relative_to(SPECS).with_suffix("").as_posix())
    for path in sorted(SPECS.rglob("*.yaml"))
]


@pytest.mark.parametrize("path", FILES)
def test_clean(path: Path) -> None:
    assert archc.check(path) == ()


@pytest.mark.parametrize("path", FILES)
def test_says_what_it_expects(path: Path, tmp_path: Path) -> None:
    """A wrong `expect` is noticed, so the file has one and it is checked."""
    count = archc.load(path).summary().to_dict()["params"]
    copies = shutil.copytree(SPECS, tmp_path / "specs")
    changed = copies / path.relative_to(SPECS)
    changed.write_text(changed.read_text().replace(f"params: {count}", f"params: {count + 1}"))
    assert [found.code.id for found in archc.check(changed)] == ["E0411"]


@pytest.mark.parametrize("path", FILES)
def test_builds_what_it_counts(path: Path) -> None:
    summary = archc.load(path).summary().to_dict()
    model = archc.build(path, device="meta")
    assert sum(p.numel() for p in model.parameters()) == summary["params"]
    assert sum(b.numel() for b in model.buffers()) == summary["buffers"]


def test_variants_are_not_held_to_what_the_file_expects() -> None:
    """`expect` states the network as it is written, not what somebody makes of it."""
    model = archc.build("resnet50", num_classes=10, device="meta")
    assert model.get_submodule("fc").out_features == 10
