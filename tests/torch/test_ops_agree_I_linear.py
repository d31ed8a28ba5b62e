"""Linear layers and embeddings say what torch does."""

from __future__ import annotations

from agree import agree, many
from draws import axes_but, dtypes, mostly_right, shapes, some
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from archc.ops.embedding import Embedding
from archc.ops.linear import Bilinear, Linear


@many
@given(data=st.data())
def test_linear(data: st.DataObject) -> None:
    """Over the last dimension, of any rank."""
    shape = data.draw(shapes(0, 4))
    values = data.draw(some(bias=st.booleans(), in_features=st.sampled_from([2, 4])))
    values["out_features"] = data.draw(st.integers(1, 8))
    found = {"in_features": shape[-1] if shape else 1}
    mostly_right(data, values, found)
    full = found | values
    free = axes_but(shape, -1)
    dtype = data.draw(dtypes)
    agree(Linear, values, [shape], lambda: nn.Linear(**full), dtypes=[dtype], free=free)


@many
@given(data=st.data())
def test_bilinear(data: st.DataObject) -> None:
    """Two inputs, alike but in the last dimension."""
    one, other = data.draw(shapes(0, 3)), data.draw(shapes(0, 3))
    if one and data.draw(st.integers(0, 3)):
        other = (*one[:-1], data.draw(st.integers(1, 6)))
    size = st.sampled_from([2, 4])
    values = data.draw(some(bias=st.booleans(), in1_features=size, in2_features=size))
    values["out_features"] = data.draw(st.integers(1, 8))
    found = {f"in{i + 1}_features": s[-1] if s else 1 for i, s in enumerate((one, other))}
    mostly_right(data, values, found)
    free = {(i, a) for i, s in enumerate((one, other)) for a in range(len(s) - 1)}
    types = [data.draw(dtypes), data.draw(dtypes)] if data.draw(st.booleans()) else ()
    agree(
        Bilinear,
        values,
        [one, other],
        lambda: nn.Bilinear(**(found | values)),
        dtypes=types,
        free=free,
    )


@many
@given(data=st.data())
def test_embedding(data: st.DataObject) -> None:
    """Any shape of numbers, which gain a dimension."""
    shape = data.draw(shapes(0, 4))
    values = data.draw(
        some(
            padding_idx=st.integers(-9, 9),
            max_norm=st.sampled_from([1, 0.5]),
            norm_type=st.sampled_from([1, 2.0]),
            scale_grad_by_freq=st.booleans(),
            sparse=st.booleans(),
        )
    )
    values["num_embeddings"] = data.draw(st.integers(1, 8))
    values["embedding_dim"] = data.draw(st.integers(1, 4))
    dtype = data.draw(st.sampled_from(["int64", "int64", "int64", "int32", "float32", "bool"]))
    free = axes_but(shape)
    agree(Embedding, values, [shape], lambda: nn.Embedding(**values), dtypes=[dtype], free=free)
