"""Attention and recurrent networks say what torch does."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from agree import Shape, agree, many
from draws import Values, some
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn

from archc.ops import attention, dot_product, find, window_attention

pytestmark = pytest.mark.filterwarnings("ignore")


def axes(given_: list[Shape], *kept: int) -> set[tuple[int, int]]:
    """All axes of all inputs but those in `kept`, which count from the end."""
    return {
        (i, axis)
        for i, shape in enumerate(given_)
        for axis in range(len(shape))
        if axis - len(shape) not in kept
    }


def twisted(draw: Any, shape: Shape) -> Shape:
    """The shape, with a size that is now and then another."""
    if shape and draw(st.integers(0, 11)) == 0:
        place = draw(st.integers(0, len(shape) - 1))
        return (*shape[:place], draw(st.integers(1, 5)), *shape[place + 1 :])
    return shape


@many
@given(data=st.data())
def test_dot_product(data: st.DataObject) -> None:
    """Batches broadcast, heads are shared, masks of both kinds."""
    draw = data.draw
    rank = draw(st.sampled_from([0, 1, 2, 2, 2]))
    batch = [draw(st.sampled_from([1, 2, 4])) for _ in range(rank)]
    length, seen, wide, out = (draw(st.integers(1, 3)) for _ in range(4))
    values = draw(
        some(is_causal=st.booleans(), scale=st.sampled_from([0.5, 2]), dropout_p=st.just(0.1))
    )
    shared = [draw(st.sampled_from([s, s, 1])) for s in batch]
    if draw(st.integers(0, 2)) == 0:
        values["enable_gqa"] = draw(st.booleans())
    values_of = draw(st.sampled_from([shared, shared, batch, [1, *batch]]))
    given_ = [(*batch, length, wide), (*shared, seen, wide), (*values_of, seen, out)]
    if draw(st.integers(0, 3)) == 0:
        given_[1 + draw(st.booleans())] = draw(
            st.lists(st.integers(1, 3), min_size=1, max_size=4).map(tuple)
        )
    if draw(st.booleans()):
        full = [*batch, length, seen]
        given_.append(
            tuple(draw(st.sampled_from([s, s, s, 1])) for s in full[draw(st.integers(0, 4)) :])
        )
        values.pop("is_causal", None) if draw(st.integers(0, 5)) else None
    given_ = [twisted(draw, shape) for shape in given_]
    kinds = ["float32"] * 3 + [draw(st.sampled_from(["bool", "float32", "float32", "int64"]))]
    if draw(st.integers(0, 11)) == 0:
        kinds[draw(st.integers(0, 2))] = draw(st.sampled_from(["float64", "int64"]))
    function = nn.functional.scaled_dot_product_attention

    def compute(*ins: Tensor) -> Tensor:
        return function(*ins, **{**values, "dropout_p": 0.0})

    free = axes(given_, -3 if values.get("enable_gqa") else -9)
    agree(
        dot_product.ScaledDotProductAttention,
        values,
        given_,
        lambda: compute,
        dtypes=kinds[: len(given_)],
        free=free,
        sufficient=True,
    )


class Attention(nn.MultiheadAttention):
    """torch's own, its inputs by port and its results as the op has them."""

    ports: tuple[str, ...]
    running: Values

    def forward(self, *ins: Tensor) -> Any:  # type: ignore[override]
        given_ = dict(zip(self.ports, ins, strict=True))
        query = given_.pop("query")
        key = given_.pop("key", query)
        value = given_.pop("value", key)
        running = {"need_weights": False, **self.running}
        if running.get("is_causal") and "attn_mask" not in given_:
            places = 1 if self.batch_first and query.ndim == 3 else 0
            size = (query.shape[places], key.shape[places])
            given_["attn_mask"] = torch.ones(size, dtype=torch.bool, device=query.device).triu(1)
        if running.get("is_causal") and (self.bias_k is not None or self.add_zero_attn):
            running["is_causal"] = False
        found = super().forward(query, key, value, **given_, **running)
        return found if running["need_weights"] else found[0]


def shapes_of(draw: Any, ports: tuple[str, ...], values: Values) -> dict[str, Shape]:
    """Shapes that fit, but for what is now and then another."""
    embed = draw(st.sampled_from([4, 4, 8, 6]))
    batch, length, seen = (draw(st.integers(1, 3)) for _ in range(3))
    if "key" not in ports:
        seen = length
    batched = draw(st.integers(0, 4)) > 0
    heads = values["num_heads"]

    def sequence(size: int, features: int) -> Shape:
        if not batched:
            return (size, features)
        return (batch, size, features) if values.get("batch_first") else (size, batch, features)

    mask = draw(st.sampled_from([(), (), (batch * heads if batched else heads,)]))
    wide = {port: draw(st.sampled_from([embed, embed, embed, 3])) for port in ("key", "value")}
    if "value" not in ports and "key" in ports:
        wide["value"] = wide["key"]
    return {
        "query": sequence(length, embed),
        "key": sequence(seen, wide["key"]),
        "value": sequence(seen, wide["value"]),
        "key_padding_mask": (batch, seen) if batched else (seen,),
        "attn_mask": (*mask, length, seen),
    }


PORTS = (
    *[("query",)] * 4,
    ("query", "key"),
    *[("query", "key", "value")] * 3,
    ("query", "key_padding_mask"),
    ("query", "attn_mask"),
    ("query", "key", "value", "attn_mask"),
    ("query", "key", "value", "key_padding_mask", "attn_mask"),
)


