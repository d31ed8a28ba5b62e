"""Run the network once and compare what torch computes with what was inferred."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from archc.backends.python.emit import emitted
from archc.backends.torch.observe import observed
from archc.ir.dim import bind
from archc.ir.graph import Again, Body, Skip
from archc.ir.op import Op
from archc.ir.types import TensorType

if TYPE_CHECKING:
    from archc.diag.source import Span
    from archc.ir.graph import Item, Network, Path
    from archc.ir.op import Types


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A node at which torch computes something else. `actual` is None where it never ran."""

    path: str
    inferred: Types
    actual: Types | None
    span: Span

    def __str__(self) -> str:
        actual = " and ".join(map(str, self.actual)) if self.actual is not None else "nothing"
        return (
            f"`{self.path}`: inferred {' and '.join(map(str, self.inferred))}, torch gives {actual}"
        )


@dataclass(frozen=True, slots=True)
class Verified:
    """How many shapes were compared, and which of them differ."""

    count: int
    mismatches: tuple[Mismatch, ...]


@dataclass(frozen=True, slots=True)
class _Expected:
    path: str
    types: Types
    span: Span


def verify(network: Network, model: nn.Module) -> Verified:
    """Compare the output of every op and block with its inferred type, in one pass.

    The input has the sizes in `network.dims`. The pass runs in evaluation mode on the model's own
    device and leaves its modes, hooks and random state as they were.
    """
    inputs = example_inputs(network, model)
    with _evaluating(model):
        seen = observed(model, emitted(network), network.name, inputs)
    calls: Counter[str] = Counter()
    mismatches: list[Mismatch] = []
    count = 0
    for expected in _expected(network.body, ()):
        turn = calls[expected.path]
        calls[expected.path] += 1
        outs = seen.get(expected.path, [])
        actual = tuple(map(_type, outs[turn])) if turn < len(outs) else None
        inferred = tuple(_bound(type_, network.dims) for type_ in expected.types)
        count += len(inferred)
        if actual is None or not _agree(inferred, actual):
            mismatches.append(Mismatch(expected.path, inferred, actual, expected.span))
    return Verified(count, tuple(mismatches))


def example_inputs(network: Network, model: nn.Module) -> tuple[Tensor, ...]:
    """Inputs of the declared shapes, on the model's device and in its floating type.

    Integers are zeros, which every table of embeddings has; the rest is random, the same each time.
    """
    tensor = next(
        (t for t in (*model.parameters(), *model.buffers()) if t.is_floating_point()),
        torch.empty(0),
    )
    generator = torch.Generator().manual_seed(0)
    found = []
    for _, type_ in network.body.inputs:
        shape = [int(bind(size, network.dims)) for size in type_.shape]  # type: ignore[arg-type]
        if tensor.device.type == "meta" or type_.dtype != "float32":
            dtype = tensor.dtype if type_.dtype == "float32" else getattr(torch, type_.dtype)
            found.append(torch.zeros(shape, dtype=dtype, device=tensor.device))
        else:
            made = torch.randn(shape, generator=generator)
            found.append(made.to(tensor.device, tensor.dtype))
    return tuple(found)


def _expected(body: Body, prefix: Path) -> Iterator[_Expected]:
    """What each op and block gives, in the order of execution, by the path of its module."""
    for item in body.items:
        path, what = _place(item, prefix)
        if item.training:
            continue
        if isinstance(what, Body):
            yield from _expected(what, path)
        if isinstance(what, Body) or (isinstance(what, Op) and what.family != "state"):
            kept = item.outputs
            if isinstance(what, Body):
                kept = tuple(
                    type_
                    for type_, out in zip(item.outputs, what.outputs, strict=True)
                    if not out.training
                )
            yield _Expected(".".join(path), kept, item.span)


def _place(item: Item, prefix: Path) -> tuple[Path, object]:
    if isinstance(item.what, Again):
        return (*prefix, *item.what.path), item.what.what
    if isinstance(item.what, Skip):
        return (*prefix, *item.path), None
    return (*prefix, *item.path), item.what


def _bound(type_: TensorType, dims: dict[str, int]) -> TensorType:
    return type_.with_shape(*(bind(size, dims) for size in type_.shape))


def _type(tensor: Tensor) -> TensorType:
    floating = tensor.is_floating_point()
    return TensorType(
        tuple(tensor.shape), "float32" if floating else str(tensor.dtype).removeprefix("torch.")
    )


def _agree(inferred: Sequence[TensorType], actual: Sequence[TensorType]) -> bool:
    """Torch may give more than an op's outputs: the weights beside what attention computes."""
    return len(actual) >= len(inferred) and all(
        a == b for a, b in zip(inferred, actual, strict=False)
    )


@contextmanager
def _evaluating(model: nn.Module) -> Iterator[None]:
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        yield
    finally:
        for module, training in modes:
            module.training = training
