"""Parts, copies and moves of tensors say what torch does."""

from __future__ import annotations

from typing import Any

import pytest
from agree import Shape, agree, alone, many
from draws import some, tupled
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from archc.ops import copies, find, index, move, views
from archc.ops.dtypes import EVERY

pytestmark = pytest.mark.filterwarnings("ignore")

DTYPES = st.sampled_from(["float32"] * 4 + sorted(EVERY))
INDEX = st.sampled_from(["int64"] * 12 + ["int32", "float32"])
SIZE = st.sampled_from([1, 2, 3, 4, 6])
SHAPES = st.lists(SIZE, max_size=4).map(tuple)
FULL = st.lists(SIZE, min_size=1, max_size=4).map(tuple)
DIM = st.integers(-5, 4)
DIMS = DIM | st.lists(st.integers(-4, 3), max_size=3)
BOUND = st.integers(-7, 7)


def axes(*shapes: Shape) -> set[tuple[int, int]]:
    """Every axis of every input."""
    return {(i, axis) for i, shape in enumerate(shapes) for axis in range(len(shape))}


@many
@given(data=st.data())
def test_slice(data: st.DataObject) -> None:
    """Whatever the bounds, unless nothing is left; open sizes must reach as far."""
    x = data.draw(SHAPES)
    values = data.draw(some(dim=DIM, start=BOUND, end=BOUND, step=st.integers(1, 3)))
    cut = slice(values.get("start", 0), values.get("end"), values.get("step", 1))

    def compute(t: Tensor) -> Tensor:
        place = range(t.ndim)[values.get("dim", 1)]
        return t[(*[slice(None)] * place, cut)]

    free = axes(x)
    agree(views.Slice, values, [x], lambda: compute, free=free, flops=False, sufficient=True)


@many
@given(x=SHAPES, values=st.fixed_dictionaries({"dim": DIM, "index": BOUND}))
def test_select(x: Shape, values: dict[str, int]) -> None:
    make = lambda: lambda t: t.select(**values)
    agree(views.Select, values, [x], make, free=axes(x), flops=False)


@many
@given(data=st.data())
def test_narrow(data: st.DataObject) -> None:
    """No length of 0: nothing at all, which a network has no use for."""
    x, dim = data.draw(SHAPES), data.draw(DIM)
    size = x[dim] if x and -len(x) <= dim < len(x) else 3
    start = data.draw(st.integers(-size - 1, size))
    length = data.draw(st.sampled_from([-1, *range(1, size + 2)]))
    values = {"dim": dim, "start": start, "length": length}
    make = lambda: lambda t: t.narrow(**values)
    agree(views.Narrow, values, [x], make, free=axes(x), flops=False)


@alone
@given(x=SHAPES, values=some(dim=DIM), dtype=st.sampled_from(["float32", "int64", "bool"]))
def test_unbind(x: Shape, values: dict[str, int], dtype: str) -> None:
    make = lambda: lambda t: t.unbind(**values)
    agree(views.Unbind, values, [x], make, dtypes=[dtype], flops=False)


@many
@given(data=st.data())
def test_expand(data: st.DataObject) -> None:
    x = data.draw(SHAPES)
    kept = [data.draw(st.sampled_from([s, s, -1, 4 if s == 1 else s, 5])) for s in x]
    front = data.draw(st.lists(st.sampled_from([1, 2, 3, 3, -1]), max_size=2))
    size = [*front, *kept][data.draw(st.sampled_from([0, 0, 0, 0, 1])) :]
    make = lambda: lambda t: t.expand(size)
    free = axes(x)
    agree(copies.Expand, {"size": size}, [x], make, free=free, flops=False, sufficient=True)


@pytest.mark.parametrize(("name", "field"), [("Repeat", "repeats"), ("Tile", "dims")])
@many
@given(x=SHAPES, counts=st.lists(st.sampled_from([1, 2, 2, 3]), max_size=5))
def test_copies(name: str, field: str, x: Shape, counts: list[int]) -> None:
    kind = find(name)
    assert kind is not None
    make = lambda: lambda t: getattr(t, name.lower())(counts)
    agree(kind, {field: counts}, [x], make, free=axes(x), flops=False)


