"""Whether the numbers that an op learns at run time can be measured where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.diag import codes
from archc.ir.dim import Dim, symbol, symbols
from archc.ir.graph import Ref
from archc.lower.parts import holds_open_size

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archc.diag.source import Span
    from archc.ir.op import Op
    from archc.ir.types import TensorType
    from archc.lower.body import BodyBuilder
    from archc.lower.placing import Place


def sizes_at_hand(op: Op, inputs: tuple[Ref, ...], spans: dict[str, Span], place: Place) -> bool:
    """Whether values of the same body give every open size that the op is told.

    A block is a module of its own: a size that comes into it as an argument, alone or inside of an
    op, is a number that its `forward` has to find in the shapes of what it gets.
    """
    for name, span in spans.items():
        value = getattr(op, name, None)
        if not holds_open_size(value):
            continue
        for size in _open(value):
            if not _given(size, inputs, place.layers.body):
                _report(name, size, span, place)
                return False
    return True


def _open(value: object) -> Iterator[Dim]:
    if isinstance(value, Dim):
        yield value
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _open(part)


def _given(size: Dim, inputs: tuple[Ref, ...], body: BodyBuilder) -> bool:
    from archc.ir.at_hand import measured

    if symbols(size) <= _bare(body):
        return True  # no search: its own expression says it
    types = [*map(body.type_of, inputs), *(type_ for _, type_ in body.inputs), *_earlier(body)]
    known = [type_ for type_ in types if type_ is not None]
    # One that is unknown may be the one that gives it.
    return len(known) < len(types) or body.failed or measured(size, known) is not None


def _bare(body: BodyBuilder) -> set[str]:
    """The symbols that are sizes of an input just so."""
    sides = [side for _, type_ in body.inputs if type_ is not None for side in type_.shape]
    names = {name for side in sides if isinstance(side, Dim) for name in symbols(side)}
    return {name for name in names if symbol(name) in sides}


def _earlier(body: BodyBuilder) -> Iterator[TensorType]:
    """What was computed before, and not in training alone."""
    for item in body.items:
        if not item.training:
            yield from item.outputs


def _report(name: str, size: Dim, span: Span, place: Place) -> None:
    text = f"`{name}` needs `{size}`, and no value here has a shape that gives it when it runs"
    help = "give the block an input with that size in its shape"
    if not place.scope.frames:
        help = "write the inputs' shapes so that the size is one of theirs"
    place.scope.report.error(
        codes.OPEN_SIZE, text, span, help=help, notes=place.layers.scope.notes()
    )
