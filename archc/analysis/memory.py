"""How much memory one inference pass needs at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.analysis.costs import Meter, sizes_of
from archc.ir.graph import Body, Skip, Weight

if TYPE_CHECKING:
    from collections.abc import Mapping

    from archc.ir.graph import Item, Network, Ref


def peak_activation_bytes(network: Network, sizes: Mapping[str, int] | None = None) -> int:
    """The most that live values take at any moment of one pass, the network's inputs included.

    A value lives from the op that makes it to the last one that reads it. Nothing is computed in
    place, and views count as copies, so that it is an upper bound; what a kernel needs for itself
    comes on top.
    """
    meter = Meter(sizes_of(network, sizes))
    inputs = sum(meter.bytes(type_) for _, type_ in network.body.inputs)
    return inputs + _peak(network.body, meter, {})


def _peak(body: Body, meter: Meter, known: dict[Body, int]) -> int:
    """The peak inside a block, without its inputs, which belong to its user."""
    if body not in known:
        last = _last_uses(body)
        live, peak = 0, 0
        for index, item in enumerate(body.items):
            made = _made(item, meter)
            peak = max(peak, live + max(made, _inside(item, meter, known)))
            live += made
            live -= sum(_made(body.items[i], meter) for i in last.get(index, ()))
        known[body] = peak
    return known[body]


def _inside(item: Item, meter: Meter, known: dict[Body, int]) -> int:
    what = item.applied
    if item.training or not isinstance(what, Body):
        return 0
    return _peak(what, meter, known)


def _made(item: Item, meter: Meter) -> int:
    made = not isinstance(item.what, Weight) and not _passes(item)
    return sum(map(meter.bytes, item.outputs)) if made else 0


def _last_uses(body: Body) -> dict[int, list[int]]:
    """For each item, the items whose values nobody reads after it."""
    kept = {_maker(body, out.ref) for out in body.outputs if not out.training}
    last = {index: index for index in range(len(body.items))}
    for index, item in enumerate(body.items):
        for ref in item.inputs:
            last[_maker(body, ref)] = index
    found: dict[int, list[int]] = {}
    for made, index in last.items():
        if made >= 0 and made not in kept:
            found.setdefault(index, []).append(made)
    return found


def _maker(body: Body, ref: Ref) -> int:
    """The item that a value comes from outside training; -1 for an input."""
    while ref.item >= 0 and _passes(body.items[ref.item]):
        ref = body.items[ref.item].inputs[0]
    return ref.item


def _passes(item: Item) -> bool:
    return isinstance(item.what, Skip) or item.training
