"""Every network of the zoo at every level: SVG and a page, well-formed, complete, the same."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from functools import cache
from html.parser import HTMLParser

import pytest

from archc import viz
from archc.api import Architecture, list_specs, load
from archc.viz.figure import picture
from archc.viz.flow import flatten

SVG = "{http://www.w3.org/2000/svg}"
SMALL = 130
"""Ops of a network that is drawn at its finer levels with every change."""


@cache
def arch(name: str) -> Architecture:
    return load(name)


def cases(*, long: bool) -> list[tuple[str, int]]:
    """Networks and levels; the finer levels of large networks take minutes together."""
    size = {name: sum(1 for _ in arch(name).network.leaves()) for name in list_specs()}
    return [(n, k) for n in size for k in range(4) if (k > 1 and size[n] > SMALL) == long]


class Page(HTMLParser):
    """Fails for an element that is closed out of turn or left open."""

    VOID = frozenset({"meta", "link", "br", "img", "input", "hr"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def check(name: str, level: int) -> None:
    network = arch(name).network
    root = ET.fromstring(viz.svg(network, level=level))
    shown = picture(network, level)
    drawn = [g.get("class", "").split() for g in root.iter(f"{SVG}g")]
    boxes = [box for one in shown.drawings for box in one.boxes()]
    assert sum(any(c.startswith("fam-") for c in classes) for classes in drawn) == len(boxes)
    covered = sorted(node for box in shown.main.boxes() for node in box.covers)
    flow = flatten(network.body)
    ends = len(flow.leaves) + len(network.body.outputs)
    assert covered == list(range(-len(network.body.inputs), ends))


@pytest.mark.parametrize("name", list_specs())
def test_pictures_are_well_formed_and_complete(name):
    for level in (level for known, level in cases(long=False) if known == name):
        check(name, level)


@pytest.mark.long
@pytest.mark.parametrize(("name", "level"), cases(long=True))
def test_the_finer_levels_of_large_networks_too(name, level):
    check(name, level)


@pytest.mark.parametrize("name", list_specs())
def test_pages_are_well_formed(name):
    found = arch(name)
    Page(viz.html(found.network, sources=found.sources))


SCRIPT = """
import hashlib, json, sys
from archc import viz
from archc.api import load
found = {}
for name, level in json.load(sys.stdin):
    network = load(name).network
    texts = viz.svg(network, level=level), viz.html(network), viz.mermaid(network, level=level)
    found[f"{name} {level}"] = hashlib.sha256("".join(texts).encode()).hexdigest()
print(json.dumps(found))
"""


def digests(wanted: list[tuple[str, int]], seed: str) -> dict[str, str]:
    known = {"PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path), "LC_ALL": "C"}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        input=json.dumps(wanted),
        env=os.environ | known,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


@pytest.mark.long
def test_the_same_bytes_in_every_process():
    wanted = cases(long=False) + cases(long=True)
    assert len(wanted) == 4 * len(list_specs())
    assert digests(wanted, "1") == digests(wanted, "2")
    assert hashlib.sha256(b"").hexdigest() not in digests(wanted[:1], "3").values()
