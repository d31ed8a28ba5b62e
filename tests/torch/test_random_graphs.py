"""Random networks: what archc infers is what torch computes, and what it prints is what it runs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from random_specs import SIDE, specs

import archc
from archc.ir.dim import bind
from archc.ir.graph import Leaf


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("drawn")


def load(text: str, folder: Path) -> archc.Architecture:
    file = folder / "drawn.yaml"
    file.write_text(text)
    return archc.load(str(file))


def sizes(n: int, side: int) -> dict[str, int]:
    return {"N": n, "H": side, "W": side}


def shapes_of(leaf: Leaf, at: dict[str, int]) -> list[list[object]]:
    return [[bind(size, at) for size in out.shape] for out in leaf.outs]


def takes(arch: archc.Architecture, at: dict[str, int]) -> bool:
    """Whether the constraints say that the network takes these sizes."""
    return all(eval(text, {"__builtins__": {}}, at) for text in arch.constraints)


def with_numbers(text: str, n: int, side: int) -> str:
    """The same spec with numbers in place of its symbols."""
    spec = json.loads(text)
    spec["input"] = [n, 4, side, side]
    del spec["dims"]
    return json.dumps(spec)


def outputs_of(result: Any) -> list[torch.Tensor]:
    return [result] if isinstance(result, torch.Tensor) else list(result)


def record(model: torch.nn.Module) -> dict[str, list[list[int]]]:
    """The shape of every call of every submodule, by path."""
    seen: dict[str, list[list[int]]] = {}
    for path, module in model.named_modules():
        hook = seen.setdefault(path, []).append
        module.register_forward_hook(
            lambda _m, _i, out, hook=hook: (
                hook(list(out.shape)) if isinstance(out, torch.Tensor) else None
            )
        )
    return seen


DRAWN = given(text=specs(), n=st.integers(1, 2), side=st.sampled_from([SIDE, 17, 23]))


@settings(max_examples=2_000)
@DRAWN
def test_inferred_is_actual_on_every_edge(text: str, n: int, side: int, folder: Path) -> None:
    hold_to_torch(text, n, side, folder)


@pytest.mark.long
@DRAWN
def test_more_often(text: str, n: int, side: int, folder: Path) -> None:
    hold_to_torch(text, n, side, folder)


def hold_to_torch(text: str, n: int, side: int, folder: Path) -> None:
    """Every shape that is inferred is torch's, and the parameters are as many."""
    arch, at = load(text, folder), sizes(n, side)
    model = arch.build().eval()
    seen = record(model)
    if not takes(arch, at):
        with pytest.raises(ValueError, match="must hold"):
            model(torch.randn(n, 4, side, side))
        return
    with torch.no_grad():
        outs = outputs_of(model(torch.randn(n, 4, side, side)))
    inferred = [[bind(s, at) for s in out.shape] for out in arch.outputs.values()]
    assert [list(out.shape) for out in outs] == inferred
    for leaf in arch.nodes:
        calls = seen.get(leaf.path, [])
        if calls and not leaf.again:
            assert calls[0] == shapes_of(leaf, at)[0], leaf.path
    owned = sum(p.numel() for p in model.parameters())
    assert arch.summary().to_dict()["params"] == owned


@given(text=specs(), side=st.integers(8, 24))
def test_symbols_then_numbers_is_numbers_then_symbols(text: str, side: int, folder: Path) -> None:
    """With numbers a spec is refused exactly where the constraints of the symbols do not hold."""
    symbolic, at = load(text, folder), sizes(2, side)
    if not takes(symbolic, at):
        with pytest.raises(archc.SpecError):
            load(with_numbers(text, 2, side), folder)
        return
    fixed = load(with_numbers(text, 2, side), folder)
    left = [(leaf.path, shapes_of(leaf, at)) for leaf in symbolic.nodes]
    right = [(leaf.path, shapes_of(leaf, {})) for leaf in fixed.nodes]
    assert left == right


@given(text=specs())
def test_what_is_printed_is_what_runs(text: str, folder: Path) -> None:
    arch = load(text, folder)
    model = arch.build().eval()
    space: dict[str, Any] = {"__name__": "printed"}
    exec(compile(arch.emit(), "printed", "exec"), space)
    printed = space[type(model).__name__]().eval()
    printed.load_state_dict(model.state_dict(), strict=True)
    x = torch.randn(2, 4, SIDE, SIDE)
    with torch.no_grad():
        for one, other in zip(outputs_of(model(x)), outputs_of(printed(x)), strict=True):
            assert torch.equal(one, other)


ALONE = """
import sys
sys.modules["archc"] = None  # any import of it fails
import pathlib, torch
torch.set_num_threads(1)
for file in sorted(pathlib.Path(sys.argv[1]).glob("*.py")):
    space = {"__name__": file.stem}
    exec(compile(file.read_text(), str(file), "exec"), space)
    kept = torch.load(file.with_suffix(".pt"))
    model = space["Drawn"]().eval()
    model.load_state_dict(kept["state"], strict=True)
    with torch.no_grad():
        result = model(kept["x"])
    result = [result] if isinstance(result, torch.Tensor) else list(result)
    assert len(result) == len(kept["y"])
    assert all(map(torch.equal, result, kept["y"])), file
    print(file.stem)
"""


def test_printed_source_needs_no_archc(tmp_path: Path) -> None:
    """Thirty networks, run by a process in which archc cannot be imported."""
    made: list[str] = []

    @settings(max_examples=30)
    @given(text=specs())
    def write(text: str) -> None:
        arch = load(text, tmp_path)
        model, x = arch.build().eval(), torch.randn(1, 4, SIDE, SIDE)
        with torch.no_grad():
            y = outputs_of(model(x))
        name = f"net{len(made):03}"
        (tmp_path / f"{name}.py").write_text(arch.emit())
        torch.save({"state": model.state_dict(), "x": x, "y": y}, tmp_path / f"{name}.pt")
        made.append(name)

    write()
    run = subprocess.run(
        [sys.executable, "-c", ALONE, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.split() == made
