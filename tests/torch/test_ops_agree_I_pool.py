"""Pools say what torch does."""

from __future__ import annotations

import pytest
from agree import agree, many
from draws import Values, axes_but, dtypes, images, sides, some, tupled
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from archc.ops import find

RANKS = pytest.mark.parametrize("rank", [1, 2, 3])
HIGH = (14, 9, 6)


def compare(name: str, values: Values, shape: tuple[int, ...], dtype: str) -> None:
    """The pool as archc and as torch have it, whatever is open."""
    kind = find(name)
    assert kind is not None
    agree(
        kind,
        values,
        [shape],
        lambda: getattr(nn, name)(**tupled(values)),
        dtypes=[dtype],
        free=axes_but(shape),
        flops=False,
    )


@RANKS
@many
@given(data=st.data())
def test_max_pool(rank: int, data: st.DataObject) -> None:
    """Rounded down and up, with and without dilation."""
    values = data.draw(
        some(
            stride=sides(rank, 1, 4),
            padding=sides(rank, 0, 3),
            dilation=sides(rank, 1, 3),
            ceil_mode=st.booleans(),
        )
    )
    values["kernel_size"] = data.draw(sides(rank, 1, 6))
    shape = data.draw(images(rank, HIGH[rank - 1]))
    compare(f"MaxPool{rank}d", values, shape, data.draw(dtypes))


@RANKS
@many
@given(data=st.data())
def test_avg_pool(rank: int, data: st.DataObject) -> None:
    """Rounded down and up, with any divisor."""
    optional = {
        "stride": sides(rank, 1, 4),
        "padding": sides(rank, 0, 3),
        "ceil_mode": st.booleans(),
        "count_include_pad": st.booleans(),
    }
    if rank > 1:
        optional["divisor_override"] = st.integers(-2, 4)
    values = data.draw(some(**optional))
    values["kernel_size"] = data.draw(sides(rank, 1, 6))
    shape = data.draw(images(rank, HIGH[rank - 1]))
    compare(f"AvgPool{rank}d", values, shape, data.draw(dtypes))


@RANKS
@many
@given(data=st.data())
def test_lp_pool(rank: int, data: st.DataObject) -> None:
    """Any power but zero."""
    kernel = sides(rank, 1, 6) if rank > 1 else st.integers(1, 6)
    values = data.draw(some(stride=sides(rank, 1, 4), ceil_mode=st.booleans()))
    values["norm_type"] = data.draw(st.sampled_from([2, 1, 0, 3.0, 0.5]))
    values["kernel_size"] = data.draw(kernel)
    shape = data.draw(images(rank, HIGH[rank - 1]))
    compare(f"LPPool{rank}d", values, shape, data.draw(dtypes))


@RANKS
@pytest.mark.parametrize("name", ["AdaptiveAvgPool", "AdaptiveMaxPool"])
@many
@given(data=st.data())
def test_adaptive_pool(name: str, rank: int, data: st.DataObject) -> None:
    """Any size; null keeps the input's, except along a sequence."""
    entry = st.integers(1, 9) | st.none()
    listed = st.lists(entry, min_size=rank, max_size=rank)
    values = {"output_size": data.draw(st.integers(1, 9) | listed)}
    shape = data.draw(images(rank, HIGH[rank - 1]))
    compare(f"{name}{rank}d", values, shape, data.draw(dtypes))
