"""The parameters and buffers that a node owns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.ir.graph import Body
from archc.ir.op import Op

if TYPE_CHECKING:
    from archc.ir.graph import Path
    from archc.ir.op import Types


def owned(what: object, types: Types) -> list[tuple[str, tuple[int, ...]]]:
    """The names and shapes of everything that an op or a block owns, for these inputs."""
    if isinstance(what, Op):
        return [(t.name, t.shape) for t in what.tensors(types)]
    if not isinstance(what, Body):
        return []
    return [
        (joined(item.path, name), shape)
        for item in what.items
        for name, shape in owned(item.what, what.input_types(item))
    ]


def joined(node: Path, name: str) -> str:
    """The path of a tensor; one without a name of its own is called like its node.

    >>> joined(("layer1", "0"), "weight"), joined(("token",), "")
    ('layer1.0.weight', 'token')
    """
    return ".".join((*node, name) if name else node)
