"""The place of a node, and the item it becomes there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from msgspec.structs import replace

from archc.ir.graph import Item
from archc.ir.op import Op
from archc.lower.initialise import check_tensors, node_rules, own_parameters, tensor_rules
from archc.lower.scope import Scope
from archc.lower.ties import note_ties
from archc.lower.values import Built

if TYPE_CHECKING:
    from archc.diag.source import Span
    from archc.ir.graph import Again, Body, InitRule, Path, Ref, Weight
    from archc.ir.op import Types
    from archc.lower.body import BodyBuilder
    from archc.lower.layers import Layers
    from archc.lower.nodes import NodeSpec


@dataclass(slots=True)
class Place:
    """Where a node goes: its name and path, and the layers whose names it can use.

    `before` takes the place of its first input: the copies of a repeat are a chain.
    """

    layers: Layers
    scope: Scope
    name: str
    path: Path
    span: Span
    before: Built | None = None

    def lost(self, op: Op | None = None, inside: BodyBuilder | None = None) -> Built:
        """What is left of the node where it cannot be built: a value that nobody knows."""
        body = self.layers.body
        if body.attempt is not None and body.attempt.path == self.path:
            body.attempt.op, body.attempt.inside = op, inside
        return Built.failed(self.name, self.span, self.path, body.lose(self.path, self.span))


@dataclass(slots=True)
class Received:
    """What a node gets: its inputs in a row, and how many of them each port takes.

    `names` are the ports of an op of which some may be left out, where they are given by name.
    """

    refs: tuple[Ref, ...]
    counts: tuple[int, ...] = ()
    names: tuple[str, ...] = ()


def _rules(
    spec: NodeSpec, place: Place, what: Op | Body | Again | Weight, inputs: tuple[Ref, ...]
) -> tuple[InitRule, ...]:
    """A node's own `init`, which reads the node's own parameters before all else."""
    types = place.layers.body.types(inputs)
    if spec.doc.init is None or types is None:
        return ()
    own = own_parameters(what, types) if isinstance(what, Op) else {}
    scope = Scope(place.scope, own)
    if isinstance(what, Op) and what.family == "state":
        return tensor_rules(spec.doc.init, scope)
    rules = node_rules(spec.doc.init, scope)
    if isinstance(what, Op):
        name = type(what).__name__
        mine = [replace(rule, kind="type", pattern=name) for rule in rules if not rule.pattern]
        check_tensors(mine, [(what, types)], place.scope.report)
    return rules


def add_item(
    place: Place,
    what: Op | Body | Again | Weight,
    inputs: tuple[Ref, ...],
    outputs: Types,
    spec: NodeSpec,
    written: tuple[tuple[str, str], ...] = (),
) -> tuple[Ref, ...]:
    """Append a node to its body; the values it produces."""
    body, when = place.layers.body, spec.doc.when
    note_ties(spec.doc.tie, place)
    return body.add(
        Item(
            place.path,
            what,
            inputs,
            outputs,
            place.span,
            written,
            when=str(getattr(when, "value", "")) if when is not None else "",
            training=body.training,
            init=_rules(spec, place, what, inputs),
        )
    )
