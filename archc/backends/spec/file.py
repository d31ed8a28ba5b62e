"""The whole file: what the network is called, what goes in, its blocks, layers and rules."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from archc.backends.spec.blocks import Blocks
from archc.backends.spec.init import Confined, file_rules
from archc.backends.spec.text import flow
from archc.backends.spec.values import shape
from archc.diag.source import Source
from archc.ir.dim import BATCH
from archc.lower.constraints import DECLARED
from archc.spec.format import formatted

if TYPE_CHECKING:
    from archc.backends.spec.values import Data
    from archc.ir.graph import Network
    from archc.ir.types import TensorType

_BOUND = re.compile(r"(\w+) (>=|<=|%) (\d+)(?: == 0)?")
_BOUNDS = {">=": "min", "<=": "max", "%": "multiple_of"}


def emit(network: Network) -> str:
    """A spec with the same layers, weights and sizes, everything that was computed written out."""
    text = "\n".join(f"{key}: {flow(value)}" for key, value in _file(network).items())
    head = "# Everything is written out: what this was made from is the spec to edit.\n"
    return formatted(Source("the expanded spec", f"{head}{text}\n"))


def _file(network: Network) -> dict[str, Data]:
    confined = Confined(network)
    blocks = Blocks(confined.contested)
    parts = blocks.parts(network.body)
    rules = file_rules(network, blocks, confined)
    found: dict[str, Data] = {"archc": 1, "name": network.name}
    if network.description:
        found["description"] = network.description
    found |= _inputs(network)
    if dims := _dims(network):
        found["dims"] = dims
    if blocks.written:
        found["blocks"] = blocks.written
    found |= parts
    return {**found, "init": rules} if rules else found


def _inputs(network: Network) -> dict[str, Data]:
    found = {n: _input(type_, network.below.get(n)) for n, type_ in network.body.inputs}
    return {"input": found[""]} if [*found] == [""] else {"inputs": found}


def _input(type_: TensorType, below: int | None) -> Data:
    if type_.dtype == "float32":
        return shape(type_)
    declared: dict[str, Data] = {"shape": shape(type_), "dtype": type_.dtype}
    return declared if below is None else {**declared, "below": below}


def _dims(network: Network) -> dict[str, Data]:
    """The reported sizes, and the bounds that `dims` declares; a batch of 1 goes without saying."""
    bounds: dict[str, dict[str, Data]] = {}
    for constraint in network.constraints:
        found = _BOUND.fullmatch(constraint.text)
        if found and constraint.reason == DECLARED:
            bounds.setdefault(found[1], {})[_BOUNDS[found[2]]] = int(found[3])
    return {
        name: {"default": size, **bounds[name]} if name in bounds else size
        for name, size in network.dims.items()
        if (name, size) != (BATCH, 1) or name in bounds
    }
