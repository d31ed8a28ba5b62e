"""Which program draws, what happens when it cannot, and that nothing depends on the process."""

from __future__ import annotations

import os
import stat
import struct
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from archc import viz
from archc.ir.graph import Ref
from archc.viz import engine
from archc.viz.engine import DrawingError, programs
from archc.viz.sheet import arranged

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def nothing(monkeypatch, tmp_path):
    """No layout program anywhere."""
    monkeypatch.setattr(engine, "_find", lambda name: None)


@pytest.fixture
def program(tmp_path):
    """A function that makes a program of shell lines."""

    def make(lines):
        path = tmp_path / "layout"
        path.write_text(f"#!/bin/sh\n{lines}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return str(path)

    return make


def test_the_wheels_program_comes_first_and_is_found_beside_the_interpreter(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    assert programs()[0].name == "graphviz-pure"


def test_the_option_wins_over_the_variable(monkeypatch, program):
    monkeypatch.setenv(engine.VARIABLE, "archc")
    assert programs() == ()
    assert programs(program("true"))[0].name.endswith("layout")


def test_a_program_that_is_not_there_is_an_error(resnet50):
    with pytest.raises(DrawingError, match="no program `nonesuch`"):
        viz.svg(resnet50, engine="nonesuch")


def test_an_exit_code_is_an_error_with_the_programs_words(resnet50, program):
    with pytest.raises(DrawingError, match="syntax error"):
        viz.svg(resnet50, engine=program("echo 'syntax error' >&2; echo '<svg>'; exit 1"))


def test_silence_is_an_error(resnet50, program):
    with pytest.raises(DrawingError, match="failed"):
        viz.svg(resnet50, engine=program("exit 0"))


def test_without_any_program_there_is_still_a_picture(resnet50, nothing):
    for level in range(4):
        root = ET.fromstring(viz.svg(resnet50, level=level))
        text = "".join(root.itertext())
        assert "layer1" in text
        assert "[N, 64, 56, 56]" in text


def test_without_any_program_png_says_what_to_install(resnet50, nothing):
    with pytest.raises(DrawingError, match="pip install graphviz-pure"):
        viz.png(resnet50)


def test_without_the_extra_pdf_says_what_to_install(resnet50, nothing, monkeypatch):
    monkeypatch.setitem(sys.modules, "svglib", None)
    monkeypatch.setitem(sys.modules, "svglib.svglib", None)
    with pytest.raises(DrawingError, match=r"pip install archc-nn\[pdf\]"):
        viz.pdf(resnet50)


def test_a_program_that_fails_unasked_gives_way_to_the_next(resnet50, monkeypatch, program):
    bad = program("exit 1")
    monkeypatch.setattr(engine, "_find", lambda name: (bad,))
    assert "layer1" in viz.svg(resnet50)


def test_a_png_is_a_png(resnet50):
    data = viz.png(resnet50, level=1)
    assert data.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", data[16:24])
    assert 400 < width < 4000
    assert 400 < height < 4000


def test_a_png_that_would_be_shrunk_is_refused(sketch):
    s = sketch(inputs=(("input", sketch.image(8, 16)),))
    made = [s.op(f"op{k}", "Sigmoid", Ref(-1)) for k in range(300)]
    h = s.op("add", "Add", *made)
    with pytest.raises(DrawingError, match="choose a lower --level, or SVG"):
        viz.png(s.network(h), level=3)


def test_insets_stand_beside_a_tall_figure_and_below_a_wide_one():
    assert arranged([(100, 300), (100, 300)], 1.5) == [(0, 0), (124, 0)]
    assert arranged([(300, 100), (100, 50), (100, 70)], 1.5) == [(0, 0), (0, 124), (124, 124)]
    assert arranged([(100, 300)], 1.5) == [(0, 0)]


SCRIPT = """
import sys
sys.path.insert(0, {folder!r})
import conftest
from archc import viz
net = conftest.resnet((2, 3))
text = "".join(viz.dot(net, level=k) + viz.mermaid(net, level=k) for k in range(4))
text += viz.svg(net) + viz.svg(net, engine="archc") + viz.html(net)
banned = {{"torch", "numpy", "sympy"}} & set(sys.modules)
sys.stdout.buffer.write(text.encode() + repr(sorted(banned)).encode())
"""


def test_pictures_are_the_same_in_every_process_and_import_no_torch():
    script = SCRIPT.format(folder=str(Path(__file__).parent))
    known = os.environ | {"LC_ALL": "C", "PYTHONPATH": os.pathsep.join(sys.path)}
    outs = [
        subprocess.run(
            [sys.executable, "-c", script],
            env=known | {"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert outs[0] == outs[1]
    assert outs[0].endswith(b"[]")
