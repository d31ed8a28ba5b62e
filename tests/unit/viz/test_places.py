"""Where things stand: no boxes overlap, no arrow runs through a box, nothing leaves its frame."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from itertools import combinations, pairwise
from math import hypot

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import archc
from archc import viz
from archc.ir.graph import Ref
from archc.viz.figure import picture
from archc.viz.model import Box, clusters
from archc.viz.options import Options
from archc.viz.place.lanes import clear
from archc.viz.place.order import crossings, ordered
from archc.viz.place.shapes import Point, Rect, Way
from archc.viz.place.ways import through
from archc.viz.sheet import sheet
from tests.unit.viz.test_figure import RECIPE, dense, grown

X = Ref(-1)
SEVEN = (
    "resnet50",
    "densenet121",
    "googlenet",
    "inception_v3",
    "unet",
    "fpn_resnet50",
    "vit_b_16",
)
SVG = "{http://www.w3.org/2000/svg}"


def samples(way: Way, steps: int = 8) -> list[Point]:
    """Points along a way."""
    found = [(float(way[0][0]), float(way[0][1]))]
    for k in range(0, len(way) - 1, 3):
        found += [_at(way[k : k + 4], step / steps) for step in range(1, steps + 1)]
    return found


def _at(piece: Sequence[Point], t: float) -> Point:
    points = list(piece)
    while len(points) > 1:
        points = [
            ((1 - t) * a[0] + t * b[0], (1 - t) * a[1] + t * b[1]) for a, b in pairwise(points)
        ]
    return points[0]


def meets(a: Rect, b: Rect) -> bool:
    """Whether two places share more than a border."""
    apart = a.right <= b.x + 0.5 or b.right <= a.x + 0.5
    return not (apart or a.bottom <= b.y + 0.5 or b.bottom <= a.y + 0.5)


def holds(outer: Rect, inner: Rect) -> bool:
    """Whether a place lies in another one."""
    wide = outer.x - 0.5 <= inner.x and inner.right <= outer.right + 0.5
    return wide and outer.y - 0.5 <= inner.y and inner.bottom <= outer.bottom + 0.5


def strays(way, rect: Rect) -> bool:
    """Whether a way runs through a place."""
    hull = around(way)
    return meets(hull, rect) and any(
        rect.x + 1 < x < rect.right - 1 and rect.y + 1 < y < rect.bottom - 1
        for x, y in samples(way, 10)
    )


def around(way) -> Rect:
    """A place that holds a whole way, somewhat larger."""
    xs, ys = [x for x, _ in way], [y for _, y in way]
    return Rect(min(xs) - 1, min(ys) - 1, max(xs) - min(xs) + 2, max(ys) - min(ys) + 2)


def pairs(ones, others):
    """The pairs of two lists of named places that may meet: those that do so across."""
    known = sorted(others, key=lambda one: one[1].x)
    for name, rect in ones:
        for other, place in known:
            if place.x >= rect.right:
                break
            if place.right > rect.x and name != other:
                yield name, rect, other, place


def lawful(part) -> None:
    """The law of this file, for one drawing on its sheet."""
    places, arrows, ways = part.plan.rects, part.drawing.arrows, part.plan.ways
    boxes = [(box.id, places[box.id]) for box in part.drawing.boxes()]
    for name, a, other, b in pairs(boxes, boxes):
        assert not meets(a, b), f"{name} and {other} overlap"
    assert set(ways) == set(range(len(arrows)))
    for place, _, name, rect in pairs([(k, around(way)) for k, way in ways.items()], boxes):
        ends = {arrows[place].tail, arrows[place].head}
        assert name in ends or not strays(ways[place], rect), f"{place} runs through {name}"
    labels = list(part.plan.labels.items())
    for place, label, name, rect in pairs(labels, boxes + labels):
        assert not meets(label, rect), f"the label of {arrows[place]} covers {name}"
    for place, label, name, _ in pairs(labels, [(k, around(way)) for k, way in ways.items()]):
        assert not strays(ways[name], label), f"{arrows[name]} strikes the label of {arrows[place]}"
    framed(part)


def framed(part) -> None:
    """Every frame holds what is in it."""
    for cluster in clusters(part.drawing.children):
        for child in cluster.children:
            inner, outer = part.plan.rects[child.id], part.plan.rects[cluster.id]
            assert holds(outer, inner), f"{child.id} leaves {cluster.id}"


def attached(part) -> None:
    """Each way starts at the border of its tail and ends at that of its head."""
    known = {box.id: box for box in part.drawing.boxes()}
    for place, way in part.plan.ways.items():
        arrow = part.drawing.arrows[place]
        for name, end in ((arrow.tail, way[0]), (arrow.head, way[-1])):
            rect = part.plan.rects[name]
            assert on_border(known[name], rect, end), f"{arrow} misses {name}"


def on_border(box: Box, rect: Rect, end: tuple[float, float]) -> bool:
    """Whether a point is on a box's outline, which is a circle for a merge's sign."""
    x, y = end
    if box.sign:
        far = hypot(x - rect.x - rect.width / 2, y - rect.y - rect.height / 2)
        return abs(far - rect.width / 2) < 0.5
    return holds(rect, Rect(x, y, 0, 0)) and not strays((end,) * 4, rect)


@pytest.mark.parametrize("name", SEVEN)
@pytest.mark.parametrize("direction", ["TB", "LR"])
def test_nothing_overlaps_in_the_seven_networks(name, direction):
    network = archc.load(name).network
    for level in range(3):
        options = Options(level=level, direction=direction)
        for part in sheet(picture(network, level), options).placed:
            lawful(part)
            attached(part)


@pytest.mark.long
@pytest.mark.parametrize("name", archc.list_specs())
def test_nothing_overlaps_in_the_zoo(name):
    network = archc.load(name).network
    for level in range(4):
        for direction in ("TB", "LR"):
            options = Options(level=level, direction=direction)
            for part in sheet(picture(network, level), options).placed:
                lawful(part)
                attached(part)


@given(RECIPE, st.sampled_from(["TB", "LR"]))
@settings(max_examples=60, deadline=None)
def test_nothing_overlaps_in_any_network(sketch, recipe, direction):
    network = sketch.network_of(grown(sketch, recipe))
    for level in range(4):
        for part in sheet(
            picture(network, level), Options(level=level, direction=direction)
        ).placed:
            lawful(part)
            attached(part)


def test_the_law_of_places_can_fail():
    assert meets(Rect(0, 0, 10, 10), Rect(5, 5, 10, 10))
    assert not meets(Rect(0, 0, 10, 10), Rect(10, 0, 10, 10))
    assert strays(through([(0, 0), (0, 50), (50, 50)]), Rect(-5, 20, 10, 10))
    assert not strays(through([(0, 0), (0, 50), (50, 50)]), Rect(5, 20, 10, 10))


@pytest.mark.parametrize("engine", ["graphviz-pure", "archc"])
@pytest.mark.parametrize("level", range(3))
def test_what_is_drawn_stands_where_it_was_put(engine, level):
    """The boxes of the SVG itself, whoever wrote it, do not overlap."""
    root = ET.fromstring(viz.svg(archc.load("unet").network, level=level, engine=engine))
    places = [_place(node) for node in root.iter(f"{SVG}g") if "fam-" in node.get("class", "")]
    shown = picture(archc.load("unet").network, level)
    assert len(places) == sum(1 for part in shown.drawings for _ in part.boxes())
    assert not any(meets(a, b) for a, b in combinations(places, 2))


def _place(node: ET.Element) -> Rect:
    """Where a node's outline is."""
    outline = next(e for e in node if e.tag in {f"{SVG}{t}" for t in ("rect", "path", "polygon")})
    if outline.tag == f"{SVG}rect":
        return Rect(*(float(outline.get(key, "0")) for key in ("x", "y", "width", "height")))
    numbers = re.findall(r"-?[\d.]+", outline.get("d") or outline.get("points") or "")
    xs, ys = [float(n) for n in numbers[::2]], [float(n) for n in numbers[1::2]]
    return Rect(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))


