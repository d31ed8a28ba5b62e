"""Two bodies as one that has the nodes of both, so that their difference can be drawn.

A node of both is the second's, with what it took in the first besides. The union is drawn and goes
no further: its merges may have more inputs than a network's would.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from msgspec.structs import replace

from archc.ir.graph import Again, Body, Ref, Skip, spanned

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archc.ir.graph import Item, Output, Path

Pair: TypeAlias = "tuple[Item | None, Item | None]"
Known: TypeAlias = "dict[tuple[int, int, tuple[int, ...]], Body]"


def union(before: Body, after: Body) -> Body:
    """The union of two bodies; the same object for every equal pair of blocks inside."""
    return _union(before, after, tuple(range(len(after.inputs), len(before.inputs))), {})


def _union(a: Body, b: Body, apart: tuple[int, ...], known: Known) -> Body:
    """`apart` are the inputs of the first that get another value than the second's do.

    They are inputs of their own, after the second's, and called as they were.
    """
    key = (id(a), id(b), apart)
    if key not in known:
        known[key] = _Union(a, b, apart, known).body()
    return known[key]


class _Union:
    def __init__(self, a: Body, b: Body, apart: tuple[int, ...], known: Known) -> None:
        self.a, self.b, self.known = a, b, known
        self.ports = {port: len(b.inputs) + k for k, port in enumerate(apart)}
        self.pairs = _paired(_real(a), _real(b))
        at_a, at_b = ({id(item): k for k, item in enumerate(body.items)} for body in (a, b))
        self.from_a = {at_a[id(old)]: k for k, (old, _) in enumerate(self.pairs) if old}
        self.from_b = {at_b[id(new)]: k for k, (_, new) in enumerate(self.pairs) if new}
        self.old_paths = {item.path for item in _real(a)}

    def body(self) -> Body:
        """Everything of the second; of the first what it lacks."""
        items = [self.item(k, old, new) for k, (old, new) in enumerate(self.pairs)]
        more = (self.a.inputs[port] for port in self.ports)
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
        former = self.former(place, old, new) if old else {}
        inputs = (*taken, *former.values())
        if not isinstance(shown.applied, Body):
            return replace(shown, inputs=tuple(dict.fromkeys(inputs)))
        what = self.what(old, new, tuple(former))
        return replace(shown, what=what or shown.what, inputs=inputs)

    def former(self, place: int, old: Item, new: Item | None) -> dict[int, Ref]:
        """What a node took, by its ports, where nothing of the like still comes to it.

        It may come past nodes that were put in the way, and to any port of an op.
        """
        still = [self.new(self.past(ref)) for ref in new.inputs] if new else []
        ports = isinstance(old.applied, Body)
        found: dict[int, Ref] = {}
        for port, ref in enumerate(map(self.old, old.inputs)):
            same = still[port : port + 1] if ports else still
            if ref is not None and ref.item < place and ref not in same:
                found[port] = ref
        return found

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
            port = self.ports.get(ref.port, ref.port)
            return Ref(-1, port) if port < len(self.b.inputs) + len(self.ports) else None
        place = self.from_a[ref.item]
        shown = self.pairs[place][1] or self.pairs[place][0]
        assert shown is not None
        return Ref(place, ref.port) if ref.port < len(shown.outputs) else None

    def what(
        self, old: Item | None, new: Item | None, apart: tuple[int, ...]
    ) -> Body | Again | None:
        """What stands in a place where both have a block, which may differ inside."""
        before, after = (one.applied if one else None for one in (old, new))
        if not (isinstance(before, Body) and isinstance(after, Body) and new):
            return None
        inner = _union(before, after, apart, self.known)
        return replace(new.what, what=inner) if isinstance(new.what, Again) else inner

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
    return item.path, Body if isinstance(item.applied, Body) else object
