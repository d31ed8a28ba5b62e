"""Who imports what: the contracts of `pyproject.toml`, and what a command loads when it runs."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

from importlinter.cli import EXIT_STATUS_ERROR, EXIT_STATUS_SUCCESS, lint_imports

ROOT = Path(__file__).parents[2]
HEAVY = {"graphviz", "jsonschema", "numpy", "rich", "sympy", "torch", "typer"}

BROKEN = """\
[importlinter]
root_package = archc
[importlinter:contract:1]
name = a contract that archc breaks
type = forbidden
source_modules = archc.ir
forbidden_modules = archc.diag
"""


CHECK = ("-m", "archc", "check", "specs/resnet50.yaml")
NEEDED = {"msgspec", "pydantic", "yaml"}
WITH_PYDANTIC = {"annotated_types", "pydantic_core", "typing_extensions", "typing_inspection"}
MOST_OF_OURS, MOST_OF_ALL = 139, 353
"""Modules that a check of ResNet-50 may import: each is a tenth of a millisecond and more."""


def loaded(*command: str) -> set[str]:
    """The top-level packages that a Python process imports."""
    return {name.partition(".")[0] for name in modules(*command)}


def modules(*command: str) -> set[str]:
    """The modules that a Python process imports."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", *command],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    lines = [line for line in done.stderr.splitlines() if line.startswith("import time:")]
    return {line.rpartition("|")[2].strip() for line in lines}


def test_contracts() -> None:
    config = str(ROOT / "pyproject.toml")
    assert lint_imports(config_filename=config, no_cache=True) == EXIT_STATUS_SUCCESS


def test_a_broken_contract_is_noticed(tmp_path: Path) -> None:
    config = tmp_path / "contracts.ini"
    config.write_text(BROKEN)
    assert lint_imports(config_filename=str(config), no_cache=True) == EXIT_STATUS_ERROR


def test_check_loads_nothing_heavy() -> None:
    found = loaded(*CHECK)
    assert "archc" in found
    assert found & HEAVY == set()


def test_building_is_noticed_to_load_torch(tmp_path: Path) -> None:
    """The control: the same look at a command that does need torch."""
    found = loaded("-m", "archc", "build", "specs/tutorial/lenet5.yaml", "-o", str(tmp_path))
    assert "torch" in found & HEAVY


def test_importing_archc_loads_next_to_nothing() -> None:
    found = loaded("-c", "import archc")
    assert "archc" in found
    assert found & (HEAVY | {"pydantic", "yaml"}) == set()


def test_a_start_stays_small() -> None:
    """Counts, since times depend on the machine. What a check needs only sometimes waits for it."""
    found = modules(*CHECK)
    installed = packages_distributions().keys() - loaded("-c", "pass") - {"archc"}
    assert {name.partition(".")[0] for name in found} & installed == NEEDED | WITH_PYDANTIC
    ours = {name for name in found if name.partition(".")[0] == "archc"}
    assert len(ours) <= MOST_OF_OURS, sorted(ours)
    assert len(found) <= MOST_OF_ALL, sorted(found)


def test_a_larger_start_is_noticed(tmp_path: Path) -> None:
    """The control: a figure needs more of archc."""
    found = modules("-m", "archc", "viz", "specs/resnet50.yaml", "-o", str(tmp_path / "a.dot"))
    assert len([name for name in found if name.startswith("archc")]) > MOST_OF_OURS
