"""What is folded, what is not, and what the badge says."""

from __future__ import annotations

import archc
from archc.ir.graph import Ref
from archc.viz.figure import picture

X = Ref(-1)
TIMES, TO = "\N{MULTIPLICATION SIGN}", " \N{EN DASH} "


def block(sketch, arriving, width, **params):
    s = sketch("Block", (("input", arriving),))
    h = s.op("conv", "Conv2d", X, out_channels=width, kernel_size=1)
    h = s.op("pool", "MaxPool2d", h, kernel_size=1)
    return s.body(
        s.op("end", "Conv2d", h, out_channels=width, kernel_size=1), params=tuple(params.items())
    )


def shown(network, level=0):
    boxes = (box for box in picture(network, level).main.boxes() if box.form != "end")
    return [(box.name, box.badge) for box in boxes]


def chain(sketch, bodies, prefix="b."):
    """The bodies in a row, as a repeat if the prefix has a dot; and a linear layer behind."""
    s = sketch(inputs=(("input", sketch.image(8, 16)),))
    h = X
    for k, body in enumerate(bodies):
        h = s.block(f"{prefix}{k}", body, h)
    if "." in prefix:
        s.group(prefix.rstrip("."), repeat=True)
    return s, h


def test_equal_copies_are_one_box(sketch):
    one = block(sketch, sketch.image(8, 16), 8)
    s, h = chain(sketch, [one] * 3)
    assert shown(s.network(h)) == [("b", f"{TIMES}3")]


def test_equal_neighbours_fold_without_a_repeat(sketch):
    one = block(sketch, sketch.image(8, 16), 8)
    s, h = chain(sketch, [one] * 3, "b")
    assert shown(s.network(h)) == [(f"b0{TO}b2", f"{TIMES}3")]


def test_a_parameter_that_changes_is_named(sketch):
    bodies = [block(sketch, sketch.image(8, 16), 8, p=k / 10) for k in range(4)]
    s, h = chain(sketch, bodies)
    assert shown(s.network(h)) == [("b", f"{TIMES}4, p differs")]


def test_a_number_has_six_digits_in_a_box(sketch):
    body = block(sketch, sketch.image(8, 16), 8, p=0.1 / 3, rates=(0.1 / 3, 2))
    s, h = chain(sketch, [body], "b")
    (box,) = (box for box in picture(s.network(h), 0).main.boxes() if box.form != "end")
    assert box.lines == ("Block", "p 0.0333333, rates (0.0333333, 2)")


def test_an_inset_without_a_name_has_its_path():
    titles = [one.title for one in picture(archc.load("c2f").network, 1).insets]
    assert "stages.0" in titles
    assert not any(title.isdecimal() for title in titles)


