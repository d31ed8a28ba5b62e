"""The Python interface, as its documentation promises it."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

import archc
from archc.diag.edits import apply

SPEC = """\
name: tiny
params: {width: 8}
input: [N, 3, H, W]
dims: {H: 16, W: 16}
layers:
  conv: {op: Conv2d, out_channels: width, kernel_size: 3}
  act: ReLU
expect: {params: 224, output: [N, width, H - 2, W - 2]}
"""


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    file = tmp_path / "tiny.yaml"
    file.write_text(SPEC)
    return file


def write(spec: Path, old: str, new: str) -> Path:
    assert old in SPEC
    spec.write_text(SPEC.replace(old, new))
    return spec


def test_every_public_name_is_there() -> None:
    assert all(getattr(archc, name) is not None for name in archc.__all__)
    assert set(dir(archc)) == set(archc.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = archc.nothing  # type: ignore[attr-defined]


def test_an_architecture_knows_its_edges(spec: Path) -> None:
    arch = archc.load(spec)
    assert arch.name == "tiny"
    assert {name: str(type_) for name, type_ in arch.inputs.items()} == {"input": "[N, 3, H, W]"}
    assert {n: str(t) for n, t in arch.outputs.items()} == {"output": "[N, 8, H - 2, W - 2]"}
    assert [node.path for node in arch.nodes] == ["conv", "act"]
    assert arch.constraints == ("H >= 3", "W >= 3")
    assert arch.warnings == ()


def test_bounds_from_above_are_solved_and_the_smallest_is_told(tmp_path: Path) -> None:
    file = tmp_path / "positions.yaml"
    file.write_text("""\
input: [N, 3, H, W]
dims: {W: {default: 16, max: 100}}
layers:
  long: {op: Parameter, shape: [50, 8]}
  table: {op: Parameter, shape: [30, 8]}
  patches: {op: Conv2d, out_channels: 8, kernel_size: 4, stride: 4, from: input}
  rows: {op: Narrow, from: long, dim: 0, start: 0, length: patches.shape.2}
  fewer: {op: Narrow, from: table, dim: 0, start: 0, length: patches.shape.2}
  columns: {op: Narrow, from: table, dim: 0, start: 0, length: patches.shape.3}
outputs: {rows: rows, fewer: fewer, columns: columns, patches: patches}
""")
    found = archc.load(file).constraints
    assert [text for text in found if "<=" in text] == ["W <= 100", "H <= 123"]


def test_parameters_are_set_by_name(spec: Path) -> None:
    assert archc.load(spec, width=16).summary().costs.params == 448


def test_a_bad_spec_raises_with_the_full_report(spec: Path) -> None:
    write(spec, "kernel_size", "kernal_size")
    with pytest.raises(archc.SpecError) as caught:
        archc.load(spec)
    assert "did you mean `kernel_size`?" in str(caught.value)
    assert str(caught.value).endswith("found 1 error")
    assert caught.value.diagnostics == archc.check(spec)
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


@pytest.mark.parametrize("name", ["no-such-network", "missing.yaml", "/nowhere/x.yaml"])
def test_checking_what_is_not_there_raises_nothing(name: str) -> None:
    assert [found.code.id for found in archc.check(name)] == ["E0120"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("params: 224", "params: 225", "`expect` says 225 params, and the network has 224"),
        ("params: 224", "flops: 1", "`expect` says 1 flops, and the network has 84,672"),
        ("[N, width, H - 2, W - 2]", "[N, width, H, W]", "it is [N, 8, H - 2, W - 2]"),
        ("[N, width, H - 2, W - 2]", "7", "wants a shape"),
    ],
)
def test_expect_is_compared_with_the_facts(spec: Path, old: str, new: str, said: str) -> None:
    (found,) = archc.check(write(spec, old, new))
    assert found.code.id == "E0411"
    assert said in found.message
    assert found.fix is not None
    assert not found.fix.certain
    spec.write_text(apply(spec.read_text(), found.fix.edits))
    assert archc.check(spec) == ()


def test_sizes_of_a_summary_are_checked(spec: Path) -> None:
    arch = archc.load(spec)
    assert arch.summary({"H": 32}).outputs == {"output": (1, 8, 30, 14)}
    with pytest.raises(archc.SpecError, match="no dimension `Q`"):
        arch.summary({"Q": 3})


def test_the_zoo_is_listed() -> None:
    assert "resnet50" in archc.list_specs()
    assert archc.check("resnet50") == ()


def test_expect_is_of_the_parameters_in_the_file(spec: Path) -> None:
    assert archc.check(spec, width=16) == ()


def test_an_architecture_draws_itself(spec: Path) -> None:
    arch = archc.load(spec)
    assert arch.dot(level=3).startswith("digraph")
    assert arch._repr_svg_() == arch.svg()
    assert '"input"' in arch.html()