@many
@given(data=st.data())
def test_multihead_attention(data: st.DataObject) -> None:
    draw = data.draw
    ports = draw(st.sampled_from(PORTS))
    flag = st.booleans()
    built = draw(some(bias=flag, add_bias_kv=flag, add_zero_attn=flag, batch_first=flag))
    built["num_heads"] = draw(st.sampled_from([1, 2, 2, 4, 3]))
    running = draw(some(need_weights=flag, average_attn_weights=flag, is_causal=flag))
    fitting = shapes_of(draw, ports, built)
    given_ = [twisted(draw, fitting[port]) for port in ports]
    query = given_[0]
    key = given_[1] if "key" in ports else query
    value = given_[2] if "value" in ports else key
    found = {"embed_dim": query[-1], "kdim": key[-1], "vdim": value[-1]}
    values = {**built, **running}
    if draw(st.integers(0, 5)) == 0:
        values["embed_dim"] = draw(st.sampled_from([query[-1], 5]))

    def make() -> Attention:
        module = Attention(
            **{
                **found,
                **built,
                **({"embed_dim": values["embed_dim"]} if "embed_dim" in values else {}),
            }
        )
        module.ports, module.running = ports, running
        return module

    masks = {"bool": 3, "float32": 3, "int64": 1, "float64": 1}
    choices = [name for name, count in masks.items() for _ in range(count)]
    one = draw(st.sampled_from(choices))
    kinds = [one if port.endswith("mask") else "float32" for port in ports]
    if draw(st.integers(0, 11)) == 0:
        kinds[0] = draw(st.sampled_from(["float64", "int64"]))
    agree(
        attention.MultiheadAttention,
        values,
        given_,
        make,
        dtypes=kinds,
        free={(i, a) for i, a in axes(given_, -1) if not ports[i].endswith("mask")},
        ports=ports,
    )


@st.composite
def recurrent(draw: st.DrawFn, name: str) -> Values:
    """The parameters of a recurrent network, good ones mostly."""
    flag = st.booleans()
    values: Values = draw(
        some(
            bias=flag,
            batch_first=flag,
            bidirectional=flag,
            num_layers=st.integers(1, 3),
            dropout=st.sampled_from([0, 0.5]),
        )
    )
    values["hidden_size"] = draw(st.integers(1, 4))
    if name == "RNN":
        values |= draw(some(nonlinearity=st.sampled_from(["tanh", "relu"])))
    if name == "LSTM" and draw(flag):
        values["proj_size"] = draw(st.integers(-1, values["hidden_size"]))
    return values


@st.composite
def sequences(draw: st.DrawFn, name: str, values: Values) -> list[Shape]:
    """An input and perhaps initial states, which fit but for what is now and then another."""
    hidden, projected = values["hidden_size"], values.get("proj_size", 0)
    batch, length, features = (draw(st.integers(1, 3)) for _ in range(3))
    batched = draw(st.integers(0, 3)) > 0
    rows = (batch,) if batched else ()
    x = (*rows, length) if values.get("batch_first") else (length, *rows)
    found: list[Shape] = [(*x, features)]
    if draw(st.booleans()):
        count = values.get("num_layers", 1) * (2 if values.get("bidirectional") else 1)
        sizes = [projected if projected > 0 else hidden, hidden][: 2 if name == "LSTM" else 1]
        found += [(count, *rows, size) for size in sizes]
        found = found[: draw(st.sampled_from([3, 3, 3, 2]))]
    found = [twisted(draw, shape) for shape in found]
    if draw(st.integers(0, 11)) == 0:
        found[0] = draw(st.lists(st.integers(1, 3), max_size=4).map(tuple))
    return found


@pytest.mark.parametrize("name", ["RNN", "LSTM", "GRU"])
@many
@given(data=st.data())
def test_recurrent(name: str, data: st.DataObject) -> None:
    """With initial states and without, forwards and backwards, projected, unbatched."""
    kind = find(name)
    assert kind is not None
    values = data.draw(recurrent(name))
    given_ = data.draw(sequences(name, values))
    found = {"input_size": given_[0][-1] if given_[0] else 1}

    def make() -> nn.Module:
        module: nn.Module = getattr(nn, name)(**found, **values)
        plain = module.forward

        def forward(x: Tensor, *states: Tensor) -> Any:
            if not states:
                return plain(x)
            assert name != "LSTM" or len(states) == 2
            return plain(x, states if name == "LSTM" else states[0])

        module.forward = forward  # type: ignore[method-assign]
        return module

    kinds = ["float32"] * len(given_)
    if data.draw(st.integers(0, 11)) == 0:
        kinds[data.draw(st.integers(0, len(kinds) - 1))] = "float64"
    free = {(0, axis) for axis in range(len(given_[0]) - 1)}
    agree(kind, values, given_, make, dtypes=kinds, free=free)


@many
@given(data=st.data())
def test_window_attention(data: st.DataObject) -> None:
    """torchvision's, for maps of any size."""
    from torchvision.models.swin_transformer import ShiftedWindowAttention

    draw = data.draw
    window = draw(st.lists(st.integers(1, 3), min_size=2, max_size=2))
    shift = [draw(st.integers(0, size - 1)) for size in window]
    values = draw(some(qkv_bias=st.booleans(), proj_bias=st.booleans(), dropout=st.just(0.5)))
    values |= {"window_size": window, "shift_size": shift, "num_heads": draw(st.integers(1, 3))}
    x = tuple(draw(st.integers(1, 7)) for _ in range(3))
    x = (*x, draw(st.sampled_from([2, 4, 6]))) if draw(st.integers(0, 9)) else x
    make = lambda: ShiftedWindowAttention(x[-1], **values)
    agree(window_attention.ShiftedWindowAttention, values, [x], make, free=axes([x], -1))
