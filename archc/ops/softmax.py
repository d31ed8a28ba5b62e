"""Softmax and its variants."""

from archc.ir.op import Rules, Types
from archc.ops.axes import axis
from archc.ops.fields import Integer
from archc.ops.pointwise import Pointwise


class _Along(Pointwise):
    """An op over one dimension that keeps the shape.

    torch's default for `dim` is a deprecated guess, so it must be said here.
    """

    dim: Integer
    """The dimension whose entries sum to 1."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """The input's type, if it has the dimension."""
        axis(self.dim, ins[0], rules)
        return super().infer(ins, rules)

    def label(self) -> tuple[str, ...]:
        """The dimension."""
        return (f"dim {self.dim}",)


class Softmax(_Along):
    """`exp(x) / sum(exp(x))` along a dimension."""

    example = "{op: Softmax, dim: 1}"


class Softmin(_Along):
    """Softmax of the negated input along a dimension."""

    example = "{op: Softmin, dim: 1}"


class LogSoftmax(_Along):
    """The logarithm of softmax along a dimension, computed so that it does not overflow."""

    example = "{op: LogSoftmax, dim: 1}"


class Softmax2d(Pointwise):
    """Softmax over the channels at each place of a feature map."""

    rule = "(N, C, H, W) or (C, H, W) -> the same"
    example = "Softmax2d"

    def infer(self, ins: Types, rules: Rules) -> Types:
        """The input's type, if it is a feature map."""
        rules.rank(ins[0], 3, 4)
        return super().infer(ins, rules)
