"""What a network costs: parameters, buffers, multiply-accumulates and memory.

A block that is used many times is measured once. All figures are those of one inference pass: nodes
that run in training only own parameters, and cost nothing else.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from msgspec import Struct

from archc.ir.dim import BATCH, Dim, bind, symbols
from archc.ir.graph import Again, Body, Skip, Weight
from archc.ir.op import Op
from archc.ir.types import TensorType

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from archc.ir.dim import Size
    from archc.ir.graph import Item, Network
    from archc.ir.op import Tensor, Types

_BYTES = {
    "bool": 1,
    "uint8": 1,
    "int8": 1,
    "int16": 2,
    "float16": 2,
    "bfloat16": 2,
    "int32": 4,
    "float32": 4,
    "int64": 8,
    "float64": 8,
    "complex64": 8,
    "complex128": 16,
}

_KNOWN: WeakKeyDictionary[Network, dict[tuple[tuple[str, int], ...], Costs]] = WeakKeyDictionary()
"""By network and sizes, as long as it lives: `expect`, a report and a summary ask the same."""


class OpenSizeError(ValueError):
    """Costs were asked for, and some symbols of the input have no size."""

    def __init__(self, names: tuple[str, ...]) -> None:
        """Name the symbols."""
        super().__init__(f"no size is known for {', '.join(names)}")
        self.names = names


class Costs(Struct, frozen=True):
    """What one network, block or node costs.

    `params` and `buffers` count elements, buffers that are not saved included. `macs` are the
    multiply-accumulates of convolutions and matrix products. `activation_bytes` adds up the outputs
    of every op: what a forward pass makes at batch 1 when nothing is freed or computed in place.
    """

    params: int = 0
    buffers: int = 0
    macs: int = 0
    activation_bytes: int = 0
    parameter_bytes: int = 0

    @property
    def flops(self) -> int:
        """Twice the multiply-accumulates."""
        return 2 * self.macs

    def __add__(self, other: Costs) -> Costs:
        """Both together."""
        return Costs(
            self.params + other.params,
            self.buffers + other.buffers,
            self.macs + other.macs,
            self.activation_bytes + other.activation_bytes,
            self.parameter_bytes + other.parameter_bytes,
        )

    def without_state(self) -> Costs:
        """The same work with weights that are counted elsewhere."""
        return Costs(macs=self.macs, activation_bytes=self.activation_bytes)

    def state_only(self) -> Costs:
        """The weights without the work."""
        return Costs(self.params, self.buffers, parameter_bytes=self.parameter_bytes)


class Meter:
    """Measures ops and blocks at given sizes, each block once."""

    def __init__(self, sizes: Mapping[str, int]) -> None:
        """Measure at these sizes of the symbols."""
        self._sizes = dict(sizes)
        self._types: dict[TensorType, TensorType] = {}
        self._bytes: dict[TensorType, int] = {}
        self._bodies: dict[Body, Costs] = {}

    def bound(self, type_: TensorType) -> TensorType:
        """The type with a number for every size."""
        found = self._types.get(type_)
        if found is None:
            shape = tuple(bind(size, self._sizes) for size in type_.shape)
            found = self._types[type_] = TensorType(shape, type_.dtype)
        return found

    def shape(self, type_: TensorType) -> tuple[int, ...]:
        """The shape in numbers."""
        return tuple(map(_number, self.bound(type_).shape))

    def op(self, op: Op, ins: Types, outs: Types) -> Costs:
        """One op that owns its weights."""
        owned = op.tensors(ins)
        if not owned:
            return self._weightless(op, ins, outs)
        learned = [tensor for tensor in owned if tensor.kind == "parameter"]
        params = sum(tensor.count for tensor in learned)
        return Costs(
            params=params,
            buffers=sum(tensor.count for tensor in owned) - params,
            macs=self._macs(op, ins, outs),
            activation_bytes=0 if op.family == "state" else sum(map(self.bytes, outs)),
            parameter_bytes=sum(map(tensor_bytes, learned)),
        )

    def _weightless(self, op: Op, ins: Types, outs: Types) -> Costs:
        """One op that owns nothing, as most do."""
        return Costs(macs=self._macs(op, ins, outs), activation_bytes=sum(map(self.bytes, outs)))

    def _macs(self, op: Op, ins: Types, outs: Types) -> int:
        if type(op).macs is Op.macs:
            return 0
        return _number(op.macs(tuple(map(self.bound, ins)), tuple(map(self.bound, outs))))

    def body(self, body: Body) -> Costs:
        """A block with all it holds."""
        found = self._bodies.get(body)
        if found is None:
            found = Costs()
            for item in body.items:
                found += self._item(body, item)
            self._bodies[body] = found
        return found

    def bytes(self, type_: TensorType) -> int:
        """How many bytes a value of this type takes."""
        found = self._bytes.get(type_)
        if found is None:
            found = self._bytes[type_] = _BYTES[type_.dtype] * prod(self.shape(type_))
        return found

    def _item(self, body: Body, item: Item) -> Costs:
        what = item.applied
        if isinstance(what, Skip | Weight):
            return Costs()
        if isinstance(what, Body):
            costs = self.body(what)
        else:
            costs = self.op(what, body.input_types(item), item.outputs)
        if isinstance(item.what, Again):
            costs = costs.without_state()
        return costs.state_only() if item.training else costs


def sizes_of(network: Network, sizes: Mapping[str, int] | None = None) -> dict[str, int]:
    """The sizes that costs are reported at: batch 1, the spec's `dims`, then `sizes`.

    Raises `OpenSizeError` when a symbol of the inputs has none.
    """
    known = {BATCH: 1, **network.dims, **(sizes or {})}
    used = {
        name for _, type_ in network.body.inputs for size in type_.shape for name in symbols(size)
    }
    if missing := sorted(used - known.keys()):
        raise OpenSizeError(tuple(missing))
    return {name: size for name, size in known.items() if name in used}


def measure(network: Network, sizes: Mapping[str, int] | None = None) -> Costs:
    """What the whole network costs, tied tensors counted once. Raises `OpenSizeError`."""
    known = _KNOWN.setdefault(network, {})
    chosen = tuple(sizes_of(network, sizes).items())
    if chosen not in known:
        known[chosen] = _measured(network, dict(chosen))
    return known[chosen]


def _measured(network: Network, sizes: dict[str, int]) -> Costs:
    total = Meter(sizes).body(network.body)
    tied = list(tied_tensors(network))
    return Costs(
        params=total.params - sum(tensor.count for _, tensor in tied),
        buffers=total.buffers,
        macs=total.macs,
        activation_bytes=total.activation_bytes,
        parameter_bytes=total.parameter_bytes - sum(tensor_bytes(tensor) for _, tensor in tied),
    )


def tensor_bytes(tensor: Tensor) -> int:
    """How many bytes a parameter or buffer takes."""
    return tensor.count * _BYTES[tensor.dtype]


def tied_tensors(network: Network) -> Iterator[tuple[str, Tensor]]:
    """The parameters that are another one under a second name, with their paths."""
    for path in dict.fromkeys(second for second, _ in network.ties):
        tensor = _tensor(network.body, tuple(path.split(".")))
        if tensor is not None:
            yield path, tensor


def _number(size: Size) -> int:
    if isinstance(size, Dim):
        raise OpenSizeError(tuple(sorted(symbols(size))))
    return size


def _tensor(body: Body, path: tuple[str, ...]) -> Tensor | None:
    for item in body.items:
        rest = path[len(item.path) :]
        if path[: len(item.path)] != item.path or isinstance(item.what, Skip | Again | Weight):
            continue
        if isinstance(item.what, Body):
            found = _tensor(item.what, rest)
        else:
            owned = item.what.tensors(body.input_types(item))
            name = ".".join(rest)
            found = next((tensor for tensor in owned if tensor.name == name), None)
        if found is not None:
            return found
    return None
