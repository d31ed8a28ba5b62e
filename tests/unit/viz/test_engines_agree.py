"""Each engine for real: the same boxes, and words that fit them in the face they draw with."""

from __future__ import annotations

import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from functools import cache
from importlib.util import find_spec

import pytest

from archc import viz
from archc.api import list_specs, load
from archc.viz import engine as home
from archc.viz.engine import NAMES, DrawingError, programs

SVG = "{http://www.w3.org/2000/svg}"
FEW = ("googlenet", "resnet18", "tiny_gpt", "unet")
SLACK = 2.0
"""Points by which a text may leave its box: half of the box's own margin."""


def there(name: str) -> bool:
    return name == "archc" or home._find(name) is not None


@cache
def network(name: str):
    return load(name).network


def boxes(svg: str) -> list[str]:
    """The titles of the boxes: the full path of what each shows."""
    groups = [g for g in ET.fromstring(svg).iter(f"{SVG}g") if "node" in g.get("class", "").split()]
    return sorted(title.text or "" for g in groups for title in g.findall(f"{SVG}title"))


def agree(name: str) -> None:
    found = {one: boxes(viz.svg(network(name), engine=one)) for one in NAMES if there(one)}
    assert found["archc"]
    assert all(one == found["archc"] for one in found.values()), name


@pytest.mark.parametrize("name", FEW)
def test_engines_draw_the_same_boxes(name):
    agree(name)


@pytest.mark.long
@pytest.mark.parametrize("name", list_specs())
def test_engines_draw_the_same_boxes_of_the_whole_zoo(name):
    assert all(map(there, NAMES)), "the long run wants every engine: apt install graphviz"
    agree(name)


def test_pygraphviz_is_an_engine_where_it_is(monkeypatch):
    if find_spec("pygraphviz") is None:
        with pytest.raises(DrawingError, match="no program `pygraphviz`"):
            programs("pygraphviz")
        return
    assert viz.png(network("resnet18"), engine="pygraphviz").startswith(b"\x89PNG")
    assert viz.pdf(network("resnet18"), engine="pygraphviz").startswith(b"%PDF")
    with pytest.raises(DrawingError, match="pygraphviz failed"):
        programs("pygraphviz")[0].run("digraph { a [", "svg")


@pytest.mark.parametrize("engine", NAMES)
def test_a_pdf_holds_the_words_of_the_picture(engine, tmp_path):
    if not there(engine) or shutil.which("pdftotext") is None:
        pytest.skip("not installed")
    file = tmp_path / "a.pdf"
    file.write_bytes(viz.pdf(network("googlenet"), engine=engine))
    done = subprocess.run(["pdftotext", "-raw", file, "-"], capture_output=True, check=True)
    words = done.stdout.decode().split()
    assert {"googlenet", "inception4a", "concat", "[N,", "maxpool3"} <= set(words)


def test_a_pdf_without_any_program_is_the_same_each_time(monkeypatch):
    monkeypatch.setattr(home, "_find", lambda name: None)
    pytest.importorskip("svglib")
    assert viz.pdf(network("unet")) == viz.pdf(network("unet"))


def numbers(text: str) -> list[float]:
    return [float(one) for one in re.findall(r"-?\d+(?:\.\d+)?", text)]


def sides(shape: ET.Element) -> tuple[float, float]:
    """The left and the right end of a rectangle, a polygon, a path or an ellipse."""
    if shape.tag == f"{SVG}rect":
        left = float(shape.get("x", "0"))
        return left, left + float(shape.get("width", "0"))
    if shape.tag == f"{SVG}ellipse":
        middle, half = float(shape.get("cx", "0")), float(shape.get("rx", "0"))
        return middle - half, middle + half
    places = numbers(shape.get("points") or shape.get("d") or "")[::2]
    return min(places), max(places)


def overflows(svg: str) -> list[str]:
    """The texts that stand out of their boxes, measured as Helvetica."""
    metrics = pytest.importorskip("reportlab.pdfbase.pdfmetrics")
    found = []
    for group in ET.fromstring(svg).iter(f"{SVG}g"):
        shapes = [
            s
            for s in group
            if s.tag in {f"{SVG}{t}" for t in ("rect", "polygon", "path", "ellipse")}
        ]
        if "fam-" not in group.get("class", "") or not shapes:
            continue
        ends = [sides(shape) for shape in shapes]
        left, right = min(a for a, _ in ends), max(b for _, b in ends)
        for text in group.iter(f"{SVG}text"):
            words = "".join(text.itertext())
            bold = "bold" in text.get("font-weight", "")
            width = metrics.stringWidth(
                words, "Helvetica-Bold" if bold else "Helvetica", float(text.get("font-size", "9"))
            )
            start = float(text.get("x", "0"))
            start -= width * {"middle": 0.5, "end": 1.0}.get(text.get("text-anchor", "start"), 0)
            if start < left - SLACK or start + width > right + SLACK:
                found.append(words)
    return found


@pytest.mark.parametrize("engine", NAMES)
@pytest.mark.parametrize("name", FEW)
def test_words_stay_in_their_boxes(name, engine):
    if not there(engine):
        pytest.skip("not installed")
    for level in (1, 3):
        assert overflows(viz.svg(network(name), level=level, engine=engine)) == []
