"""Which values an op measures beside its inputs: those whose shapes give it a size."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.backends.python.expressions import arguments
from archc.ir.at_hand import measured as giving
from archc.ir.dim import Dim
from archc.ir.graph import Ref
from archc.ir.op import Op
from archc.ir.target import New, State

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archc.ir.graph import Body, Item


def measured(body: Body) -> dict[int, tuple[Ref, ...]]:
    """For each item that measures others, those: inputs of the body where they suffice."""
    found: dict[int, tuple[Ref, ...]] = {}
    for index, item in enumerate(body.items):
        refs: dict[Ref, None] = {}
        for size in _open_sizes(body, item):
            refs.update(dict.fromkeys(_needed(body, index, size)))
        if refs:
            found[index] = tuple(refs)
    return found


def _needed(body: Body, index: int, size: Dim) -> tuple[Ref, ...]:
    own = [*body.items[index].inputs]
    if _giving(body, size, own) is not None:
        return ()
    given = [Ref(-1, port) for port in range(len(body.inputs))]
    earlier = [
        Ref(k, port)
        for k, item in enumerate(body.items[:index])
        if not item.training
        for port in range(len(item.outputs))
    ]
    alone = ([ref] for ref in (*given, *earlier))
    for refs in (*alone, given, [*given, *earlier]):
        found = _giving(body, size, [*own, *refs])
        if found is not None:
            return tuple(ref for ref in found if ref not in own)
    return ()


def _giving(body: Body, size: Dim, refs: list[Ref]) -> list[Ref] | None:
    """Those of some values whose shapes give a size."""
    found = giving(size, [body.type_of(ref) for ref in refs])
    return None if found is None else [refs[k] for k in found]


def _open_sizes(body: Body, item: Item) -> Iterator[Dim]:
    if not isinstance(item.what, Op):
        return
    lowered = item.what.lowered(body.input_types(item))
    expression = lowered.call if isinstance(lowered, New) else lowered
    if expression is None or isinstance(expression, State):
        return
    for arg in arguments(expression):
        yield from _open(arg.value)


def _open(value: object) -> Iterator[Dim]:
    if isinstance(value, Dim):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from _open(part)
