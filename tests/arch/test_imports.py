"""Who imports what: the contracts of `pyproject.toml`, and what a command loads when it runs."""

from __future__ import annotations

import subprocess
import sys
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


def loaded(*command: str) -> set[str]:
    """The top-level packages that a Python process imports."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", *command],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    lines = [line for line in done.stderr.splitlines() if line.startswith("import time:")]
    return {line.rpartition("|")[2].strip().partition(".")[0] for line in lines}


def test_contracts() -> None:
    config = str(ROOT / "pyproject.toml")
    assert lint_imports(config_filename=config, no_cache=True) == EXIT_STATUS_SUCCESS


def test_a_broken_contract_is_noticed(tmp_path: Path) -> None:
    config = tmp_path / "contracts.ini"
    config.write_text(BROKEN)
    assert lint_imports(config_filename=str(config), no_cache=True) == EXIT_STATUS_ERROR


def test_check_loads_nothing_heavy() -> None:
    found = loaded("-m", "archc", "check", "specs/resnet50.yaml")
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
