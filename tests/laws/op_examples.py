"""The example that every op has: its node, and the types that it is for."""

from __future__ import annotations

from typing import Any

from archc.diag.source import Source
from archc.ir.op import Op, Types
from archc.ir.types import TensorType
from archc.spec.node import plain
from archc.spec.yaml import parse

WHOLE = {"Embedding", "EmbeddingBag", "OneHot"}
"""Ops over whole numbers."""


def node_of(kind: type[Op]) -> dict[str, Any]:
    """The example as a mapping."""
    tree, problems = parse(Source("example.yaml", kind.example))
    assert tree is not None, problems
    read = plain(tree)
    return dict(read) if isinstance(read, dict) else {"op": read}


def types_of(kind: type[Op]) -> Types:
    """The types of the example's inputs."""
    shapes = kind.example_inputs
    dtype = "int64" if kind.__name__ in WHOLE else "float32"
    kinds = kind.example_dtypes or (dtype,) * len(shapes)
    return tuple(TensorType(s, d) for s, d in zip(shapes, kinds, strict=True))
