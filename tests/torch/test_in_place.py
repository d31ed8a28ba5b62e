"""Where archc does not warn, in-place ops change nothing; where it warns, they mostly do."""

from __future__ import annotations

import copy
from collections import Counter
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
import torch
from random_in_place import SHAPE, spec
from test_op_examples import node_of
from torch import Tensor, nn

import archc
from archc import ops
from archc.diag import codes
from archc.ir.op import IN_PLACE, Op

SHARDS, EACH = 6, 50
KINDS = [kind for kind in ops.all_ops() if IN_PLACE in kind.model_fields]
REFUSED = "more than one element of the written-to tensor refers to a single memory location"


def run(model: nn.Module, x: Tensor, *, training: bool) -> list[Tensor]:
    """What a model gives, nothing of which is overwritten any more."""
    torch.manual_seed(0)
    with torch.no_grad():
        return [t.clone() for t in flat(model.train(training)(x))]


def flat(result: Any) -> list[Tensor]:
    if isinstance(result, Tensor):
        return [result]
    return [] if result is None else [tensor for part in result for tensor in flat(part)]


def alike(some: list[Tensor], others: list[Tensor]) -> bool:
    """Equal but for rounding: kernels differ by how a tensor lies in memory."""
    pairs = zip(some, others, strict=True)
    return all(torch.allclose(a, b, rtol=1e-4, atol=1e-5) for a, b in pairs)


def out_of_place(model: nn.Module) -> nn.Module:
    """The same model, each module with memory of its own."""
    other = copy.deepcopy(model)
    for module in other.modules():
        if hasattr(module, IN_PLACE):
            setattr(module, IN_PLACE, False)
    return other


def is_harmed(model: nn.Module, *, training: bool) -> bool:
    """Whether in-place ops change a result, the input, or what the model holds."""
    x = torch.randn(SHAPE, generator=torch.Generator().manual_seed(1))
    used, given = copy.deepcopy(model), x.clone()
    try:
        found = run(used, given, training=training)
    except RuntimeError as error:
        assert REFUSED in str(error)  # noqa: PT017 - torch says it, for what blocks give as well
        return False
    wanted = run(out_of_place(model), x.clone(), training=training)
    held = zip(used.state_dict().values(), model.state_dict().values(), strict=True)
    kept = all(torch.equal(now, before) for now, before in held)
    return not (alike(found, wanted) and torch.equal(given, x) and kept)


@pytest.mark.parametrize("shard", range(SHARDS))
def test_what_is_overwritten_and_read_is_warned_of(shard: int, tmp_path: Path) -> None:
    file, counts = tmp_path / "drawn.yaml", Counter[tuple[bool, bool]]()
    for number in range(shard * EACH, (shard + 1) * EACH):
        file.write_text(spec(number))
        found = {d.code for d in archc.check(file)}
        if codes.ONE_ELEMENT in found:
            continue
        model = archc.load(file).build()
        harmed = [is_harmed(model, training=training) for training in (False, True)]
        warned = codes.OVERWRITTEN in found
        assert warned or not any(harmed), f"spec {number}"
        counts[warned, any(harmed)] += 1
    assert counts[True, True] > counts[True, False] > 0
    assert counts[False, False] > EACH / 4


def module_of(kind: type[Op]) -> nn.Module:
    """The example's module, told to overwrite."""
    node = node_of(kind)
    values = {k: v for k, v in node.items() if k not in {"op", "from", IN_PLACE}}
    module = getattr(nn, kind.__name__)(**values, inplace=True)
    assert isinstance(module, nn.Module)
    return module


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_such_op_overwrites_and_refuses_what_is_expanded(kind: type[Op]) -> None:
    x = torch.randn(kind.example_inputs[0])
    before = x.clone()
    result = module_of(kind)(x)
    same = result.untyped_storage().data_ptr() == x.untyped_storage().data_ptr()
    assert kind.model_validate({**_values(kind), IN_PLACE: True}).overwrites() == same
    assert torch.equal(x, before) != same
    wide = torch.randn(1, *x.shape[1:]).expand_as(x)
    with (
        pytest.raises(RuntimeError, match=REFUSED) if same and kind.checks_memory else nullcontext()
    ):
        module_of(kind)(wide)


def _values(kind: type[Op]) -> dict[str, Any]:
    return {k: v for k, v in node_of(kind).items() if k not in {"op", "from"}}


@pytest.mark.parametrize(
    ("view", "certain"),
    [
        ("Identity", True),
        ("{op: Permute, dims: [0, 2, 1]}", True),
        ("{op: Slice, dim: 2, end: 2}", True),
        ("{op: Select, dim: 1, index: 0}", False),
        ("{op: Narrow, dim: 1, start: 0, length: 1}", False),
        ("{op: Unsqueeze, dim: 0}", True),
        ("{op: Expand, size: [2, -1, -1, -1]}", True),
        ("{op: Add, other: 1}", False),
    ],
)
def test_views_of_what_is_expanded(view: str, tmp_path: Path, *, certain: bool) -> None:
    """What is refused is refused by torch, and what is not runs."""
    file = tmp_path / "spec.yaml"
    text = (
        "input: [2, 1, 6]\n"
        "layers:\n"
        "  fc: {op: Linear, out_features: 6}\n"
        "  wide: {op: Expand, size: [-1, 4, -1]}\n"
        f"  view: {view}\n"
        "  act: {op: ReLU, inplace: INPLACE}\n"
    )
    file.write_text(text.replace("INPLACE", "true"))
    found = [d.code for d in archc.check(file)]
    assert found == [codes.ONE_ELEMENT] * certain
    file.write_text(text.replace("INPLACE", "false"))
    model = archc.load(file).build()
    for module in model.modules():
        if isinstance(module, nn.ReLU):
            module.inplace = True
    with torch.no_grad():
        if not certain:
            model(torch.randn(2, 1, 6))
            return
        with pytest.raises(RuntimeError, match=REFUSED):
            model(torch.randn(2, 1, 6))
