"""Small valid specs of all kinds, to make broken ones from."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from archc import ops
from archc.diag import codes, pages
from archc.diag.source import Source
from archc.ir.op import Op
from archc.spec.node import plain
from archc.spec.yaml import parse
from archc.spec.zoo import zoo_root

_WHOLE = {"Embedding", "EmbeddingBag", "OneHot"}
"""Ops over whole numbers."""


def _of_pages() -> Iterator[str]:
    """The mended example of each diagnostic."""
    for code in codes.ALL:
        page = pages.find(code)
        if page and len(page.examples) > 1:
            yield page.examples[1]


def _of_op(op: type[Op]) -> str:
    """An op's own example, on inputs of its own shapes."""
    tree, _ = parse(Source("example.yaml", op.example))
    node: Any = plain(tree) if tree is not None else None
    sources = node.get("from", "x") if isinstance(node, dict) else "x"
    names = list(sources.values()) if isinstance(sources, dict) else sources
    kinds = op.example_dtypes or ("int64" if op.__name__ in _WHOLE else "float32",) * 9
    given = "".join(
        f"  {name}: {{shape: {list(shape)}, dtype: {kind}}}\n"
        for name, shape, kind in zip(
            names if isinstance(names, list) else [names], op.example_inputs, kinds, strict=False
        )
    )
    return f"name: of_op\ninputs:\n{given}layers:\n  node: {op.example}\n"


@cache
def small() -> tuple[str, ...]:
    """Specs of a few lines."""
    return (*_of_pages(), *(_of_op(op) for op in ops.all_ops() if op.example and op.ports))


@cache
def zoo() -> tuple[str, ...]:
    """The specs of the zoo that stand alone and are quickly read."""
    texts = (file.read_text(encoding="utf-8") for file in sorted(zoo_root().rglob("*.yaml")))
    return tuple(text for text in texts if len(text) < 3000)
