"""A group taken out of its body, to be drawn on its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from msgspec.structs import replace

from archc.ir.graph import Body, Output, Ref, Skip, Weight

if TYPE_CHECKING:
    from archc.ir.graph import Again, Container, Item
    from archc.ir.op import Op

    What: TypeAlias = Op | Body | Skip | Again | Weight


def enclose(home: Body, container: Container) -> Body:
    """A container as a body of its own: what it takes from outside becomes its inputs."""
    drop = len(container.path)
    span = range(container.first, container.last)
    inner = [home.items[k] for k in span]
    outside = dict.fromkeys(
        home.source(ref) for item in inner for ref in item.inputs if ref.item not in span
    )
    lent = {k: Ref(k) for k in span if _lent(home.items[k], container)}
    outside |= dict.fromkeys(lent.values())
    taken = _taken(home, span)
    place = {ref: Ref(-1, k) for k, ref in enumerate(outside)}

    def moved(ref: Ref) -> Ref:
        inside = ref.item in span
        return replace(ref, item=ref.item - span.start) if inside else place[home.source(ref)]

    items = tuple(
        replace(
            item,
            path=item.path[drop:],
            what=Skip() if k in lent else _within(item.what, drop),
            inputs=(place[lent[k]],) if k in lent else tuple(map(moved, item.inputs)),
        )
        for k, item in zip(span, inner, strict=True)
    )
    return Body(
        ".".join(container.path),
        tuple(
            (_name(home, ref) if len(outside) > 1 else "input", home.type_of(ref))
            for ref in outside
        ),
        items,
        tuple(Output("" if len(taken) == 1 else _name(home, ref), moved(ref)) for ref in taken),
        tuple(
            replace(c, path=c.path[drop:], first=c.first - span.start, last=c.last - span.start)
            for c in home.containers
            if len(c.path) > drop and c.path[:drop] == container.path[:drop]
        ),
        (),
        container.span,
    )


def _lent(item: Item, container: Container) -> bool:
    """Whether an item is a tensor of a node outside the container."""
    owner = item.what.path if isinstance(item.what, Weight) else container.path
    return owner[: len(container.path)] != container.path


def _within(what: What, drop: int) -> What:
    """The same, with its path inside the container where it has one."""
    return replace(what, path=what.path[drop:]) if isinstance(what, Weight) else what


def _name(home: Body, ref: Ref) -> str:
    """What to call a value of `home`."""
    return home.inputs[ref.port][0] if ref.item < 0 else ".".join(home.items[ref.item].path)


def _taken(home: Body, span: range) -> tuple[Ref, ...]:
    """The values of a span that are used outside it, in order; its last one if none is."""
    uses = [ref for k, item in enumerate(home.items) if k not in span for ref in item.inputs]
    uses += [out.ref for out in home.outputs]
    used = {source for ref in uses if (source := home.source(ref)).item in span}
    ordered = sorted(used, key=lambda ref: (ref.item, ref.port))
    return tuple(ordered) or (Ref(span.stop - 1, 0),)
