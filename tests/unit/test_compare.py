"""What changed between two networks."""

from __future__ import annotations

import json
from pathlib import Path
from textwrap import dedent

import pytest

import archc
from archc.analysis.compare import Comparison
from archc.analysis.fold import fold

BASE = """\
name: base
params: {width: 8, depth: 3}
input: [N, 3, H, W]
dims: {H: 16, W: 16}
blocks:
  Unit:
    params: {out: int}
    layers:
      conv: {op: Conv2d, out_channels: out, kernel_size: 3, padding: 1}
      act: ReLU
      again: {op: Call, module: act}
layers:
  stem: {op: Conv2d, out_channels: width, kernel_size: 3, padding: 1}
  pool: {op: MaxPool2d, kernel_size: 2}
  calm: Tanh
  units: {op: Unit, out: width, repeat: depth}
  add: {op: Add, from: [units, pool]}
  head: {op: Conv2d, out_channels: 4, kernel_size: 1}
"""


def changed(tmp_path: Path, variant: str) -> Comparison:
    """What a variant of the base changes."""
    (tmp_path / "base.yaml").write_text(BASE)
    (tmp_path / "new.yaml").write_text("name: new\nextends: base.yaml\n" + dedent(variant))
    return archc.diff(tmp_path / "base.yaml", tmp_path / "new.yaml")


def test_nothing(tmp_path: Path) -> None:
    found = changed(tmp_path, "")
    assert found.same
    assert str(found) == "base -> new: nothing differs"
    assert len(found.weights.kept) == 10


def test_an_op_inside_a_block_is_told_once(tmp_path: Path) -> None:
    found = changed(tmp_path, "blocks: {Unit: {act: SiLU}}")
    assert [(c.path, c.op) for c in found.changed] == [
        (f"units.{k}.act", ("ReLU", "SiLU")) for k in range(3)
    ]
    assert "\n  ~ units.0-2.act: ReLU -> SiLU\n" in str(found)
    assert "10 of 10 tensors" in str(found)


def test_parameters_shapes_and_weights(tmp_path: Path) -> None:
    found = changed(tmp_path, "layers: {head: {out_channels: 6, bias: false}}")
    (head,) = found.changed
    assert head.parameters == {"out_channels": (4, 6), "bias": (True, False)}
    assert head.outputs == (((1, 4, 8, 8),), ((1, 6, 8, 8),))
    assert found.weights.reshaped == {"head.weight": ((4, 8, 1, 1), (6, 8, 1, 1))}
    assert found.weights.unused == {"head.bias": (4,)}
    assert found.outputs == ({"output": "[N, 4, H//2, W//2]"}, {"output": "[N, 6, H//2, W//2]"})
    assert "~ head: out_channels 4 -> 6, bias true -> false" in str(found)


def test_spec_parameters_and_whole_modules(tmp_path: Path) -> None:
    found = changed(tmp_path, "params: {depth: 5}")
    assert found.params == {"depth": (3, 5)}
    assert {node.within for node in found.added} == {"units.3", "units.4"}
    assert "nodes: 6 added\n  + units.3-4: Unit\n" in str(found)
    assert "+ units.3-4.conv: not in the old weights" in str(found)
    assert not found.changed


def test_a_node_taken_out_of_the_way_rewires_nothing(tmp_path: Path) -> None:
    found = changed(tmp_path, "layers: {calm: null}")
    assert [node.path for node in found.removed] == ["calm"]
    assert all(node.inputs is None for node in found.changed)


def test_another_edge_is_a_change(tmp_path: Path) -> None:
    found = changed(tmp_path, "layers: {add: {from: [units, units.0]}}")
    (add,) = found.changed
    assert add.inputs == (("units.2.again", "pool"), ("units.2.again", "units.0.again"))
    assert "~ add: reads units.2.again, pool -> units.2.again, units.0.again" in str(found)


def test_a_call_of_another_module_is_a_change(tmp_path: Path) -> None:
    found = changed(
        tmp_path, "blocks: {Unit: {other: {op: Tanh, after: act}, again: {module: other}}}"
    )
    assert {c.op for c in found.changed} == {("Call act", "Call other")}


