"""The tutorial's variants build to what the page says, and what `diff` says of weights is so.

`tests/test_docs.py` runs the page's commands.
"""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import pytest
import torch
from torch import nn
from torchvision import ops as theirs

import archc
from archc.analysis.placed import saved
from archc.diag.source import Source
from archc.spec.format import formatted
from tests.markdown import fences, file_of

PAGE = (Path(__file__).parents[2] / "docs" / "variants.md").read_text(encoding="utf-8")
FILES = [file_of(f) for f in fences(PAGE) if f.kind == "yaml" and f.info.endswith("checked")]
SHOWN = {
    name: int(count.replace(",", ""))
    for name, count in re.findall(r"^(\w+): ok, ([\d,]+) parameters", PAGE, re.MULTILINE)
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for file in FILES:
        file.write(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_there_are_five() -> None:
    assert len(FILES) == 5
    assert len(SHOWN) == 4


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_each_builds(file: object, folder: Path, request: pytest.FixtureRequest) -> None:
    name = request.node.callspec.id
    arch = archc.load(folder / name)
    model = arch.build(device="meta")
    count = sum(p.numel() for p in model.parameters())
    assert count == SHOWN.get(arch.name, 25_557_032)
    text = (folder / name).read_text(encoding="utf-8")
    assert formatted(Source(name, text)) == text


def test_each_does_what_the_page_says(folder: Path) -> None:
    deeper, silu = (
        archc.build("deeper.yaml", device="meta"),
        archc.build("silu.yaml", device="meta"),
    )
    assert len(deeper.get_submodule("layer3")) == 36  # type: ignore[arg-type]
    assert not [m for m in silu.modules() if isinstance(m, nn.ReLU)]
    assert len([m for m in silu.modules() if isinstance(m, nn.SiLU)]) == 17
    small, depth = (
        archc.build("small.yaml", device="meta"),
        archc.build("depth.yaml", device="meta"),
    )
    assert small(torch.empty(2, 3, 32, 32, device="meta")).shape == (2, 10)
    outs = depth(torch.empty(2, 4, 64, 64, device="meta"))
    assert [tuple(out.shape) for out in outs] == [(2, 1000), (2, 1)]


def test_the_python_of_the_page(folder: Path) -> None:
    (code,) = (f.text for f in fences(PAGE) if f.kind == "python")
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, "variants.md", "exec"), {})
    assert printed.getvalue().strip() == code.rpartition("# ")[2].strip()


@pytest.mark.parametrize("variant", ["small.yaml", "se.yaml", "depth.yaml"])
def test_what_carries_over_loads(variant: str, folder: Path) -> None:
    weights = archc.diff("resnet50", variant).weights
    old, new = archc.build("resnet50", device="meta"), archc.build(variant, device="meta")
    state = old.state_dict()
    told = new.load_state_dict({k: v for k, v in state.items() if k in weights.kept}, strict=False)
    assert set(told.missing_keys) == {*weights.new, *weights.reshaped}
    assert told.unexpected_keys == []
    told = new.load_state_dict(
        {k: v for k, v in state.items() if k not in weights.reshaped}, strict=False
    )
    assert set(told.unexpected_keys) == set(weights.unused)
    for name in weights.reshaped:
        with pytest.raises(RuntimeError, match="size mismatch"):
            new.load_state_dict({name: state[name]}, strict=False)


@pytest.mark.parametrize("name", archc.list_specs())
def test_saved_tensors_are_those_of_the_module(name: str) -> None:
    arch = archc.load(name)
    state = arch.build(device="meta").state_dict()
    expected = {key: tuple(tensor.shape) for key, tensor in state.items()}
    assert {key: tensor.shape for key, tensor in saved(arch.network).items()} == expected


def test_the_common_blocks_are_those_of_torchvision() -> None:
    ours = archc.build("blocks/common").eval()
    conv = theirs.Conv2dNormActivation(16, 32, 3, stride=2).eval()
    excited = theirs.SqueezeExcitation(16, 4).eval()
    conv.load_state_dict(ours.get_submodule("conv").state_dict())
    excited.load_state_dict(ours.get_submodule("excited").state_dict())
    x = torch.randn(2, 16, 9, 9)
    with torch.no_grad():
        found = ours(x)
        assert torch.equal(found[0], conv(x))
        assert torch.equal(found[1], excited(x))
