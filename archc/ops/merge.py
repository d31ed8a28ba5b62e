"""Inputs side by side in one tensor."""

from typing import ClassVar

from archc.diag import codes
from archc.ir.dim import Size
from archc.ir.op import Family, Op, Rules, Types
from archc.ir.target import AllInputs, Arg, Call, Lowered
from archc.ir.types import TensorType
from archc.ops.axes import axis
from archc.ops.broadcast import stacked
from archc.ops.dtypes import common
from archc.ops.fields import Integer


class _Joined(Op):
    """An op over a list of tensors that agree in shape."""

    family: ClassVar[Family] = "merge"
    ports = ("0",)
    variadic = True


class Concat(_Joined):
    """Join inputs along a dimension, by default the channels, as a U-Net's skips are."""

    rule = "(*, C_0, *), (*, C_1, *), ... -> (*, C_0 + C_1 + ..., *)"
    example = "{op: Concat, from: [skip, up]}"
    example_inputs = ((2, 8, 16, 16), (2, 4, 16, 16))

    dim: Integer = 1
    """The dimension to join along (torch's own default is 0)."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """The sum of the sizes in `dim`; all others must be equal."""
        if ins[0].rank == 0:
            rules.stop(codes.RANK, f"has no dimension to join along in {ins[0]}", at="0")
        place = axis(self.dim, ins[0], rules)
        shape = stacked(ins, _names(ins), rules, along=place)
        total: Size = 0
        for x in ins:
            total = total + x.shape[place]
        shape[place] = total
        return (TensorType(tuple(shape), common(ins)),)

    def lowered(self, ins: Types) -> Lowered:
        """`torch.cat([x, y], dim=1)`."""
        del ins
        return Call("torch.cat", (AllInputs(),), (Arg("dim", self.dim),))

    def label(self) -> tuple[str, ...]:
        """The name, and the dimension unless it is the channels."""
        return ("concat",) if self.dim == 1 else ("concat", f"dim {self.dim}")


class Stack(_Joined):
    """Put inputs of one shape behind each other in a new dimension."""

    rule = "(*, *) n times -> (*, n, *)"
    example = "{op: Stack, dim: 1, from: [left, right]}"
    example_inputs = ((2, 8, 16, 16), (2, 8, 16, 16))

    dim: Integer = 0
    """Where the new dimension stands in the output."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """One dimension more, as large as there are inputs."""
        place = axis(self.dim, ins[0], rules, extra=1)
        shape = stacked(ins, _names(ins), rules, along=None)
        return (TensorType((*shape[:place], len(ins), *shape[place:]), common(ins)),)

    def lowered(self, ins: Types) -> Lowered:
        """`torch.stack([x, y], dim=0)`."""
        del ins
        return Call("torch.stack", (AllInputs(),), (Arg("dim", self.dim),))

    def label(self) -> tuple[str, ...]:
        """The name and the dimension."""
        return ("stack", f"dim {self.dim}")


def _names(ins: Types) -> list[str]:
    return [str(index) for index in range(len(ins))]
