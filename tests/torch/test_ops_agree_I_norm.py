"""Norms say what torch does outside training."""

from __future__ import annotations

import pytest
from agree import agree, many
from draws import Shape, Values, axes_but, dtypes, images, mostly_right, shapes, some
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from archc.ops import find, layer_norm

RANKS = pytest.mark.parametrize("rank", [1, 2, 3])
EPS = st.sampled_from([0, 1e-3, 0.5])
"""Never negative: archc refuses that everywhere, torch in batch norms only."""
HALVES = st.sampled_from(["float16", "bfloat16"])
"""Which norms take them beside weights of float32 depends on the device, but for the RMS norm's."""


def compare(name: str, values: Values, found: Values, shape: Shape, dtype: str, *kept: int) -> None:
    """The norm as archc and as torch have it, with `found` where archc infers."""
    kind = find(name)
    assert kind is not None
    agree(
        kind,
        values,
        [shape],
        lambda: getattr(nn, name)(**(found | values)),
        dtypes=[dtype],
        free=axes_but(shape, *kept),
        flops=False,
    )


def statistical() -> st.SearchStrategy[Values]:
    """The parameters of the norms with running statistics."""
    return some(
        num_features=st.sampled_from([2, 4]),
        eps=EPS,
        momentum=st.sampled_from([0.1, 1, 0.0]),
        affine=st.booleans(),
        track_running_stats=st.booleans(),
        bias=st.booleans(),
    )


@RANKS
@many
@given(data=st.data())
def test_batch_norm(rank: int, data: st.DataObject) -> None:
    """A one-dimensional one takes two ranks, and no statistics need two values."""
    values = data.draw(statistical())
    if data.draw(st.booleans()):
        values["momentum"] = None
    if data.draw(st.integers(0, 9)) == 0:
        values["eps"] = -1.0
    shape = data.draw(images(rank, 3) | shapes(1, 6))
    channels = shape[1] if len(shape) > 1 else 1
    found = {"num_features": channels}
    mostly_right(data, values, found)
    name = f"BatchNorm{rank}d"
    compare(name, values, found, shape, data.draw(dtypes), 1 - len(shape))


@RANKS
@many
@given(data=st.data())
def test_instance_norm(rank: int, data: st.DataObject) -> None:
    """Without a batch too."""
    values = data.draw(statistical())
    shape = data.draw(images(rank, 3) | shapes(rank, rank + 3))
    found = {"num_features": shape[-rank - 1] if len(shape) > rank else 1}
    mostly_right(data, values, found)
    name = f"InstanceNorm{rank}d"
    compare(name, values, found, shape, data.draw(dtypes), -rank - 1)


@many
@given(data=st.data())
def test_group_norm(data: st.DataObject) -> None:
    """The groups split the channels, and hold more than one value."""
    values = data.draw(
        some(num_channels=st.sampled_from([4, 6]), affine=st.booleans(), bias=st.booleans())
    )
    values["num_groups"] = data.draw(st.sampled_from([1, 1, 2, 2, 3, 4, 6, 8]))
    shape = data.draw(images(2, 3) | shapes(2, 5) | shapes(0, 5))
    found = {"num_channels": shape[1] if len(shape) > 1 else 1}
    mostly_right(data, values, found)
    compare("GroupNorm", values, found, shape, data.draw(dtypes), 1 - len(shape))


@pytest.mark.parametrize("name", ["LayerNorm", "RMSNorm"])
@many
@given(data=st.data())
def test_norm_over_the_last_dimensions(name: str, data: st.DataObject) -> None:
    """One dimension, or several that end the shape."""
    shape = data.draw(shapes(0, 4))
    count = data.draw(st.integers(0, 5))
    optional = {"elementwise_affine": st.booleans()}
    if name == "LayerNorm":
        optional["bias"] = st.booleans()
    values = data.draw(some(**optional))
    if data.draw(st.booleans()):
        ending = list(shape[len(shape) - count :]) if count <= len(shape) else [2] * count
        wrong = data.draw(st.lists(st.sampled_from([1, 2, 3]), min_size=1, max_size=3))
        values["normalized_shape"] = data.draw(st.sampled_from([ending, ending, wrong, 4]))
    found = {"normalized_shape": shape[-1] if shape else 1}
    dtype = data.draw(dtypes | HALVES if name == "RMSNorm" else dtypes)
    compare(name, values, found, shape, dtype, -1)


@many
@given(data=st.data())
def test_layer_norm_of_channels_first(data: st.DataObject) -> None:
    """torchvision's, which takes what has a batch only."""
    from torchvision.models.convnext import LayerNorm2d

    values = data.draw(
        some(eps=EPS, elementwise_affine=st.booleans(), bias=st.booleans())
        | some(normalized_shape=st.sampled_from([2, 4]))
    )
    shape = data.draw(images(2, 3) | shapes(1, 5))
    found = {"normalized_shape": shape[1] if len(shape) > 1 else 1}
    mostly_right(data, values, found)
    agree(
        layer_norm.LayerNorm2d,
        values,
        [shape],
        lambda: LayerNorm2d(**(found | values)),
        dtypes=[data.draw(dtypes)],
        free=axes_but(shape, 1 - len(shape)),
        flops=False,
    )


@many
@given(data=st.data())
def test_local_response_norm(data: st.DataObject) -> None:
    """Any number of neighbours."""
    values = data.draw(some(alpha=st.just(0.5), beta=st.just(1), k=st.just(2.0)))
    values["size"] = data.draw(st.integers(1, 9))
    compare("LocalResponseNorm", values, {}, data.draw(shapes(0, 5)), data.draw(dtypes))
