"""The nodes of a body as they nest: its items are flat, and their paths say where each stands."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from msgspec import Struct

from archc.ir.graph import Skip, Weight

if TYPE_CHECKING:
    from archc.ir.graph import Body, Path


class Node(Struct, frozen=True):
    """An op, a block, or an earlier node applied again."""

    name: str
    item: int


class Level(Struct, frozen=True):
    """A group, a list or a repeat, or all of a body. `numbered` ones are written as a list."""

    path: Path
    places: tuple[Node | Level, ...]
    numbered: bool

    @property
    def name(self) -> str:
        """Its own name; empty for all of a body."""
        return self.path[-1] if self.path else ""


def tree_of(body: Body, *, skipped: bool = False) -> Level:
    """The outermost level of a body, with the nodes whose condition is false if they are asked for.

    A list would number them away: what holds one is written as a mapping.
    """
    left_out = (Weight,) if skipped else (Weight, Skip)
    kept = [i for i, item in enumerate(body.items) if not isinstance(item.what, left_out)]
    return _level(body, (), kept)


def paths_of(level: Level) -> dict[int, Path]:
    """Where each item stands."""
    found: dict[int, Path] = {}
    for place in level.places:
        if isinstance(place, Node):
            found[place.item] = (*level.path, place.name)
        else:
            found |= paths_of(place)
    return found


def items_of(level: Level) -> set[int]:
    """The items of a level and of all inside it."""
    return set(paths_of(level))


def _level(body: Body, path: Path, items: list[int]) -> Level:
    depth = len(path)
    groups: dict[str, list[int]] = {}
    for index in items:
        groups.setdefault(body.items[index].path[depth], []).append(index)
    taken = set(groups)
    places: list[Node | Level] = []
    for name, inside in groups.items():
        places += _places(body, (*path, name), inside, taken)
    numbered = _is_list(body, path, list(groups)) and all(_counts(body, place) for place in places)
    return Level(path, tuple(places), numbered and len(places) == len(groups))


def _places(body: Body, path: Path, items: list[int], taken: set[str]) -> list[Node | Level]:
    """A node, and under new names every further use of its module."""
    inner = [index for index in items if len(body.items[index].path) > len(path)]
    own = [index for index in items if body.items[index].path == path]
    first: Node | Level = _level(body, path, inner) if inner else Node(path[-1], own.pop(0))
    return [first, *(Node(_new(path[-1], taken), index) for index in own)]


def _new(name: str, taken: set[str]) -> str:
    """A name that no node beside it has."""
    base = f"again{name}" if name.isdigit() else name
    made = next(f"{base}_{k}" for k in count(2) if f"{base}_{k}" not in taken)
    taken.add(made)
    return made


def _is_list(body: Body, path: Path, names: list[str]) -> bool:
    """Whether a list numbers these nodes as they are: none of a repeat is left out."""
    container = body.container(path)
    written = container is None or container.kind != "group"
    return written and names == list(map(str, range(len(names))))


def _counts(body: Body, place: Node | Level) -> bool:
    """Whether a node has a number in a list."""
    return isinstance(place, Level) or not isinstance(body.items[place.item].what, Skip)
