"""Figures of the same network, beside torchview's (`pip install -e '.[bench]'`, and `dot`).

Both show every op of DenseNet-201 in nested boxes, as SVG. torchview builds the module, runs it on
the meta device and leaves the layout to Graphviz; that takes most of a minute, so there are few
rounds.
"""

from __future__ import annotations

from collections.abc import Iterator
from tempfile import TemporaryDirectory

from timing import Result, compare, process

TORCHVIEW = """
import sys
from torchview import draw_graph
from torchvision import models

drawn = draw_graph(
    models.densenet201(), input_size=(1, 3, 224, 224), device="meta", depth=5, expand_nested=True
)
drawn.visual_graph.render(sys.argv[1], format="svg")
"""


def results(rounds: int) -> Iterator[Result]:
    """`archc viz densenet201 --level 3` against torchview."""
    with TemporaryDirectory() as folder:
        ours = process(
            "-m", "archc", "viz", "densenet201", "--level", "3", "-o", f"{folder}/ours.svg"
        )
        theirs = process("-c", TORCHVIEW, f"{folder}/theirs")
        times = compare(ours, theirs, max(1, rounds // 20))
    yield Result("archc viz densenet201, level 3 : torchview", *times, limit=1 / 5)
