"""Specs with in-place ops and views, each drawn from its number.

Values pass through blocks, groups, repeats, shared modules and calls; some nodes are there in
training only, some tensors stay from call to call.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from math import prod
from random import Random
from typing import Any

Shape = tuple[int, ...]
SHAPE: Shape = (2, 4, 6)
"""What a network and its blocks take."""

ACTS = ("ReLU", "LeakyReLU", "ELU", "SiLU", "Hardswish", "Hardtanh", "Mish", "CELU")


@dataclass
class Layers:
    """Nodes in order, and the values that the next ones can take."""

    random: Random
    blocks: dict[str, Any]
    values: dict[str, Shape] = field(default_factory=dict)
    nodes: dict[str, Any] = field(default_factory=dict)
    callable: dict[str, tuple[Shape, Shape]] = field(default_factory=dict)
    """Nodes of one input that may be applied again, and what they make of what."""
    depth: int = 0

    def add(self, node: Any, **outputs: Shape) -> str:
        """A node under a new name; its outputs by the end of their paths."""
        name = f"n{len(self.nodes)}"
        self.nodes[name] = node
        for end, shape in outputs.items():
            self.values[f"{name}.{end.removeprefix('_')}" if end != "one" else name] = shape
        return name

    def pick(self, shape: Shape | None = None) -> tuple[str, Shape]:
        """A value, of late ones more often."""
        known = [(n, s) for n, s in self.values.items() if shape in {None, s}]
        return known[max(self.random.randrange(len(known)) for _ in range(2))]

    def step(self) -> None:
        """One node more."""
        choices = [self.act] * 5 + [self.view] * 5 + [self.linear] * 3 + [self.merge] * 4
        choices += [self.again, self.again, self.state, self.dropout]
        if self.depth < 2:
            choices += [self.block] * 3
        self.random.choice(choices)()

    def one(self, node: dict[str, Any], at: str, before: Shape, after: Shape) -> None:
        """A node with one input and one output, now and then in training only."""
        node["from"] = at
        if before == after and self.random.random() < 0.1:
            node["when"] = "training"
        name = self.add(node, one=after)
        if "when" not in node:
            self.callable[name] = (before, after)

    def act(self) -> None:
        """An activation, mostly in place."""
        at, shape = self.pick()
        node: dict[str, Any] = {"op": self.random.choice(ACTS)}
        if self.random.random() < 0.6:
            node["inplace"] = True
        self.one(node, at, shape, shape)

    def dropout(self) -> None:
        """Half of what comes in, which is a shift of the exponent for the rest."""
        at, shape = self.pick()
        node = {"op": "Dropout", "p": self.random.choice([0, 0.5])}
        self.one({**node, "inplace": self.random.random() < 0.5}, at, shape, shape)

    def linear(self) -> None:
        """New memory."""
        at, shape = self.pick()
        if shape:
            self.one({"op": "Linear", "out_features": shape[-1]}, at, shape, shape)

    def merge(self) -> None:
        """Two values of one shape."""
        at, shape = self.pick()
        other, _ = self.pick(shape)
        op = self.random.choice(["Add", "Multiply", "Maximum"])
        sources = [at, other] if self.random.random() < 0.9 else [at]
        self.add({"op": op, "from": sources}, one=shape)

    def again(self) -> None:
        """An earlier node once more, or one module applied several times."""
        if not self.callable:
            return
        name, (before, after) = self.random.choice(sorted(self.callable.items()))
        if before in self.values.values():
            at, _ = self.pick(before)
            self.add({"op": "Call", "module": name, "from": at}, one=after)

    def state(self) -> None:
        """A tensor that stays from call to call."""
        op = self.random.choice(["Parameter", "Buffer"])
        value: Any = 0.5
        self.add({"op": op, "shape": list(SHAPE), "value": value}, one=SHAPE)

    def view(self) -> None:
        """Something that copies nothing, or seldom."""
        at, shape = self.pick()
        views = [
            {"op": "Identity"},
            {"op": "Unsqueeze", "dim": 0},
            {"op": "Cast", "dtype": "float32"},
        ]
        ends = [shape, (1, *shape), shape]
        rank = len(shape)
        if rank:
            dims = self.random.sample(range(rank), rank)
            views.append({"op": "Permute", "dims": dims})
            ends.append(tuple(shape[d] for d in dims))
            views.append({"op": "Reshape", "shape": [prod(shape)]})
            ends.append((prod(shape),))
            views.append({"op": "Squeeze"})
            ends.append(tuple(s for s in shape if s != 1))
        if rank > 1:
            views.append({"op": "Flatten", "start_dim": rank - 2})
            ends.append((*shape[:-2], shape[-2] * shape[-1]))
            views.append({"op": "Transpose", "dim0": 0, "dim1": -1})
            ends.append((shape[-1], *shape[1:-1], shape[0]))
        if rank < 4:
            views.append({"op": "Expand", "size": [2, *shape]})
            ends.append((2, *shape))
        chosen = self.random.randrange(len(views) + 4)
        if chosen < len(views):
            self.one(views[chosen], at, shape, ends[chosen])
        elif rank:
            self.part(at, shape)

    def part(self, at: str, shape: Shape) -> None:
        """A part of a value, or all of them."""
        dim = self.random.randrange(len(shape))
        size = shape[dim]
        half = (*shape[:dim], size // 2, *shape[dim + 1 :])
        less = (*shape[:dim], *shape[dim + 1 :])
        kind = self.random.randrange(5)
        if kind == 0 and size % 2 == 0:
            op = self.random.choice(
                [{"op": "Chunk", "chunks": 2}, {"op": "Split", "split_size_or_sections": size // 2}]
            )
            self.add({**op, "dim": dim, "from": at}, _0=half, _1=half)
        elif kind == 1 and size <= 4:
            self.add(
                {"op": "Unbind", "dim": dim, "from": at}, **{f"_{k}": less for k in range(size)}
            )
        elif kind == 2:
            self.one(
                {"op": "Select", "dim": dim, "index": self.random.randrange(size)}, at, shape, less
            )
        elif size > 1:
            start = self.random.choice([0, size - size // 2])
            node = {"op": "Narrow", "dim": dim, "start": start, "length": size // 2}
            if kind == 3:
                node = {"op": "Slice", "dim": dim, "start": start, "end": start + size // 2}
            self.one(node, at, shape, half)

    def block(self) -> None:
        """A block of its own, or a group, used once or in a row."""
        kind = self.random.choice(["one", "two", "group"])
        inputs = ["x", "y"] if kind == "two" else ["input"]
        inner = Layers(self.random, self.blocks, dict.fromkeys(inputs, SHAPE), depth=self.depth + 1)
        for _ in range(self.random.randint(1, 5)):
            inner.step()
        if not inner.nodes:
            return
        sources = [self.pick(SHAPE)[0] for _ in inputs]
        source: Any = sources if kind == "two" else sources[0]
        if kind == "group":
            inner.linear_to_end()
            self.add({"from": source, "layers": inner.nodes}, one=inner.values[[*inner.nodes][-1]])
            return
        outputs = inner.outputs(self.random.choice([1, 1, 2]))
        block: dict[str, Any] = {
            "layers": inner.nodes,
            "outputs": {f"o{k}": n for k, n in enumerate(outputs)},
        }
        if kind == "two":
            block["inputs"] = inputs
        name = f"B{len(self.blocks)}"
        self.blocks[name] = block
        shapes = [inner.values[n] for n in outputs]
        node: dict[str, Any] = {"op": name, "from": source}
        if shapes[0] == SHAPE:
            row = self.random.randrange(6)
            node |= {"repeat": 2} if row < 2 else {"repeat": 2, "shared": True} if row == 2 else {}
        ends = (
            {"one": shapes[0]} if len(shapes) == 1 else {f"o{k}": s for k, s in enumerate(shapes)}
        )
        made = self.add(node, **ends)
        if kind == "one" and len(shapes) == 1 and "repeat" not in node:
            self.callable[made] = (SHAPE, shapes[0])

    def linear_to_end(self) -> None:
        """A last node with one output, which a group gives."""
        at, shape = self.pick()
        self.add({"op": "Identity", "from": at}, one=shape)

    def outputs(self, count: int) -> list[str]:
        """Values to give."""
        return [self.pick()[0] for _ in range(count)]


def spec(number: int) -> str:
    """The spec of this number."""
    random = Random(number)
    blocks: dict[str, Any] = {}
    layers = Layers(random, blocks, {"input": SHAPE})
    if random.random() < 0.8:
        layers.linear()
    for _ in range(random.randint(3, 8)):
        layers.step()
    layers.linear()
    outputs = [n for n in layers.outputs(random.randint(1, 3)) if n != "input"] or [
        [*layers.nodes][-1]
    ]
    return json.dumps(
        {
            "archc": 1,
            "name": "drawn",
            "input": list(SHAPE),
            "blocks": blocks or {"Unused": {"layers": ["ReLU"]}},
            "layers": layers.nodes,
            "outputs": {f"o{k}": n for k, n in enumerate(outputs)},
        }
    )
