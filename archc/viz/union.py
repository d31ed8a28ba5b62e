"""Two bodies as one that has the nodes of both, so that their difference can be drawn.

A node of both is the second's, with what it took in the first besides. The union is drawn and goes
no further: its merges may have more inputs than a network's would.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from archc.ir.graph import Again, Body, Ref, Skip, spanned

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archc.ir.graph import Item, Output, Path

Pair: TypeAlias = "tuple[Item | None, Item | None]"
Known: TypeAlias = "dict[tuple[int, int], Body]"


def union(before: Body, after: Body) -> Body:
    """The union of two bodies; the same object for every equal pair of blocks inside."""
    return _union(before, after, {})


def _union(a: Body, b: Body, known: Known) -> Body:
    key = (id(a), id(b))
    if key not in known:
        known[key] = _Union(a, b, known).body()
    return known[key]


class _Union:
    def __init__(self, a: Body, b: Body, known: Known) -> None:
        self.a, self.b, self.known = a, b, known
        self.pairs = _paired(_real(a), _real(b))
        at_a, at_b = ({id(item): k for k, item in enumerate(body.items)} for body in (a, b))
        self.from_a = {at_a[id(old)]: k for k, (old, _) in enumerate(self.pairs) if old}
        self.from_b = {at_b[id(new)]: k for k, (_, new) in enumerate(self.pairs) if new}
        self.old_paths = {item.path for item in _real(a)}

    def body(self) -> Body:
        """Everything of the second; of the first what it lacks."""
        items = [self.item(k, old, new) for k, (old, new) in enumerate(self.pairs)]
        more = self.a.inputs[len(self.b.inputs) :]
        containers = {c.path: c for c in (*self.a.containers, *self.b.containers)}
        return replace(
            self.b,
            inputs=(*self.b.inputs, *more),
            items=tuple(items),
            outputs=tuple(self.outputs()),
            containers=tuple(spanned(containers.values(), [item.path for item in items])),
        )

    def item(self, place: int, old: Item | None, new: Item | None) -> Item:
        """The node of a pair, with what it takes on either side."""
        shown = new or old
        assert shown is not None
        taken = [self.new(ref) for ref in new.inputs] if new else []
        former = self.former(old, new) if old else []
        inputs = tuple(dict.fromkeys(ref for ref in (*taken, *former) if ref.item < place))
        return replace(shown, what=self.what(old, new) or shown.what, inputs=inputs)

    def former(self, old: Item, new: Item | None) -> list[Ref]:
        """What a node took, but for what still comes to it past nodes that were put in the way."""
        still = {self.new(self.past(ref)) for ref in new.inputs} if new else set()
        refs = [self.old(ref) for ref in old.inputs]
        return [ref for ref in refs if ref is not None and ref not in still]

    def past(self, ref: Ref) -> Ref:
        """Where a value comes from before the nodes that only the second has."""
        ref = self.b.source(ref)
        while ref.item >= 0 and self.b.items[ref.item].path not in self.old_paths:
            if not self.b.items[ref.item].inputs:
                break
            ref = self.b.source(self.b.items[ref.item].inputs[0])
        return ref

    def new(self, ref: Ref) -> Ref:
        """A value of the second in the union."""
        ref = self.b.source(ref)
        return ref if ref.item < 0 else Ref(self.from_b[ref.item], ref.port)

    def old(self, ref: Ref) -> Ref | None:
        """A value of the first in the union, if there is such a one."""
        ref = self.a.source(ref)
        if ref.item < 0:
            return ref
        place = self.from_a[ref.item]
        shown = self.pairs[place][1] or self.pairs[place][0]
        assert shown is not None
        return Ref(place, ref.port) if ref.port < len(shown.outputs) else None

    def what(self, old: Item | None, new: Item | None) -> Body | Again | None:
        """What stands in a place where both have a block, which may differ inside."""
        if old is None or new is None:
            return None
        if isinstance(old.what, Again) and isinstance(new.what, Again):
            inner = self.blocks(old.what.what, new.what.what)
            return replace(new.what, what=inner) if inner else None
        return self.blocks(old.what, new.what)

    def blocks(self, old: object, new: object) -> Body | None:
        """The union of two blocks."""
        if isinstance(old, Body) and isinstance(new, Body):
            return _union(old, new, self.known)
        return None

    def outputs(self) -> list[Output]:
        """The outputs of the second, and those that it lacks."""
        found = [replace(out, ref=self.new(out.ref)) for out in self.b.outputs]
        names = {out.name for out in found}
        for out in self.a.outputs[len(found) if "" in names else 0 :]:
            ref = self.old(out.ref)
            if out.name not in names and ref is not None:
                found.append(replace(out, ref=ref))
        return found


def _real(body: Body) -> list[Item]:
    """The nodes of a body that are there."""
    return [item for item in body.items if not isinstance(item.what, Skip)]


def _paired(a: Sequence[Item], b: Sequence[Item]) -> list[Pair]:
    """The nodes of both in the second's order; what only the first has follows what it followed."""
    partner = {_key(item): item for item in a}
    behind: dict[tuple[Path, type] | None, list[Item]] = {}
    ours, last = {_key(item) for item in b}, None
    for item in a:
        if _key(item) in ours:
            last = _key(item)
        else:
            behind.setdefault(last, []).append(item)
    found: list[Pair] = [(item, None) for item in behind.get(None, ())]
    for item in b:
        found.append((partner.get(_key(item)), item))
        found += [(gone, None) for gone in behind.get(_key(item), ())]
    return found


def _key(item: Item) -> tuple[Path, type]:
    """What makes two nodes the same: their path, and that both are blocks or both are not."""
    return item.path, Body if isinstance(item.what, Body) else object