def test_copies_that_make_other_shapes_stand_apart(sketch):
    bodies = [block(sketch, sketch.image(w // 2, 16), w) for w in (16, 32, 64)]
    s, h = chain(sketch, bodies)
    assert shown(s.network(h)) == [("b.0", ""), ("b.1", ""), ("b.2", "")]


def test_a_copy_that_is_tapped_ends_the_fold(sketch):
    one = block(sketch, sketch.image(8, 16), 8)
    s, h = chain(sketch, [one] * 4)
    h = s.op("add", "Add", h, Ref(1))
    assert shown(s.network(h)) == [
        (f"b.0{TO}b.1", f"{TIMES}2"),
        (f"b.2{TO}b.3", f"{TIMES}2"),
        ("add", ""),
    ]


def layers(sketch, count, tapped):
    """Layers in a row, each with a condition from outside, some of whose skips one sum adds up."""
    kind = sketch.image(8, 16)
    inner = sketch("Layer", (("x", kind), ("condition", kind)))
    h = inner.op("add", "Add", X, Ref(-1, 1))
    pooled = inner.op("pool", "MaxPool2d", h, kernel_size=1)
    skip = inner.op("skip", "Conv2d", pooled, out_channels=8, kernel_size=1)
    body = inner.body(inner.op("next", "Conv2d", pooled, out_channels=8, kernel_size=1), skip)
    s = sketch(inputs=(("x", kind), ("condition", kind)))
    made = [X]
    for k in range(count):
        made.append(s.block(f"b.{k}", body, made[-1], Ref(-1, 1)))
    s.group("b", repeat=True)
    return s.network(s.op("sum", "Add", *(Ref(made[k + 1].item, 1) for k in tapped)))


def test_layers_whose_skips_one_sum_adds_up_fold_and_the_arrow_says_how_many(sketch):
    network = layers(sketch, 12, range(12))
    assert shown(network) == [("b", f"{TIMES}12"), ("sum", "")]
    drawn = picture(network, 0).main
    (arrow,) = [one for one in drawn.arrows if one.head == list(drawn.boxes())[-2].id]
    assert arrow.shapes == (f"12 {TIMES} [N, 8, 16, 16]",)


def test_layers_of_which_only_some_have_skips_do_not_fold_as_one(sketch):
    names = shown(layers(sketch, 6, (1, 3, 5)))
    assert len(names) > 2


def test_copies_side_by_side_fold_if_they_take_the_same(sketch):
    one = block(sketch, sketch.image(8, 16), 8)
    s = sketch(inputs=(("input", sketch.image(8, 16)),))
    made = [s.block(f"b.{k}", one, X) for k in range(3)]
    s.group("b", "list", repeat=True)
    net = s.network(s.op("cat", "Concat", *made))
    assert shown(net) == [("b", f"{TIMES}3"), ("cat", "")]
    assert [len(arrow.wires) for arrow in picture(net, 0).main.arrows] == [3, 1, 1, 1, 1]


def test_equal_fused_steps_fold_in_an_opened_group(sketch):
    s = sketch(inputs=(("input", sketch.image(8, 16)),))
    h = X
    for k in range(3):
        h = s.op(f"body.{2 * k}", "Conv2d", h, out_channels=8, kernel_size=3, padding=1)
        h = s.op(f"body.{2 * k + 1}", "ReLU", h)
    h = s.op("body.6", "MaxPool2d", h, kernel_size=2)
    s.group("body")
    (inset,) = picture(s.network(s.op("flat", "Flatten", h)), 1).insets
    badges = [(box.name, box.badge) for box in inset.boxes() if box.form == "box"]
    assert badges == [(f"0{TO}4", f"{TIMES}3"), ("6", "")]


def test_norm_and_activation_before_a_convolution_go_with_it(sketch):
    s = sketch(inputs=(("input", sketch.image(8, 16)),))
    h = X
    for k in range(2):
        h = s.op(f"act{k}", "ReLU", s.op(f"norm{k}", "BatchNorm2d", h))
        h = s.op(f"conv{k}", "Conv2d", h, out_channels=8, kernel_size=1)
    boxes = [box for box in picture(s.network(h), 2).main.boxes() if box.form == "box"]
    assert [(box.name, box.also) for box in boxes] == [
        ("conv0", ("norm0", "act0")),
        ("conv1", ("norm1", "act1")),
    ]


def dense(sketch, arriving, depth):
    """A dense block of `depth` layers, each passing on what it received beside its own."""
    s = sketch("Dense", (("input", arriving),))
    h = X
    for k in range(depth):
        inner = sketch("Layer", (("input", s.type_of(h)),))
        made = inner.op("conv", "Conv2d", X, out_channels=4, kernel_size=1)
        h = s.block(f"layer{k}", inner.body(inner.op("concat", "Concat", X, made)), h)
    return s.body(h, params=(("depth", depth),))


def test_a_dense_block_is_opened_once_and_says_how_it_grows(sketch):
    s = sketch(inputs=(("input", sketch.image(8, 16)),))
    h = s.block("short", dense(sketch, s.type_of(X), 3), X)
    h = s.op("conv", "Conv2d", h, out_channels=16, kernel_size=1)
    net = s.network(s.block("long", dense(sketch, s.type_of(h), 24), h))
    block_, layer = picture(net, 1).insets
    assert (block_.title, block_.note) == ("Dense", "as short; also long (depth 24)")
    (box,) = [box for box in block_.boxes() if box.form != "end"]
    assert (box.name, box.badge) == (
        f"layer0{TO}layer2",
        f"{TIMES}3, channels 8 \N{RIGHTWARDS ARROW} 20 by 4",
    )
    assert layer.note == "as short.layer0; also short.layer1, short.layer2, long.layer0 and 23 more"


def test_dense_layers_that_take_all_before_them_are_elided(sketch):
    s = sketch(inputs=(("input", sketch.image(8, 16)),))
    made = [X]
    for k in range(24):
        types = tuple((f"x{n}", s.type_of(ref)) for n, ref in enumerate(made))
        inner = sketch("Layer", types)
        h = Ref(-1)
        if k:
            h = inner.op("cat", "Concat", *(Ref(-1, n) for n in range(k + 1)))
        h = inner.op("conv", "Conv2d", h, out_channels=4, kernel_size=1)
        made.append(s.block(f"layer{k + 1}", inner.body(h), *made))
    net = s.network(s.op("cat", "Concat", *made))
    assert [name for name, _ in shown(net)] == ["layer1", f"layer2{TO}layer24", "cat"]
    assert len(picture(net, 1).main.arrows) < 10
