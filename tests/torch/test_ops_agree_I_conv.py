"""Convolutions say what torch does."""

from __future__ import annotations

import pytest
from agree import agree, many
from draws import Values, axes_but, dtypes, images, mostly_right, sides, some, tupled
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from archc.ops import find

RANKS = pytest.mark.parametrize("rank", [1, 2, 3])


def common(rank: int) -> dict[str, st.SearchStrategy[object]]:
    """The parameters that both kinds of convolution have."""
    return {
        "stride": sides(rank, 1, 3),
        "dilation": sides(rank, 1, 3),
        "groups": st.sampled_from([1, 2, 3, 4]),
        "bias": st.booleans(),
        "in_channels": st.sampled_from([1, 2, 4]),
    }


def required(rank: int) -> st.SearchStrategy[Values]:
    """The parameters without a default."""
    channels = st.sampled_from([1, 2, 4, 6, 12])
    return st.fixed_dictionaries({"out_channels": channels, "kernel_size": sides(rank, 1, 5)})


def compare(name: str, rank: int, values: Values, shape: tuple[int, ...], dtype: str) -> None:
    """The convolution as archc and as torch have it; the channels alone must be fixed."""
    full = {"in_channels": shape[-rank - 1], **tupled(values)}
    kind = find(name)
    assert kind is not None
    free = axes_but(shape, -rank - 1)
    agree(kind, values, [shape], lambda: getattr(nn, name)(**full), dtypes=[dtype], free=free)


@RANKS
@many
@given(data=st.data())
def test_convolution(rank: int, data: st.DataObject) -> None:
    """Kernels, strides, paddings of every mode, dilations, groups."""
    padding = st.sampled_from(["same", "valid"]) | sides(rank, 0, 4)
    mode = st.sampled_from(["zeros", "zeros", "reflect", "replicate", "circular"])
    values = data.draw(some(padding=padding, padding_mode=mode, **common(rank)))
    values |= data.draw(required(rank))
    shape = data.draw(images(rank, (12, 9, 6)[rank - 1]))
    mostly_right(data, values, {"in_channels": shape[-rank - 1]})
    compare(f"Conv{rank}d", rank, values, shape, data.draw(dtypes))


@RANKS
@many
@given(data=st.data())
def test_transposed_convolution(rank: int, data: st.DataObject) -> None:
    """Output paddings too."""
    extra = {"padding": sides(rank, 0, 4), "output_padding": sides(rank, 0, 3)}
    values = data.draw(some(**extra, **common(rank))) | data.draw(required(rank))
    shape = data.draw(images(rank, (12, 6, 4)[rank - 1]))
    mostly_right(data, values, {"in_channels": shape[-rank - 1]})
    compare(f"ConvTranspose{rank}d", rank, values, shape, data.draw(dtypes))
