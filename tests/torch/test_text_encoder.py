"""The encoder of the zoo is torch's own between its embedding and its head."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import nn

import archc

SPEC = Path(__file__).parents[2] / "specs/text_encoder.yaml"


def test_torchs_weights_load_and_padding_is_not_seen() -> None:
    torch.manual_seed(0)
    ours = archc.build(SPEC, depth=2, width=16, heads=2, vocab=30, longest=9).eval()
    layer = nn.TransformerEncoderLayer(16, 2, 64, 0.1, "gelu", batch_first=True)
    theirs = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False).eval()
    ours.encoder.load_state_dict(theirs.state_dict(), strict=True)
    tokens = torch.tensor([[3, 4, 5, 0, 0], [7, 8, 9, 10, 11]])
    x = torch.cat([ours.class_token.expand(2, -1, -1), ours.words(tokens)], 1) + ours.table[:6]
    mask = nn.functional.pad(tokens == 0, (1, 0))
    wanted = theirs(ours.norm(x), src_key_padding_mask=mask)[:, 0]
    wanted = ours.classifier(ours.pooler(wanted))
    torch.testing.assert_close(ours(tokens), wanted)
    short = ours(tokens[:1, :3])
    torch.testing.assert_close(ours(tokens)[:1], short)


def test_texts_that_are_too_long_are_refused() -> None:
    model = archc.build(SPEC, depth=1, longest=9, width=16)
    assert model(torch.ones(1, 8, dtype=torch.int64)).shape == (1, 2)
    with pytest.raises(ValueError, match="T <= 8 must hold"):
        model(torch.ones(1, 9, dtype=torch.int64))