def test_a_u_net_is_a_u():
    """What is of one level stands in one row, and its skip runs straight across."""
    for level in (0, 1, 2, 3):
        options = Options(level=level)
        part = sheet(picture(archc.load("unet").network, level), options).placed[0]
        assert len(part.drawing.valley) == 4
        for place in part.drawing.valley:
            ys = {round(y, 2) for _, y in part.plan.ways[place]}
            assert len(ys) == 1
        lefts = [part.plan.ways[place][0][0] for place in part.drawing.valley]
        rights = [part.plan.ways[place][-1][0] for place in part.drawing.valley]
        assert max(lefts) < min(rights)
        rows = [part.plan.ways[place][0][1] for place in part.drawing.valley]
        assert rows == sorted(rows)


def test_what_narrows_and_widens_is_a_u_whatever_its_names(sketch):
    s = sketch(inputs=(("input", sketch.image(8, 64)),))
    kept, h = [], X
    for k in range(3):
        h = s.op(f"a{k}", "Conv2d", h, out_channels=8, kernel_size=3, padding=1)
        kept.append(h)
        h = s.op(f"b{k}", "MaxPool2d", h, kernel_size=2)
    h = s.op("c", "Conv2d", h, out_channels=8, kernel_size=1)
    for k in range(3):
        h = s.op(f"d{k}", "ConvTranspose2d", h, out_channels=8, kernel_size=2, stride=2)
        h = s.op(f"e{k}", "Concat", kept[-1 - k], h)
    part = sheet(picture(s.network(h), 3), Options(level=3)).placed[0]
    assert len(part.drawing.valley) == 3
    lawful(part)
    attached(part)


def test_skips_within_one_resolution_make_no_u(sketch):
    s = sketch(inputs=(("input", sketch.image(8, 16)),))
    made = [X]
    for k in range(4):
        made.append(s.op(f"a{k}", "Conv2d", made[-1], out_channels=8, kernel_size=1))
    h = s.op("one", "Add", made[-1], made[2])
    net = s.network(s.op("two", "Add", h, made[1]))
    assert picture(net, 3).main.valley == ()


