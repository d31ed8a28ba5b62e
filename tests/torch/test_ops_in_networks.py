"""Networks of attention, recurrence and run-time sizes run, trace, export and compile."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from archc.api import load
from archc.backends.torch.build import build
from archc.backends.torch.verify import verify

pytestmark = pytest.mark.filterwarnings("ignore")

ATTENTION = """
archc: 1
name: attention
input: [N, T, 32]
dims: {T: 10}
layers:
  cut: {op: Slice, dim: 2, end: 1}
  below: {op: Less, other: -9}
  absent: {op: Squeeze, dim: 2}
  padded:
    op: MultiheadAttention
    num_heads: 4
    batch_first: true
    dropout: 0.1
    from: {query: input, key_padding_mask: absent}
  causal:
    {op: MultiheadAttention, num_heads: 4, batch_first: true, is_causal: true, need_weights: true}
  add: {op: Add, from: [causal, input]}
  drop: {op: StochasticDepth, p: 0.2}
  heads: {op: Rearrange, pattern: b t (h d) -> b h t d, sizes: {h: 4}}
  dot: {op: ScaledDotProductAttention, dropout_p: 0.1, is_causal: true, from: [heads, heads, heads]}
  joined: {op: Rearrange, pattern: b h t d -> b t (h d)}
  encoder:
    {op: TransformerEncoderLayer, nhead: 4, dim_feedforward: 8, batch_first: true, is_causal: true}
  decoder:
    op: TransformerDecoderLayer
    nhead: 4
    dim_feedforward: 16
    batch_first: true
    from: {tgt: encoder, memory: input, memory_key_padding_mask: absent}
outputs: {decoder: decoder, weights: causal.weights}
"""

RECURRENT = """
archc: 1
name: recurrent
input: [N, T, 8]
dims: {T: 5}
layers:
  lstm: {op: LSTM, hidden_size: 6, batch_first: true, bidirectional: true, num_layers: 2}
  h: {op: Slice, dim: 0, start: 3, from: lstm.h}
  c: {op: Slice, dim: 0, start: 3, from: lstm.c}
  again: {op: LSTM, hidden_size: 6, batch_first: true, from: [lstm, h, c]}
  gru: {op: GRU, hidden_size: 4, batch_first: true}
  rnn: {op: RNN, hidden_size: 4, batch_first: true, from: [gru, gru.h]}
  last: {op: Select, dim: 1, index: -1}
  cell: {op: Mean, dim: 0, from: again.c}
