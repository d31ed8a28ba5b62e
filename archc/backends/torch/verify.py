"""Run the network once and compare what torch computes with what was inferred."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import torch
from msgspec import Struct
from torch import Tensor, nn

from archc.backends.python.emit import emitted
from archc.backends.torch.observe import observed
from archc.ir.dim import bind, symbols
from archc.ir.graph import Again, Body, Skip
from archc.ir.op import Op
from archc.ir.target import New
from archc.ir.types import TensorType

if TYPE_CHECKING:
    from archc.diag.source import Span
    from archc.ir.dim import Size
    from archc.ir.graph import Item, Network, Path
    from archc.ir.op import Types


class Mismatch(Struct, frozen=True):
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


class Verified(Struct, frozen=True):
    """How many shapes were compared, and which of them differ."""

    count: int
    mismatches: tuple[Mismatch, ...]


class _Expected(Struct, frozen=True):
    path: str
    types: Types
    span: Span


def verify(network: Network, model: nn.Module) -> Verified:
    """Compare the output of every op and block with its inferred type, by running the model.

    The input has the sizes in `network.dims`. The pass is in evaluation mode on the model's own
    device, and leaves its modes, hooks and random state as they were. Where something happens in
    training only, a copy of the model runs in training mode too, on a batch of two.
    """
    found = _compare(network, model, network.dims, training=False)
    if not _trains(network.body):
        return found
    both = _compare(network, copy.deepcopy(model), _two(network), training=True)
    return Verified(found.count + both.count, found.mismatches + both.mismatches)


def _compare(
    network: Network, model: nn.Module, dims: Mapping[str, int], *, training: bool
) -> Verified:
    inputs = example_inputs(network, model, dims)
    with evaluating(model, training=training), torch.random.fork_rng(enabled=training):
        seen = observed(model, emitted(network), network.name, inputs)
    calls: Counter[str] = Counter()
    mismatches: list[Mismatch] = []
    count = 0
    for expected in _expected(network.body, (), training=training):
        turn = calls[expected.path]
        calls[expected.path] += 1
        outs = seen.get(expected.path, [])
        actual = tuple(map(_type, outs[turn])) if turn < len(outs) else None
        inferred = tuple(_bound(type_, dims) for type_ in expected.types)
        count += len(inferred)
        if actual is None or not _agree(inferred, actual):
            mismatches.append(Mismatch(expected.path, inferred, actual, expected.span))
    return Verified(count, tuple(mismatches))


def _two(network: Network) -> dict[str, int]:
    """The reported sizes with a batch of two, which batch normalisation needs to train."""
    first = network.body.inputs[0][1].shape[:1]
    return {**network.dims, **{name: 2 for size in first for name in symbols(size)}}


def example_inputs(
    network: Network, model: nn.Module, dims: Mapping[str, int] | None = None
) -> tuple[Tensor, ...]:
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
        shape = [_number(size, dims or network.dims) for size in type_.shape]
        if tensor.device.type == "meta" or type_.dtype != "float32":
            dtype = tensor.dtype if type_.dtype == "float32" else getattr(torch, type_.dtype)
            found.append(torch.zeros(shape, dtype=dtype, device=tensor.device))
        else:
            made = torch.randn(shape, generator=generator)
            found.append(made.to(tensor.device, tensor.dtype))
    return tuple(found)


def _number(size: Size, dims: Mapping[str, int]) -> int:
    value = bind(size, dims)
    if not isinstance(value, int):
        raise TypeError(f"`{value}` has no size")
    return value


def _trains(body: Body) -> bool:
    """Whether something in a network happens in training only."""
    if any(output.training for output in body.outputs):
        return True
    return any(
        item.training or (isinstance(item.applied, Body) and _trains(item.applied))
        for item in body.items
    )


def _expected(body: Body, prefix: Path, *, training: bool) -> Iterator[_Expected]:
    """What each op and block gives, in the order of execution, by the path of its module."""
    for item in body.items:
        path, what = _place(body, item, prefix)
        if item.training and not training:
            continue
        if isinstance(what, Body):
            yield from _expected(what, path, training=training)
            types = _given(what, item.outputs, training=training)
            yield _Expected(".".join(path), types, item.span)
        elif isinstance(what, Op) and what.family != "state":
            yield _Expected(".".join(path), item.outputs, item.span)


def _given(body: Body, types: Types, *, training: bool) -> Types:
    """The outputs of a block that are there in this mode."""
    pairs = zip(types, body.outputs, strict=True)
    return tuple(type_ for type_, output in pairs if training or not output.training)


def _place(body: Body, item: Item, prefix: Path) -> tuple[Path, object]:
    if isinstance(item.what, Again):
        what = item.what.what
        module = not isinstance(what, Op) or isinstance(what.lowered(body.input_types(item)), New)
        return (*prefix, *(item.what.path if module else item.path)), what
    if isinstance(item.what, Skip):
        return (*prefix, *item.path), None
    return (*prefix, *item.path), item.what


def _bound(type_: TensorType, dims: Mapping[str, int]) -> TensorType:
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
def evaluating(model: nn.Module, *, training: bool = False) -> Iterator[None]:
    """The model in evaluation mode (or training mode), each module's own mode afterwards."""
    modes = [(module, module.training) for module in model.modules()]
    model.train(training)
    try:
        yield
    finally:
        for module, before in modes:
            module.training = before
