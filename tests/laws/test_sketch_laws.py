"""Break one thing in a spec of the zoo, and its picture shows the mistake, or says it above."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from breakages import KINDS, breakages
from zoo_nodes import specs

from archc.lower import load
from archc.spec.zoo import zoo_root
from archc.viz.sketch import sketched

EACH = 4
"""Breakages of a kind."""


@pytest.mark.parametrize("kind", KINDS)
def test_every_mistake_is_told_in_the_picture(kind: str, tmp_path: Path) -> None:
    chance = random.Random(kind)
    for file in zoo_root().rglob("*.yaml"):
        copy = tmp_path / file.relative_to(zoo_root())
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    known = [broken for spec in chance.sample(specs(), 12) for broken in breakages(spec, kind)]
    for broken in chance.sample(known, min(EACH, len(known))):
        file = tmp_path / broken.spec
        mutant = file.with_name("mutant.yaml")
        mutant.write_text(broken.apply(file.read_text(encoding="utf-8")), encoding="utf-8")
        loaded = load(mutant)
        draft = loaded.draft
        if draft is None:  # it is no YAML that could be read
            continue
        shown = sketched(draft, loaded.diagnostics, 1)
        boxes = list(shown.main.boxes())
        wrong = " ".join(note for box in boxes if box.mark == "wrong" for note in box.notes)
        for found in loaded.diagnostics:
            told = found.code.id in wrong or found.code.id in " ".join(shown.notes)
            assert told or found.severity == "warning", (broken, found.message)
