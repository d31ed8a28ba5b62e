"""What a value is called from where it is used."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from archc.ir.graph import Again, Body, Weight
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


def is_named(name: str) -> bool:
    """Whether an input can be told by its name: the only one of a body may have none."""
    return name not in {"", "input"}


def value_name(ref: Ref, body: Body, scopes: list[Scope]) -> str:
    """The path of a value, from the innermost of the open scopes. Raises `Unnamed`."""
    inner = scopes[-1]
    if ref.item < 0:
        name = body.inputs[ref.port][0]
        if is_named(name) and not any(name in scope.names for scope in scopes):
            return name
    elif ref != inner.incoming or len(scopes) == 1:
        item = body.items[ref.item]
        path = relative(_path(item), scopes)
        if path is not None:
            return path + _output(item, ref.port)
    if ref == inner.incoming:
        return "input"
    raise Unnamed(ref)


def relative(path: Path, scopes: list[Scope]) -> str | None:
    """A node's path from its nearest name that is not hidden; None where every one is."""
    for depth in range(min(len(scopes), len(path)) - 1, -1, -1):
        scope, head = scopes[depth], path[depth]
        hidden = any(head in deeper.names for deeper in scopes[depth + 1 :])
        if scope.path == path[:depth] and head in scope.names and not hidden:
            return ".".join(path[depth:])
    return None


def output_names(what: object) -> tuple[str, ...]:
    """The names of the outputs of an op or a body; none where they are numbered."""
    if isinstance(what, Again):
        what = what.what
    if isinstance(what, Body):
        return tuple(out.name for out in what.outputs)
    return what.output_names if isinstance(what, Op) else ()


def is_numbered(item: Item) -> bool:
    """Whether its outputs are several and told by number: its plain name is none of them."""
    what = item.what.what if isinstance(item.what, Again) else item.what
    return isinstance(what, Op) and what.numbered_outputs and len(item.outputs) > 1


def _path(item: Item) -> Path:
    return (*item.what.path, item.what.tensor) if isinstance(item.what, Weight) else item.path


def _output(item: Item, port: int) -> str:
    if is_numbered(item):
        return f".{port}"
    return f".{output_names(item.what)[port]}" if port else ""
