"""Files of weights from anywhere: they load, or there is one error and the model is as it was."""

from __future__ import annotations

import json
import os
import pickle
import struct
import warnings
from pathlib import Path
from random import Random

import pytest
import torch
from safetensors.torch import save_file
from torch import nn

import archc

SPEC = "name: small\ninput: [N, 3]\nlayers: {fc: {op: Linear, out_features: 2}}\n"


@pytest.fixture(scope="module")
def arch(tmp_path_factory: pytest.TempPathFactory) -> archc.Architecture:
    file = tmp_path_factory.mktemp("small") / "small.yaml"
    file.write_text(SPEC)
    return archc.load(file)


def tensors() -> dict[str, torch.Tensor]:
    return {"fc.weight": torch.ones(2, 3), "fc.bias": torch.ones(2)}


def load(arch: archc.Architecture, file: Path, *, allow_pickle: bool = False) -> nn.Module:
    """The model with the file's weights; as it was, and one error, where they cannot be read."""
    from archc.backends.torch import load_weights

    model = arch.build()
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    try:
        load_weights(model, arch.network, file, allow_pickle=allow_pickle)
    except archc.SpecError as problem:
        untouched = all(torch.equal(before[name], t) for name, t in model.state_dict().items())
        if str(problem).count("error[") != 1 or not untouched:
            raise AssertionError(file.read_bytes()) from problem
        raise
    return model


def test_mutated_safetensors(arch: archc.Architecture, tmp_path: Path) -> None:
    """Bytes flipped, cut and put in, most of them in the header."""
    file, rng = tmp_path / "a.safetensors", Random(0)
    save_file(tensors(), file)
    good, refused = file.read_bytes(), 0
    for _ in range(300):
        data = bytearray(good)
        at = rng.randrange(len(data))
        data[at : at + rng.choice((0, 1, 1, 4))] = rng.choice((b"", rng.randbytes(1), b'"', b"{"))
        file.write_bytes(data)
        try:
            load(arch, file)
        except archc.SpecError:
            refused += 1
    assert refused > 150


def header(content: object) -> bytes:
    text = content if isinstance(content, bytes) else json.dumps(content).encode()
    return struct.pack("<Q", len(text)) + text


WHOLE = {"fc.bias": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0" * 8,
        b"\xff" * 8,
        struct.pack("<Q", 2**62) + b"{}",
        header({}),
        header(b"[" * 100_000),
        header({**WHOLE, "fc.weight": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 8]}}),
        header({**WHOLE, "fc.weight": {"dtype": "F32", "shape": [2**40], "data_offsets": [8, 9]}}),
        header({**WHOLE, "fc.weight": {"dtype": "X9", "shape": [2, 3], "data_offsets": [8, 32]}}),
        header({**WHOLE, "fc.weight": {"dtype": "F32", "shape": [-2, 3], "data_offsets": [8, 32]}}),
    ],
)  # fmt: skip
def test_headers_that_lie(arch: archc.Architecture, data: bytes, tmp_path: Path) -> None:
    file = tmp_path / "a.safetensors"
    file.write_bytes(data + b"\0" * 16)
    with pytest.raises(archc.SpecError):
        load(arch, file)


class Evil:
    """Makes a folder when it is unpickled."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> object:
        return os.mkdir, (str(self.folder),)


@pytest.mark.parametrize("allow", [False, True])
def test_a_pickle_runs_nothing(arch: archc.Architecture, allow: bool, tmp_path: Path) -> None:
    file, made = tmp_path / "a.pt", tmp_path / "made"
    file.write_bytes(pickle.dumps({"fc.weight": Evil(made)}))
    with pytest.raises(archc.SpecError):
        load(arch, file, allow_pickle=allow)
    torch.save({"fc.weight": Evil(made)}, file)
    with pytest.raises(archc.SpecError):
        load(arch, file, allow_pickle=allow)
    assert not made.exists()


def test_what_a_pickle_holds_is_told_in_our_words(arch: archc.Architecture, tmp_path: Path) -> None:
    """torch's own would have the reader change an argument that archc never lets go."""
    file = tmp_path / "a.pt"
    file.write_bytes(pickle.dumps({"fc.weight": Evil(tmp_path / "made")}, protocol=4))
    listening = warnings.catch_warnings(record=True, action="always")
    with listening as found, pytest.raises(archc.SpecError) as caught:
        load(arch, file, allow_pickle=True)
    assert found == []
    assert "it holds more than tensors" in str(caught.value)
    assert "weights_only" not in str(caught.value)


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04", b"\x80\x02.", b"\x80\x04K\x01.", b"x" * 999]
)
def test_what_is_no_pickle(arch: archc.Architecture, content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "a.pt"
    file.write_bytes(content)
    with pytest.raises(archc.SpecError):
        load(arch, file, allow_pickle=True)


def test_pipes_and_folders_are_no_weights(arch: archc.Architecture, tmp_path: Path) -> None:
    pipe, folder = tmp_path / "a.safetensors", tmp_path / "b.safetensors"
    os.mkfifo(pipe)
    folder.mkdir()
    for file in (pipe, folder, tmp_path / "gone.safetensors", Path("a\0b.safetensors")):
        with pytest.raises(archc.SpecError):
            load(arch, file)
