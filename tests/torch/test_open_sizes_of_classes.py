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