def test_an_op_that_becomes_a_block_goes_and_the_block_comes(tmp_path: Path) -> None:
    found = changed(tmp_path, "layers: {calm: {op: Unit, out: 8}}")
    assert [node.path for node in found.removed] == ["calm"]
    assert {(node.within, node.module) for node in found.added} == {("calm", "Unit")}
    assert "  - calm: Tanh\n  + calm: Unit\n" in str(found)


def test_a_shared_module_applied_more_often(tmp_path: Path) -> None:
    variant = "layers: {calm: {op: Tanh, shared: true, repeat: 3}}"
    (calm,) = changed(tmp_path, variant).changed
    assert calm.parameters == {"times applied": (1, 3)}


def test_what_was_only_written_out_is_no_change(tmp_path: Path) -> None:
    assert changed(tmp_path, "layers: {head: {in_channels: 8}}").same


def test_other_sizes_alone_change_no_node(tmp_path: Path) -> None:
    found = changed(tmp_path, "dims: {H: 32}")
    assert not found.changed
    assert "at           H = 16 -> H = 32" in str(found)


def test_plain_data(tmp_path: Path) -> None:
    found = changed(tmp_path, "layers: {head: {out_channels: 6}, calm: null}")
    data = json.loads(json.dumps(found.to_dict()))
    assert data["names"] == ["base", "new"]
    assert data["nodes"]["removed"] == [{"path": "calm", "op": "Tanh"}]
    assert data["nodes"]["changed"][-1]["parameters"] == {"out_channels": [4, 6]}
    assert data["weights"]["reshaped"]["head.bias"] == [[4], [6]]
    assert data["costs"]["params"][0] == archc.load(tmp_path / "base.yaml").summary().costs.params


def test_architectures_are_taken_too(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text(BASE)
    base = archc.load(tmp_path / "base.yaml")
    assert archc.diff(base, tmp_path / "base.yaml").same
    assert archc.diff(base, archc.load(tmp_path / "base.yaml", width=4)).params == {"width": (8, 4)}


def test_a_spec_with_errors_is_one(tmp_path: Path) -> None:
    with pytest.raises(archc.SpecError, match="no `nope` to change"):
        changed(tmp_path, "layers: {nope: {x: 1}}")


@pytest.mark.parametrize(
    "pair", [("resnet50", "resnet18"), ("vgg11", "vgg11_bn"), ("unet", "vgg11")]
)
def test_reports_fit_80_columns_and_many_lines_are_cut(pair: tuple[str, str]) -> None:
    lines = str(archc.diff(*pair)).split("\n")
    assert max(map(len, lines)) <= 80
    assert len(lines) < 130


def test_a_fold_stands_for_its_paths_and_no_others() -> None:
    paths = [f"a.{n}.{name}" for n in (0, 1, 2, 5) for name in ("x1", "x2", "x")]
    assert fold([*paths, "a.7.x1", "b.0.x", "b.0.y"]) == [
        "a.0-2,5.{x, x1-2}",
        "a.7.x1",
        "b.0.{x, y}",
    ]


def test_another_shape_is_told_of_the_nodes_that_give_it(tmp_path: Path) -> None:
    """An inner node does not go by the name of the block around it, which gives the same shape."""
    middle = "      middle: {op: Conv2d, out_channels: 6, kernel_size: 1}\n      conv: "
    (tmp_path / "base.yaml").write_text(BASE.replace("      conv: ", middle))
    new = "extends: base.yaml\nblocks: {Unit: {middle: {out_channels: 12}}}\n"
    (tmp_path / "new.yaml").write_text(new)
    lines = str(archc.diff(tmp_path / "base.yaml", tmp_path / "new.yaml")).splitlines()
    assert "  units.0-2.middle: [1, 6, 8, 8] -> [1, 12, 8, 8]" in lines


def test_no_two_changes_of_shape_go_by_the_same_name() -> None:
    found = archc.diff("resnet50", archc.load("resnet50", width_per_group=32))
    report = found.to_text(200).partition("output shapes\n")[2].partition("\n\n")[0]
    places = [line.partition(":")[0] for line in report.splitlines()]
    assert len(places) > 5
    assert len(set(places)) == len(places)
