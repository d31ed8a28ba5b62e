"""Extremes, norms, sums and truths say what torch does."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from agree import Shape, agree, many
from draws import some, tupled
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from archc.ir.op import Op
from archc.ops import find, measure, select
from archc.ops.dtypes import EVERY

pytestmark = pytest.mark.filterwarnings("ignore")

DTYPES = st.sampled_from(["float32"] * 6 + sorted(EVERY))
SHAPES = st.lists(st.integers(1, 4), max_size=4).map(tuple)
DIM = st.integers(-5, 4)
DIMS = DIM | st.lists(st.integers(-4, 3), min_size=1, max_size=3)
"""An empty list is all dimensions in some functions of torch and none in others."""


def axes(*shapes: Shape) -> set[tuple[int, int]]:
    """Every axis of every input."""
    return {(i, axis) for i, shape in enumerate(shapes) for axis in range(len(shape))}


def kind_of(name: str) -> type[Op]:
    kind = find(name)
    assert kind is not None
    return kind


@pytest.mark.parametrize("name", ["ArgMax", "ArgMin", "Prod", "Max", "Min"])
@many
@given(data=st.data())
def test_along_one_dimension(name: str, data: st.DataObject) -> None:
    x, dtype = data.draw(SHAPES), data.draw(DTYPES)
    values: dict[str, Any] = data.draw(some(keepdim=st.booleans()))
    if name in {"Max", "Min"} or data.draw(st.integers(0, 3)):
        values["dim"] = data.draw(DIM)

    given = {k: v for k, v in values.items() if v is not False}  # the default, even without `dim`

    def compute(t: torch.Tensor) -> Any:
        return getattr(t, name.lower())(**given)

    agree(kind_of(name), values, [x], lambda: compute, dtypes=[dtype], free=axes(x), flops=False)


@many
@given(data=st.data())
def test_topk(data: st.DataObject) -> None:
    x, dtype = data.draw(SHAPES), data.draw(DTYPES)
    values = data.draw(some(dim=DIM, largest=st.booleans(), sorted=st.just(value=True)))
    values["k"] = data.draw(st.integers(1, 4))
    make = lambda: lambda t: t.topk(**values)
    agree(select.TopK, values, [x], make, dtypes=[dtype], free=axes(x), flops=False)


FUNCTIONS: dict[str, Any] = {
    "VectorNorm": torch.linalg.vector_norm,
    "LogSumExp": torch.logsumexp,
    "All": torch.all,
    "Any": torch.any,
}


@pytest.mark.parametrize("name", FUNCTIONS)
@many
@given(data=st.data())
def test_along_dimensions(name: str, data: st.DataObject) -> None:
    x, dtype = data.draw(SHAPES), data.draw(DTYPES)
    values = data.draw(some(dim=DIMS, keepdim=st.booleans()))
    if name == "VectorNorm":
        values |= data.draw(some(ord=st.sampled_from([1, 2, 0.5, 3.0, 0, float("inf"), -1])))
    if name == "LogSumExp":
        values["dim"] = data.draw(DIMS)
    python = tupled(values)
    if name in {"All", "Any"}:
        python.setdefault("dim", None)
    make = lambda: lambda t: FUNCTIONS[name](t, **python)
    agree(kind_of(name), values, [x], make, dtypes=[dtype], free=axes(x), flops=False)


@many
@given(data=st.data())
def test_normalize(data: st.DataObject) -> None:
    x, dtype = data.draw(SHAPES), data.draw(DTYPES)
    values = data.draw(some(p=st.sampled_from([1, 2.0, 0.5]), dim=DIM, eps=st.just(1e-6)))
    make = lambda: lambda t: nn.functional.normalize(t, **values)
    agree(measure.Normalize, values, [x], make, dtypes=[dtype], free=axes(x), flops=False)


@many
@given(data=st.data())
def test_cosine_similarity(data: st.DataObject) -> None:
    one = data.draw(SHAPES)
    two = data.draw(st.sampled_from([one, one, one[1:], tuple(1 for _ in one)]) | SHAPES)
    dtypes = [data.draw(DTYPES), data.draw(DTYPES)]
    values = data.draw(some(dim=DIM, eps=st.sampled_from([1e-6, 0.0, -1.5])))
    agree(
        measure.CosineSimilarity,
        values,
        [one, two],
        lambda: nn.CosineSimilarity(**values),
        dtypes=dtypes,
        free=axes(one, two),
        flops=False,
        sufficient=True,
    )


@many
@given(x=SHAPES, dtype=DTYPES, dim=DIM)
def test_cumsum(x: Shape, dtype: str, dim: int) -> None:
    make = lambda: lambda t: t.cumsum(dim)
    agree(measure.CumSum, {"dim": dim}, [x], make, dtypes=[dtype], free=axes(x), flops=False)


@many
@given(x=SHAPES, dtype=st.just("int64") | DTYPES, count=st.integers(0, 4))
def test_one_hot(x: Shape, dtype: str, count: int) -> None:
    make = lambda: lambda t: nn.functional.one_hot(t, count)
    values = {"num_classes": count}
    if count == 0:
        return  # torch counts nothing as an empty vector, or refuses: depending on the values
    agree(measure.OneHot, values, [x], make, dtypes=[dtype], free=axes(x), flops=False)
