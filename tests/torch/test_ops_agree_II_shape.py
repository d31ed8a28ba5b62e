"""Reshaping, reducing and splitting ops say what torch does."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from math import prod
from typing import Any

import pytest
from agree import Shape, agree, alone, many
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn

from archc.ops import permute, reduce, reshape, shape, split
from archc.ops.dtypes import EVERY

pytestmark = pytest.mark.filterwarnings("ignore")

DTYPES = st.sampled_from(["float32"] * 8 + sorted(EVERY))
ONE_IN_TWO = st.booleans()
DIM = st.integers(-5, 5)
SHAPES = st.integers(0, 5).flatmap(
    lambda rank: st.tuples(*[st.sampled_from([1, 2, 3, 4, 6])] * rank)
)


def everything(x: Shape) -> set[tuple[int, int]]:
    """Every axis of a sole input."""
    return {(0, axis) for axis in range(len(x))}


def as_tuples(values: dict[str, Any]) -> dict[str, Any]:
    return {k: tuple(v) if isinstance(v, list) else v for k, v in values.items()}


def method(name: str, **values: Any) -> Callable[[], Callable[[Tensor], Any]]:
    """A tensor's method with these arguments."""
    return lambda: lambda x: getattr(x, name)(**as_tuples(values))


def some(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=fields)


@many
@given(x=SHAPES, dtype=DTYPES)
def test_identity(x: Shape, dtype: str) -> None:
    agree(shape.Identity, {}, [x], nn.Identity, dtypes=[dtype], free=everything(x))


@many
@given(x=SHAPES, values=some(start_dim=DIM, end_dim=DIM))
def test_flatten(x: Shape, values: dict[str, Any]) -> None:
    agree(shape.Flatten, values, [x], lambda: nn.Flatten(**values), free=everything(x))


@alone
@given(x=SHAPES, dim=st.none() | DIM | st.lists(st.integers(-4, 3), max_size=3))
def test_squeeze(x: Shape, dim: Any) -> None:
    given_ = as_tuples({"dim": dim})["dim"]
    make: Any = lambda: lambda t: t.squeeze() if dim is None else t.squeeze(given_)
    agree(shape.Squeeze, {} if dim is None else {"dim": dim}, [x], make)


@many
@given(x=SHAPES, dim=st.integers(-7, 7))
def test_unsqueeze(x: Shape, dim: int) -> None:
    make = method("unsqueeze", dim=dim)
    agree(shape.Unsqueeze, {"dim": dim}, [x], make, free=everything(x))


@st.composite
def factors(draw: st.DrawFn, total: int) -> list[int]:
    """Sizes that multiply to a number or, sometimes, to another; some with -1, or two."""
    sizes: list[int] = []
    while total > 1 and len(sizes) < 4:
        size: int = draw(st.sampled_from([n for n in range(1, total + 1) if total % n == 0]))
        sizes.append(size)
        total //= size
    closed = draw(ONE_IN_TWO) or total > 1
    if closed:
        sizes.append(total)
    if draw(ONE_IN_TWO) and sizes:
        sizes[draw(st.integers(0, len(sizes) - 1))] = -1
    if sizes and draw(st.integers(0, 3)) == 0:
        sizes[draw(st.integers(0, len(sizes) - 1))] = draw(st.sampled_from([-2, -1, 0, 1, 2, 5]))
    return sizes


@many
@given(data=st.data())
def test_reshape(data: st.DataObject) -> None:
    x = data.draw(SHAPES)
    sizes = data.draw(factors(prod(x)))
    make = method("reshape", shape=sizes)
    agree(reshape.Reshape, {"shape": sizes}, [x], make, free=everything(x))


@many
@given(data=st.data())
def test_unflatten(data: st.DataObject) -> None:
    x, dim = data.draw(SHAPES), data.draw(st.integers(-5, 5))
    size = x[dim] if x and -len(x) <= dim < len(x) else 4
    sizes = data.draw(factors(size * data.draw(st.sampled_from([1, 1, 2]))))
    make = lambda: nn.Unflatten(dim, tuple(sizes))
    values = {"dim": dim, "unflattened_size": sizes}
    agree(reshape.Unflatten, values, [x], make, free=everything(x))


@many
@given(data=st.data())
def test_permute(data: st.DataObject) -> None:
    x = data.draw(SHAPES)
    order = data.draw(st.permutations(range(len(x))) | st.lists(st.integers(-4, 4), max_size=5))
    dims = [d - len(x) if data.draw(st.integers(0, 5)) == 0 else d for d in order]
    make = method("permute", dims=dims)
    agree(permute.Permute, {"dims": dims}, [x], make, free=everything(x))


@many
@given(x=SHAPES, dim0=DIM, dim1=DIM)
def test_transpose(x: Shape, dim0: int, dim1: int) -> None:
    make = method("transpose", dim0=dim0, dim1=dim1)
    agree(permute.Transpose, {"dim0": dim0, "dim1": dim1}, [x], make, free=everything(x))


@many
@given(x=SHAPES, chunks=st.integers(-1, 7), dim=st.integers(-4, 4))
def test_chunk(x: Shape, chunks: int, dim: int) -> None:
    values = {"chunks": chunks, "dim": dim}
    make = method("chunk", **values)
    agree(split.Chunk, values, [x], make, free=everything(x), sufficient=True)


@alone
@given(data=st.data())
def test_split(data: st.DataObject) -> None:
    """By size or by sections, none of them empty: torch allows those, and a network has no use."""
    x, dim = data.draw(SHAPES), data.draw(st.integers(-4, 4))
    size = x[dim] if x and -len(x) <= dim < len(x) else 4
    one = st.integers(-1, size + 1)
    cuts = st.lists(st.integers(1, max(1, size - 1)), max_size=3, unique=True).map(
        lambda places: [b - a for a, b in pairwise([0, *sorted(places), size])]
    )
    parts = st.lists(st.sampled_from([-1, 1, 2, 3]), max_size=3)
    wanted = data.draw(one | cuts.filter(lambda sizes: 0 not in sizes) | parts)
    listed = as_tuples({"wanted": wanted})["wanted"]
    values = {"split_size_or_sections": wanted, "dim": dim}
    agree(split.Split, values, [x], lambda: lambda t: t.split(listed, dim))


@pytest.mark.parametrize("kind", [reduce.Mean, reduce.Sum, reduce.Amax, reduce.Amin])
@many
@given(data=st.data())
def test_reduction(kind: type[reduce.Mean], data: st.DataObject) -> None:
    reduced(kind, data, {})


@pytest.mark.parametrize("kind", [reduce.Var, reduce.Std])
@many
@given(data=st.data())
def test_spread(kind: type[reduce.Mean], data: st.DataObject) -> None:
    reduced(kind, data, {"correction": st.integers(-1, 3)})


def reduced(
    kind: type[reduce.Mean], data: st.DataObject, further: dict[str, st.SearchStrategy[int]]
) -> None:
    x, dtype = data.draw(SHAPES), data.draw(DTYPES)
    dim = st.none() | DIM | st.lists(st.integers(-4, 3), max_size=3)
    values = data.draw(some(dim=dim, keepdim=st.booleans(), **further))
    full = {"dim": None, **values}
    make = method(kind.method, **full)
    agree(kind, values, [x], make, dtypes=[dtype], free=everything(x))
