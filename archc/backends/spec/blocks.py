"""The blocks of a network: those that are alike once, under names that no op has."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from archc import ops
from archc.backends.spec.names import Unnamed, is_named
from archc.backends.spec.nodes import Nodes
from archc.backends.spec.values import is_open
from archc.ir.graph import Body
from archc.ir.op import Op
from archc.lower.resolve import CALL

if TYPE_CHECKING:
    from collections.abc import Collection

    from archc.backends.spec.values import Data
    from archc.ir.graph import InitRule, Item, Ref


class Blocks:
    """Writes bodies, and gives those that are used their names."""

    def __init__(self, contested: Collection[Body]) -> None:
        """Start with none. The rules of `contested` bodies do not go with their uses."""
        self.written: dict[str, Data] = {}
        self._contested = contested
        self._names: dict[Body, str] = {}
        self._called: dict[str, list[str]] = {}
        self._reading: dict[Body, bool] = {}

    def name(self, body: Body) -> str:
        """The block that a body is; one that was written is used again."""
        if body not in self._names:
            self._names[body] = self._named(body)
        return self._names[body]

    def opened(self, body: Body) -> Data:
        """The layers of a body that must stand where it is used; None where a block will do.

        An argument that depends on the size of the input is written in the symbols of the file,
        which only the file's own layers see.
        """
        if not self._reads_sizes(body) or _inputs(body):
            return None
        parts = self.parts(body)
        return None if "outputs" in parts else parts["layers"]

    def _reads_sizes(self, body: Body) -> bool:
        """Whether an op of a body, or of one inside it, has an argument with an open size."""
        if body not in self._reading:
            self._reading[body] = any(map(self._reads_size, body.items))
        return self._reading[body]

    def _reads_size(self, item: Item) -> bool:
        if isinstance(item.what, Body):
            return self._reads_sizes(item.what)
        return isinstance(item.what, Op) and any(is_open(value) for _, value in item.what)

    def variants(self, name: str) -> list[str]:
        """The blocks that one of the original spec has become; the name itself where it is none."""
        return self._called.get(name, [name])

    def rules(self, body: Body) -> tuple[InitRule, ...]:
        """The rules of a used file that its uses can hold."""
        return () if body in self._contested else body.init

    def parts(self, body: Body) -> dict[str, Data]:
        """The layers and outputs of a body."""
        try:
            return self._parts(Nodes(body, self))
        except Unnamed:
            return self._parts(Nodes(body, self, skipped=True))

    def _parts(self, nodes: Nodes) -> dict[str, Data]:
        layers, last = nodes.all()
        outputs = _outputs(nodes, last)
        return {"layers": layers, **({} if outputs is None else {"outputs": outputs})}

    def _named(self, body: Body) -> str:
        made: dict[str, Data] = {**_inputs(body), **self.parts(body)}
        called = self._called.setdefault(body.name, [])
        alike = next((name for name in called if self.written[name] == made), None)
        if alike is not None:
            return alike
        name = self._free(re.sub(r"\W+", "_", body.name))
        called.append(name)
        self.written[name] = made
        return name

    def _free(self, name: str) -> str:
        taken = {*self.written, *ops.names(), CALL}
        choices = [name, *(f"{name}_{k}" for k in range(2, len(self.written) + 3))]
        return next(choice for choice in choices if choice not in taken)


def _inputs(body: Body) -> dict[str, Data]:
    names = [name for name, _ in body.inputs]
    return {"inputs": [*names]} if len(names) > 1 or any(map(is_named, names)) else {}


def _outputs(nodes: Nodes, last: Ref | None) -> Data:
    """What is given back; None where it is the value of the last node."""
    outputs = nodes.body.outputs
    if len(outputs) == 1 and not outputs[0].name:
        ref = nodes.source(outputs[0].ref)
        return None if ref == last else nodes.name(ref)
    found: dict[str, Data] = {}
    for output in outputs:
        path = nodes.name(output.ref)
        found[output.name] = {"from": path, "when": "training"} if output.training else path
    return found
