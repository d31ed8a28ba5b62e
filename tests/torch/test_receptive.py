"""The receptive field that `summary` tells is the one that gradients have."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from archc import ops
from archc.analysis.summary import summarise
from archc.backends.torch.build import build
from archc.ir.graph import Network, Ref
from archc.ir.types import TensorType
from tests.unit.networks import INPUT, body, op

SIDE = 25
EDGES = [2, 1, 1, 2, 1, 1]
PADS = sorted(name for names in ops.TABLE.values() for name in names if "Pad" in name)
MODES = ("constant", "reflect", "replicate", "circular")


def _between(name: str, arguments: dict[str, object], axes: int) -> Network:
    """The op between two convolutions with gaps, so that its own place counts."""
    made = {"out_channels": 4, "kernel_size": 3, "bias": False}
    first = op(f"Conv{axes}d", **made, stride=2)
    last = op(f"Conv{axes}d", **made, dilation=2)
    image = TensorType((1, 4, *[SIDE] * axes))
    nodes = [("first", first, [INPUT]), ("op", op(name, **arguments), [Ref(0)])]
    return Network("made", "", body([*nodes, ("last", last, [Ref(1)])], (image,)), {})


def _measured(network: Network, axes: int) -> tuple[int, ...]:
    """How far apart the first and the last input are that one inner output depends on."""
    module = build(network)
    for part in module.modules():
        for weight in part.parameters(recurse=False):
            nn.init.ones_(weight)
    x = torch.ones(1, 4, *[SIDE] * axes, requires_grad=True)
    y = module(x)
    y[(0, 0, *(size // 2 for size in y.shape[2:]))].backward()
    assert x.grad is not None
    places = x.grad[0].sum(0).nonzero()
    return tuple((places.amax(0) - places.amin(0) + 1).tolist())


def _agree(name: str, arguments: dict[str, object], axes: int) -> None:
    network = _between(name, arguments, axes)
    found = summarise(network).nodes[-1].receptive_field
    assert found == _measured(network, axes) == (11,) * axes


@pytest.mark.parametrize("name", [name for name in PADS if name != "Pad"])
def test_padding_keeps_the_field(name: str) -> None:
    axes = int(name[-2])
    value = {"value": 0.5} if name.startswith("Constant") else {}
    _agree(name, {"padding": EDGES[: 2 * axes], **value}, axes)


@pytest.mark.parametrize("axes", [1, 2, 3])
@pytest.mark.parametrize("mode", MODES)
def test_padding_in_every_mode_keeps_the_field(mode: str, axes: int) -> None:
    _agree("Pad", {"pad": EDGES[: 2 * axes], "mode": mode}, axes)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("ZeroPad2d", {"padding": -1}),
        ("Slice", {"dim": 2, "start": 1, "end": -1}),
        ("Narrow", {"dim": 3, "start": 1, "length": 9}),
        ("ChannelShuffle", {"groups": 2}),
        ("Identity", {}),
        ("Cast", {"dtype": "float32"}),
    ],
)
def test_cutting_and_renaming_keep_the_field(name: str, arguments: dict[str, object]) -> None:
    _agree(name, arguments, 2)


def test_every_padding_op_is_tried() -> None:
    assert {"Pad", "ZeroPad1d", "ConstantPad2d", "ReflectionPad3d", "CircularPad1d"} <= {*PADS}
    assert len(PADS) == 16
