"""A wrong spec still draws: what is wrong in red with its message, what follows in grey."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from archc.cli.main import run
from archc.diag import codes, pages
from archc.lower import load
from archc.viz.options import Options
from archc.viz.sketch import sketched
from archc.viz.written import written
from tests.markdown import fences

WRONG = """\
archc: 1
name: wrong
input: [N, 3, H, W]
dims: {H: 64, W: 64}
blocks:
  Residual:
    params: {width: int, stride: 1}
    layers:
      conv1: {op: Conv2d, out_channels: width, kernel_size: 3, stride: stride, padding: 1}
      conv2: {op: Conv2d, in_channels: 32, out_channels: width, kernel_size: 3, padding: 1}
      short: {op: Conv2d, from: input, out_channels: width, kernel_size: 1, stride: stride}
      add: {op: Add, from: [conv2, short]}
layers:
  stem: {op: Conv2d, out_channels: 32, kernel_size: 3}
  body: {op: Residual, width: 32, repeat: 2}
  wide: {op: Residual, width: 64, stride: 2, repeat: 3}
  pool: {op: AdaptiveAvgPool2d, output_size: 1}
  flat: Flatten
  fc: {op: Liner, out_features: 10}
"""


def shown(tmp_path, text, level=1):
    file = tmp_path / "wrong.yaml"
    file.write_text(text, encoding="utf-8")
    loaded = load(file)
    assert loaded.draft is not None
    return sketched(loaded.draft, loaded.diagnostics, level)


def marks(picture):
    return {box.name: box.mark for box in picture.main.boxes()}


def test_what_is_wrong_is_open_and_what_follows_is_closed_and_grey(tmp_path):
    assert marks(shown(tmp_path, WRONG)) == {
        "input": "",
        "stem": "",
        "body": "",
        "conv1": "",
        "conv2": "wrong",
        "short": "",
        "add": "unknown",
        "wide.1 \N{EN DASH} wide.2": "unknown",
        "pool \N{EN DASH} flat": "unknown",
        "fc": "wrong",
        "output": "unknown",
    }


def test_the_failing_edge_has_both_shapes_and_the_node_its_message(tmp_path):
    drawing = shown(tmp_path, WRONG).main
    names = {box.id: box for box in drawing.boxes()}
    (edge,) = [arrow for arrow in drawing.arrows if arrow.mark == "wrong"]
    assert (names[edge.tail].name, names[edge.head].name) == ("conv1", "conv2")
    arriving, expected = edge.shapes
    assert arriving.startswith("[N, 64, ")
    assert expected == "expected " + arriving.replace("64", "32")
    said = " ".join(names[edge.head].notes)
    assert said == "E0401 Conv2d `conv2` expects 32 input channels, but gets 64"
    assert edge.shown


def test_neither_side_of_a_sum_is_the_expected_one(tmp_path):
    text = WRONG.replace("in_channels: 32, ", "").replace(
        "from: input, out_channels: width", "from: input, out_channels: 8"
    )
    drawing = shown(tmp_path, text).main
    red = [arrow for arrow in drawing.arrows if arrow.mark == "wrong"]
    assert [shape.split(", ")[1] for arrow in red for shape in arrow.shapes] == ["32", "8"]


def test_an_op_that_is_not_known_is_called_as_its_author_does(tmp_path):
    boxes = {box.name: box for box in shown(tmp_path, WRONG).main.boxes()}
    assert boxes["fc"].lines == ("Liner",)


def test_a_block_that_is_wrong_is_opened_where_it_is_used_first(tmp_path):
    text = WRONG.replace("in_channels: 32, out", "chanels: 32, out").replace("Liner", "Linear")
    drawing = shown(tmp_path, text).main
    wrong = {box.name: box.notes for box in drawing.boxes() if box.mark == "wrong"}
    assert list(wrong) == ["conv2", "body.1", "wide"]
    assert wrong["wide"] == ("as in body.0.conv2",)
    assert [box.lines[0] for box in drawing.boxes() if box.name == "wide"] == ["Residual"]


def test_a_mistake_of_no_node_stands_in_the_heading(tmp_path):
    picture = shown(tmp_path, WRONG + "parms: {}\n")
    assert any("`parms`" in note for note in picture.notes)


@pytest.mark.parametrize("code", [code for code in codes.ALL if "E02" <= code < "E06"])
def test_every_mistake_is_told_in_the_picture(code, tmp_path):
    page = pages.find(code)
    assert page is not None
    wrong = next(fence.text for fence in fences(page.text) if fence.kind == "yaml")
    file = tmp_path / "wrong.yaml"
    file.write_text(wrong, encoding="utf-8")
    loaded = load(file)
    for level in range(4):
        assert loaded.draft is not None
        picture = sketched(loaded.draft, loaded.diagnostics, level)
        said = " ".join((*picture.notes, *(n for box in picture.main.boxes() for n in box.notes)))
        assert all(d.code.id in said for d in loaded.diagnostics if d.severity == "error")
        ET.fromstring(written(picture, "svg", Options(engine="archc")))


@pytest.mark.parametrize("form", ["svg", "html", "dot", "mermaid"])
def test_the_command_draws_it_and_ends_with_1(form, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("wrong.yaml").write_text(WRONG.replace("conv1", "c<b>1"), encoding="utf-8")
    assert run(["viz", "wrong.yaml", "--errors", "--format", form]) == 1
    assert f"wrote wrong.{form}" in capsys.readouterr().out
    text = Path(f"wrong.{form}").read_text(encoding="utf-8")
    assert "fc" in text
    assert "<b>1" not in text


def test_what_is_right_is_drawn_as_ever(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run(["viz", "resnet18", "-o", "a.svg", "-q"]) == 0
    assert run(["viz", "resnet18", "-o", "b.svg", "-q", "--errors"]) == 0
    assert Path("a.svg").read_bytes() == Path("b.svg").read_bytes()


def test_the_page_of_mistakes_names_no_folder(tmp_path, capsys):
    spec, page = tmp_path / "wrong.yaml", tmp_path / "wrong.html"
    spec.write_text("archc: 1\nname: w\nextends: resnet50\nlayers: {conv1: {groups: 7}}\n")
    assert run(["viz", str(spec), "--errors", "-o", str(page)]) == 1
    assert str(spec) in capsys.readouterr().err
    text = page.read_text(encoding="utf-8")
    assert "wrong.yaml:4" in text
    assert "resnet.yaml:" in text
    assert str(tmp_path) not in text
    assert str(Path(run.__code__.co_filename).parents[2]) not in text
