"""Sizes that are known when the network runs, inside groups, lists and copies: each a class."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

import archc

SPEC = """\
input: [N, 4, H, W]
let: {high: H + 1}
blocks:
  Even:
    let: {h: input.shape.2, w: input.shape.3}
    layers:
      pad: {op: Pad, pad: "[0, 2 * ((w + 1) // 2) - w, 0, h % 3 + 2]"}
      conv: {op: Conv2d, out_channels: 4, kernel_size: 2, stride: 2}
layers:
  even: {op: Even, repeat: 3}
  list:
    - {op: Conv2d, out_channels: 4, kernel_size: 1}
    - {op: Interpolate, size: "[high, W]"}
    - {op: Pad, pad: "[0, in.shape.2 % 3]"}
  small: {op: Conv2d, out_channels: 4, kernel_size: 2, stride: 2}
  copies:
    repeat: 2
    layers:
      conv: {op: Conv2d, out_channels: 4, kernel_size: 2, stride: 2}
      up: {op: Interpolate, size: "[H, 2 * W]"}
  outer:
    inner:
      conv: {op: Conv2d, out_channels: 4, kernel_size: 2, stride: 2}
      up: {op: Interpolate, size: "[H, 2 * W]"}
  again: [{op: AvgPool2d, kernel_size: 2}, {op: Interpolate, size: "[H, W]"}]
outputs: {even: even, list: list, small: small, outer: outer, again: again}
"""


@pytest.mark.parametrize("size", [(16, 16), (17, 22), (23, 19)])
def test_classes_measure_what_they_do_not_get(tmp_path: Path, size: tuple[int, int]) -> None:
    """A value whose shape a class needs is handed in; torch's shapes are those inferred."""
    file = tmp_path / "spec.yaml"
    file.write_text(SPEC)
    found = archc.build(file)(torch.zeros(1, 4, *size))
    sizes = dict(zip("HW", size, strict=True))
    inferred = archc.load(file).summary(sizes).to_dict()["outputs"]
    assert {name: list(value.shape) for name, value in found._asdict().items()} == inferred


TOLD = """\
inputs: {x: [N, 4, H, W], y: [N, 4, 2 * W + H, 8]}
blocks:
  Up:
    inputs: [x, a, b]
    params: {rows: any, to: op}
    layers:
      small: {op: AvgPool2d, kernel_size: 2}
      up: {op: Interpolate, size: "[rows, 7]"}
      again: $to
layers:
  coarse: {op: MaxPool2d, kernel_size: 2, from: x}
  first: {op: Up, rows: H + W, to: {op: Interpolate, size: "[W, H]"}, from: [coarse, x, y]}
  second: {op: Up, rows: 2 * W + H, to: {op: Pad, pad: "[0, W % 2]"}, from: [coarse, y, x]}
  third: {op: Up, rows: 9, to: ReLU, from: [coarse, x, y]}
outputs: {first: first, second: second, third: third}
"""


@pytest.mark.parametrize("size", [(16, 16), (17, 23)])
def test_a_block_finds_the_sizes_that_it_is_told(tmp_path: Path, size: tuple[int, int]) -> None:
    """Alone or inside an op: in its inputs, whichever of them has it, or in what it computes."""
    file = tmp_path / "spec.yaml"
    file.write_text(TOLD)
    h, w = size
    found = archc.build(file)(torch.zeros(1, 4, h, w), torch.zeros(1, 4, 2 * w + h, 8))
    inferred = archc.load(file).summary({"H": h, "W": w}).to_dict()["outputs"]
    assert {name: list(value.shape) for name, value in found._asdict().items()} == inferred
