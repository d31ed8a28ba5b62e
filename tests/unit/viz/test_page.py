"""The interactive page as text: complete, small, equal parts once, and closed to the outside."""

from __future__ import annotations

import hashlib
import json
import re
from base64 import b64encode
from html.parser import HTMLParser
from pathlib import Path

import pytest

import archc
from archc import viz
from archc.ir.graph import Ref
from archc.viz.flow import flatten
from archc.viz.page.document import quiet
from archc.viz.page.hops import Group, hops
from archc.viz.page.packed import packed
from archc.viz.page.style import variables
from archc.viz.running import running
from archc.viz.theme import HEAT, HEAT_NIGHT, LOOKS, NIGHT, TEXT
from tests.unit.viz.colours import contrast

X = Ref(-1)
HOSTILE = [
    "</script><b>",
    "<!--<script>",
    '"><img src=x>',
    "]]>",
    "&lt;",
    "\u2028\ud800\x00",
    "é 层 🙂",
]
SOME = ("densenet121", "fpn_resnet50", "googlenet", "siamese", "tiny_gpt", "unet")
ZOO = [
    pytest.param(name, marks=() if name in SOME else pytest.mark.long)
    for name in archc.list_specs()
]


class Tags(HTMLParser):
    """The elements of a page with the text in them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.attributes: list[dict[str, str | None]] = []
        self.texts: dict[str, list[str]] = {}
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append(tag)
        self.attributes.append(dict(attrs))

    def handle_data(self, data):
        if self.found:
            self.texts.setdefault(self.found[-1], []).append(data)


def data_of(text):
    """The data in a page."""
    found = re.search(
        r'<script type="application/json" id="network">(.*?)</script>', text, re.DOTALL
    )
    assert found
    return json.loads(found[1])


def crossing(group, ends, met):
    """The wires of a group and all below it, put together again from their hops.

    `ends` are the values at the group's inputs. What leaves it is returned by port, what arrives
    at an op goes to `met`.
    """
    values: dict[tuple[int, int], tuple[int, int]] = {(-1, port): v for port, v in ends.items()}
    arriving: dict[int, dict[int, list]] = {}
    for (origin, port), (goal, slot) in group.hops:
        arriving.setdefault(goal, {}).setdefault(slot, []).append((origin, port))
    for place, child in enumerate(group.children):
        into = {
            slot: values.get(origin, (getattr(group.children[origin[0]], "first", None), origin[1]))
            for slot, (origin,) in arriving.get(place, {}).items()
        }
        if isinstance(child, Group):
            out = crossing(child, into, met)
            values |= {(place, port): value for port, value in out.items()}
        else:
            met |= {(value, child.first, slot) for slot, value in into.items()}
    leaving = arriving.get(-1, {})
    return {
        port: values.get(origin, (getattr(group.children[origin[0]], "first", None), origin[1]))
        for port, (origin,) in leaving.items()
    }


@pytest.mark.parametrize("name", ZOO)
def test_hops_put_together_are_the_wires_of_the_network(name):
    flow = running(flatten(archc.load(name).network.body))
    met: set[tuple[tuple[int, int], int, int]] = set()
    ends = {k: (-1 - k, 0) for k in range(len(flow.body.inputs))}
    outputs = crossing(hops(flow), ends, met)
    met |= {(value, len(flow.leaves) + port, 0) for port, value in outputs.items()}
    assert met == {((wire.tail, wire.port), wire.head, wire.slot) for wire in flow.wires}


def leaves(data, part=None):
    """The rows of the ops in execution order, blocks opened."""
    children = data["root"][0] if part is None else data["parts"][part][0]
    if not isinstance(children, list):
        yield data["parts"][part]
        return
    for child in children[1::2]:
        yield from leaves(data, child)


@pytest.mark.parametrize("name", ZOO)
def test_every_op_is_there_with_its_figures(name):
    arch = archc.load(name)
    data, nodes = data_of(arch.html()), arch.summary().nodes
    found = list(leaves(data))
    assert [data["ops"][row[0]][0] for row in found] == [node.op for node in nodes]
    figures = [(n.costs.params, n.costs.macs, n.costs.activation_bytes) for n in nodes]
    assert [tuple(row[3:6]) for row in found] == figures
    shapes = [[data["types"][k][1] for k in row[2]] for row in found]
    assert shapes == [[str(list(shape)) for shape in node.outputs] for node in nodes]
    assert len(data["seen"]) == len(nodes)


def test_what_is_equal_is_there_once():
    small, large = (archc.load(name).html() for name in ("resnet50", "resnet152"))
    parts = [len(data_of(text)["parts"]) for text in (small, large)]
    assert parts[0] == parts[1]
    assert len(large) - len(small) < 4_000


def test_densenet201_is_under_the_limit():
    assert len(archc.load("densenet201").html().encode()) < 300_000


def test_it_is_the_same_each_time_and_names_no_folder(tmp_path):
    spec = tmp_path / "net.yaml"
    spec.write_text("archc: 1\nname: net\ninput: [N, 3, 8, 8]\nlayers:\n  act: ReLU  # here\n")
    first, second = (archc.load(spec).html() for _ in range(2))
    assert first == second
    assert str(tmp_path) not in first
    assert data_of(first)["files"] == [["net.yaml", {"5": "  act: ReLU  # here"}]]


def test_a_variant_elsewhere_than_its_base_names_no_folder_either(tmp_path):
    spec = tmp_path / "mine.yaml"
    spec.write_text("archc: 1\nname: mine\nextends: resnet50\nlayers: {fc: {out_features: 3}}\n")
    page = archc.load(spec).html()
    assert {name for name, _ in data_of(page)["files"]} == {"mine.yaml", "resnet.yaml"}
    assert str(tmp_path) not in page
    assert str(Path(archc.__file__).parents[1]) not in page


def hostile(sketch, name):
    """A network in which everything that can have a name has this one."""
    s = sketch(name, ((name, sketch.image(8, 16)),))
    block = sketch(name, ((name, sketch.image(8, 16)),))
    inner = block.body(block.op(name, "ReLU", X), params=((name, name),))
    s.group(f"{name}g")
    h = s.op(f"{name}g.{name}", "Conv2d", X, out_channels=8, kernel_size=1)
    return s.network(s.block(name, inner, h))


@pytest.mark.parametrize("name", HOSTILE)
def test_names_cannot_leave_the_text_they_stand_in(sketch, name):
    page, tame = (Tags(viz.html(hostile(sketch, n))) for n in (name, "tame"))
    assert page.found == tame.found
    assert page.found.count("script") == 2
    assert data_of(viz.html(hostile(sketch, name)))["parts"]


@pytest.mark.parametrize("name", HOSTILE)
def test_quiet_json_is_the_same_json(name):
    assert json.loads(quiet({name: [name]})) == {name: [name]}
    assert not re.search("[<>&\u2028\u2029]", quiet({name: name}))


def test_the_policy_lets_only_its_own_program_run(resnet50):
    page = Tags(viz.html(resnet50))
    (policy,) = (a["content"] for a in page.attributes if a.get("http-equiv"))
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == rules["connect-src"] == "'none'"
    text = viz.html(resnet50)
    for element, rule in (("style", "style-src"), ("script", "script-src")):
        (inside,) = re.findall(f"<{element}>(.*?)</{element}>", text, re.DOTALL)
        digest = b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert rules[rule] == f"'sha256-{digest}'"


def test_nothing_in_it_names_another_place(resnet50):
    text = viz.html(resnet50)
    assert not re.search(r"(src|href)=|@import|url\((?!#)", text.replace(".href=", ""))
    assert set(re.findall(r"https?://[^\s\"'`]+", text)) == {"http://www.w3.org/2000/svg"}


def test_only_a_live_page_may_listen(resnet50):
    page = viz.html(resnet50, live='/e"v')
    assert "connect-src 'self'" in page
    assert '<meta name="archc-live" content="/e&quot;v">' in page
    assert '<meta name="archc-live"' not in viz.html(resnet50)


def test_the_level_is_what_is_open_at_first(resnet50):
    assert [packed(resnet50, {}, level)["level"] for level in (0, 3)] == [0, 3]


def test_colours_are_the_theme_s():
    style = variables()
    for name, look in LOOKS.items():
        assert f"--{name}-fill:{look.fill};--" in style or f"--{name}-fill:{look.fill}" in style
        assert style.count(f"--{name}-border:{look.dark_border}") == 2
    assert 'data-theme="light"' in style


@pytest.mark.parametrize("colour", [*HEAT, *HEAT_NIGHT])
def test_words_can_be_read_on_the_whole_scale(colour):
    text = TEXT if colour in HEAT else NIGHT[TEXT]
    assert contrast(text, colour) >= 5
