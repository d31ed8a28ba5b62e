"""ONNX, judged by the runtime that people run it with: the same values, at any size, by name."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import onnx
import onnxruntime
import pytest
import torch
from torch import Tensor

import archc
from archc.backends.torch import build, write_onnx
from archc.backends.torch.verify import evaluating, example_inputs
from archc.ir.graph import Network

Sizes = dict[str, int]


@dataclass(frozen=True)
class Case:
    """A network made small with `params`, run at `sizes` and then at `others`."""

    name: str
    params: dict[str, Any]
    sizes: Sizes
    others: Sizes


CASES = (
    Case("unet", {"depth": 2, "width": 8}, {"H": 32, "W": 32}, {"N": 3, "H": 24, "W": 40}),
    Case("tiny_gpt", {}, {}, {"N": 3, "T": 17}),
)
"""Open sizes that constrain each other, and numbers as inputs."""
MORE = (
    Case("resnet18", {"num_classes": 7}, {"H": 40, "W": 48}, {"N": 3, "H": 64, "W": 33}),
    Case("googlenet", {"num_classes": 7}, {"H": 64, "W": 64}, {"N": 3, "H": 80, "W": 64}),
    Case("siamese", {}, {}, {"N": 3}),
)
"""One output, outputs in training only, two inputs."""


def _session(network: Network, model: torch.nn.Module, file: Path) -> onnxruntime.InferenceSession:
    write_onnx(network, model, file)
    onnx.checker.check_model(str(file), full_check=True)
    return onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])


def _compare(
    session: onnxruntime.InferenceSession, model: torch.nn.Module, inputs: tuple[Tensor, ...]
) -> None:
    named = {port.name: x.numpy() for port, x in zip(session.get_inputs(), inputs, strict=True)}
    with evaluating(model), torch.no_grad():
        expected = model(*inputs)
    listed = expected if isinstance(expected, tuple) else (expected,)
    for ours, theirs in zip(session.run(None, named), listed, strict=True):
        torch.testing.assert_close(torch.from_numpy(ours), theirs, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize(
    "case",
    [pytest.param(c, id=c.name) for c in CASES]
    + [pytest.param(c, id=c.name, marks=pytest.mark.long) for c in MORE],
)
def test_onnxruntime_computes_the_same_at_the_sizes_of_the_spec_and_at_others(
    case: Case, tmp_path: Path
) -> None:
    network = archc.load(case.name, **case.params).network
    network.dims.update(case.sizes)
    torch.manual_seed(0)
    model = build(network)
    session = _session(network, model, tmp_path / "a.onnx")
    for dims in (network.dims, {**network.dims, **case.others}):
        _compare(session, model, example_inputs(network, model, dims))


def test_inputs_outputs_and_open_sizes_have_the_names_of_the_spec(tmp_path: Path) -> None:
    spec = tmp_path / "two.yaml"
    spec.write_text(
        "archc: 1\n"
        "inputs: {left: {shape: [N, 3, H, 2 * W]}, right: {shape: [N, 3, H, 2 * W]}}\n"
        "dims: {H: 8, W: 4}\n"
        "layers:\n"
        "  joined: {op: Concat, from: [left, right]}\n"
        "  conv: {op: Conv2d, out_channels: 4, kernel_size: 1}\n"
        "outputs: {features: conv, both: joined}\n"
    )
    arch = archc.load(spec)
    session = _session(arch.network, arch.build(), tmp_path / "two.onnx")
    shapes = {port.name: port.shape for port in session.get_inputs()}
    assert list(shapes) == ["left", "right"]
    assert all(shape[:3] == ["N", 3, "H"] for shape in shapes.values())
    assert [port.name for port in session.get_outputs()] == ["features", "both"]
