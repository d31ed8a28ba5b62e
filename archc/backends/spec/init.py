"""The rules of initialisation of a network, in the terms of its expanded spec.

The rules of a used file come before all others. Where none of those reaches the same tensors, they
go with the node that uses the file; where one does, to each node whose tensors they still decide.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from archc.backends.spec import values
from archc.ir.graph import Body
from archc.ir.op import Op
from archc.ir.patterns import matches

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archc.backends.spec.blocks import Blocks
    from archc.backends.spec.values import Data
    from archc.ir.graph import InitRule, Network, Path


class _Owner(Struct, frozen=True):
    """An op or block of the network in its place, and the tensors inside it."""

    path: Path
    what: Op | Body
    tensors: frozenset[str]

    @property
    def name(self) -> str:
        """What a rule calls it."""
        return self.what.name if isinstance(self.what, Body) else type(self.what).__name__


class Confined:
    """The rules of used files: those that go with the uses, and those that are written out."""

    def __init__(self, network: Network) -> None:
        """Find out which of them later rules meet."""
        self._found: list[tuple[str, Path, InitRule]] = []
        self.contested: frozenset[Body] = frozenset()
        if any(rule.within for rule in network.init):
            self._decide(network, list(_owners(network.body, ())))

    def _decide(self, network: Network, owners: list[_Owner]) -> None:
        bodies = {".".join(owner.path): owner.what for owner in owners}
        met: set[str] = set()
        for place, rule in enumerate(network.init):
            if not rule.within:
                continue
            later = {t for other in network.init[place + 1 :] for _, t in _reached(other, owners)}
            for path, tensor in _reached(rule, owners):
                if tensor in later:
                    met.add(rule.within)
                else:
                    self._found.append((rule.within, path, rule))
        self.contested = frozenset(b for b in map(bodies.get, met) if isinstance(b, Body))
        self._found = [found for found in self._found if bodies[found[0]] in self.contested]

    def rules(self) -> list[tuple[str, InitRule]]:
        """The rules that are written out, by the path of the node they are for."""
        return [(".".join(path), rule) for _, path, rule in self._found]


def file_rules(network: Network, blocks: Blocks, confined: Confined) -> dict[str, Data]:
    """The rules of the file."""
    found: list[tuple[str, InitRule]] = []
    for rule in network.init:
        if not rule.within:
            names = blocks.variants(rule.pattern) if rule.kind == "type" else [rule.pattern]
            found += [(name, rule) for name in names]
    return values.rules([*found, *confined.rules()])


def _reached(rule: InitRule, owners: list[_Owner]) -> Iterator[tuple[Path, str]]:
    """The nodes that a rule matches, with the full path of the tensor that it is for."""
    within = tuple(filter(None, rule.within.split(".")))
    for owner in owners:
        inside = owner.path[len(within) :]
        if owner.path[: len(within)] != within or rule.tensor not in owner.tensors:
            continue
        fits = owner.name == rule.pattern if rule.kind == "type" else matches(inside, rule.pattern)
        if fits:
            yield owner.path, ".".join((*owner.path, rule.tensor))


def _owners(body: Body, prefix: Path) -> Iterator[_Owner]:
    for item in body.items:
        path = (*prefix, *item.path)
        if isinstance(item.what, Body):
            inner = list(_owners(item.what, path))
            depth = len(path)
            tensors = {
                ".".join((*owner.path[depth:], tensor))
                for owner in inner
                for tensor in owner.tensors
            }
            yield _Owner(path, item.what, frozenset(tensors))
            yield from inner
        elif isinstance(item.what, Op):
            owned = item.what.tensors(body.input_types(item))
            yield _Owner(path, item.what, frozenset(tensor.name for tensor in owned))
