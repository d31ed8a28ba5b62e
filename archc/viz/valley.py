"""Where a network narrows and widens again: the skips that go straight across its U."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from archc.ir.dim import bind, product, symbols

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archc.ir.types import TensorType
    from archc.viz.flow import Flow
    from archc.viz.model import Arrow

_LARGE = 2**20
"""What stands for an open size, to compare resolutions with."""


def valley(flow: Flow, arrows: Sequence[Arrow], order: Sequence[str]) -> tuple[int, ...]:
    """The places of the arrows that go across a U, the outermost first; none where there is none.

    They are skips that lie within one another, at least two of them, each of lower resolution than
    the one around it.
    """
    place = {name: k for k, name in enumerate(order)}
    skips = [k for k, arrow in enumerate(arrows) if arrow.line == "skip"]
    skips.sort(key=lambda k: (place[arrows[k].tail], -place[arrows[k].head]))
    found: list[int] = []
    for k in skips:
        if not found or _inside(flow, arrows[found[-1]], arrows[k], place):
            found.append(k)
    return tuple(found) if len(found) > 1 and len(found) == len(skips) else ()


def _inside(flow: Flow, outer: Arrow, inner: Arrow, place: dict[str, int]) -> bool:
    ends = [place[name] for name in (outer.tail, inner.tail, inner.head, outer.head)]
    nested = all(a < b for a, b in pairwise(ends))
    return nested and _area(flow, outer) > _area(flow, inner)


def _area(flow: Flow, arrow: Arrow) -> int:
    """Positions that a value has besides batch and channels, open sizes being large."""
    wire = arrow.wires[0]
    kind: TensorType = flow.type_of((wire.tail, wire.port))
    size = product(kind.shape[2:])
    bound = bind(size, dict.fromkeys(symbols(size), _LARGE))
    return bound if isinstance(bound, int) else 0
