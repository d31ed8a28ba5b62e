"""What a body does to memory, for those who use it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from archc.ir.graph import Again, Body
from archc.ir.op import IN_PLACE, Op
from archc.ir.storage import NO_EFFECTS, Effects, Overwrite, Region
from archc.lower.in_place import Walk, is_plain, some

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archc.diag.source import Span
    from archc.ir.graph import Item
    from archc.ir.storage import Root
    from archc.lower.body import BodyBuilder
    from archc.lower.scope import Scope
    from archc.spec.tree import Tree


def with_effects(
    body: Body, builder: BodyBuilder, scope: Scope, outputs: Tree | None
) -> Body | None:
    """The body with its effects; None where torch refuses an op that overwrites its input.

    What is overwritten and still read is warned of. `outputs` is what the spec says of them.
    """
    if _is_quiet(body):
        return body
    written = _Written(builder)
    # What is there in training only makes two bodies of one.
    modes = (True, False) if any(item.training for item in body.items) else (True,)
    walks = [Walk(body, written, training=mode) for mode in modes]
    if walks[0].over_views:
        from archc.lower.one_element import refused

        if [i for i, culprit in walks[0].over_views if refused(body, i, culprit, scope)]:
            return None
    clashes = [clash for walk in walks for clash in walk.clashes]
    if clashes:
        from archc.lower.overwritten import warn_of

        warn_of(clashes, body, builder, scope, outputs)
    for culprit in walks[0].over_parts():
        scope.run.in_parts[culprit.span] = culprit.written
    effects = NO_EFFECTS if all(walk.is_plain for walk in walks) else _effects(body, walks)
    return body if effects is NO_EFFECTS else replace(body, effects=effects)


def _is_quiet(body: Body) -> bool:
    """Whether nothing is written over, and what is given is surely new: most bodies are so."""
    items = body.items
    refs = {out.ref for out in body.outputs}
    return len(refs) == len(body.outputs) and not (
        any(_writes(item.what) for item in items)
        or any(ref.item < 0 or not _makes_new(items[ref.item]) for ref in refs)
    )


def _writes(what: object) -> bool:
    if isinstance(what, Op):
        return not is_plain(type(what)) and what.overwrites()
    if isinstance(what, Again):
        return _writes(what.what)
    return isinstance(what, Body) and bool(what.effects.overwrites)


def _makes_new(item: Item) -> bool:
    what = item.what
    new = what.effects is NO_EFFECTS if isinstance(what, Body) else is_plain(type(what))
    return new and not item.training


class _Written:
    """Where an item is told to write over its input. Looked up when first asked."""

    def __init__(self, builder: BodyBuilder) -> None:
        self._builder = builder
        self._arguments: dict[tuple[str, ...], dict[str, Span]] = {}

    def __call__(self, index: int, item: Item) -> Span | None:
        """The place of the argument; that of an earlier node, where that is applied again."""
        items, known = self._builder.items, self._builder.arguments
        if index in known and items[index].path == item.path:
            return known[index].get(IN_PLACE)
        if not self._arguments:
            self._arguments = {items[i].path: known[i] for i in known}
        path = item.what.path if isinstance(item.what, Again) else item.path
        return self._arguments.get(path, {}).get(IN_PLACE)


def _effects(body: Body, walks: Sequence[Walk]) -> Effects:
    own: dict[Root, int] = {}
    outputs = tuple(
        some(_outside(region, own) for walk in walks for region in walk.at(out.ref))
        for out in body.outputs
    )
    kept = frozenset(n for root, n in own.items() if any(root in walk.kept for walk in walks))
    if all(found == (Region((0, k)),) for k, found in enumerate(outputs)):
        outputs = ()
    overwrites = tuple(_overwrites(walks))
    return Effects(outputs, overwrites, kept) if outputs or overwrites or kept else NO_EFFECTS


def _outside(region: Region, own: dict[Root, int]) -> Region:
    """A region as users of the body know it."""
    if region.root[0] < 0:
        return region
    return Region((0, own.setdefault(region.root, len(own))), region.cuts)


def _overwrites(walks: Sequence[Walk]) -> Iterator[Overwrite]:
    """The inputs that are written over, each part of them once."""
    seen: set[Region] = set()
    for walk in walks:
        for (of, port), events in walk.events.items():
            for event in events if of < 0 else ():
                if event.region not in seen:
                    seen.add(event.region)
                    then = (later for w in walks for later in w.then.get(port, ()))
                    yield Overwrite(event.region, event.culprit, frozenset(then))
