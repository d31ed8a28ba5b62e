"""Break one thing in a spec of the zoo, and there is one error: on its line, and no other.

`breakages.py` holds the ways to break, `zoo_nodes.py` finds what can be broken.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from breakages import KINDS, Breakage, breakages
from zoo_nodes import specs

from archc.analysis.expect import checked
from archc.diag import codes
from archc.diag.diagnostic import Diagnostic
from archc.lower import load
from archc.lower.load import Loaded
from archc.spec.zoo import zoo_root

IN_CI = 2_500
"""Breakages that are tried each time; the long run tries them all."""
ROUNDS = 25
SEED = 20261127


@cache
def _all(kind: str) -> tuple[Breakage, ...]:
    return tuple(b for spec in specs() for b in breakages(spec, kind))


def _chosen(part: int) -> Iterator[Breakage]:
    """A share of the random choice: every kind has its turn as often as the others."""
    chance = random.Random(f"{SEED} {part}")
    for number in range(IN_CI // ROUNDS):
        kind = list(KINDS)[(number + part * 7) % len(KINDS)]
        yield chance.choice(_all(kind))


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the zoo that mutants can stand in."""
    folder = tmp_path_factory.mktemp("breakages")
    for file in zoo_root().rglob("*.yaml"):
        copy = folder / file.relative_to(zoo_root())
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "archc.toml").write_text("")
    return folder


def check(broken: Breakage, folder: Path) -> str:
    """What is wrong with what is said of a breakage; empty where it is as it should be."""
    file = folder / broken.spec
    mutant = file.with_name("mutant.yaml")
    mutant.write_text(broken.apply(file.read_text(encoding="utf-8")), encoding="utf-8")
    loaded = checked(load(mutant))
    errors = _mistakes(loaded)
    told = [f"{d.code.id}:{d.primary.span.line} {d.message}" for d in errors]
    if len(errors) > 1 or (not errors and broken.line):
        return f"{broken!r}: {len(errors)} errors: {told}"
    if not errors:
        return "" if loaded.network is not None else f"{broken!r}: no network, and no error"
    (only,) = errors
    lines = [label.span.line for label in (only.primary, *only.also)]
    wrong = broken.codes and only.code.id not in broken.codes
    if wrong or (broken.line and broken.line not in lines and not _sum_of_branches(broken, only)):
        return f"{broken!r}: {told}"
    return ""


def _mistakes(loaded: Loaded) -> list[Diagnostic]:
    """The errors, of which two kinds tell one mistake at several places.

    What `expect` states is told fact by fact, a value of another rank by each branch that takes it.
    """
    errors = [d for d in loaded.diagnostics if d.severity == "error"]
    several = {codes.EXPECT_DIFFERS: 0, codes.RANK: 0}
    kept = []
    for found in errors:
        several[found.code] = several.get(found.code, 0) + 1
        if found.code not in {codes.EXPECT_DIFFERS, codes.RANK} or several[found.code] == 1:
            kept.append(found)
    return kept


def _sum_of_branches(broken: Breakage, only: Diagnostic) -> bool:
    """Whether a kernel that cannot fit shows where branches meet, in `dims` or in `expect`."""
    return broken.kind == "kernel" and only.code is not codes.EMPTY_OUTPUT


@pytest.mark.parametrize("part", range(ROUNDS))
def test_one_breakage_is_one_error(part: int, folder: Path) -> None:
    found = [wrong for broken in _chosen(part) if (wrong := check(broken, folder))]
    assert not found, "\n".join(found)


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS)
def test_every_breakage_of_a_kind_is_one_error(kind: str, folder: Path) -> None:
    found = [wrong for broken in _all(kind) if (wrong := check(broken, folder))]
    assert not found, "\n".join(found[:20])


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_finds_something_to_break(kind: str) -> None:
    assert _all(kind)
