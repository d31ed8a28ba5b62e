"""Networks made by hand, so that pictures are tested without a spec."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from archc import ops
from archc.diag.source import Span
from archc.ir.dim import symbol
from archc.ir.graph import Body, Container, Item, Network, Output, Ref, Skip, Weight
from archc.ir.op import Op, Rules
from archc.ir.types import TensorType

SPAN = Span("made.yaml", 1, 1, 1, 2)
IMAGE = TensorType((symbol("N"), 3, 224, 224))


@dataclass
class Sketch:
    """A body as it is written, step by step. Paths are dotted; steps return what they make."""

    name: str = "net"
    inputs: tuple[tuple[str, TensorType], ...] = (("input", IMAGE),)
    items: list[Item] = field(default_factory=list)
    groups: dict[str, tuple[str, bool]] = field(default_factory=dict)

    @staticmethod
    def image(channels: int, side: int) -> TensorType:
        """A batch of square images."""
        return TensorType((symbol("N"), channels, side, side))

    @staticmethod
    def network_of(body: Body) -> Network:
        """A body as a network."""
        return Network(body.name, "Made by hand", body, {"N": 1})

    def type_of(self, ref: Ref) -> TensorType:
        """The type of a value so far."""
        return self.inputs[ref.port][1] if ref.item < 0 else self.items[ref.item].outputs[ref.port]

    def op(self, path: str, kind: str, *refs: Ref, training: bool = False, **params) -> Ref:
        """An op with its parameters."""
        found = ops.find(kind)
        op, ins = found(**params), tuple(map(self.type_of, refs))
        rules = Rules()
        outs = op.infer(ins, rules)
        assert not rules.broken, rules.broken
        return self._add(path, op, refs, outs, training=training)

    def block(self, path: str, body: Body, *refs: Ref, training: bool = False) -> Ref:
        """A use of a block."""
        return self._add(path, body, refs, body.output_types, training=training)

    def weight(self, path: str, owner: str, ref: Ref) -> Ref:
        """The weight of the node `owner`, which made `ref`, as a value."""
        op = self.items[ref.item].what
        kind = TensorType(op.tensors((self.inputs[0][1],))[0].shape)
        return self._add(path, Weight(tuple(owner.split(".")), "weight"), (), (kind,))

    def skip(self, path: str, ref: Ref) -> Ref:
        """A node whose condition is false."""
        return self._add(path, Skip(), (ref,), (self.type_of(ref),))

    def group(self, path: str, kind: str = "sequential", *, repeat: bool = False) -> None:
        """What is written below `path` is in a container."""
        self.groups[path] = (kind, repeat)

    def body(self, *outputs: Ref, params: tuple[tuple[str, object], ...] = ()) -> Body:
        """The whole, with what it puts out."""
        outs = tuple(Output("" if len(outputs) == 1 else f"y{k}", o) for k, o in enumerate(outputs))
        made = tuple(self._container(path) for path in self.groups)
        return Body(self.name, self.inputs, tuple(self.items), outs, made, params, SPAN)

    def network(self, *outputs: Ref) -> Network:
        """The whole as a network."""
        return self.network_of(self.body(*outputs))

    def _container(self, path: str) -> Container:
        where, (kind, repeat) = tuple(path.split(".")), self.groups[path]
        inside = [k for k, item in enumerate(self.items) if item.path[: len(where)] == where]
        return Container(where, kind, inside[0], inside[-1] + 1, SPAN, repeat)

    def _add(
        self, path: str, what: Op | Body | Skip, refs: tuple[Ref, ...], outs, *, training=False
    ) -> Ref:
        where = tuple(path.split("."))
        self.items.append(Item(where, what, refs, tuple(outs), SPAN, training=training))
        return Ref(len(self.items) - 1)


X = Ref(-1)


def bottleneck(arriving: TensorType, width: int, stride: int) -> Body:
    """The block of ResNet-50 (He et al., 2015)."""
    s = Sketch("Bottleneck", (("input", arriving),))
    h = X
    for k, (out, side, step) in enumerate(
        [(width, 1, 1), (width, 3, stride), (4 * width, 1, 1)], 1
    ):
        conv = {"out_channels": out, "kernel_size": side, "stride": step, "padding": side // 2}
        h = s.op(f"conv{k}", "Conv2d", h, **conv)
        h = s.op(f"bn{k}", "BatchNorm2d", h)
        if k < 3:
            h = s.op(f"act{k}", "ReLU", h)
    way = _projected(s, arriving, 4 * width, stride)
    h = s.op("add", "Add", h, way)
    return s.body(s.op("act3", "ReLU", h), params=(("width", width), ("stride", stride)))


def _projected(s: Sketch, arriving: TensorType, width: int, stride: int) -> Ref:
    if stride == 1 and arriving.channels == width:
        return s.skip("downsample", X)
    s.group("downsample")
    h = s.op("downsample.0", "Conv2d", X, out_channels=width, kernel_size=1, stride=stride)
    return s.op("downsample.1", "BatchNorm2d", h)


def resnet(depths: tuple[int, ...] = (3, 4, 6, 3)) -> Network:
    """ResNet-50 and its like, equal blocks shared as the front end shares them."""
    s, known = Sketch("resnet"), {}
    h = s.op("conv1", "Conv2d", X, out_channels=64, kernel_size=7, stride=2, padding=3)
    h = s.op("act", "ReLU", s.op("bn1", "BatchNorm2d", h))
    h = s.op("maxpool", "MaxPool2d", h, kernel_size=3, stride=2, padding=1)
    for stage, depth in enumerate(depths, 1):
        s.group(f"layer{stage}", repeat=True)
        for k in range(depth):
            key = (s.type_of(h), 32 * 2**stage, 2 if stage > 1 and k == 0 else 1)
            if key not in known:
                known[key] = bottleneck(*key)
            h = s.block(f"layer{stage}.{k}", known[key], h)
    h = s.op("avgpool", "AdaptiveAvgPool2d", h, output_size=1)
    return s.network(s.op("fc", "Linear", s.op("flatten", "Flatten", h), out_features=1000))


@pytest.fixture(scope="session")
def sketch() -> type[Sketch]:
    """The class that networks are made with."""
    return Sketch


@pytest.fixture(scope="session")
def resnet50() -> Network:
    """A network of repeated blocks with skips."""
    return resnet()