@many
@given(x=SHAPES, count=st.integers(1, 3), values=some(dim=DIM))
def test_repeat_interleave(x: Shape, count: int, values: dict[str, int]) -> None:
    make = lambda: lambda t: t.repeat_interleave(count, **values)
    given_ = {"repeats": count, **values}
    agree(copies.RepeatInterleave, given_, [x], make, free=axes(x), flops=False)


SHIFTS = st.integers(-3, 3) | st.lists(st.integers(-3, 3), min_size=1, max_size=3)


@many
@given(x=SHAPES, shifts=SHIFTS, values=some(dims=DIMS))
def test_roll(x: Shape, shifts: Any, values: dict[str, Any]) -> None:
    given_ = {"shifts": shifts, **values}
    make = lambda: lambda t: t.roll(**tupled(given_))
    agree(move.Roll, given_, [x], make, free=axes(x), flops=False)


@many
@given(x=SHAPES, dims=DIMS)
def test_flip(x: Shape, dims: Any) -> None:
    make = lambda: lambda t: t.flip(dims)
    agree(move.Flip, {"dims": dims}, [x], make, free=axes(x), flops=False)


@many
@given(data=st.data())
def test_movedim(data: st.DataObject) -> None:
    x = data.draw(SHAPES)
    values = {"source": data.draw(DIMS), "destination": data.draw(DIMS)}
    if isinstance(values["source"], list) and isinstance(values["destination"], list):
        size = min(map(len, values.values()))
        values = {name: dims[:size] for name, dims in values.items()}
    mixed = len({type(dims) for dims in values.values()}) > 1
    listed = {k: [v] if mixed and isinstance(v, int) else v for k, v in values.items()}
    make = lambda: lambda t: t.movedim(**tupled(listed))
    agree(move.MoveDim, values, [x], make, free=axes(x), flops=False)


@pytest.mark.parametrize("name", ["Tril", "Triu"])
@many
@given(x=SHAPES, dtype=DTYPES, values=some(diagonal=st.integers(-3, 3)))
def test_triangle(name: str, x: Shape, dtype: str, values: dict[str, int]) -> None:
    kind = find(name)
    assert kind is not None
    make = lambda: lambda t: getattr(t, name.lower())(**values)
    agree(kind, values, [x], make, dtypes=[dtype], free=axes(x), flops=False)


@alone
@given(x=SHAPES, values=some(offset=st.integers(-3, 3), dim1=DIM, dim2=DIM))
def test_diagonal(x: Shape, values: dict[str, int]) -> None:
    make = lambda: lambda t: t.diagonal(**values)
    agree(move.Diagonal, values, [x], make, flops=False)


@many
@given(x=SHAPES, at=SHAPES, dtype=INDEX)
def test_index(x: Shape, at: Shape, dtype: str) -> None:
    make = lambda: lambda t, i: t[i]
    free = axes(x, at)
    agree(index.Index, {}, [x, at], make, dtypes=["float32", dtype], free=free, flops=False)


@many
@given(x=FULL, at=st.lists(SIZE, max_size=2).map(tuple), dtype=INDEX, dim=DIM)
def test_index_select(x: Shape, at: Shape, dtype: str, dim: int) -> None:
    make = lambda: lambda t, i: t.index_select(dim, i)
    kinds, free = ["float32", dtype], axes(x, at)
    agree(index.IndexSelect, {"dim": dim}, [x, at], make, dtypes=kinds, free=free, flops=False)


@many
@given(data=st.data())
def test_gather(data: st.DataObject) -> None:
    x, dim = data.draw(SHAPES), data.draw(DIM)
    near = [data.draw(st.sampled_from([s, s, max(1, s - 1), s + 1])) for s in x]
    at = tuple(near) if data.draw(st.integers(0, 6)) else data.draw(SHAPES)
    make = lambda: lambda t, i: t.gather(dim, i)
    kinds, free = ["float32", data.draw(INDEX)], axes(x, at)
    agree(index.Gather, {"dim": dim}, [x, at], make, dtypes=kinds, free=free, flops=False)
