"""Networks of tutorials: what archc builds is what the tutorials print."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest
import torch
from torch import nn

import archc

ROOT = Path(__file__).parents[2]
FACTS = json.loads((ROOT / "tests/facts/seeds.json").read_text())
TABLES = FACTS["shape_tables"]
REPLACED = {("torchvision/resnet18", "avgpool"): "AdaptiveAvgPool2d(output_size=(1, 1))"}
"""torchvision has since put a pool there that takes any image size; at 224 x 224 it is the same."""


def spec(name: str) -> Path:
    return ROOT / "specs" / f"{name.removeprefix('torchvision/')}.yaml"


TREES = {name: tree for name, tree in FACTS["module_trees"].items() if spec(name).exists()}
LEAVES = [
    pytest.param(name, path, REPLACED.get((name, path), printed), id=f"{name}-{path}")
    for name, tree in TREES.items()
    for path, printed in tree.items()
]


def module(printed: str) -> nn.Module:
    """The module that a printed line stands for.

    >>> module("ReLU(inplace)")
    ReLU(inplace=True)
    """
    call = ast.parse(printed, mode="eval").body
    assert isinstance(call, ast.Call)
    words = {arg.id: True for arg in call.args if isinstance(arg, ast.Name)}
    numbers = [ast.literal_eval(arg) for arg in call.args if not isinstance(arg, ast.Name)]
    named = {str(key.arg): ast.literal_eval(key.value) for key in call.keywords}
    return getattr(nn, ast.unparse(call.func))(*numbers, **named, **words)


def settings(of: nn.Module) -> str:
    """Class and settings, with `(3, 3)` for a square as `3`."""
    return re.sub(r"\((\d+), \1\)", r"\1", repr(of))


@pytest.fixture(scope="module")
def built() -> dict[str, nn.Module]:
    return {name: archc.build(spec(name), device="meta") for name in TREES}


def test_the_trees_are_there() -> None:
    known = {"d2l/resnet18", "tutorial/resnet50", "tutorial/lenet5", "torchvision/vgg16"}
    assert known | {"torchvision/alexnet", "torchvision/resnet18"} <= set(TREES)


@pytest.mark.parametrize(("name", "path", "printed"), LEAVES)
def test_module(name: str, path: str, printed: str, built: dict[str, nn.Module]) -> None:
    found = built[name].get_submodule(path)
    if "(" in printed:
        assert settings(found) == settings(module(printed))
    else:
        assert type(found).__name__ == printed


@pytest.mark.parametrize("name", TABLES)
def test_shape_table(name: str) -> None:
    model = archc.build(spec(name), device="meta")
    rows: list[list[object]] = []
    for child in model.children():
        child.register_forward_hook(
            lambda of, _, out: rows.append([type(of).__name__, list(out.shape)])
        )
    model(torch.empty(TABLES[name]["input"], device="meta"))
    assert rows == TABLES[name]["rows"]


def test_stages_of_the_tutorial() -> None:
    facts = FACTS["other_shapes"]["tutorial/resnet50"]
    model = archc.build(spec("tutorial/resnet50"), device="meta")
    shapes: dict[str, list[int]] = {}
    for path, child in model.named_children():
        child.register_forward_hook(
            lambda _, __, out, path=path: shapes.update({path: list(out.shape)})
        )
    model(torch.empty(facts["input"], device="meta"))
    for paths, shape in facts["after"].items():
        assert [shapes[path] for path in paths.split("/")] == [shape] * len(paths.split("/"))


@pytest.mark.parametrize(
    ("fact", "output"),
    [
        ("block Residual(3, 3)", "residual"),
        ("block DenseBlock(2 convs, 3 in, growth 10)", "dense"),
    ],
)
def test_single_block(fact: str, output: str) -> None:
    facts = FACTS["other_shapes"][fact]
    model = archc.build(spec("d2l/blocks"), device="meta")
    outputs = model(torch.empty(facts["input"], device="meta"))
    assert list(getattr(outputs, output).shape) == facts["output"]


MISPRINT = """\
archc: 1
input: [N, 3, 224, 224]
layers:
  conv1: {op: Conv2d, out_channels: 966, kernel_size: 11, stride: 4}
  relu: ReLU
  conv2: {op: Conv2d, in_channels: 96, out_channels: 256, kernel_size: 5, padding: 2}
"""


def test_a_misprint_names_both_lines(tmp_path: Path) -> None:
    """A table that says 966 where 96 was meant: the next layer does not fit, and both are shown."""
    file = tmp_path / "misprint.yaml"
    file.write_text(MISPRINT)
    (found,) = archc.check(file)
    assert found.code.id == "E0401"
    assert found.primary.span.line == 6
    assert 4 in [label.span.line for label in found.also]
    assert "966" in found.message
