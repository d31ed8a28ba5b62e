"""Weights are compared before they are read, and files are whole or not there."""

from __future__ import annotations

import os
import pickle
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import nn

from archc.backends.files import replacing, write_atomic
from archc.backends.torch import build, load_weights, write_state_dict
from archc.diag.diagnostic import SpecError
from archc.ir.graph import Network
from archc.lower import load

GOLDEN = Path(__file__).parents[2] / "tests" / "golden" / "emit"


def network(name: str = "unet") -> Network:
    found = load(GOLDEN / f"{name}.yaml").network
    assert found is not None
    return found


def differences(model: nn.Module, made: Network, path: Path, **options: bool) -> str:
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    with pytest.raises(SpecError) as caught:
        load_weights(model, made, path, **options)
    assert [d.code.id for d in caught.value.diagnostics] == ["E0603"]
    assert all(torch.equal(before[name], t) for name, t in model.state_dict().items())
    return str(caught.value)


@pytest.mark.parametrize("name", ["unet", "tied_tokens"])
def test_there_and_back(name: str, tmp_path: Path) -> None:
    made = network(name)
    model, other = build(made), build(made)
    write_state_dict(model, tmp_path / "w.safetensors")
    load_weights(other, made, tmp_path / "w.safetensors")
    for key, tensor in model.state_dict().items():
        assert torch.equal(tensor, other.state_dict()[key])


def test_the_same_bytes_each_time(tmp_path: Path) -> None:
    model = build(network())
    for name in "ab":
        write_state_dict(model, tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_every_difference_is_named(tmp_path: Path) -> None:
    made = network()
    model = build(made)
    write_state_dict(model, tmp_path / "w.safetensors")
    weights = load_file(tmp_path / "w.safetensors")
    weights["head.wieght"] = weights.pop("head.weight")
    weights["head.bias"] = torch.zeros(7)
    weights["mid.0.bias"] = torch.zeros(32, dtype=torch.int64)
    save_file(weights, tmp_path / "w.safetensors")
    text = differences(model, made, tmp_path / "w.safetensors")
    assert "4 differences" in text
    assert "`head.weight` is not in the file" in text
    assert (
        "`head.wieght` is in the file and not in the network (did you mean `head.weight`?)" in text
    )
    assert "`head.bias` is [7] in the file and [2] here" in text
    assert "`mid.0.bias` holds int numbers in the file and float here" in text


def test_other_precisions_are_converted(tmp_path: Path) -> None:
    made = network()
    model = build(made)
    write_state_dict(build(made, dtype=torch.float16), tmp_path / "w.safetensors")
    load_weights(model, made, tmp_path / "w.safetensors")
    assert {p.dtype for p in model.parameters()} == {torch.float32}


def test_counters_may_be_missing(tmp_path: Path) -> None:
    made = network()
    model = build(made)
    weights = {k: v for k, v in model.state_dict().items() if not k.endswith("num_batches_tracked")}
    save_file(weights, tmp_path / "w.safetensors")
    load_weights(model, made, tmp_path / "w.safetensors")


class Bomb:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, ("bomb",)


def test_a_pickle_runs_no_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    made = network()
    model = build(made)
    torch.save({"head.bias": Bomb()}, tmp_path / "w.pth")
    assert "pickles can run code" in differences(model, made, tmp_path / "w.pth")
    assert "cannot be read as weights" in differences(
        model, made, tmp_path / "w.pth", allow_pickle=True
    )
    (tmp_path / "raw.pth").write_bytes(pickle.dumps(Bomb()))
    differences(model, made, tmp_path / "raw.pth", allow_pickle=True)
    assert not Path("bomb").exists()


def test_a_pickle_of_weights_is_read_when_allowed(tmp_path: Path) -> None:
    made = network()
    model, other = build(made), build(made)
    torch.save({"state_dict": model.state_dict()}, tmp_path / "w.pth")
    load_weights(other, made, tmp_path / "w.pth", allow_pickle=True)
    assert torch.equal(model.get_parameter("head.bias"), other.get_parameter("head.bias"))


@pytest.mark.parametrize("content", [b"", b"\x00" * 8, b"\xff" * 64, b"not a file of weights"])
def test_a_broken_file_is_an_error(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "w.safetensors").write_bytes(content)
    made = network()
    assert "is not a safetensors file" in differences(build(made), made, tmp_path / "w.safetensors")


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    made = network()
    assert "no such file" in differences(build(made), made, tmp_path / "none.safetensors")


def _fail_half_way(file: Path) -> None:
    with replacing(file) as beside:
        beside.write_text("half")
        raise RuntimeError


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "file.txt"
    write_atomic(file, "old")
    with pytest.raises(RuntimeError):
        _fail_half_way(file)
    assert file.read_text() == "old"
    assert [path.name for path in file.parent.iterdir()] == ["file.txt"]
    write_atomic(file, b"new")
    assert file.read_text() == "new"
