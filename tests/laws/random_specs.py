"""Random valid specs: chains, branches, merges, groups, repeats, blocks, as JSON (which is YAML).

The builder keeps its own count of channels and sides, so that what it draws is valid by
construction and archc's inference has something independent to agree with.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

SIDE = 16
"""Height and width of the input."""
MAX_NODES = 9

_CONV = {
    "op": "Conv2d",
    "out_channels": "width",
    "kernel_size": 3,
    "stride": "stride",
    "padding": 1,
}
_SHORT = {"op": "Conv2d", "out_channels": "width", "kernel_size": 1, "stride": "stride"}
BLOCKS: dict[str, Any] = {
    "Residual": {
        "params": {"width": "int", "stride": 1},
        "layers": {
            "conv1": _CONV | {"bias": False},
            "bn1": "BatchNorm2d",
            "act": {"op": "ReLU", "inplace": True},
            "conv2": {"op": "Conv2d", "out_channels": "width", "kernel_size": 1},
            "shortcut": {
                "from": "input",
                "when": "stride != 1 or in.channels != width",
                "layers": [_SHORT, "BatchNorm2d"],
            },
            "add": {"op": "Add", "from": ["conv2", "shortcut"]},
            "out": {"op": "Call", "module": "act"},
        },
    },
    "Branches": {
        "params": {"width": "int", "act": {"type": "op", "default": "ReLU"}},
        "layers": {
            "left": {"op": "Conv2d", "out_channels": "width", "kernel_size": 1, "from": "input"},
            "right": {
                "from": "input",
                "layers": {
                    "conv": {
                        "op": "Conv2d",
                        "out_channels": "2 * width",
                        "kernel_size": 3,
                        "padding": "same",
                        "groups": "1 if in.channels % 2 else 2",
                    },
                    "act": "$act",
                },
            },
            "join": {"op": "Concat", "from": ["left", "right.act"]},
        },
    },
}


@dataclass(frozen=True)
class Value:
    """A node that can be named, with what it produces."""

    name: str
    channels: int
    side: int


@dataclass
class Builder:
    """The layers so far."""

    values: list[Value] = field(default_factory=lambda: [Value("input", 4, SIDE)])
    layers: dict[str, Any] = field(default_factory=dict)

    def put(self, node: Any, channels: int, side: int) -> None:
        """Add a node that produces `channels` maps of `side` by `side`."""
        name = f"n{len(self.layers)}"
        self.layers[name] = node
        self.values.append(Value(name, channels, side))


Draw = Callable[[Any], Any]
WIDTHS = st.sampled_from([2, 4, 6])


def _conv(draw: Draw, b: Builder, at: Value) -> None:
    kernel, width = draw(st.sampled_from([1, 3, 5])), draw(WIDTHS)
    node = {"op": "Conv2d", "from": at.name, "out_channels": width, "kernel_size": kernel}
    node["padding"] = draw(st.sampled_from([kernel // 2, "same"]))
    b.put(node, width, at.side)


def _pool(draw: Draw, b: Builder, at: Value) -> None:
    op = draw(st.sampled_from(["MaxPool2d", "AvgPool2d"]))
    ceil = draw(st.booleans())
    side = -(-at.side // 2) if ceil else at.side // 2
    if side:
        node = {"op": op, "from": at.name, "kernel_size": 2, "stride": 2, "ceil_mode": ceil}
        b.put(node, at.channels, side)


def _same(draw: Draw, b: Builder, at: Value) -> None:
    op = draw(st.sampled_from(["BatchNorm2d", "SiLU", "Sigmoid", "Identity", "Dropout"]))
    b.put({"op": op, "from": at.name}, at.channels, at.side)


def _merge(draw: Draw, b: Builder, at: Value) -> None:
    alike = [v for v in b.values if (v.channels, v.side) == (at.channels, at.side)]
    other = draw(st.sampled_from(alike))
    op = draw(st.sampled_from(["Add", "Multiply", "Subtract"]))
    b.put({"op": op, "from": [at.name, other.name]}, at.channels, at.side)


def _concat(draw: Draw, b: Builder, at: Value) -> None:
    near = [v for v in b.values if v.side == at.side]
    chosen = [at, *draw(st.lists(st.sampled_from(near), min_size=1, max_size=3))]
    names = [v.name for v in chosen]
    b.put({"op": "Concat", "from": names}, sum(v.channels for v in chosen), at.side)


def _residual(draw: Draw, b: Builder, at: Value) -> None:
    width, count = draw(WIDTHS), draw(st.integers(1, 3))
    node: dict[str, Any] = {"op": "Residual", "from": at.name, "width": width}
    stride = draw(st.sampled_from([1, 2]))
    if draw(st.booleans()):
        node |= {"repeat": count, "stride": f"{stride} if i == 0 else 1"}
    else:
        node["stride"] = stride
    b.put(node, width, -(-at.side // stride))


def _branches(draw: Draw, b: Builder, at: Value) -> None:
    width = draw(WIDTHS)
    node: dict[str, Any] = {"op": "Branches", "from": at.name, "width": width}
    if draw(st.booleans()):
        node["act"] = draw(st.sampled_from(["Tanh", {"op": "LeakyReLU", "negative_slope": 0.2}]))
    b.put(node, 3 * width, at.side)


def _list(draw: Draw, b: Builder, at: Value) -> None:
    width = draw(WIDTHS)
    items = [
        {"op": "Conv2d", "out_channels": width, "kernel_size": 1},
        {"op": "BatchNorm2d", "when": "in.channels > 2"},
        "ReLU",
    ]
    b.put({"from": at.name, "layers": items}, width, at.side)


def _repeat_group(draw: Draw, b: Builder, at: Value) -> None:
    width = draw(WIDTHS)
    layers = {
        "conv": {"op": "Conv2d", "out_channels": f"{width} + i", "kernel_size": 1},
        "act": {"op": "ReLU", "when": "i != 1"},
    }
    count = draw(st.integers(1, 3))
    b.put({"from": at.name, "repeat": count, "layers": layers}, width + count - 1, at.side)


STEPS = [_conv, _pool, _same, _merge, _concat, _residual, _branches, _list, _repeat_group]


@st.composite
def specs(draw: Draw) -> str:
    """A spec of a few nodes. What no node reads is joined at the end, so that all of it counts."""
    b = Builder()
    for _ in range(draw(st.integers(1, MAX_NODES))):
        step = draw(st.sampled_from(STEPS))
        step(draw, b, draw(st.sampled_from(b.values)))
    outputs = {v.name: v.name for v in b.values[1:]}
    spec: dict[str, Any] = {
        "name": "drawn",
        "input": ["N", 4, "H", "W"],
        "dims": {"H": SIDE, "W": SIDE},
        "blocks": BLOCKS,
        "layers": b.layers or {"n0": "Identity"},
        "outputs": outputs or {"n0": "n0"},
    }
    return json.dumps(spec, indent=1)
