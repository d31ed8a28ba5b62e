"""Matrices of learned numbers."""

from archc.diag import codes
from archc.ir.dim import Size, product
from archc.ir.op import Op, Rules, Tensor, Types
from archc.ir.target import New
from archc.ir.types import TensorType
from archc.ops.checks import inferred, rank_from, settled
from archc.ops.dtypes import MODEL, require
from archc.ops.fields import Positive
from archc.ops.modules import as_module
from archc.ops.tensors import weight_and_bias


class Linear(Op):
    """Multiply the last dimension by a learned matrix."""

    family = "linear"
    rule = "(*, in_features) -> (*, out_features)"
    example = "{op: Linear, out_features: 10}"
    example_inputs = ((2, 64),)

    in_features: Positive | None = None
    """Size of the input's last dimension; inferred."""
    out_features: Positive
    """Size of the output's last dimension."""
    bias: bool = True
    """Add one learned number to each output feature."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """The last dimension changes, nothing else."""
        x = ins[0]
        rank_from(rules, x, 1)
        require(x, MODEL, rules)
        self._check_flat(x, rules)
        inferred(rules, self.in_features, x.features, "input features", at="in_features", axis=-1)
        return (x.with_shape(*x.shape[:-1], self.out_features),)

    def _check_flat(self, x: TensorType, rules: Rules) -> None:
        """Who gives the features of a flat input forgot to flatten it."""
        if x.rank > 2 and self.in_features == product(x.shape[1:]) != x.features:
            rules.stop(
                codes.CHANNELS,
                f"expects {self.in_features} input features, but gets {x.features}",
                at="in_features",
                help=f"put a `Flatten` before it: {x} holds {self.in_features} numbers in all",
                axis=-1,
            )

    def _features(self, ins: Types) -> int:
        return settled(self.in_features, ins[0].features)

    def lowered(self, ins: Types) -> New:
        """The module of the same name."""
        return as_module(self, "in_features", "out_features", in_features=self._features(ins))

    def tensors(self, ins: Types) -> tuple[Tensor, ...]:
        """The matrix and the offset."""
        shape = (self.out_features, self._features(ins))
        return weight_and_bias(shape, self.out_features, bias=self.bias)

    def macs(self, ins: Types, outs: Types) -> Size:
        """A row of the matrix for each number of the output."""
        return product(outs[0].shape) * self._features(ins)


class Bilinear(Op):
    """A learned form in two inputs: `x1 A x2 + b`.

    It counts no multiply-accumulates, because `FlopCounterMode`, which we follow, sees none.
    """

    family = "linear"
    ports = ("input1", "input2")
    rule = "(*, in1_features), (*, in2_features) -> (*, out_features)"
    example = "{op: Bilinear, out_features: 10, from: [left, right]}"
    example_inputs = ((2, 16), (2, 24))

    in1_features: Positive | None = None
    """Size of the first input's last dimension; inferred."""
    in2_features: Positive | None = None
    """Size of the second input's last dimension; inferred."""
    out_features: Positive
    """Size of the output's last dimension."""
    bias: bool = True
    """Add one learned number to each output feature."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """All dimensions but the last are the same in both inputs; nothing is broadcast."""
        for x, port in zip(ins, self.ports, strict=True):
            rank_from(rules, x, 1, at=port)
            require(x, MODEL, rules, at=port)
        one, two = ins
        message = f"gets {one} and {two}, which differ before the last dimension"
        if one.rank != two.rank:
            rules.stop(codes.SHAPES_DIFFER, message, at="input2")
        for a, b in zip(one.shape[:-1], two.shape[:-1], strict=True):
            rules.equal(a, b, codes.SHAPES_DIFFER, message, at="input2")
        given = (self.in1_features, self.in2_features)
        for i, (x, port) in enumerate(zip(ins, self.ports, strict=True)):
            at = f"in{i + 1}_features"
            inferred(
                rules, given[i], x.features, f"features in `{port}`", at=at, port=port, axis=-1
            )
        return (one.with_shape(*one.shape[:-1], self.out_features),)

    def _features(self, ins: Types) -> tuple[int, int]:
        one, two = ins
        found = settled(self.in1_features, one.features)
        return found, settled(self.in2_features, two.features)

    def lowered(self, ins: Types) -> New:
        """The module of the same name."""
        one, two = self._features(ins)
        names = ("in1_features", "in2_features", "out_features")
        return as_module(self, *names, in1_features=one, in2_features=two)

    def tensors(self, ins: Types) -> tuple[Tensor, ...]:
        """A matrix for each output feature, and the offset."""
        shape = (self.out_features, *self._features(ins))
        return weight_and_bias(shape, self.out_features, bias=self.bias)
