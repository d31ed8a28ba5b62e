"""One walk over a body in the order it runs: what is written over, and read all the same."""

from __future__ import annotations

from bisect import bisect_right
from functools import cache
from typing import TYPE_CHECKING

from msgspec import Struct

from archc.ir.graph import Body, Ref, Skip
from archc.ir.op import IN_PLACE, Op
from archc.ir.storage import Culprit, Region

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from archc.diag.source import Span
    from archc.ir.graph import Item
    from archc.ir.storage import Regions, Root

MAX_REGIONS = 16
"""Where one value may live: what is there in training only leaves that open."""


MAX_EVENTS = 200
"""Writes over one value's memory, and inputs written over, that are told apart.

Each is compared with every later reader.
"""


class Clash(Struct, frozen=True):
    """`culprit` writes over `over`, and with it over `stale`, which `reader` takes later on.

    A reader is an item or, counted on from them, an output; None stands for the next call, where
    the value is one that is kept.
    """

    culprit: Culprit
    over: Ref
    stale: Ref
    reader: int | None


class Event(Struct, frozen=True):
    """A region is written over: at which item, and by whom, who took `over` for it."""

    at: int
    region: Region
    culprit: Culprit
    over: Ref


class Walk:
    """The body in training, or outside."""

    def __init__(
        self, body: Body, written: Callable[[int, Item], Span | None], *, training: bool
    ) -> None:
        """Walk. `written` says where an item is told to write over its input."""
        self.body, self.written = body, written
        self.clashes: list[Clash] = []
        self.events: dict[Root, list[Event]] = {}
        """What is written over, in order."""
        self.over_views: list[tuple[int, Culprit]] = []
        """The ops that write over what another op gives without copying."""
        self.kept: set[Root] = set()
        """What stays from call to call."""
        self.then: dict[int, set[int]] = {}
        """Inputs that are written over, and which others are read after that."""
        self._lives: list[tuple[Regions, ...] | None] = []
        """Where the outputs of each item live; None where each has memory of its own."""
        self._same: dict[int, Ref] = {}
        """Items that only pass another value on."""
        self._last: dict[int, int] = {}
        """At which item an input was last written over."""
        passed = {} if training else _passed(body)
        for index, item in enumerate(body.items):
            if isinstance(item.what, Skip) or (item.training and not training):
                self._pass_on(index, item, passed.get(index, next(iter(item.inputs), None)))
                continue
            if self.events:
                for ref in item.inputs:
                    self._read(index, ref)
            self._lives.append(None if is_plain(type(item.what)) else self._step(index, item))
        for number, out in enumerate(body.outputs):
            if training or not out.training:
                self._read(len(body.items) + number, out.ref)

    @property
    def is_plain(self) -> bool:
        """Whether each output has all of some memory of its own, and no input is written over."""
        regions = [region for out in self.body.outputs for region in self.at(out.ref)]
        own = {r.root for r in regions if r.root[0] >= 0 and not r.cuts} - self.kept
        return not self._last and len(own) == len(regions) == len(self.body.outputs)

    def over_parts(self) -> Iterator[Culprit]:
        """What may write over a part of something that was divided."""
        events = (event for found in self.events.values() for event in found)
        return (event.culprit for event in events if event.region.cuts)

    def at(self, ref: Ref) -> Regions:
        """Where a value lives."""
        found = self._lives[ref.item] if ref.item >= 0 else None
        return (Region((ref.item, ref.port)),) if found is None else found[ref.port]

    def _pass_on(self, index: int, item: Item, value: Ref | None) -> None:
        if value is None:
            self._lives.append(None)
            return
        self._same[index] = self._same.get(value.item, value)
        self._lives.append((self.at(value),) * len(item.outputs))

    def _step(self, index: int, item: Item) -> tuple[Regions, ...] | None:
        what = item.applied
        if isinstance(what, Op):
            return self._op(index, item, what)
        if isinstance(what, Body):
            return self._block(index, item, what)
        self.kept.add((index, 0))
        return None

    def _op(self, index: int, item: Item, op: Op) -> tuple[Regions, ...] | None:
        if op.overwrites():
            regions = self.at(item.inputs[0])
            culprit = Culprit(item.path, item.span, self.written(index, item))
            if op.checks_memory and self._is_view(item.inputs[0]):
                self.over_views.append((index, culprit))
            for region in regions:
                self._overwrite(Event(index, region, culprit, item.inputs[0]))
            return (regions,)
        if op.views != "never":
            return self._view(index, item, op)
        if op.family == "state":
            self.kept.add((index, 0))
        return None

    def _is_view(self, ref: Ref) -> bool:
        made = self._same.get(ref.item, ref).item
        what = self.body.items[made].applied if made >= 0 else None
        return isinstance(what, Op) and what.views == "always"

    def _view(self, index: int, item: Item, op: Op) -> tuple[Regions, ...] | None:
        ins = self.body.input_types(item)
        if op.gives_view(ins) == "never" or item.outputs[0].dtype != ins[0].dtype:
            return None
        regions, several = self.at(item.inputs[0]), op.numbered_outputs
        return tuple(
            tuple(region.part(((index, port),)) for region in regions) if several else regions
            for port in range(len(item.outputs))
        )

    def _block(self, index: int, item: Item, body: Body) -> tuple[Regions, ...] | None:
        effects = body.effects
        self.kept.update((index, number) for number in effects.kept)
        for over in effects.overwrites:
            culprit, taken = over.culprit.used(item.path, item.span), item.inputs[over.port]
            regions = self._inside(index, item, over.region)
            for region in regions:
                self._overwrite(Event(index, region, culprit, taken))
            for ref in (item.inputs[port] for port in sorted(over.then)):
                if any(one.meets(other) for one in self.at(ref) for other in regions):
                    self.clashes.append(Clash(culprit, taken, ref, index))
        if not effects.outputs:
            return None
        return tuple(
            some(part for region in regions for part in self._inside(index, item, region))
            for regions in effects.outputs
        )

    def _inside(self, index: int, item: Item, region: Region) -> Regions:
        """A region that the block of an item speaks of, as one of this body."""
        cuts = tuple(((index, op), part) for op, part in region.cuts)
        of, number = region.root
        if of >= 0:
            return (Region((index, number), cuts),)
        return tuple(around.part(cuts) for around in self.at(item.inputs[number]))

    def _overwrite(self, event: Event) -> None:
        root = event.region.root
        known = self.events.setdefault(root, [])
        if len(known) < MAX_EVENTS:
            known.append(event)
        if root[0] < 0 and (root[1] in self._last or len(self._last) < MAX_EVENTS):
            self._last[root[1]] = event.at
        if root in self.kept:
            self.clashes.append(Clash(event.culprit, event.over, event.over, None))

    def _read(self, reader: int, ref: Ref) -> None:
        """Look for what has written over a value since it was made."""
        own = ref.item >= 0 and self._lives[ref.item] is None
        if own and (ref.item, ref.port) not in self.events:
            return
        made = self._same.get(ref.item, ref).item
        for region in self.at(ref):
            events = self.events.get(region.root, ())
            # Without the first one, the next would write over memory that is another's.
            for k in range(bisect_right(events, made, key=_at), len(events)):
                if events[k].region.meets(region):
                    self.clashes.append(Clash(events[k].culprit, events[k].over, ref, reader))
                    break
            of, port = region.root
            for other, at in self._last.items() if of < 0 else ():
                if other != port and at > made:
                    self.then.setdefault(other, set()).add(port)


def some(regions: Iterable[Region]) -> Regions:
    """Each region once, and no more than `MAX_REGIONS`."""
    return tuple(dict.fromkeys(regions))[:MAX_REGIONS]


@cache
def is_plain(kind: type) -> bool:
    """Whether all ops of a kind give new memory and leave their inputs alone."""
    return (
        issubclass(kind, Op)
        and kind.views == "never"
        and kind.family != "state"
        and kind.overwrites is Op.overwrites
        and IN_PLACE not in kind.model_fields
    )


def _at(event: Event) -> int:
    return event.at


def _passed(body: Body) -> dict[int, Ref]:
    """What stands for the values of groups outside training, for each item in them."""
    return {
        index: box.passes
        for box in body.containers
        if box.passes is not None
        for index in range(box.first, box.last)
    }
