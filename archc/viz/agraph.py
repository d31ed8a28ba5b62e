"""pygraphviz as a program of its own: `python -m archc.viz.agraph -Tsvg [-Kneato -n2] [-Gdpi=N]`.

It reads DOT from standard input as `dot` does. The library runs in a process apart, since it can
take the whole process down.
"""

from __future__ import annotations

import re
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

_START = re.compile(r"^(?=digraph )", re.MULTILINE)


def main(arguments: Sequence[str]) -> bytes:
    """What the library makes of each graph on standard input, one after the other."""
    options = {one[:2]: one[2:] for one in arguments}
    graphs = filter(None, _START.split(sys.stdin.buffer.read().decode()))
    return b"".join(_drawn(text, options) for text in graphs)


def _drawn(text: str, options: dict[str, str]) -> bytes:
    graph: Any = import_module("pygraphviz").AGraph(string=text)
    name, _, value = options.get("-G", "").partition("=")
    if name:
        graph.graph_attr[name] = value
    made: bytes = graph.draw(format=options["-T"], prog="nop2" if "-n" in options else "dot")
    return made


if __name__ == "__main__":
    sys.stdout.buffer.write(main(sys.argv[1:]))
