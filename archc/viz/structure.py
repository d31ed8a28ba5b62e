"""When two blocks are of the same kind: the same ops wired in the same way, whatever the sizes."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from archc.ir.graph import Body, Container, Ref, Skip, Weight
from archc.ir.op import Op
from archc.viz.enclose import enclose
from archc.viz.words import value_text

if TYPE_CHECKING:
    from archc.ir.graph import Item
    from archc.viz.flow import Part

Structure: TypeAlias = "tuple[object, ...]"


def structure(body: Body, known: dict[int, Structure] | None = None) -> Structure:
    """The ops of a body and how they are wired, as a value to compare.

    Uses of one block in a row count as one: a dense block of 24 layers is of the kind of one of 6.
    `known` holds, by identity, what was found for bodies that outlive it.
    """
    return _structure(body, {} if known is None else known)


def _structure(body: Body, known: dict[int, Structure]) -> Structure:
    if id(body) not in known:
        items: list[Structure | None] = []
        places: dict[int, int] = {}
        for place, item in enumerate(body.items):
            found = _item(body, item, known, places)
            if not _continues(items, found):
                items.append(found)
            places[place] = len(items) - 1
        ends = tuple(_moved(body.source(out.ref), places) for out in body.outputs)
        known[id(body)] = (body.name, tuple(items), ends)
    return known[id(body)]


def _continues(items: list[Structure | None], found: Structure | None) -> bool:
    """Whether a use of a block takes just what a use of the same block before it makes."""
    last, block = items[-1] if items else None, found[0] if found else None
    if found is None or last is None or not (isinstance(block, tuple) and len(block) == 3):
        return False
    return last[0] == block and last[2] == found[2] and found[1] == (Ref(len(items) - 1),)


def _moved(ref: Ref, places: dict[int, int]) -> Ref:
    return ref if ref.item < 0 else Ref(places[ref.item], ref.port)


def _item(
    body: Body, item: Item, known: dict[int, Structure], places: dict[int, int]
) -> Structure | None:
    what = item.applied
    if isinstance(what, Skip):
        return None
    if isinstance(what, Weight):
        return (what.path, what.tensor)
    inner = _structure(what, known) if isinstance(what, Body) else (type(what).__name__,)
    refs = tuple(_moved(body.source(ref), places) for ref in item.inputs)
    many = isinstance(what, Op) and what.variadic
    return (inner, _whence(refs) if many else refs, item.training)


def _whence(refs: tuple[Ref, ...]) -> tuple[Ref, ...]:
    """The values of an op that takes any number of them, all of the body's inputs being as one."""
    return tuple(dict.fromkeys(Ref(-1) if ref.item < 0 else ref for ref in refs))


def opened(part: Part) -> Body:
    """The body of a block, or of a group taken out of the one it is written in."""
    if isinstance(part.what, Body):
        return part.what
    if isinstance(part.what, Container):
        return enclose(part.home, part.what)
    raise TypeError(f"{part.path} is an op")


def kind(part: Part) -> Structure:
    """The kind of a group, as a value to compare."""
    body = opened(part)
    return structure(body) if isinstance(part.what, Body) else structure(body)[1:]


def equal(a: Part, b: Part) -> bool:
    """The same ops with the same parameters, for the same input types."""
    if isinstance(a.what, Op) or isinstance(b.what, Op):
        return a.what == b.what
    if isinstance(a.what, Body) or isinstance(b.what, Body):
        return a.what is b.what
    return len(a.children) == len(b.children) and all(map(equal, a.children, b.children))


def difference(a: Part, rest: Part) -> str:
    """What sets one use of a block apart from another: `stride 2 and downsample`.

    Empty where only the types that come in differ.
    """
    if not (isinstance(a.what, Body) and isinstance(rest.what, Body)):
        return ""
    found = numbers(a.what, rest.what)
    ours, theirs = _names(a), _names(rest)
    found += [name for name in ours if name not in theirs]
    found += [f"no {name}" for name in theirs if name not in ours]
    return " and ".join(found) if len(found) < 3 else ", ".join(found)


def numbers(a: Body, rest: Body) -> list[str]:
    """The parameters of a use of a block that another use of it has not: `stride 2`."""
    known = dict(rest.params)
    return [f"{name} {value_text(value)}" for name, value in a.params if known.get(name) != value]


def varying(parts: tuple[Part, ...]) -> tuple[str, ...]:
    """The parameters of a block that its uses give different values."""
    bodies = [part.what for part in parts if isinstance(part.what, Body)]
    names = dict.fromkeys(name for body in bodies for name, _ in body.params)
    return tuple(n for n in names if len({repr(dict(b.params).get(n)) for b in bodies}) > 1)


def _names(part: Part) -> tuple[str, ...]:
    return tuple(dict.fromkeys(child.name for child in part.children))
