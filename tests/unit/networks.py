"""Small networks made by hand, for tests of what comes after the front end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc import ops
from archc.diag.source import Span
from archc.ir.dim import symbol
from archc.ir.graph import Again, Body, Container, Item, Network, Output, Ref, Skip, Weight
from archc.ir.op import Op, Rules
from archc.ir.types import TensorType

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archc.ir.op import Types

HERE = Span("made.yaml", 1, 1, 1, 2)
IMAGE = TensorType((symbol("N"), 3, symbol("H"), symbol("W")))
INPUT = Ref(-1)

Node = tuple[str, "Op | Body | Skip | Again | Weight", list[Ref]]


def op(name: str, **parameters: object) -> Op:
    """An op by name."""
    found = ops.find(name)
    assert found is not None
    return found(**parameters)


def conv(channels: int, kernel: int = 3, stride: int = 1) -> Op:
    """A convolution that keeps the size but for its stride."""
    sizes = {"kernel_size": kernel, "stride": stride, "padding": kernel // 2}
    return op("Conv2d", out_channels=channels, bias=False, **sizes)


def infer(what: Op, ins: Types) -> Types:
    """The output types of an op that has nothing against its inputs."""
    rules = Rules()
    outs = what.infer(ins, rules)
    assert not rules.broken, rules.broken
    return outs


def body(
    nodes: Sequence[Node],
    ins: Sequence[TensorType] = (IMAGE,),
    *,
    name: str = "Net",
    outputs: Sequence[Output] = (),
    containers: tuple[Container, ...] = (),
    training: frozenset[str] = frozenset(),
) -> Body:
    """A block with these nodes; its output is the last one unless `outputs` says otherwise."""
    inputs = tuple((f"x{n}" if n else "input", type_) for n, type_ in enumerate(ins))
    items: list[Item] = []
    for path, what, refs in nodes:
        given = tuple(
            inputs[r.port][1] if r.item < 0 else items[r.item].outputs[r.port] for r in refs
        )
        outs = _tensor(items, what) if isinstance(what, Weight) else _outputs(what, given)
        key = tuple(path.split("."))
        items.append(Item(key, what, tuple(refs), outs, HERE, training=path in training))
    last = (Output("", Ref(len(items) - 1)),)
    return Body(name, inputs, tuple(items), tuple(outputs) or last, containers, (), HERE)


def _outputs(what: Op | Body | Skip | Again, given: Types) -> Types:
    if isinstance(what, Skip):
        return given[:1]
    inner = what.what if isinstance(what, Again) else what
    return inner.output_types if isinstance(inner, Body) else infer(inner, given)


def _tensor(items: Sequence[Item], what: Weight) -> Types:
    """The type of a tensor that an op made before owns."""
    item = next(item for item in items if item.path == what.path)
    assert isinstance(item.what, Op)
    ins = tuple(items[ref.item].outputs[ref.port] for ref in item.inputs if ref.item >= 0)
    owned = item.what.tensors(ins)
    return tuple(TensorType(t.shape, t.dtype) for t in owned if t.name == what.tensor)


def network(root: Body, *, ties: tuple[tuple[str, str], ...] = ()) -> Network:
    """A network reported at 32 x 32."""
    return Network("made", "A test", root, {"H": 32, "W": 32, "N": 1}, ties=ties)
