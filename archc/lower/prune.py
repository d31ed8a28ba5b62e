"""A body without the nodes that none of its outputs needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from archc.ir.graph import Again, Ref, Weight

if TYPE_CHECKING:
    from archc.ir.graph import Body, Container


def prune(body: Body) -> Body:
    """Keep what the outputs reach, in the order it stood.

    A module that is only applied again keeps its first place, since that is where it lives.
    """
    needed = _needed(body)
    if len(needed) == len(body.items):
        return body
    kept = [i for i in range(len(body.items)) if i in needed]
    place = {old: new for new, old in enumerate(kept)}

    def moved(ref: Ref) -> Ref:
        return ref if ref.item < 0 else Ref(place[ref.item], ref.port)

    items = tuple(
        replace(body.items[i], inputs=tuple(map(moved, body.items[i].inputs))) for i in kept
    )
    paths = {item.path for item in items}
    cut = [c for old in body.containers if (c := _cut(old, kept)) is not None]
    return replace(
        body,
        items=items,
        outputs=tuple(replace(out, ref=moved(out.ref)) for out in body.outputs),
        containers=tuple(
            c if c.passes is None else replace(c, passes=moved(c.passes)) for c in cut
        ),
        ties=tuple(t for t in body.ties if all(_is_kept(path, paths) for path in t)),
    )


def _needed(body: Body) -> set[int]:
    needed = {out.ref.item for out in body.outputs}
    for index in range(len(body.items) - 1, -1, -1):
        if index not in needed:
            continue
        item = body.items[index]
        needed |= {ref.item for ref in item.inputs}
        around = (c for c in body.containers if c.first <= index < c.last)
        needed |= {c.passes.item for c in around if c.passes is not None}
        if isinstance(item.what, Again | Weight):
            path = item.what.path
            owners = (i for i, o in enumerate(body.items) if o.path[: len(path)] == path)
            needed.update(owners)
    return needed - {-1}


def _cut(container: Container, kept: list[int]) -> Container | None:
    """The container over what is left in it; None when nothing is."""
    first = sum(1 for i in kept if i < container.first)
    last = sum(1 for i in kept if i < container.last)
    return replace(container, first=first, last=last) if last > first else None


def _is_kept(tensor: str, paths: set[tuple[str, ...]]) -> bool:
    node = tuple(tensor.split("."))
    return any(node[: len(path)] == path for path in paths)
