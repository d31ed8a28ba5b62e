"""Ops that are drawn as one box: a convolution with its norm and activation, and their like."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from msgspec import Struct

from archc.ir.op import Op

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from archc.viz.flow import Flow, Part

_TRIM = {
    "conv": ("norm", "activation"),
    "linear": ("norm", "activation"),
    "merge": ("activation",),
    "norm": ("activation",),
}
"""What a step takes along after its first op, one of each at most."""


class Unit(Struct, frozen=True):
    """Neighbours that share one box. `parts` stand side by side in one group.

    `ops` are what it comes to where that is a single fused step, else empty. `copies` are the equal
    units that were folded into this one, `steps` the different ones that feed one another.
    """

    parts: tuple[Part, ...]
    ops: tuple[Part, ...] = ()
    copies: tuple[Unit, ...] = ()
    steps: tuple[Unit, ...] = ()

    @property
    def span(self) -> range:
        """The ops it covers."""
        return range(self.parts[0].first, self.parts[-1].last)


def fuse(flow: Flow, parts: Sequence[Part]) -> tuple[Unit, ...]:
    """Join the ops among siblings that people read as one step.

    A group that comes to a single step, such as a block of conv, norm and activation, is that step.
    """
    found: list[Unit] = []
    for chain in _chains(flow, parts):
        if isinstance(chain[0].what, Op):
            found += [Unit(ops, ops) for ops in _steps(chain)]
        else:
            found.append(Unit(chain, single(flow, chain[0])))
    return tuple(found)


def apart(
    join: Callable[[Flow, Sequence[Part]], tuple[Unit, ...]],
    state: Callable[[Part], object],
    flow: Flow,
    parts: Sequence[Part],
) -> tuple[Unit, ...]:
    """Join siblings, but only neighbours of one state."""
    return tuple(unit for _, alike in groupby(parts, state) for unit in join(flow, tuple(alike)))


def separate(flow: Flow, parts: Sequence[Part]) -> tuple[Unit, ...]:
    """Every part by itself."""
    del flow
    return tuple(Unit((part,), (part,) if isinstance(part.what, Op) else ()) for part in parts)


def single(flow: Flow, part: Part) -> tuple[Part, ...]:
    """The ops of a part if they are one step, else none."""
    if isinstance(part.what, Op):
        return (part,)
    units = fuse(flow, part.children)
    return units[0].ops if len(units) == 1 else ()


def _chains(flow: Flow, parts: Sequence[Part]) -> Iterator[tuple[Part, ...]]:
    """Ops that feed only one another, in order; anything else by itself."""
    chain: list[Part] = []
    for part in parts:
        follows = chain and isinstance(part.what, Op) and isinstance(chain[-1].what, Op)
        if chain and not (follows and flow.linked(chain[-1].span, part.span)):
            yield tuple(chain)
            chain = []
        chain.append(part)
    if chain:
        yield tuple(chain)


def _steps(chain: tuple[Part, ...]) -> Iterator[tuple[Part, ...]]:
    """Cut a chain of ops into steps.

    Where norm and activation come before the convolution (pre-activation), they go with it.
    """
    families: list[str] = [part.what.family for part in chain if isinstance(part.what, Op)]
    start = 0
    while start < len(chain):
        before = families[start : start + 3] == ["norm", "activation", "conv"]
        end = start + 3 if before else _step_end(families, start)
        yield chain[start:end]
        start = end


def _step_end(families: list[str], start: int) -> int:
    """Where the step from `start` ends."""
    wanted = list(_TRIM.get(families[start], ()))
    end = start + 1
    while end < len(families) and families[end] in wanted:
        wanted.remove(families[end])
        end += 1
    return end
