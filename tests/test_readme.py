"""The README's spec lines, variant and diagnostic are what the project really has and says."""

from __future__ import annotations

import re
from pathlib import Path

import archc
from archc.diag.render import render
from archc.lower import load

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text()
BROKEN = """\
input: [N, 3, H, W]
params: {width: 32}
blocks:
  Stem:
    params: {width: int}
    layers:
      conv1: {op: Conv2d, out_channels: 2 * width, kernel_size: 3}
      bn1: BatchNorm2d
      conv2: {op: Conv2d, in_channels: 32, out_channels: 64, kernel_size: 3}
layers:
  stem: {op: Stem, width: width}
  pool: {op: AdaptiveAvgPool2d, output_size: 1}
"""


def fences(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", README, re.DOTALL)


def test_the_variant_checks(tmp_path: Path) -> None:
    file = tmp_path / "variant.yaml"
    file.write_text(fences("yaml")[1])
    arch = archc.load(str(file))
    assert arch.name == "resnet50_small_images"
    assert "maxpool" not in {leaf.path for leaf in arch.nodes}
    assert str(arch.nodes[0].outs[0]) == "[N, 64, H, W]"


def test_the_diagnostic_is_printed_so(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mine.yaml").write_text(BROKEN)
    found = load("mine.yaml")
    report = render(found.diagnostics, found.sources, "text", width=100)
    assert fences("text")[0].strip() in report
