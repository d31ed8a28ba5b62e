"""Random networks of every op there is, each from a number.

An op and its inputs are drawn, its parameters too, and its own shape rule says whether they fit:
what it takes wrongly, torch refuses when the network runs. So an op that is added tomorrow is drawn
tomorrow. Where nothing fits, the op's example is taken, on inputs of its own, and what it gives is
there for the ops that follow. `random_specs` is the other half: few ops in all that the language
can do with them.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from math import prod
from random import Random
from typing import Any

from op_examples import WHOLE, node_of, types_of
from pydantic import ValidationError
from schema_values import NothingToDrawError, arguments

from archc import ops
from archc.ir.op import Op, Rules, Stop, Types
from archc.ir.types import TensorType

TRIES = 12
LARGEST = 8_000
"""Elements of a value, at most."""
INPUTS = (
    ((2, 4, 8, 8), "float32"),
    ((2, 4, 8, 8), "float32"),
    ((2, 6, 8), "float32"),
    ((2, 8), "float32"),
    ((2, 4, 4, 4, 4), "float32"),
    ((2, 6), "int64"),
    ((2, 4, 8, 8), "bool"),
)
BY_VALUE = {*WHOLE, "Gather", "Index", "IndexSelect"}
"""Ops that refuse some values of whole numbers: they get inputs only, which are zeros."""


@cache
def every() -> tuple[type[Op], ...]:
    """All ops."""
    return tuple(ops.all_ops())


example = cache(node_of)


@dataclass(frozen=True)
class Value:
    """What a node may read."""

    ref: str
    type: TensorType


@dataclass
class Drawn:
    """A network so far."""

    rng: Random
    inputs: dict[str, Any] = field(default_factory=dict)
    layers: dict[str, Any] = field(default_factory=dict)
    values: list[Value] = field(default_factory=list)
    used: Counter[str] = field(default_factory=Counter)

    def input(self, kind: TensorType) -> Value:
        """One more input."""
        name = f"x{len(self.inputs)}"
        self.inputs[name] = {"shape": list(kind.shape), "dtype": kind.dtype}
        self.values.append(Value(name, kind))
        return self.values[-1]

    def add(self, kind: type[Op]) -> None:
        """One more node of this op: on values that are there, or its example on new inputs."""
        parts = {k: v for k, v in example(kind).items() if k not in {"op", "from"}}
        for _ in range(TRIES):
            ins = self._some(kind)
            base = parts if self.rng.random() < 0.5 else {}
            try:
                args = arguments(self.rng, kind, base)
            except NothingToDrawError:
                continue
            if self.used["Expand"]:
                args.pop("inplace", None)  # what it repeats cannot be written to
            outs = inferred(kind, args, tuple(v.type for v in ins))
            if outs is not None and _small(outs):
                return self._put(kind, args, [v.ref for v in ins], outs)
        given = types_of(kind)
        outs = inferred(kind, parts, given)
        assert outs is not None, f"the example of {kind.__name__} does not fit its inputs"
        names = [self.input(kind).ref for kind in given]
        return self._put(kind, parts, _as_example(kind, names), outs)

    def _some(self, kind: type[Op]) -> list[Value]:
        """Values for an op to read: the first is a late one, the others are often like it."""
        there = self.values
        if kind.__name__ in BY_VALUE:
            there = [v for v in there if v.ref in self.inputs or v.type.dtype == "float32"]
        first = self.rng.choice(there[-6:])
        alike = [v for v in there if v.type == first.type]
        others = [
            self.rng.choice(self.rng.choice((alike, there))) for _ in range(self._count(kind))
        ]
        return [first, *others[1:]] if others else []

    def _count(self, kind: type[Op]) -> int:
        least = len(kind.ports) - kind.optional_ports
        if kind.variadic:
            return self.rng.randint(max(least, 1), 3)
        return least if kind.any_ports else self.rng.randint(least, len(kind.ports))

    def _put(self, kind: type[Op], args: dict[str, Any], read: Any, outs: Types) -> None:
        name = f"n{len(self.layers)}"
        self.layers[name] = {"op": kind.__name__, **args, **({"from": read} if read else {})}
        self.used[kind.__name__] += 1
        refs = _refs(kind, name, outs)
        self.values += [Value(ref, out) for ref, out in zip(refs, outs, strict=True)]


def _as_example(kind: type[Op], names: list[str]) -> Any:
    """The inputs at the ports that the example names."""
    given = example(kind).get("from")
    return dict(zip(given, names, strict=True)) if isinstance(given, dict) else names


def _refs(kind: type[Op], name: str, outs: Types) -> list[str]:
    if kind.numbered_outputs:
        return [f"{name}.{k}" for k in range(len(outs))]
    if kind.output_names and len(outs) > 1:
        return [f"{name}.{part}" for part in kind.output_names[: len(outs)]]
    return [name]


def inferred(kind: type[Op], args: dict[str, Any], ins: Types) -> Types | None:
    """What an op gives, if it takes these."""
    try:
        op = kind.model_validate(args)
    except ValidationError:
        return None
    rules = Rules()
    try:
        outs = op.infer(ins, rules)
    except Stop:
        return None
    return None if rules.broken else outs


def _small(outs: Types) -> bool:
    return all(prod(size for size in out.shape if isinstance(size, int)) <= LARGEST for out in outs)


def network(seed: int) -> tuple[str, Counter[str]]:
    """The spec of a number, and the ops in it."""
    rng = Random(seed)
    drawn = Drawn(rng)
    for shape, dtype in rng.sample(INPUTS, rng.randint(1, 2)):
        drawn.input(TensorType(shape, dtype))
    for _ in range(rng.randint(2, 8)):
        drawn.add(rng.choice(every()))
    outputs = {v.ref.replace(".", "_"): v.ref for v in drawn.values if v.ref not in drawn.inputs}
    spec = {"name": "drawn", "inputs": drawn.inputs, "layers": drawn.layers, "outputs": outputs}
    return json.dumps(spec, indent=1), drawn.used
