"""Functions of mathematics, comparisons and choices say what torch does."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import pytest
import torch
from agree import Shape, agree, many
from draws import some
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from archc.ir.op import Op
from archc.ops import compare, find, maths
from archc.ops.dtypes import EVERY

pytestmark = pytest.mark.filterwarnings("ignore")

DTYPES = st.sampled_from(["float32"] * 4 + sorted(EVERY))
SHAPES = st.lists(st.integers(1, 4), max_size=4).map(tuple)
NUMBER = st.sampled_from([0, 1, 2, 3, -1, -3, 0.5, 2.0, -1.5, 127, 300, -300, 70000, 1e6, 1e39])
PLAIN = sorted(
    name
    for name, kind in vars(maths).items()
    if isinstance(kind, type)
    and issubclass(kind, Op)
    and name != "Op"
    and name[0] != "_"
    and not kind.model_fields
)


def axes(*shapes: Shape) -> set[tuple[int, int]]:
    """Every axis of every input."""
    return {(i, axis) for i, shape in enumerate(shapes) for axis in range(len(shape))}


def kind_of(name: str) -> type[Op]:
    kind = find(name)
    assert kind is not None
    return kind


def test_there_are_functions() -> None:
    assert len(PLAIN) > 10


@pytest.mark.parametrize("name", PLAIN)
@many
@given(x=SHAPES, dtype=DTYPES)
def test_function(name: str, x: Shape, dtype: str) -> None:
    method = name.lower()
    make = lambda: lambda t: getattr(t, method)()
    agree(kind_of(name), {}, [x], make, dtypes=[dtype], free=axes(x), flops=False)


@many
@given(x=SHAPES, dtype=DTYPES, values=some(decimals=st.integers(-2, 2)))
def test_round(x: Shape, dtype: str, values: dict[str, int]) -> None:
    make = lambda: lambda t: t.round(**values) if any(values.values()) else t.round()
    agree(maths.Round, values, [x], make, dtypes=[dtype], free=axes(x), flops=False)


@many
@given(x=SHAPES, dtype=DTYPES, exponent=NUMBER)
def test_pow(x: Shape, dtype: str, exponent: float) -> None:
    make = lambda: lambda t: t.pow(exponent)
    given_ = {"exponent": exponent}
    agree(maths.Pow, given_, [x], make, dtypes=[dtype], free=axes(x), flops=False)


@many
@given(x=SHAPES, dtype=DTYPES, values=some(min=NUMBER, max=NUMBER))
def test_clamp(x: Shape, dtype: str, values: dict[str, float]) -> None:
    make = lambda: lambda t: t.clamp(**values)
    agree(maths.Clamp, values, [x], make, dtypes=[dtype], free=axes(x), flops=False)


@st.composite
def broadcastable(draw: st.DrawFn, count: int) -> list[Shape]:
    """Shapes that broadcast, but for a size that is now and then another."""
    full = draw(st.lists(st.integers(1, 4), max_size=4))
    found = []
    for _ in range(count):
        lost = draw(st.sampled_from([0, 0, 0, 1, 2]))
        kept = [draw(st.sampled_from([s, s, s, 1])) for s in full[lost:]]
        if kept and draw(st.integers(0, 7)) == 0:
            kept[draw(st.integers(0, len(kept) - 1))] = draw(st.sampled_from([1, 2, 5]))
        found.append(tuple(kept))
    return found


COMPARISONS = {
    "Equal": operator.eq,
    "NotEqual": operator.ne,
    "Less": operator.lt,
    "LessEqual": operator.le,
    "Greater": operator.gt,
    "GreaterEqual": operator.ge,
}


@pytest.mark.parametrize("name", COMPARISONS)
@many
@given(data=st.data())
def test_comparison(name: str, data: st.DataObject) -> None:
    """Of two inputs, or of one and a constant; not of both, and not of neither."""
    function, other = COMPARISONS[name], data.draw(st.none() | NUMBER)
    shapes = data.draw(broadcastable(data.draw(st.integers(1, 2))))
    dtypes = [data.draw(DTYPES) for _ in shapes]

    def compute(*ins: Tensor) -> Any:
        operands = [*ins] if other is None else [*ins, other]
        return function(*operands)

    values = {} if other is None else {"other": other}
    agree(
        kind_of(name),
        values,
        shapes,
        lambda: compute,
        dtypes=dtypes,
        free=axes(*shapes),
        flops=False,
        sufficient=True,
    )


@pytest.mark.parametrize("name", ["LogicalAnd", "LogicalOr", "LogicalNot"])
@many
@given(data=st.data())
def test_logic(name: str, data: st.DataObject) -> None:
    kind = kind_of(name)
    shapes = data.draw(broadcastable(len(kind.ports)))
    dtypes = [data.draw(DTYPES) for _ in shapes]
    function = {
        "LogicalAnd": torch.logical_and,
        "LogicalOr": torch.logical_or,
        "LogicalNot": torch.logical_not,
    }[name]
    agree(
        kind,
        {},
        shapes,
        lambda: function,
        dtypes=dtypes,
        free=axes(*shapes),
        flops=False,
        sufficient=True,
    )


MASK = st.sampled_from(["bool"] * 8 + ["uint8", "int64", "float32"])


@many
@given(data=st.data())
def test_where(data: st.DataObject) -> None:
    other = data.draw(st.none() | NUMBER)
    shapes = data.draw(broadcastable(data.draw(st.integers(2, 3))))
    dtypes = [data.draw(MASK), *(data.draw(DTYPES) for _ in shapes[1:])]

    def make() -> Callable[..., Tensor]:
        return lambda *ins: torch.where(*ins, *([] if other is None else [other]))

    values = {} if other is None else {"other": other}
    agree(
        compare.Where,
        values,
        shapes,
        make,
        dtypes=dtypes,
        free=axes(*shapes),
        flops=False,
        sufficient=True,
    )


@many
@given(data=st.data())
def test_masked_fill(data: st.DataObject) -> None:
    shapes = data.draw(broadcastable(2))
    value = data.draw(NUMBER | st.sampled_from([float("inf"), float("-inf"), -1e9]))
    dtypes = [data.draw(DTYPES), data.draw(MASK)]
    make = lambda: lambda x, mask: x.masked_fill(mask, value)
    agree(
        compare.MaskedFill,
        {"value": value},
        shapes,
        make,
        dtypes=dtypes,
        free=axes(*shapes),
        flops=False,
        sufficient=True,
    )