outputs: {last: last, cell: cell}
"""

SIZES = """
archc: 1
name: sizes
params: {patch: 4}
input: [N, 3, H, W]
dims: {H: 16, W: 24}
layers:
  patches:
    op: Rearrange
    pattern: n c (h p) (w q) -> n (h w) (c p q)
    sizes: {p: patch, q: patch}
  proj: {op: Linear, out_features: 32}
  places: {op: Arange, end: in.shape.1}
  embed: {op: Embedding, num_embeddings: 100, embedding_dim: 32}
  add: {op: Add, from: [proj, embed]}
  back: {op: Rearrange, pattern: n (h w) c -> n c h w, sizes: {h: H // patch}}
  up: {op: Interpolate, mode: bilinear, from: {input: back, like: input}}
  pad: {op: Pad, pad: [0, -W % 8, 0, -H % 8]}
  last: {op: Permute, dims: [0, 2, 3, 1]}
  attend: {op: ShiftedWindowAttention, window_size: 4, shift_size: 2, num_heads: 4}
  top: {op: Slice, end: 1}
  cut: {op: Narrow, dim: 2, start: 0, length: W}
  rows: {op: Expand, size: [N, H, W, 32]}
outputs: {attend: attend, rows: rows}
"""

CHAIN = """
archc: 1
name: chain
input: [N, T, 16]
dims: {T: 6}
layers:
  - {op: LSTM, hidden_size: 16, batch_first: true}
  - {op: MultiheadAttention, num_heads: 2, batch_first: true}
  - {op: TransformerEncoderLayer, nhead: 2, batch_first: true, dim_feedforward: 8}
  - {op: StochasticDepth, p: 0.5}
  - Abs
  - {op: TopK, k: 3}
"""

AGAIN = """
archc: 1
name: again
input: [N, T, 16]
dims: {T: 6}
blocks:
  Layer:
    params: {p: float, drop: float, heads: 2}
    layers:
      attn: {op: MultiheadAttention, num_heads: heads, batch_first: true}
      dp: {op: StochasticDepth, p: p}
      add: {op: Add, from: [dp, input]}
      dot: {op: ScaledDotProductAttention, dropout_p: drop, from: [add, add, add]}
      cut: {op: Slice, end: in.shape.1 - 1}
layers:
  a: {op: Layer, p: 0.1, drop: 0.2}
  b: {op: Layer, p: 0.3, drop: 0.1, heads: 4}
  m: {op: MultiheadAttention, num_heads: 2, batch_first: true, repeat: 2}
  n: {op: Call, module: m.0}
  lstm: {op: LSTM, hidden_size: 16, batch_first: true, repeat: 2, shared: true}
  exp: Tanh
  neg: Neg
  more: {op: Call, module: neg}
  last: {op: Layer, p: 0.1, drop: 0.2, repeat: 2, shared: true}
"""


def made(text: str, tmp_path: Path) -> nn.Module:
    """The network, every shape of which torch confirms."""
    path = tmp_path / "spec.yaml"
    path.write_text(text)
    network = load(path).network
    model = build(network)
    assert verify(network, model).mismatches == ()
    return model


def same(a: object, b: object) -> bool:
    """Whether two results are close, tensor by tensor."""
    ones, others = ([x] if isinstance(x, Tensor) else list(x) for x in (a, b))  # type: ignore[call-overload]
    pairs = zip(ones, others, strict=True)
    return all(torch.allclose(x, y, atol=1e-5) for x, y in pairs)


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        (ATTENTION, (2, 7, 32)),
        (RECURRENT, (2, 7, 8)),
        (SIZES, (2, 3, 8, 20)),
        (CHAIN, (2, 5, 16)),
        (AGAIN, (2, 7, 16)),
    ],
    ids=["attention", "recurrent", "sizes", "chain", "again"],
)
def test_a_network_traces_and_exports(text: str, shape: tuple[int, ...], tmp_path: Path) -> None:
    """In training and outside; the same values each way."""
    model, x = made(text, tmp_path), torch.randn(shape)
    torch.fx.symbolic_trace(model)(x)
    model.eval()
    wanted = model(x)
    assert same(wanted, torch.fx.symbolic_trace(model)(x))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exported = torch.export.export(model, (x,))
    assert same(wanted, exported.module()(x))
    half = model.to(torch.bfloat16)(x.to(torch.bfloat16))
    assert all(part.shape == whole.shape for part, whole in zip(half, wanted, strict=True))


@pytest.mark.parametrize("text", [ATTENTION, SIZES], ids=["attention", "sizes"])
def test_a_network_compiles_as_one_graph(text: str, tmp_path: Path) -> None:
    """All but recurrent networks, which torch.compile does not take."""
    model = made(text, tmp_path).eval()
    x = torch.randn((2, 7, 32) if text is ATTENTION else (2, 3, 8, 20))
    compiled = torch.compile(model, fullgraph=True, backend="eager")
    assert same(model(x), compiled(x))


def test_what_was_drawn_is_scaled(tmp_path: Path) -> None:
    """In training, rows of a branch are dropped as a whole or doubled."""
    model = made(CHAIN.replace("- {op: TopK, k: 3}", "- Neg"), tmp_path)
    depth = next(m for m in model.modules() if type(m).__name__ == "StochasticDepth")
    dropped = depth.train()(torch.ones(64, 3))
    assert set(dropped.flatten().tolist()) == {0.0, 2.0}
    assert (dropped == dropped[:, :1]).all()
