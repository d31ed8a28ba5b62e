"""Ops of several inputs say what torch does: which shapes broadcast, which types promote."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any

import pytest
import torch
from agree import Shape, agree, many
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from archc.ir.op import Op
from archc.ops import arithmetic, matmul, merge
from archc.ops.dtypes import EVERY

pytestmark = pytest.mark.filterwarnings("ignore")

MIXED = st.sampled_from(["float32"] * 4 + sorted(EVERY))
OTHER = st.none() | st.sampled_from([2, 3, 0.5, 2.0, -1.5])
FUNCTIONS: dict[type[Op], Callable[[Any, Any], Tensor]] = {
    arithmetic.Add: torch.add,
    arithmetic.Multiply: torch.mul,
    arithmetic.Subtract: torch.sub,
    arithmetic.Divide: torch.div,
    arithmetic.Maximum: lambda a, b: a.clamp(min=b) if not_tensor(b) else torch.maximum(a, b),
    arithmetic.Minimum: lambda a, b: a.clamp(max=b) if not_tensor(b) else torch.minimum(a, b),
}


def not_tensor(value: object) -> bool:
    return not isinstance(value, Tensor)


@st.composite
def dtypes(draw: st.DrawFn, count: int) -> list[str]:
    """All the same, mostly; otherwise mixed."""
    if draw(st.booleans()):
        return [draw(MIXED)] * count
    return [draw(MIXED) for _ in range(count)]


@st.composite
def broadcastable(draw: st.DrawFn, count: int) -> list[Shape]:
    """Shapes that broadcast, but for a size that is now and then another."""
    rank = draw(st.integers(0, 4))
    full = [draw(st.sampled_from([1, 2, 3, 4])) for _ in range(rank)]
    found = []
    for _ in range(count):
        lost = draw(st.sampled_from([0, 0, 0, 1, 2]))
        kept = [draw(st.sampled_from([s, s, s, s, 1])) for s in full[lost:]]
        if kept and draw(st.integers(0, 7)) == 0:
            kept[draw(st.integers(0, len(kept) - 1))] = draw(st.sampled_from([1, 2, 5]))
        found.append(tuple(kept))
    return found


def everything(shapes: list[Shape]) -> set[tuple[int, int]]:
    return {(i, axis) for i, shape in enumerate(shapes) for axis in range(len(shape))}


@pytest.mark.parametrize("kind", FUNCTIONS)
@many
@given(data=st.data())
def test_arithmetic(kind: type[Op], data: st.DataObject) -> None:
    """One to four inputs where any number makes sense, and a constant."""
    most = 4 if kind.variadic else 2
    count, other = data.draw(st.integers(1, most)), data.draw(OTHER)
    shapes, kinds = data.draw(broadcastable(count)), data.draw(dtypes(count))
    function = FUNCTIONS[kind]

    def compute(*ins: Any) -> Tensor:
        operands = [*ins] if other is None else [*ins, other]
        assert kind.variadic or len(operands) == most
        result = reduce(function, operands)
        assert isinstance(result, Tensor)
        return result

    values = {} if other is None else {"other": other}
    free = everything(shapes)
    agree(kind, values, shapes, lambda: compute, dtypes=kinds, free=free, sufficient=True)


@st.composite
def matrices(draw: st.DrawFn) -> list[Shape]:
    """Two shapes that multiply, but for a size that is now and then another."""
    rows, inner, columns = (draw(st.integers(1, 4)) for _ in range(3))
    left, right = draw(broadcastable(2))
    last = inner if draw(st.integers(0, 7)) else draw(st.integers(1, 4))
    first = (*left[:2], rows, inner) if draw(st.integers(0, 3)) else (inner,)
    second = (*right[:2], last, columns) if draw(st.integers(0, 3)) else (last,)
    return [() if draw(st.integers(0, 15)) == 0 else first, second]


@many
@given(data=st.data())
def test_matmul(data: st.DataObject) -> None:
    """Batches broadcast, vectors are rows or columns; the counter has none for vectors."""
    shapes, kinds = data.draw(matrices()), data.draw(dtypes(2))
    agree(
        matmul.MatMul,
        {},
        shapes,
        lambda: torch.matmul,
        dtypes=kinds,
        free=everything(shapes),
        flops=all(len(shape) > 1 for shape in shapes),
        sufficient=True,
    )


@st.composite
def alike(draw: st.DrawFn, count: int, along: int | None) -> list[Shape]:
    """Shapes that are equal but along a dimension, but for what is now and then another."""
    base = [draw(st.integers(1, 3)) for _ in range(draw(st.integers(0, 4)))]
    found = []
    for _ in range(count):
        sizes = list(base)
        if along is not None and -len(base) <= along < len(base):
            sizes[along] = draw(st.integers(1, 4))
        if sizes and draw(st.integers(0, 9)) == 0:
            sizes[draw(st.integers(0, len(sizes) - 1))] = draw(st.integers(1, 4))
        if draw(st.integers(0, 15)) == 0:
            sizes = [*sizes, 1] if draw(st.booleans()) else sizes[1:]
        found.append(tuple(sizes))
    return found


@many
@given(data=st.data())
def test_concat(data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 4))
    dim = data.draw(st.sampled_from([None, -1, -2, -5, 0, 1, 2, 4]))
    place = 1 if dim is None else dim
    shapes, kinds = data.draw(alike(count, place)), data.draw(dtypes(count))
    values = {} if dim is None else {"dim": dim}
    make = joining(torch.cat, place)
    agree(merge.Concat, values, shapes, make, dtypes=kinds, free=everything(shapes))


@many
@given(data=st.data())
def test_stack(data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 4))
    dim = data.draw(st.none() | st.integers(-6, 5))
    shapes, kinds = data.draw(alike(count, None)), data.draw(dtypes(count))
    values = {} if dim is None else {"dim": dim}
    make = joining(torch.stack, dim or 0)
    agree(merge.Stack, values, shapes, make, dtypes=kinds, free=everything(shapes))


def joining(function: Callable[..., Tensor], dim: int) -> Callable[[], Callable[..., Tensor]]:
    """`torch.cat` or `torch.stack` of all inputs."""
    return lambda: lambda *ins: function(list(ins), dim)
