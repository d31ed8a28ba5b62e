"""Ops that treat every element alike and keep the shape."""

from typing import ClassVar

from archc.ir.op import Family, Op, Rules, Types
from archc.ir.target import Lowered
from archc.ir.types import TensorType
from archc.ops.dtypes import FLOATS, floating, require
from archc.ops.modules import as_module


class Pointwise(Op):
    """A module of torch.nn with one input and an output of the same shape."""

    family: ClassVar[Family] = "activation"
    rule = "(*) -> (*)"
    takes: ClassVar[frozenset[str]] = FLOATS
    """The element types that torch runs it on."""
    positional: ClassVar[tuple[str, ...]] = ()
    """The parameters that people write without their names."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """The input's own type."""
        require(ins[0], self.takes, rules)
        return ins

    def lowered(self, ins: Types) -> Lowered:
        """The module of the same name."""
        del ins
        return as_module(self, *self.positional)


class InPlace(Pointwise):
    """A pointwise op whose only parameter is `inplace`."""

    inplace: bool = False
    """Overwrite the input, which saves memory; nothing else may use the input then."""


class Widening(Pointwise):
    """A pointwise op without parameters that turns integers into the model's floating type."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """The input's shape, in floating point."""
        require(ins[0], self.takes, rules)
        return (TensorType(ins[0].shape, floating(ins[0].dtype)),)
