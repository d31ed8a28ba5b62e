"""Which nodes give another shape, for people: the nodes of one change by the path they share."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from archc.analysis.figures import shape
from archc.analysis.fold import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from archc.analysis.changes import Changed, Shapes

_LONGEST = 40
"""Letters of a pattern that still reads at a glance."""


def reshaped(changed: Iterable[Changed]) -> Iterator[str]:
    """The changed shapes in order: `layer2.0-3.conv1`, or `14 nodes in layer2.0-3`."""
    paths: dict[tuple[str, str], dict[str, None]] = {}
    for node in changed:
        if node.outputs:
            key = (arrow(*node.outputs), node.path.partition(".")[0])
            paths.setdefault(key, {})[node.path] = None
    told = [(change, *_place(tuple(found))) for (change, _), found in paths.items()]
    for (change, inside), group in groupby(told, lambda one: (one[0], one[1])):
        names = ", ".join(fold(name for *_, name in group))
        yield f"{inside}{names}: {change}"


def _place(paths: tuple[str, ...]) -> tuple[str, str]:
    """What the nodes share: `("", their pattern)`, or how many there are and where they are.

    >>> _place(("layer2.0.downsample.0",))
    ('', 'layer2.0.downsample.0')
    >>> _place(("layers.0.conv", "layers.1.conv"))
    ('', 'layers.0-1.conv')
    >>> _place(("layers.0.conv", "layers.1.downsample.0"))
    ('2 nodes in ', 'layers.0-1')
    """
    deepest = max(path.count(".") for path in paths) + 1
    for depth in range(deepest, 0, -1):
        pattern, *others = fold(dict.fromkeys(_start(path, depth) for path in paths))
        if not others and (len(pattern) <= _LONGEST or len(paths) == 1 or depth == 1):
            break
    return ("" if depth == deepest else f"{len(paths)} nodes in ", pattern)


def _start(path: str, depth: int) -> str:
    return ".".join(path.split(".")[:depth])


def arrow(before: Shapes, after: Shapes) -> str:
    """Shapes before and after."""
    return f"{' '.join(map(shape, before))} -> {' '.join(map(shape, after))}"
