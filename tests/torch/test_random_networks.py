"""Networks of every op: each value has the shape and element type in torch that is inferred."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import torch
from agree import flat
from random_networks import every, network
from shards import shards

from archc.api import load
from archc.backends.torch.build import build

pytestmark = pytest.mark.filterwarnings("ignore")

EACH = 500
"""How often each op occurs in a hundred thousand networks, at least; once in the few of CI."""

KERNELS = {
    "not implemented for": "few kernels of the CPU take half precision, and others do elsewhere",
    "Unsupported memory format": "a 3D pool of a value without a batch that lies in another order",
    "view size is not compatible": "`LocalResponseNorm` of a value that lies in another order",
}
"""What torch refuses for the sake of a kernel, not of shapes or types: one in ten thousand."""


def hold_to_torch(text: str, file: Path) -> None:
    """Every value of a network is what torch computes, and the parameters are as many."""
    file.write_text(text)
    arch = load(str(file))
    model = build(arch.network).eval()
    ins = [torch.zeros(t.shape, dtype=getattr(torch, t.dtype)) for _, t in arch.network.body.inputs]
    try:
        with torch.no_grad():
            outs = flat(model(*ins))
    except RuntimeError as problem:
        if not any(reason in str(problem) for reason in KERNELS):
            raise
        return
    inferred = list(arch.outputs.values())
    assert [tuple(out.shape) for out in outs] == [out.shape for out in inferred]
    assert [f"{out.dtype}" for out in outs] == [f"torch.{out.dtype}" for out in inferred]
    assert arch.summary().to_dict()["params"] == sum(p.numel() for p in model.parameters())


@pytest.mark.parametrize("cases", shards(ci=2_000, long=100_000, size=500))
def test_every_value_is_as_inferred(cases: range, tmp_path: Path) -> None:
    used: Counter[str] = Counter()
    for seed in cases:
        text, ops = network(seed)
        used += ops
        try:
            hold_to_torch(text, tmp_path / "drawn.yaml")
        except Exception as problem:
            raise AssertionError(f"network {seed}:\n{text}") from problem
    least = max(1, EACH * len(cases) // 100_000 - 2)
    assert not [kind.__name__ for kind in every() if used[kind.__name__] < least]
