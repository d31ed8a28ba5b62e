"""The rules of initialisation of a network, in the terms of its expanded spec."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from archc.backends.spec import values
from archc.ir.graph import Again, Body
from archc.ir.op import Op
from archc.ir.patterns import matches

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archc.backends.spec.blocks import Blocks
    from archc.backends.spec.values import Data
    from archc.ir.graph import InitRule, Network, Path


@dataclass(frozen=True, slots=True)
class _Owner:
    """An op or block of the network in its place, and the tensors inside it."""

    path: Path
    name: str
    tensors: frozenset[str]


def file_rules(network: Network, blocks: Blocks) -> dict[str, Data]:
    """The rules of the file.

    Those of a file that it used go to the nodes they reach, unless a later rule reaches them too.
    """
    found: list[tuple[str, InitRule]] = []
    for rule in network.init:
        if not rule.within:
            names = blocks.variants(rule.pattern) if rule.kind == "type" else [rule.pattern]
            found += [(name, rule) for name in names]
    return values.rules([*found, *_confined(network)])


def _confined(network: Network) -> Iterator[tuple[str, InitRule]]:
    """Rules for a part of the network, by the path of each node that they decide about."""
    if not any(rule.within for rule in network.init):
        return
    owners = list(_owners(network.body, ()))
    for place, rule in enumerate(network.init):
        if not rule.within:
            continue
        later = network.init[place + 1 :]
        decided = {tensor for other in later for _, tensor in _reached(other, owners)}
        for path, tensor in _reached(rule, owners):
            if tensor not in decided:
                yield ".".join(path), rule


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
            yield _Owner(path, item.what.name, frozenset(tensors))
            yield from inner
        elif isinstance(item.what, Op) and not isinstance(item.what, Again):
            owned = item.what.tensors(body.input_types(item))
            yield _Owner(path, type(item.what).__name__, frozenset(t.name for t in owned))
