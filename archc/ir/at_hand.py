"""Sizes that are known at run time only, as expressions over the shapes of tensors at hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

from archc.ir.dim import Dim, exact_div
from archc.ir.formula import formula, searched

if TYPE_CHECKING:
    from archc.ir.dim import Size
    from archc.ir.types import TensorType

Slot: TypeAlias = "tuple[tuple[str, ...], int]"
"""A value inside a scope: an output of the step at a path, or an input if the path is empty."""


class Shown(Struct, frozen=True):
    """An expression with a `{}` for each `tensor.shape[axis]` in it."""

    template: str
    shapes: tuple[tuple[Slot, int], ...]


class _Side(Struct, frozen=True):
    """One size of a tensor at hand."""

    slot: Slot
    axis: int
    size: Dim


class NotAtHandError(Exception):
    """No tensor in the class has a shape from which the size follows."""


def common(columns: Sequence[tuple[Size, Sequence[tuple[Slot, TensorType]]]]) -> Shown:
    """The simplest expression that gives the size in every variant.

    A column holds a variant's size, and its tensors, the likeliest first. Raises NotAtHandError.
    """
    found = [list(_ways(size, tensors)) for size, tensors in columns]
    for shown in found[0]:
        if all(shown in others for others in found[1:]):
            return shown
    raise NotAtHandError(str(columns[0][0]))


def measured(size: Dim, types: Sequence[TensorType]) -> tuple[int, ...] | None:
    """Which of some tensors give the size by their shapes; None where all together do not.

    >>> from archc.ir.dim import symbol
    >>> from archc.ir.types import TensorType
    >>> h, w = symbol("H"), symbol("W")
    >>> measured(2 * h + 1, [TensorType((1, h))]), measured(h, [TensorType((1, h // 2))])
    ((0,), None)
    >>> measured(h + w, [TensorType((2, w)), TensorType((w, w)), TensorType((h,))])
    (0, 2)
    """
    found = next(_ways(size, [(((), k), type_) for k, type_ in enumerate(types)]), None)
    if found is None:
        return None
    return tuple(sorted({tensor for (_, tensor), _ in found.shapes}))


def _ways(size: Size, tensors: Sequence[tuple[Slot, TensorType]]) -> Iterator[Shown]:
    if not isinstance(size, Dim):
        yield Shown(str(size), ())
        return
    sides = [
        _Side(slot, axis, side)
        for slot, type_ in tensors
        for axis, side in enumerate(type_.shape)
        if isinstance(side, Dim)
    ]
    simple = list(_simple(size, sides))
    yield from simple
    given = [side.size for side in sides]
    found = formula(size, given) or (None if simple else searched(size, given))
    if found is not None:
        template, places = found
        yield Shown(template, tuple((sides[k].slot, sides[k].axis) for k in places))


def _simple(size: Dim, sides: Sequence[_Side]) -> Iterator[Shown]:
    yield from (Shown("{}", ((s.slot, s.axis),)) for s in sides if s.size == size)
    for side in sides:
        yield from _of_one(size, side)
    for side in sides:
        yield from _product(size, side, sides)


def _of_one(size: Dim, side: _Side) -> Iterator[Shown]:
    """A multiple, a shift or a part of one size."""
    at = ((side.slot, side.axis),)
    times = exact_div(size, side.size)
    if isinstance(times, int) and times > 1:
        yield Shown(f"{times} * {{}}", at)
    shift = size - side.size
    if isinstance(shift, int) and shift:
        yield Shown(f"{{}} {'+' if shift > 0 else '-'} {abs(shift)}", at)
    for by in (2, 3, 4, 8, 16, 32, 64):
        if side.size // by == size:
            yield Shown(f"{{}} // {by}", at)
        if (side.size + by - 1) // by == size:
            yield Shown(f"({{}} + {by - 1}) // {by}", at)
    for by in range(2, 9):
        rest = size - by * side.size
        if isinstance(rest, int) and rest:
            yield Shown(f"{by} * {{}} {'+' if rest > 0 else '-'} {abs(rest)}", at)


def _product(size: Dim, side: _Side, sides: Sequence[_Side]) -> Iterator[Shown]:
    """The product of two or three sizes, and a number."""
    rest = exact_div(size, side.size)
    if not isinstance(rest, Dim):
        return
    at = (side.slot, side.axis)
    for other in sides:
        if other.size == rest:
            yield Shown("{} * {}", (at, (other.slot, other.axis)))
            continue
        last = exact_div(rest, other.size)
        if isinstance(last, int):
            yield Shown(f"{last} * {{}} * {{}}", (at, (other.slot, other.axis)))
        elif last is not None:
            yield from (
                Shown("{} * {} * {}", (at, (other.slot, other.axis), (third.slot, third.axis)))
                for third in sides
                if third.size == last
            )
