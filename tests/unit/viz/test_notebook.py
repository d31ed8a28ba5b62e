"""What notebooks show, executed by Jupyter's own kernel, and what IPython shows in a terminal."""

from __future__ import annotations

import os
import subprocess
import sys
import xml.etree.ElementTree as ET

import pytest

import archc
from archc.viz.notebook import SVG, TEXT, bundle

CELLS = (
    "import archc; arch = archc.load('resnet18'); arch",
    "arch.summary()",
    "arch.nodes[0].path",
)


def test_a_notebook_shows_the_diagram_and_the_table_without_a_display(monkeypatch, tmp_path):
    nbclient, nbformat = pytest.importorskip("nbclient"), pytest.importorskip("nbformat")
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    cells = [nbformat.v4.new_code_cell(text) for text in CELLS]
    book = nbformat.v4.new_notebook(cells=cells)
    nbclient.NotebookClient(book, timeout=120, kernel_name="python3").execute()
    arch, summary, path = (cell.outputs[-1].data for cell in book.cells)
    assert set(arch) == {SVG, TEXT}
    root = ET.fromstring(arch[SVG])
    assert "layer1" in "".join(root.itertext())
    assert arch[TEXT] == "<Architecture resnet18: [N, 3, H, W] -> [N, 1000], 69 nodes>"
    assert set(summary) == {"text/html", TEXT}
    assert "<table" in summary["text/html"]
    assert path == {TEXT: "'conv1'"}


TERMINAL = """\
from IPython.terminal.interactiveshell import TerminalInteractiveShell
shell = TerminalInteractiveShell.instance(simple_prompt=True)
import archc
from archc.viz import render
render.render_svg = None
data, _ = shell.display_formatter.format(archc.load("resnet18"))
print(data)
"""


def test_ipython_in_a_terminal_shows_a_line_and_draws_nothing(tmp_path):
    pytest.importorskip("IPython")
    known = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "IPYTHONDIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", TERMINAL], env=known, capture_output=True, text=True, check=True
    )
    line = "<Architecture resnet18: [N, 3, H, W] -> [N, 1000], 69 nodes>"
    assert done.stdout.strip().splitlines()[-1] == repr({TEXT: line})


def test_only_what_is_wanted_is_made():
    assert bundle(lambda: "drawn", "told") == {SVG: "drawn", TEXT: "told"}
    assert bundle(lambda: "drawn", "told", include={SVG}) == {SVG: "drawn"}
    assert bundle(lambda: 1 / 0, "told", exclude={SVG}) == {TEXT: "told"}


def test_an_architecture_is_told_in_a_line():
    arch = archc.load("googlenet")
    assert repr(arch).startswith("<Architecture googlenet: [N, 3, H, W] -> [N, 1000], ")
    assert arch._repr_mimebundle_(include=[TEXT]) == {TEXT: repr(arch)}
