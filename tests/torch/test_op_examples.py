"""The example that `archc ops` shows of every op builds, and gives the shapes that it infers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from op_examples import node_of, types_of

from archc import ops
from archc.api import load
from archc.backends.torch.build import build
from archc.backends.torch.verify import verify
from archc.ir.op import Op
from archc.ir.types import TensorType

pytestmark = pytest.mark.filterwarnings("ignore")


def spec_of(kind: type[Op]) -> dict[str, Any]:
    """A network of this one node, its inputs declared as the example has them."""
    node = node_of(kind)
    sources = node.get("from", "x")
    names = list(sources.values()) if isinstance(sources, dict) else sources
    names = names if isinstance(names, list) else [names]
    types = types_of(kind) or (TensorType((2, 3)),)
    inputs = {
        name: {"shape": list(type_.shape), "dtype": type_.dtype}
        for name, type_ in zip(names, types, strict=True)
    }
    layers: dict[str, Any] = {"node": node}
    if not kind.ports:
        layers["mean"] = {"op": "Mean", "from": "node"}
        layers["add"] = {"op": "Add", "from": ["x", "mean"]}
    return {"archc": 1, "name": "example", "inputs": inputs, "layers": layers}


@pytest.mark.parametrize("kind", list(ops.all_ops()), ids=lambda kind: kind.__name__)
def test_the_example(kind: type[Op], tmp_path: Path) -> None:
    path = tmp_path / "example.yaml"
    path.write_text(json.dumps(spec_of(kind)))
    network = load(path).network
    model = build(network)
    found = verify(network, model)
    assert found.count > 0
    assert found.mismatches == ()
