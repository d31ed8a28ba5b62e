"""Pads and resampling say what torch does."""

from __future__ import annotations

import pytest
from agree import agree, many
from draws import Shape, Values, axes_but, dtypes, images, shapes, some, tupled
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from archc.ops import find

RANKS = pytest.mark.parametrize("rank", [1, 2, 3])
MODES = ["nearest", "linear", "bilinear", "bicubic", "trilinear", "area", "nearest-exact"]


def compare(name: str, values: Values, shape: Shape, dtype: str, *, free: bool) -> None:
    """The op as archc and as torch have it, whatever is open."""
    kind = find(name)
    assert kind is not None
    agree(
        kind,
        values,
        [shape],
        lambda: getattr(nn, name)(**tupled(values)),
        dtypes=[dtype],
        free=axes_but(shape) if free else None,
        flops=False,
    )


@RANKS
@pytest.mark.parametrize("name", ["Constant", "Zero", "Reflection", "Replication", "Circular"])
@many
@given(data=st.data())
def test_pad(name: str, rank: int, data: st.DataObject) -> None:
    """Negative paddings, and paddings as large as the input."""
    one = st.integers(-4, 6)
    listed = st.lists(one, min_size=2 * rank, max_size=2 * rank)
    gentle = st.lists(st.integers(-1, 2), min_size=2 * rank, max_size=2 * rank)
    values: Values = {"padding": data.draw(one | listed | gentle | gentle)}
    kinds = dtypes
    if name == "Constant":
        values["value"] = data.draw(st.sampled_from([0, 0.5, -1, 200.0, 1e5]))
        kinds = dtypes | st.sampled_from(["uint8", "int8", "float16"])
    shape = data.draw(images(rank, 6) | images(rank, 12) | shapes(0, 5))
    compare(f"{name}Pad{rank}d", values, shape, data.draw(kinds), free=True)


@many
@given(data=st.data())
def test_upsample(data: st.DataObject) -> None:
    """By size or factor, in every mode, on every rank."""
    rank = data.draw(st.integers(1, 3))
    factor = st.sampled_from([2, 1, 0.5, 1.5, 3.0, 0.1, 1.3, 0.25])
    values = data.draw(
        some(
            mode=st.sampled_from(MODES),
            align_corners=st.booleans(),
            recompute_scale_factor=st.booleans(),
        )
    )
    if data.draw(st.integers(0, 3)):
        values["scale_factor"] = data.draw(factor | st.lists(factor, min_size=rank, max_size=rank))
    if data.draw(st.integers(0, 2)) == 0:
        size = st.integers(1, 9)
        values["size"] = data.draw(size | st.lists(size, min_size=rank, max_size=rank))
    shape = data.draw(images(rank, 7) | images(data.draw(st.integers(0, 4)), 5))
    factors = values.get("scale_factor", 1)
    exact = not {0.1, 1.3} & set(factors if isinstance(factors, list) else [factors])
    compare("Upsample", values, shape, data.draw(dtypes), free=exact)


@pytest.mark.parametrize(
    ("name", "parameter"),
    [
        ("PixelShuffle", "upscale_factor"),
        ("PixelUnshuffle", "downscale_factor"),
        ("ChannelShuffle", "groups"),
    ],
)
@many
@given(data=st.data())
def test_shuffle(name: str, parameter: str, data: st.DataObject) -> None:
    """What does not divide is refused."""
    values = {parameter: data.draw(st.sampled_from([1, 2, 3, 4]))}
    shape = data.draw(images(2, 9) | shapes(0, 5))
    compare(name, values, shape, data.draw(dtypes), free=True)
