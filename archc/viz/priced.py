"""Parameters and FLOPs in the boxes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from archc.analysis.figures import short
from archc.analysis.summary import summarise
from archc.viz.model import Box

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archc.ir.graph import Network
    from archc.viz.flow import Flow
    from archc.viz.model import Cluster

Prices = dict[tuple[str, bool], tuple[int, int]]
"""Parameters and FLOPs of each op, by its path and whether it is applied again."""


def prices(network: Network) -> Prices:
    """What each op of a network costs at the sizes in its `dims`."""
    nodes = summarise(network).nodes
    return {
        (leaf.path, leaf.again): (node.costs.params, node.costs.flops)
        for leaf, node in zip(network.leaves(), nodes, strict=True)
    }


def priced(
    children: Sequence[Box | Cluster], flow: Flow, known: Prices
) -> tuple[Box | Cluster, ...]:
    """Boxes with what each costs, all its copies together."""
    return tuple(
        replace(child, costs=_words(child, flow, known))
        if isinstance(child, Box)
        else replace(child, children=priced(child.children, flow, known))
        for child in children
    )


def _words(box: Box, flow: Flow, known: Prices) -> str:
    """`2.36 M params, 463 MFLOPs`; nothing where both are 0."""
    leaves = [flow.leaves[node] for node in box.covers if 0 <= node < len(flow.leaves)]
    found = [known.get((leaf.path, leaf.again), (0, 0)) for leaf in leaves]
    params, flops = (sum(column) for column in zip(*found, strict=True)) if found else (0, 0)
    said = [f"{short(params)} params"] if params else []
    said += [short(flops, "FLOPs")] if flops else []
    return ", ".join(said)
