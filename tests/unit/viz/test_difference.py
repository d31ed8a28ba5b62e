"""Two networks on one picture: every node of both once, marked with what became of it."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archc.analysis.compare import compare
from archc.api import list_specs, load
from archc.cli.main import run
from archc.ir.graph import Ref
from archc.viz.difference import difference
from archc.viz.flow import flatten
from archc.viz.options import Options
from archc.viz.union import union
from archc.viz.written import written

X = Ref(-1)
SMALL = [name for name in list_specs() if name.startswith(("d2l/", "resnet", "vgg", "tutorial"))]
GATED = """\
archc: 1
name: gated
extends: resnet50
params: {num_classes: 10}
blocks:
  Gate:
    layers:
      pool: {op: AdaptiveAvgPool2d, output_size: 1}
      fc: {op: Conv2d, out_channels: in.channels, kernel_size: 1}
      gate: Sigmoid
      scale: {op: Multiply, from: [input, gate]}
  Bottleneck:
    layers:
      se: {op: Gate, after: bn3}
      add: {from: [se, downsample]}
layers:
  dropout: {op: Dropout, p: 0.2, after: flatten}
  maxpool: null
"""


def shown(before, after, level=1):
    return difference(before, after, compare(before, after), level)


@pytest.fixture(scope="module")
def gated(tmp_path_factory):
    file = tmp_path_factory.mktemp("specs") / "gated.yaml"
    file.write_text(GATED, encoding="utf-8")
    return load("resnet50").network, load(file).network


def marks(drawing):
    return {box.name: box.mark for box in drawing.boxes()}


def test_copies_that_came_are_one_box_apart_from_those_that_were_there():
    drawing = shown(load("resnet50").network, load("resnet101").network).main
    assert {name for name, mark in marks(drawing).items() if mark != "same"} == {
        "layer3.6 \N{EN DASH} layer3.22"
    }
    added = [arrow.mark for arrow in drawing.arrows if arrow.mark != "same"]
    assert added == ["added", "added"]


def test_a_change_in_a_block_is_folded_and_opened_once(gated):
    picture = shown(*gated)
    assert marks(picture.main) == {
        "input": "same",
        "conv1": "same",
        "maxpool": "removed",
        "layer1": "changed",
        "layer2": "changed",
        "layer3": "changed",
        "layer4": "changed",
        "avgpool \N{EN DASH} flatten": "same",
        "dropout": "added",
        "fc": "changed",
        "output": "changed",
    }
    assert [inset.title for inset in picture.insets] == [*["Bottleneck"] * 3, "Gate"]
    assert marks(picture.insets[0])["se"] == "added"
    boxes = {box.name: box for box in picture.main.boxes()}
    assert boxes["fc"].notes == ("out_features 1000 -> 10",)
    assert boxes["output"].notes == ("was [N, 1000]",)
    assert boxes["layer1"].notes == ("+12 of 44 nodes",)


def test_marks_are_told_by_signs_and_lines_too(gated):
    text = written(shown(*gated), "dot", Options()).decode()
    for name, sign, style in (
        ("dropout", "+", "bold"),
        ("maxpool", "-", "dashed"),
        ("fc", "~", "bold"),
    ):
        (line,) = [one for one in text.splitlines() if f"<b>{sign} {name}</b>" in one]
        assert style in line
    for word in ("+ added", "- removed", "~ changed"):
        assert word in text


@given(st.sampled_from(SMALL), st.sampled_from(SMALL), st.integers(0, 3))
@settings(max_examples=30, deadline=None)
def test_every_node_of_both_is_in_one_box_with_its_mark(a, b, level):
    before, after = load(a).network, load(b).network
    found = compare(before, after)
    flow = flatten(union(before.body, after.body))
    paths = [leaf.path for leaf in flow.leaves]
    old, new = ({leaf.path for leaf in net.leaves()} for net in (before, after))
    assert set(paths) == old | new
    drawing = difference(before, after, found, level).main
    covered = [node for box in drawing.boxes() if box.form != "end" for node in box.covers]
    assert sorted(covered) == list(range(len(paths)))
    for box in drawing.boxes():
        inside = {paths[node] for node in box.covers if 0 <= node < len(paths)}
        if box.mark == "added":
            assert not inside & {node.path for node in found.removed}
            assert box.form == "end" or inside <= {node.path for node in found.added}
        if box.mark == "same" and box.form != "end":
            assert inside <= old & new


def test_nothing_is_marked_where_nothing_differs():
    net = load("unet").network
    for level in range(4):
        picture = shown(net, load("unet").network, level)
        assert picture.marks() == {"same"}
        assert picture.insets == ()


def test_an_op_that_became_a_block_went_and_came(sketch):
    one, two = sketch(), sketch()
    before = one.network(one.op("a", "ReLU", X))
    inner = sketch("Two", (("input", sketch.image(3, 224)),))
    block = inner.body(inner.op("y", "Sigmoid", inner.op("x", "ReLU", X)))
    after = two.network(two.block("a", block, X))
    found = [(box.name, box.mark) for box in shown(before, after).main.boxes()]
    assert found == [("input", "same"), ("a", "removed"), ("a", "added"), ("output", "same")]


def test_a_block_that_takes_another_value_shows_both(sketch):
    def made(taken):
        s, kind = sketch(), (("input", sketch.image(3, 224)),)
        inner = sketch("Two", kind)
        block = inner.body(inner.op("y", "Sigmoid", inner.op("x", "ReLU", X)))
        values = {"a": s.op("a", "ReLU", X), "b": s.op("b", "Tanh", X)}
        return s.network(s.block("c", block, values[taken]), values["a"], values["b"])

    picture = shown(made("a"), made("b"))
    names = {box.id: box.name for box in picture.main.boxes()}
    into = {names[a.tail]: a.mark for a in picture.main.arrows if names[a.head] == "c"}
    assert into == {"a": "removed", "b": "added"}
    (inset,) = picture.insets
    assert [box.mark for box in inset.boxes()] == ["same", "removed", "changed", "same", "same"]
    assert [arrow.mark for arrow in inset.arrows] == ["added", "removed", "same", "same"]


def test_what_was_put_in_the_way_leaves_no_broken_arrow(sketch):
    one, two = sketch(), sketch()
    before = one.network(one.op("b", "Sigmoid", one.op("a", "ReLU", X)))
    after = two.network(two.op("b", "Sigmoid", two.op("new", "Tanh", two.op("a", "ReLU", X))))
    arrows = shown(before, after, 3).main.arrows
    assert [arrow.mark for arrow in arrows] == ["same", "added", "added", "same"]


@pytest.mark.parametrize("form", ["svg", "html", "dot", "mermaid", "png"])
def test_the_command_draws_it(form, tmp_path, monkeypatch, capsysbinary):
    monkeypatch.chdir(tmp_path)
    assert run(["diff", "vgg11", "vgg11_bn", "-o", f"a.{form}"]) == 0
    assert capsysbinary.readouterr().out == f"wrote a.{form}\n".encode()
    assert run(["diff", "vgg11", "vgg11_bn", "--format", form]) == 0
    assert capsysbinary.readouterr().out == Path(f"a.{form}").read_bytes()
    if form == "svg":
        ET.fromstring(Path("a.svg").read_text(encoding="utf-8"))


def test_text_and_json_can_go_to_a_file_too(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run(["diff", "vgg11", "vgg13", "-q", "-o", "a.json"]) == 0
    assert json.loads(Path("a.json").read_text(encoding="utf-8"))["names"] == ["vgg11", "vgg13"]
    assert run(["diff", "vgg11", "vgg13", "-q", "-o", "a.txt"]) == 0
    assert Path("a.txt").read_text(encoding="utf-8").startswith("vgg11 -> vgg13\n")
    assert run(["diff", "vgg11", "vgg13", "-o", "a.bmp"]) == 2
    assert capsys.readouterr().out == ""
