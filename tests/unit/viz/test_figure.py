"""Every op in exactly one box and every wire drawn or inside a box, at every level."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archc.ir.graph import Ref
from archc.lower import load
from archc.viz.arrange import DETAIL, EVERYTHING, STEPS, overview
from archc.viz.figure import TEN, draw, picture
from archc.viz.flow import flatten
from archc.viz.model import Drawing
from archc.viz.running import running

X = Ref(-1)
SPECS = Path(__file__).parents[3] / "specs"
TIMES = "\N{MULTIPLICATION SIGN}"
OPS = {
    "conv": ("Conv2d", {"out_channels": 8, "kernel_size": 3, "padding": 1}),
    "norm": ("BatchNorm2d", {}),
    "relu": ("ReLU", {}),
}
SMALL = st.tuples(st.sampled_from([*OPS, "add", "concat", "skip"]), st.integers(0, 9))
RECIPE = st.recursive(
    st.lists(SMALL, max_size=6),
    lambda inner: st.lists(
        SMALL | st.tuples(st.sampled_from(["group", "repeat", "block"]), inner), max_size=5
    ),
    max_leaves=8,
)


def grown(sketch, recipe, name="net"):
    """A body after a recipe: what a step takes is chosen by number among what there is."""
    s = sketch(name, (("input", sketch.image(8, 16)), ("skip", sketch.image(8, 16))))
    values = [X, Ref(-1, 1), *_steps(s, sketch, recipe, "", [X, Ref(-1, 1)])]
    return s.body(values[-1])


def _steps(s, sketch, recipe, within, values):
    made = []
    for k, (what, detail) in enumerate(recipe):
        path, known = f"{within}{what}{k}", [*values, *made]
        if what in {"group", "repeat"}:
            inside = _steps(s, sketch, detail, f"{path}.", known)
            if inside:
                s.group(path, repeat=what == "repeat")
            made += inside
        elif what == "block":
            body = grown(sketch, detail, "Block")
            for copy in ("a", "b", "c"):
                made.append(s.block(path + copy, body, (made or values)[-1], known[0]))
        else:
            made.append(_small(s, what, path, known, detail))
    return made


def _small(s, what, path, known, number):
    last, other = known[-1], known[number % len(known)]
    if what == "skip":
        return s.skip(path, last)
    if what == "add":
        return s.op(path, "Add", last, other)
    if what == "concat":
        joined = s.op(path, "Concat", last, other, known[0])
        return s.op(f"{path}out", "Conv2d", joined, out_channels=8, kernel_size=1)
    kind, params = OPS[what]
    return s.op(path, kind, last, **params)


def covered(flow, drawn: Drawing) -> None:
    """The law of this file."""
    home = {}
    for box in drawn.boxes():
        for node in box.covers:
            assert node not in home, f"{node} is in two boxes"
            home[node] = box.id
    ends = len(flow.leaves) + len(flow.body.outputs)
    assert sorted(home) == list(range(-len(flow.body.inputs), ends))
    lines = {wire: arrow for arrow in drawn.arrows for wire in arrow.wires}
    assert sum(len(arrow.wires) for arrow in drawn.arrows) == len(lines)
    for wire in flow.wires:
        if home[wire.tail] == home[wire.head]:
            assert wire not in lines
        else:
            assert (lines[wire].tail, lines[wire].head) == (home[wire.tail], home[wire.head])


@given(RECIPE, st.sampled_from([0, TEN]))
@settings(max_examples=150, deadline=None)
def test_every_op_and_wire_is_shown_once(sketch, recipe, bearable):
    flow = running(flatten(grown(sketch, recipe)), bearable)
    for style in (EVERYTHING, STEPS, DETAIL, overview(flow)):
        covered(flow, draw(flow, style, "n"))


@given(RECIPE)
@settings(max_examples=50, deadline=None)
def test_arrows_lead_forward_and_ids_are_unique(sketch, recipe):
    net = sketch.network_of(grown(sketch, recipe))
    for level in range(4):
        shown = picture(net, level)
        ids = [box.id for drawing in shown.drawings for box in drawing.boxes()]
        assert len(ids) == len(set(ids))
        for drawing in shown.drawings:
            order = {box.id: k for k, box in enumerate(drawing.boxes())}
            assert all(order[arrow.tail] < order[arrow.head] for arrow in drawing.arrows)


def dense(sketch, layers):
    """A dense block: each layer takes the concat of all before it."""
    s = sketch(inputs=(("input", sketch.image(8, 16)),))
    made = [X]
    for k in range(layers):
        arriving = s.op(f"cat{k}", "Concat", *made) if k else X
        made.append(s.op(f"conv{k}", "Conv2d", arriving, out_channels=4, kernel_size=1))
    return s.network(s.op("cat", "Concat", *made))


def sources(flow, node):
    """The values that a concat joins in the end, running ones followed to theirs."""
    found = []
    for wire in flow.into[node]:
        more = wire.tail >= 0 and type(flow.leaves[wire.tail].op).__name__ == "Concat"
        found += sources(flow, wire.tail) if more else [(wire.tail, wire.port)]
    return found


@given(st.integers(2, 30))
@settings(max_examples=10, deadline=None)
def test_a_running_concat_joins_the_same_values(sketch, layers):
    flow = flatten(dense(sketch, layers).body)
    fewer = running(flow)
    for node, leaf in enumerate(flow.leaves):
        if leaf.path.startswith("cat"):
            assert sources(flow, node) == sources(fewer, node)
            assert len(fewer.into[node]) == 2
            assert fewer.leaves[node].outs == leaf.outs


def test_dense_connectivity_is_drawn_in_step_with_its_layers(sketch):
    net = dense(sketch, 40)
    assert [len(picture(net, level).main.arrows) < 200 for level in (0, 2, 3)] == [True] * 3


@pytest.mark.parametrize("spec", sorted(SPECS.rglob("*.yaml")), ids=lambda path: path.stem)
def test_every_op_and_wire_of_the_zoo_is_shown_once(spec):
    network = load(spec).network
    assert network
    flow = running(flatten(network.body), TEN)
    for style in (EVERYTHING, STEPS, DETAIL, overview(flow)):
        covered(flow, draw(flow, style, "n"))


def test_a_weight_used_as_a_value_comes_from_the_op_that_owns_it(sketch):
    s = sketch(inputs=(("input", sketch.image(8, 16)),))
    h = s.op("head", "Linear", X, out_features=16)
    s.group("tied")
    w = s.weight("tied.weight", "head", h)
    h = s.op("tied.product", "MatMul", h, w)
    net = s.network(s.op("tied.out", "Linear", h, out_features=16))
    for level in range(4):
        flow, drawn = flatten(net.body), picture(net, level).main
        covered(flow, drawn)
        (arrow,) = [arrow for arrow in drawn.arrows if arrow.tail == "n0"]
        assert arrow.shapes == ("[N, 8, 16, 16]", "[16, 16]")
    (inset,) = picture(net, 1).insets
    assert [(box.name, box.lines) for box in inset.boxes() if box.form == "end"] == [
        ("head", ("[N, 8, 16, 16]",)),
        ("tied.weight", ("[16, 16]",)),
        ("output", ("[N, 8, 16, 16]",)),
    ]


def test_ops_are_numbered_as_the_network_lists_them(resnet50):
    assert flatten(resnet50.body).leaves == tuple(resnet50.leaves())


def test_the_sizes_of_resnet50(resnet50):
    counts = [
        sum(box.form != "end" for box in picture(resnet50, level).main.boxes())
        for level in range(4)
    ]
    assert counts == [6, 6, 73, 175]


def test_resnet50_folds_its_stages_and_says_what_the_first_has(resnet50):
    badges = [box.badge for box in picture(resnet50, 0).main.boxes() if box.badge]
    assert badges == [
        f"{TIMES}3, first has downsample",
        f"{TIMES}4, first has stride 2 and downsample",
        f"{TIMES}6, first has stride 2 and downsample",
        f"{TIMES}3, first has stride 2 and downsample",
    ]


def test_resnet50_opens_both_bottlenecks_once(resnet50):
    insets = picture(resnet50, 1).insets
    assert [(inset.title, inset.note) for inset in insets] == [
        ("Bottleneck", "as layer1.0; also layer2.0, layer3.0, layer4.0"),
        ("Bottleneck", "as layer1.1; also layer1.2, layer2.1, layer2.2 and 8 more"),
    ]
    skips = [[a.line for a in inset.arrows].count("skip") for inset in insets]
    assert skips == [0, 1]


def test_the_main_path_is_one_line(resnet50):
    drawn = picture(resnet50, 2).main
    spine = [(arrow.tail, arrow.head) for arrow in drawn.arrows if arrow.line == "main"]
    assert all(a[1] == b[0] for a, b in pairwise(spine))
    assert (spine[0][0], spine[-1][1]) == ("nin0", "nout0")


def test_shapes_are_written_where_they_change_and_below_everywhere(resnet50):
    assert all(arrow.shown for arrow in picture(resnet50, 2).main.arrows)
    said = [a.shapes for a in picture(resnet50, 0).main.arrows if a.shown]
    assert said[0] == ("[N, 64, 56, 56]",)
    assert len(said) == len(set(said)) == 6


def test_an_unknown_level_is_refused(resnet50):
    with pytest.raises(ValueError, match="0 to 3, not 4"):
        picture(resnet50, 4)
