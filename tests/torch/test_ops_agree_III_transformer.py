"""The layers of the transformer say what torch does."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from agree import Shape, agree, many
from draws import Values, some
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn

from archc.ops import transformer

pytestmark = pytest.mark.filterwarnings("ignore")

ENCODER = (
    *[("src",)] * 4,
    *[("src", "src_mask"), ("src", "src_key_padding_mask")],
    ("src", "src_mask", "src_key_padding_mask"),
)
DECODER = (
    *[("tgt", "memory")] * 4,
    *[("tgt", "memory", "tgt_mask"), ("tgt", "memory", "memory_key_padding_mask")],
    ("tgt", "memory", "memory_mask", "tgt_key_padding_mask"),
    ("tgt", "memory", "tgt_mask", "memory_mask", "memory_key_padding_mask"),
)


def values_of(draw: Any) -> Values:
    """Parameters, good ones mostly."""
    flag = st.booleans()
    values: Values = draw(
        some(
            activation=st.sampled_from(["relu", "gelu"]),
            layer_norm_eps=st.just(1e-3),
            batch_first=flag,
            norm_first=flag,
            bias=flag,
        )
    )
    values["nhead"] = draw(st.sampled_from([1, 2, 2, 3]))
    values["dim_feedforward"] = draw(st.integers(1, 5))
    return values


def shapes_of(draw: Any, values: Values) -> dict[str, Shape]:
    """Shapes that fit, but for what is now and then another."""
    features = draw(st.sampled_from([4, 4, 6]))
    batch, length, seen = (draw(st.integers(1, 3)) for _ in range(3))
    batched = draw(st.integers(0, 4)) > 0
    heads = batch * values["nhead"] if batched else values["nhead"]

    def sequence(size: int, wide: int) -> Shape:
        if not batched:
            return (size, wide)
        return (batch, size, wide) if values.get("batch_first") else (size, batch, wide)

    front = draw(st.sampled_from([(), (), (heads,)]))
    rows = (batch,) if batched else ()
    found = {
        "src": sequence(length, features),
        "src_mask": (*front, length, length),
        "src_key_padding_mask": (*rows, length),
        "tgt": sequence(length, features),
        "memory": sequence(seen, draw(st.sampled_from([features] * 7 + [3]))),
        "tgt_mask": (*front, length, length),
        "memory_mask": (*front, length, seen),
        "tgt_key_padding_mask": (*rows, length),
        "memory_key_padding_mask": (*rows, seen),
    }
    return {name: twisted(draw, shape) for name, shape in found.items()}


def twisted(draw: Any, shape: Shape) -> Shape:
    """The shape, with a size that is now and then another."""
    if draw(st.integers(0, 15)) == 0:
        place = draw(st.integers(0, len(shape) - 1))
        return (*shape[:place], draw(st.integers(1, 5)), *shape[place + 1 :])
    return shape


def compare(
    data: st.DataObject, kind: Any, made: type[nn.Module], every: Any, flag: str, mask: str
) -> None:
    draw = data.draw
    ports, values = draw(st.sampled_from(every)), values_of(draw)
    shapes = shapes_of(draw, values)
    running = draw(some(**{flag: st.booleans()}))
    given_ = [shapes[port] for port in ports]
    full: Values = {"d_model": given_[0][-1], "dropout": 0.0, **values}

    def make() -> nn.Module:
        module = made(**full)
        plain = module.forward

        def forward(*ins: Tensor) -> Any:
            named = dict(zip(ports, ins, strict=True))
            firsts = [named.pop(p) for p in ports if not p.endswith("mask")]
            x = firsts[0]
            if running.get(flag) and mask not in named:
                length = x.shape[1 if values.get("batch_first") and x.ndim == 3 else 0]
                ones = torch.ones(length, length, dtype=torch.bool, device=x.device)
                named[mask] = ones.triu(1)
            return plain(*firsts, **named, **running)

        module.forward = forward  # type: ignore[method-assign]
        return module

    one = draw(st.sampled_from(["bool", "float32"]))
    kinds = [one if port.endswith("mask") else "float32" for port in ports]
    firsts = [i for i, port in enumerate(ports) if not port.endswith("mask")]
    free = {(i, axis) for i in firsts for axis in range(len(given_[i]) - 1)}
    given_values = {**values, **running, "dropout": 0.0}
    agree(kind, given_values, given_, make, dtypes=kinds, free=free, ports=ports)


@many
@given(data=st.data())
def test_encoder_layer(data: st.DataObject) -> None:
    kind = transformer.TransformerEncoderLayer
    compare(data, kind, nn.TransformerEncoderLayer, ENCODER, "is_causal", "src_mask")


@many
@given(data=st.data())
def test_decoder_layer(data: st.DataObject) -> None:
    kind = transformer.TransformerDecoderLayer
    compare(data, kind, nn.TransformerDecoderLayer, DECODER, "tgt_is_causal", "tgt_mask")
