"""DOT, SVG and Mermaid: escaped, free of known traps, the same to the byte each time."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest

from archc import viz
from archc.ir.graph import Ref
from archc.viz.model import Box
from archc.viz.theme import LOOKS, MARKS, NIGHT, PAPER, TEXT
from tests.unit.viz.colours import contrast

X = Ref(-1)
SVG = "{http://www.w3.org/2000/svg}"
TAGS = ("svg", "g", "title", "style", "path", "polygon", "rect", "text", "ellipse", "polyline")
HOSTILE = [
    " ",
    'x"]; evil [label="',
    "<script>alert(1)</script>",
    "</title></svg><img src=x onerror=alert(1)>",
    "a\\",
    "\\N\\G",
    "&amp;&#0;",
    "]]>--><!--",
    "\u202etxet\x00\x1b[31m\ud800",
    "é 层 🙂",
    "end",
    "x" * 400,
]


def _shapes(root):
    """The elements of a picture in order, texts aside: long words take more lines."""
    found = [element.tag for element in root.iter()]
    assert set(found) <= {f"{SVG}{tag}" for tag in TAGS}
    return [tag for tag in found if tag != f"{SVG}text"]


def hostile(sketch, name):
    """A network in which everything that can have a name has this one."""
    s = sketch(name, ((name, sketch.image(8, 16)),))
    block = sketch(name, ((name, sketch.image(8, 16)),))
    pooled = block.op(f"{name}b", "MaxPool2d", X, kernel_size=1)
    added = block.op(f"{name}d", "Add", block.op(f"{name}c", "ReLU", pooled), X)
    inner = block.body(added, params=((name, name), ("width", 3)))
    h = s.op(f"{name}a", "Conv2d", X, out_channels=8, kernel_size=1)
    h = s.block(f"{name}e", inner, s.op(f"{name}f", "Add", h, X))
    s.group(f"{name}g")
    h = s.op(f"{name}g.{name}", "Concat", s.op(f"{name}g.0", "Sigmoid", h), h)
    return s.network(h)


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("level", range(4))
def test_hostile_names_stay_text(sketch, name, level):
    net, tame = hostile(sketch, name), hostile(sketch, "tame")
    for own in ("graphviz-pure", "archc"):
        drawn = ET.fromstring(viz.svg(net, level=level, engine=own))
        plain = ET.fromstring(viz.svg(tame, level=level, engine=own))
        assert _shapes(drawn) == _shapes(plain)
    assert "evil [" not in re.sub(r'"(\\.|[^"\\])*"|<.*>', "", viz.dot(net, level=level))
    assert viz.mermaid(net, level=level).count("\n") == viz.mermaid(tame, level=level).count("\n")
    viz.dot(net, level=level).encode()


@pytest.mark.parametrize("level", range(4))
def test_what_has_no_name_is_drawn_all_the_same(sketch, level):
    text = viz.svg(hostile(sketch, ""), level=level, engine="graphviz-pure")
    assert "input" in "".join(ET.fromstring(text).itertext())


@pytest.mark.parametrize("level", range(4))
@pytest.mark.parametrize("direction", ["TB", "LR"])
def test_dot_keeps_clear_of_the_known_traps(resnet50, level, direction):
    text = viz.dot(resnet50, level=level, direction=direction)
    assert set(re.findall(r'fontname="([^"]*)"', text)) == {"Helvetica"}
    assert all(len(colour) == 6 for colour in re.findall(r"#([0-9a-fA-F]+)\b", text))
    assert "record" not in text
    assert "ortho" not in text


@pytest.mark.parametrize("level", range(4))
def test_every_node_of_the_svg_has_its_family_and_full_path(resnet50, level):
    root = ET.fromstring(viz.svg(resnet50, level=level))
    nodes = [g for g in root.iter(f"{SVG}g") if "node" in g.get("class", "").split()]
    drawn = [n for n in nodes if n.get("class") != "node"]
    assert all(re.fullmatch(r"node fam-\w+", n.get("class", "")) for n in drawn)
    titles = [n.findtext(f"{SVG}title") for n in drawn]
    assert "conv1" in titles
    assert level < 3 or "layer3.4.conv2" in titles
    assert level < 1 or "layer1.0.conv2" in titles


def test_one_style_turns_the_picture_dark(resnet50):
    for own in ("graphviz-pure", "archc"):
        text = viz.svg(resnet50, engine=own)
        assert text.count("<style>") == text.count("prefers-color-scheme:dark") == 1
        assert 'fill="#cfe2f7"' in text


def test_merges_are_signs_and_concats_have_a_cell_for_each_input(sketch):
    s = sketch(inputs=(("input", sketch.image(8, 16)),))
    wide = s.op("wide", "Conv2d", X, out_channels=24, kernel_size=1)
    added = s.op("add", "Add", s.op("act", "Tanh", X), X)
    net = s.network(s.op("cat", "Concat", wide, added))
    text = viz.dot(net, level=3)
    assert re.search(r'shape="circle".*class="fam-merge", label=<.*\+', text)
    cells = re.findall(r'port="c(\d)" width="(\d+)" height="\d+"><font[^>]*>(\d+)<', text)
    assert cells == [("0", "119", "24"), ("1", "39", "8")]
    assert "-> n3:c0:n" in text
    assert "-> n3:c1:n" in text


def test_a_skip_is_dashed_and_weighs_nothing_on_the_spine(resnet50):
    text = viz.dot(resnet50, level=1)
    skip = re.search(r"i1_in0:e -> i1_\w+:e \[(.*)\]", text)
    assert skip
    assert 'weight="0", style="dashed"' in skip[1]
    assert text.count('weight="100"') == 7 + 5 + 5


def test_what_only_trains_is_dashed_and_says_so(sketch):
    s = sketch(inputs=(("input", sketch.image(8, 16)),))
    h = s.op("drop", "Conv2d", X, out_channels=8, kernel_size=1, training=True)
    box = re.search(r"\bn0 \[.*", viz.dot(s.network(h), level=2))
    assert box
    assert "dashed" in box[0]
    assert "training only" in box[0]


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_text_and_borders_stand_out_by_day_and_by_night(look):
    assert contrast(TEXT, look.fill) >= 14
    assert contrast(look.border, PAPER) >= 3.2
    assert contrast(NIGHT[TEXT], look.dark_fill) >= 7
    assert contrast(look.dark_border, NIGHT[PAPER]) >= 3.2


@pytest.mark.parametrize("name", MARKS)
def test_a_mark_is_told_by_more_than_colour(name):
    mark = MARKS[name]
    assert contrast(TEXT, mark.look.fill) >= 14
    assert contrast(mark.look.border, PAPER) >= 3.2
    assert contrast(NIGHT[TEXT], mark.look.dark_fill) >= 7
    assert contrast(mark.look.dark_border, NIGHT[PAPER]) >= 3.2
    others = [(m.sign, m.style) for n, m in MARKS.items() if n != name]
    assert (mark.sign, mark.style) not in others


def test_a_box_says_what_it_holds_in_plain_lines():
    box = Box("n0", "a", "a", "conv", (0,), also=("b",), lines=("Conv2d",), badge="twice")
    assert box.said() == ("a b", "Conv2d", "twice")


def test_mermaid_draws_the_same_boxes(resnet50):
    text = viz.mermaid(resnet50, level=1)
    assert text.startswith("flowchart TB\n")
    assert 'n4("layer1<br/>Bottleneck<br/>width 64, stride 1<br/>#215;3, first has' in text
    assert text.count("subgraph") == 2
    assert "i1_in0 -.-> " in text
