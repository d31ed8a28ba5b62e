"""The place of a node, and the item it becomes there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from archc.ir.graph import Item
from archc.lower.initialise import node_rules
from archc.lower.ties import note_ties

if TYPE_CHECKING:
    from archc.diag.source import Span
    from archc.ir.graph import Again, Body, Path, Ref, Weight
    from archc.ir.op import Op, Types
    from archc.lower.layers import Layers
    from archc.lower.nodes import NodeSpec
    from archc.lower.scope import Scope


@dataclass(frozen=True, slots=True)
class Place:
    """Where a node goes: its name and path, and the layers whose names it can use.

    `first` takes the place of its first input: the copies of a repeat are a chain.
    """

    layers: Layers
    scope: Scope
    name: str
    path: Path
    span: Span
    first: Ref | None = None


@dataclass(frozen=True, slots=True)
class Received:
    """What a node gets: its inputs in a row, and how many of them each port takes."""

    refs: tuple[Ref, ...]
    counts: tuple[int, ...] = ()


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
            init=node_rules(spec.doc.init, place.scope),
        )
    )
