"""Which weights of one network load into another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

from archc.analysis.placed import saved

if TYPE_CHECKING:
    from archc.ir.graph import Network
    from archc.ir.op import Tensor

Shape = tuple[int, ...]


class Weights(Struct, frozen=True):
    """The tensors of two `state_dict`s, by name.

    `kept` have the same name and shape and load. `reshaped` have another shape in the second
    network, where they stop `load_state_dict`. `new` only the second network has, which starts them
    itself; `unused` only the first.
    """

    kept: dict[str, Shape]
    reshaped: dict[str, tuple[Shape, Shape]]
    new: dict[str, Shape]
    unused: dict[str, Shape]
    kept_elements: int
    elements: int
    """Elements of all tensors of the first network."""

    def to_dict(self) -> dict[str, Any]:
        """As plain data, the way `archc diff --format json` prints it."""
        return {
            "kept": list(self.kept),
            "reshaped": {n: [list(a), list(b)] for n, (a, b) in self.reshaped.items()},
            "new": {name: list(shape) for name, shape in self.new.items()},
            "unused": {name: list(shape) for name, shape in self.unused.items()},
            "kept_elements": self.kept_elements,
            "elements": self.elements,
        }


def carry(before: Network, after: Network) -> Weights:
    """What of the first network's `state_dict` the second one can load."""
    old, new = saved(before), saved(after)
    both = {name: (tensor.shape, new[name].shape) for name, tensor in old.items() if name in new}
    kept = {name: a for name, (a, b) in both.items() if a == b}
    return Weights(
        kept=kept,
        reshaped={name: pair for name, pair in both.items() if name not in kept},
        new=_shapes(new, but=old),
        unused=_shapes(old, but=new),
        kept_elements=sum(old[name].count for name in kept),
        elements=sum(tensor.count for tensor in old.values()),
    )


def _shapes(tensors: dict[str, Tensor], *, but: dict[str, Tensor]) -> dict[str, Shape]:
    return {name: tensor.shape for name, tensor in tensors.items() if name not in but}
