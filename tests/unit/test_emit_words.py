"""Names in what is emitted are those that a person who writes PyTorch would choose."""

from __future__ import annotations

import re
from pathlib import Path

import archc
from archc.backends.python.compact import Given, Part, compact


def classes(source: str) -> list[str]:
    return re.findall(r"^class (\w+)", source, re.MULTILINE)


def test_a_used_file_is_a_class_in_capitals() -> None:
    assert "Resnet18" in classes(archc.load("two_stream").emit())
    assert {"Resnet50", "Resnet50Output"} <= set(classes(archc.load("fpn_resnet50").emit()))


def test_a_block_in_small_letters_too(tmp_path: Path) -> None:
    file = tmp_path / "spec.yaml"
    file.write_text(
        "input: [N, 8]\n"
        "blocks: {conv_block: {layers: {norm: LayerNorm, act: ReLU}}, UBlock: [ReLU]}\n"
        "layers: {a: conv_block, b: UBlock}\n"
    )
    assert classes(archc.load(file).emit())[:2] == ["ConvBlock", "UBlock"]


def test_a_loop_variable_is_called_after_its_argument() -> None:
    source = archc.load("convnext").emit()
    assert "CNBlock(96, drop) for drop in (" in source
    assert "torch.zeros(in_channels, 1, 1)" in source


def test_a_loop_variable_hides_no_other_argument() -> None:
    rates = [Given("rate", f"0.{k}") for k in (1, 3, 4)]
    parts = [Part("Block", (rate, Given("last", "rate + 1")), called=True) for rate in rates]
    (shown,) = compact(parts)
    assert shown == "*(Block(each_rate, rate + 1) for each_rate in (0.1, 0.3, 0.4))"
