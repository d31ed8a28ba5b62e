"""Verifying compares every shape, in evaluation and in training, and changes nothing."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest
import torch
from msgspec.structs import replace

from archc.backends.python.emit import emitted
from archc.backends.torch import build, verify
from archc.ir.graph import Body, Network
from archc.ir.types import TensorType
from archc.lower import load

GOLDEN = Path(__file__).parents[2] / "tests" / "golden" / "emit"
SMALL = sorted(path.stem for path in GOLDEN.glob("*.yaml"))


def network(name: str) -> Network:
    found = load(GOLDEN / f"{name}.yaml").network
    assert found is not None
    return found


@pytest.mark.parametrize("name", SMALL)
def test_every_shape_is_compared(name: str) -> None:
    made = network(name)
    outputs = sum(
        len(leaf.outs)
        for leaf in made.leaves()
        if getattr(leaf.op, "family", "") not in {"", "state"}
    )
    verified = verify(made, build(made))
    assert verified.mismatches == ()
    assert verified.count >= outputs


def wrong(body: Body, path: str) -> Body:
    """The body with another type inferred for one of its nodes."""
    items = tuple(
        replace(item, outputs=(TensorType((1, 2, 3)),)) if ".".join(item.path) == path else item
        for item in body.items
    )
    return replace(body, items=items)


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("unet", "mid"),
        ("unet", "pool1"),
        ("shared_head", "sum"),
        ("shared_head", "cat"),
        ("shared_head", "head3"),
        ("shared_head", "branchy.2"),
        ("several_inputs", "flat"),
        ("attention", "pool"),
        ("training_only", "aux.fc"),
    ],
)
def test_a_wrong_shape_is_found(name: str, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made = network(name)
    text = emitted(made)
    module = import_module("archc.backends.torch.verify")
    monkeypatch.setattr(module, "emitted", lambda _: text)
    body = replace(made.body, items=wrong(made.body, path).items)
    verified = verify(replace(made, body=body), build(made))
    found = {mismatch.path for mismatch in verified.mismatches}
    assert found == {"head" if path == "head3" else path}
    assert "inferred [1, 2, 3], torch gives" in str(verified.mismatches[0])


def test_nothing_is_changed() -> None:
    made = network("training_only")
    model = build(made)
    model.get_submodule("trunk").eval()
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    modes = [module.training for module in model.modules()]
    state = torch.get_rng_state()
    verify(made, model)
    assert torch.equal(torch.get_rng_state(), state)
    assert [module.training for module in model.modules()] == modes
    assert all(torch.equal(before[n], t) for n, t in model.state_dict().items())
    assert not any(m._forward_hooks or "forward" in vars(m) for m in model.modules())


def test_on_the_meta_device() -> None:
    made = network("unet")
    assert verify(made, build(made, device="meta")).mismatches == ()


def test_in_half_precision() -> None:
    made = network("unet")
    assert verify(made, build(made, dtype=torch.bfloat16)).mismatches == ()
