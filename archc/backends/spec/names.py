"""What a value is called from where it is used."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from archc.ir.graph import Body, Weight
from archc.ir.op import Op

if TYPE_CHECKING:
    from archc.ir.graph import Item, Path, Ref


class Unnamed(Exception):  # noqa: N818 - the group around takes the value as its input then
    """A value has no name here: its own is hidden by another one, or it is an unnamed input."""

    def __init__(self, ref: Ref) -> None:
        """Say which."""
        super().__init__(f"{ref} has no name here")
        self.ref = ref


@dataclass(slots=True)
class Scope:
    """A level that is being written: the names in it so far, and what `input` is there."""

    path: Path
    incoming: Ref | None
    names: set[str] = field(default_factory=set[str])


@dataclass(slots=True)
class Names:
    """The names of the values of a body. `paths` says where its items stand.

    `scopes` are the open levels, the innermost last; `left` what every finished level leaves.
    """

    body: Body
    paths: dict[int, Path]
    scopes: list[Scope] = field(default_factory=list[Scope])
    left: dict[Path, Ref | None] = field(default_factory=dict["Path", "Ref | None"])

    def value(self, ref: Ref) -> str:
        """The path of a value from the innermost scope. Raises `Unnamed`."""
        inner = self.scopes[-1]
        found: str | None = None
        if ref.item < 0:
            found = self._input(ref)
        elif ref != inner.incoming or len(self.scopes) == 1:
            found = self._output(ref)
        if found is None and ref == inner.incoming:
            return "input"
        if found is None:
            raise Unnamed(ref)
        return found

    def node(self, path: Path) -> str | None:
        """A node's path from its nearest name that is not hidden; None where every one is."""
        for depth in range(min(len(self.scopes), len(path)) - 1, -1, -1):
            scope, head = self.scopes[depth], path[depth]
            hidden = any(head in deeper.names for deeper in self.scopes[depth + 1 :])
            if scope.path == path[:depth] and head in scope.names and not hidden:
                return ".".join(path[depth:])
        return None

    def _input(self, ref: Ref) -> str | None:
        name = self.body.inputs[ref.port][0]
        hidden = any(name in scope.names for scope in self.scopes)
        return name if is_named(name) and not hidden else None

    def _output(self, ref: Ref) -> str | None:
        item = self.body.items[ref.item]
        if isinstance(item.what, Weight):
            return self.node((*item.what.path, item.what.tensor))
        path = self.paths[ref.item]
        outer = [path[:k] for k in range(1, len(path)) if self.left.get(path[:k]) == ref]
        if outer:
            return self.node(outer[0]) or self.node(path)
        found = self.node(path)
        return found and found + _part(item, ref.port)


def is_named(name: str) -> bool:
    """Whether an input can be told by its name: the only one of a body may have none."""
    return name not in {"", "input"}


def is_numbered(item: Item) -> bool:
    """Whether its outputs are several and told by number: its plain name is none of them."""
    what = item.applied
    return isinstance(what, Op) and what.numbered_outputs and len(item.outputs) > 1


def _part(item: Item, port: int) -> str:
    """What chooses one of several outputs; the first of named ones needs nothing."""
    if is_numbered(item):
        return f".{port}"
    what = item.applied
    if not port or not isinstance(what, Op | Body):
        return ""
    names = what.output_names if isinstance(what, Op) else [out.name for out in what.outputs]
    return f".{names[port]}"