def test_a_residual_block_is_the_textbooks(resnet50):
    """One straight line down, and a skip that leaves and arrives at the same side."""
    shown = picture(resnet50, 1)
    part = sheet(shown, Options()).placed[2]
    mains = [k for k, arrow in enumerate(part.drawing.arrows) if arrow.line == "main"]
    assert len({round(x, 2) for k in mains for x, _ in part.plan.ways[k]}) == 1
    (skip,) = [k for k, arrow in enumerate(part.drawing.arrows) if arrow.line == "skip"]
    way, rects = part.plan.ways[skip], part.plan.rects
    arrow = part.drawing.arrows[skip]
    tail, head = rects[arrow.tail], rects[arrow.head]
    assert (way[0][0], way[-1][0]) == (pytest.approx(tail.right), pytest.approx(head.right))
    assert max(x for x, _ in way) > max(tail.right, head.right)


def test_labels_of_skips_into_one_sum_are_clear_of_each_others_lines(sketch):
    s = sketch(inputs=(("input", sketch.image(8, 16)),))
    h, made = X, []
    for k in range(9):
        h = s.op(f"a{k}", "Sigmoid", h)
        made.append(h)
    h = s.op("sum", "Add", *made)
    (part,) = sheet(picture(s.network(h), 3), Options(level=3)).placed
    assert sum(part.drawing.arrows[place].line == "skip" for place in part.plan.labels) > 5
    lawful(part)


def test_a_label_moves_off_the_lines_across_or_stays_where_there_is_no_room():
    assert clear(0, 100, 10, [0, 100]) == 45
    for levels in ([48], [40, 56], [44, 50, 60]):
        y = clear(0, 100, 10, levels)
        assert all(level <= y or level >= y + 10 for level in levels)
    assert clear(0, 20, 10, [4, 8, 12, 16]) == 5


@pytest.mark.parametrize("level", [1, 3])
def test_inputs_stand_as_they_are_declared(sketch, level):
    kind = sketch.image(8, 16)
    names = "abcd"
    s = sketch(inputs=tuple((name, kind) for name in names))
    left = s.op("left", "Add", X, Ref(-1, 3))
    right = s.op("right", "Multiply", Ref(-1, 1), Ref(-1, 2))
    shown = sheet(picture(s.network(s.op("sum", "Add", left, right)), level), Options(level=level))
    rects = shown.placed[0].plan.rects
    places = [rects[box.id].x for box in shown.picture.main.boxes() if box.name in names]
    assert len(places) == 4
    assert places == sorted(places)


def test_skips_within_one_another_are_nested_and_parallel(sketch):
    s = sketch(inputs=(("input", sketch.image(8, 16)),))
    made = [X]
    for k in range(4):
        made.append(s.op(f"a{k}", "Sigmoid", made[-1]))
    h = s.op("inner", "Add", made[-1], made[2])
    h = s.op("outer", "Add", h, made[1])
    part = sheet(picture(s.network(h), 3), Options(level=3)).placed[0]
    skips = [k for k, arrow in enumerate(part.drawing.arrows) if arrow.line == "skip"]
    ways = sorted((part.plan.ways[k] for k in skips), key=lambda way: way[-1][1] - way[0][1])
    inner, outer = (max(x for x, _ in way) for way in ways)
    assert outer > inner + 5


def test_beyond_a_dozen_boxes_a_row_is_wrapped(sketch):
    s = sketch(inputs=(("input", sketch.image(8, 16)),))
    h = X
    for k in range(40):
        h = s.op(f"a{k}", "Sigmoid", h)
    found = sheet(picture(s.network(h), 3), Options(level=3))
    columns = {round(rect.x + rect.width / 2) for rect in found.placed[0].plan.rects.values()}
    assert 2 < len(columns) < 8
    lawful(found.placed[0])


def test_the_spine_of_a_long_network_is_straight_in_each_column(resnet50):
    part = sheet(picture(resnet50, 2), Options(level=2)).placed[0]
    mains = [k for k, arrow in enumerate(part.drawing.arrows) if arrow.line == "main"]
    straight = [k for k in mains if len(part.plan.ways[k]) == 4]
    assert len(mains) - len(straight) < 8


def test_links_that_need_not_cross_do_not():
    steps = [("a", "d", 0.5, 0.5), ("b", "c", 0.5, 0.5)]
    assert crossings([["a", "b"], ["c", "d"]], steps) == 1
    assert crossings(ordered([["a", "b"], ["c", "d"]], steps), steps) == 0
    assert ordered([["a", "b"], ["c", "d"]], steps, ["a", "b"])[0] == ["a", "b"]


def test_sixty_dense_layers_are_laid_out(sketch):
    for level in (0, 2, 3):
        for part in sheet(picture(dense(sketch, 60), level), Options(level=level)).placed:
            lawful(part)


def test_every_box_has_room_for_what_it_says(resnet50):
    from archc.viz import content

    options = Options(level=3)
    part = sheet(picture(resnet50, 3), options).placed[0]
    for box in part.drawing.boxes():
        rect = part.plan.rects[box.id]
        if isinstance(box, Box) and not box.sign:
            assert content.title(content.lines(box, options.look)) <= rect.width
