"""Tensors that a block gives as outputs: what they are inside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.ir.graph import Body, Weight
from archc.ir.op import Op

if TYPE_CHECKING:
    from archc.ir.graph import Path


def given_tensor(body: Body, output: str) -> Path:
    """The path inside a block of the tensor that an output of it is; empty where it is none."""
    ref = next((out.ref for out in body.outputs if out.name == output), None)
    if ref is None or ref.item < 0:
        return ()
    item = body.items[ref.item]
    match item.what:
        case Weight(path=path, tensor=tensor):
            return (*path, tensor)
        case Op(family="state"):
            return item.path
        case Body() as inner:
            deeper = given_tensor(inner, inner.outputs[ref.port].name)
            return (*item.path, *deeper) if deeper else ()
        case _:
            return ()


def giving(body: Body, tensor: Path) -> tuple[Path, str] | None:
    """The node of a block that gives a tensor inside it, and the output that is the tensor."""
    for item in body.items:
        depth = len(item.path)
        if isinstance(item.what, Body) and tensor[:depth] == item.path:
            for out in item.what.outputs:
                if given_tensor(item.what, out.name) == tensor[depth:]:
                    return item.path, out.name
    return None
