"""The blocks opened beside a figure: each kind once, with a note of where else it is used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from archc.ir.graph import Body
from archc.viz.arrange import is_repeat
from archc.viz.figure import draw
from archc.viz.flow import flatten
from archc.viz.fuse import single
from archc.viz.structure import kind, numbers, opened, structure
from archc.viz.words import plain

if TYPE_CHECKING:
    from archc.viz.arrange import Style
    from archc.viz.flow import Flow, Part
    from archc.viz.model import Drawing, Picture
    from archc.viz.structure import Structure

INSETS = 12
"""Kinds of block opened beside a figure."""


def with_insets(shown: Picture, flow: Flow, style: Style) -> Picture:
    """Open each kind of block once, those inside the opened ones too."""
    opened_as: dict[Structure, Part] = {}
    insets: dict[Structure, Drawing] = {}
    todo = groups(flow, shown.main)
    while todo:
        part = todo.pop(0)
        key = kind(part)
        if key in insets:
            continue
        inner = flatten(opened(part), part.path)
        opened_as[key] = part
        insets[key] = draw(inner, style, f"i{len(insets)}_", title=plain(title(part)))
        todo += groups(inner, insets[key])
    uses = _uses(flow)
    found = tuple(
        replace(one, note=_note(opened_as[key], uses.get(key, []))) for key, one in insets.items()
    )
    return replace(shown, insets=found[:INSETS], more=max(0, len(found) - INSETS))


def _uses(flow: Flow) -> dict[Structure, list[Part]]:
    """Every use of a block in the network by its kind."""
    known: dict[int, Structure] = {}
    found: dict[Structure, list[Part]] = {}
    todo = list(flow.parts)
    while todo:
        part = todo.pop(0)
        if isinstance(part.what, Body):
            found.setdefault(structure(part.what, known), []).append(part)
        todo[:0] = part.children
    return found


def groups(flow: Flow, drawn: Drawing) -> list[Part]:
    """The blocks that are closed in a drawing, repeats resolved into their copies."""
    parts = [part for box in drawn.boxes() for part in box.parts]
    return [group for part in parts for group in _resolved(flow, part)]


def _resolved(flow: Flow, part: Part) -> list[Part]:
    if single(flow, part):
        return []
    if is_repeat(part):
        return [group for child in part.children for group in _resolved(flow, child)]
    return [part]


def _note(shown: Part, uses: list[Part]) -> str:
    """Which use of the block is drawn, and where else it is used, with other numbers if so."""
    first = plain(".".join(shown.path))
    others = [_other(shown, part) for part in uses if part.path != shown.path]
    if not others:
        return f"as {first}" if first != plain(title(shown)) else ""
    listed = ", ".join(others[:3]) + (f" and {len(others) - 3} more" if len(others) > 3 else "")
    return f"as {first}; also {listed}"


def _other(shown: Part, part: Part) -> str:
    """Another use of a block, and how it is set if it has more or fewer copies inside."""
    name, differ = plain(".".join(part.path)), len(part.children) != len(shown.children)
    if not (differ and isinstance(part.what, Body) and isinstance(shown.what, Body)):
        return name
    words = plain(", ".join(numbers(part.what, shown.what)))
    return f"{name} ({words})" if words else name


def title(part: Part) -> str:
    """What an opened block or group is called: one without a name, by where it is."""
    if isinstance(part.what, Body):
        return part.what.name
    return ".".join(part.path) if part.path[-1].isdecimal() else part.name
