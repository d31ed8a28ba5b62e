"""The boxes of what comes in and what goes out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from archc.viz.model import Box
from archc.viz.words import plain

if TYPE_CHECKING:
    from archc.viz.flow import Flow


def inputs(flow: Flow, prefix: str) -> tuple[Box, ...]:
    """A box for each input, in order."""
    return tuple(
        _box(f"{prefix}in{k}", name or "input", -1 - k, str(type_))
        for k, (name, type_) in enumerate(flow.body.inputs)
    )


def outputs(flow: Flow, prefix: str) -> tuple[Box, ...]:
    """A box for each output, in order."""
    body, end = flow.body, len(flow.leaves)
    return tuple(
        replace(
            _box(f"{prefix}out{k}", out.name or "output", end + k, str(body.type_of(out.ref))),
            training=out.training,
        )
        for k, out in enumerate(body.outputs)
    )


def _box(name: str, words: str, node: int, shape: str) -> Box:
    return Box(name, plain(words), plain(words), "io", (node,), "end", lines=(shape,))
