"""Mermaid as GitHub draws it: parsed by the real package, within its limits.

`npm install` in `tests/mermaid` fetches the package; without it what parses is skipped.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from archc import viz
from archc.analysis.compare import compare
from archc.api import list_specs, load
from archc.ir.graph import Ref
from archc.viz.difference import difference
from archc.viz.engine import DrawingError
from archc.viz.mermaid_text import LONGEST, MOST_ARROWS
from archc.viz.options import Options
from archc.viz.written import written
from tests.unit.viz.test_text_forms import HOSTILE, hostile

PARSER = Path(__file__).parents[2] / "mermaid" / "parse.mjs"
FAMILIES = ("d2l/googlenet", "densenet121", "fpn_resnet50", "resnet152", "unet", "vit_b_16")


def parse(texts):
    """What the real package has to say against each text."""
    if shutil.which("node") is None or not (PARSER.parent / "node_modules").is_dir():
        pytest.skip("no node, or no mermaid: run npm install in tests/mermaid")
    done = subprocess.run(
        ["node", os.fspath(PARSER)],
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def levels(names):
    nets = {name: load(name).network for name in names}
    return {(name, k): viz.mermaid(net, level=k) for name, net in nets.items() for k in range(4)}


WRONG = {
    "syntax": "flowchart TB\n  a[(b]",
    "length": "flowchart TB\n" + "".join(f"  n{k}[a]\n" for k in range(9000)),
    "arrows": "flowchart TB\n" + "".join(f"  n{k} --> n{k + 1}\n" for k in range(MOST_ARROWS + 1)),
}


def test_what_is_drawn_parses_and_what_is_wrong_does_not(sketch):
    texts = levels(FAMILIES)
    before, after = load("resnet18").network, load("resnet34").network
    shown = difference(before, after, compare(before, after), 1)
    texts["difference"] = written(shown, "mermaid", Options()).decode()
    for name in HOSTILE:
        text = viz.mermaid(hostile(sketch, name), level=1)
        texts["hostile", name] = text.encode(errors="replace").decode()
    found = parse([*texts.values(), *WRONG.values()])
    said = dict(zip((*texts, *WRONG), found, strict=True))
    assert [key for key in WRONG if not said.pop(key)] == []
    assert {key: words for key, words in said.items() if words} == {}


@pytest.mark.long
def test_the_whole_zoo_parses_at_every_level():
    texts = levels(list_specs())
    said = dict(zip(texts, parse(list(texts.values())), strict=True))
    assert {key: words for key, words in said.items() if words} == {}


def test_what_is_too_large_is_drawn_coarser_and_says_so():
    net = load("resnet152").network
    fine, coarse = viz.mermaid(net, level=3), viz.mermaid(net, level=2)
    title, rest = fine.split("flowchart", 1)
    assert title == '---\ntitle: "resnet152, level 2: level 3 is more than Mermaid draws"\n---\n'
    assert "flowchart" + rest == coarse
    assert len(fine) <= LONGEST


def test_what_no_level_can_show_is_an_error(sketch):
    s = sketch(inputs=(("input", sketch.image(8, 16)),))
    made = [
        s.op(f"op{k}", "Conv2d", Ref(-1), out_channels=k + 1, kernel_size=1) for k in range(500)
    ]
    with pytest.raises(DrawingError, match="choose SVG"):
        viz.mermaid(s.network(*made), level=3)
