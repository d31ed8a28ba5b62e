"""The nodes of a body as they nest: its items are flat, and their paths say where each stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from archc.ir.graph import Skip, Weight

if TYPE_CHECKING:
    from collections.abc import Iterable

    from archc.ir.graph import Body, Path


@dataclass(slots=True)
class Place:
    """A node. `items` are those at its own path: several where a shared module is applied again.

    `level` is what it holds, where it is a group, a list or a repeat.
    """

    name: str
    items: list[int] = field(default_factory=list[int])
    level: Level | None = None


@dataclass(slots=True)
class Level:
    """What stands side by side. `numbered` ones are written as a list."""

    path: Path
    places: list[Place]
    numbered: bool


def tree_of(body: Body) -> Level:
    """The outermost nodes of a body, skipped ones left out."""
    kept = [i for i, item in enumerate(body.items) if not isinstance(item.what, Skip | Weight)]
    return _level(body, (), kept)


def _level(body: Body, path: Path, items: Iterable[int]) -> Level:
    depth = len(path)
    groups: dict[str, list[int]] = {}
    for index in items:
        groups.setdefault(body.items[index].path[depth], []).append(index)
    places = [_place(body, (*path, name), inside) for name, inside in groups.items()]
    return Level(path, places, _is_list(body, path, list(groups)))


def _place(body: Body, path: Path, items: list[int]) -> Place:
    own = [index for index in items if body.items[index].path == path]
    inner = [index for index in items if len(body.items[index].path) > len(path)]
    return Place(path[-1], own, _level(body, path, inner) if inner else None)


def _is_list(body: Body, path: Path, names: list[str]) -> bool:
    """Whether a list can hold these nodes: one with gaps only where each feeds the next."""
    container = body.container(path)
    if container is not None and container.kind == "group":
        return False
    if not all(name.isdigit() and str(int(name)) == name for name in names):
        return False
    numbers = list(map(int, names))
    chain = container is not None and container.kind == "sequential"
    whole = numbers == list(range(len(numbers)))
    return whole or (chain and numbers == sorted(numbers))
