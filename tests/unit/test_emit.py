"""What is emitted: the whole text for a handful of networks, and what must hold of every text."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from archc.backends.python import emit
from archc.ir.graph import Network
from archc.lower import load

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden" / "emit"
SPECS = {
    **{path.stem: path for path in sorted(GOLDEN.glob("*.yaml"))},
    "resnet50": ROOT / "specs" / "resnet50.yaml",
    "densenet121": ROOT / "specs" / "densenet121.yaml",
    "googlenet": ROOT / "specs" / "d2l" / "googlenet.yaml",
    "vgg11_bn": ROOT / "specs" / "vgg11_bn.yaml",
}


def network(name: str) -> Network:
    loaded = load(SPECS[name])
    assert loaded.network is not None, loaded.diagnostics
    return loaded.network


@pytest.mark.parametrize("name", SPECS)
def test_the_text_is_the_golden_one(name: str, update: bool) -> None:
    golden = GOLDEN / f"{name}.txt"
    text = emit(network(name))
    if update:
        golden.write_text(text)
    assert text == golden.read_text()


@pytest.mark.parametrize("name", SPECS)
def test_black_would_leave_it_alone(name: str, tmp_path: Path) -> None:
    ruff = shutil.which(
        "ruff", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    )
    if ruff is None:
        pytest.skip("ruff is not installed")
    file = tmp_path / "emitted.py"
    file.write_text(emit(network(name)))
    for command in (["format", "--diff"], ["check", "--select", "E4,E7,E9,F,I,UP,RET,SIM"]):
        done = subprocess.run(
            [ruff, *command, "--isolated", "--line-length=100", "--no-cache", str(file)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", SPECS)
def test_it_imports_torch_alone(name: str) -> None:
    tree = ast.parse(emit(network(name)))
    modules = {
        alias.name if isinstance(node, ast.Import) else node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    assert modules <= {"torch", "typing"}
    assert "archc" not in ast.unparse(ast.Module(tree.body[1:], []))


def test_the_same_under_any_hash_seed() -> None:
    code = (
        "from archc.backends.python import emit\n"
        "from archc.lower import load\n"
        f"for path in {[str(path) for path in SPECS.values()]!r}:\n"
        "    print(emit(load(path).network))\n"
    )
    texts = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert len(texts) == 1


def test_emitting_imports_no_torch() -> None:
    code = (
        "import sys\n"
        "from archc.backends.python import emit\n"
        "from archc.lower import load\n"
        f"emit(load({str(SPECS['resnet50'])!r}).network)\n"
        "assert not {'torch', 'numpy', 'sympy'} & sys.modules.keys()\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)
