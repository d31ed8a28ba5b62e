"""Rectifiers and their smooth relatives, and the gated linear unit."""

from typing import Annotated, Literal

from pydantic import AfterValidator

from archc.diag import codes
from archc.ir.op import Rules, Tensor, Types
from archc.ops.axes import axis
from archc.ops.dtypes import FLOATS, NUMBERS, require
from archc.ops.fields import Integer, Number, Positive
from archc.ops.pointwise import InPlace, Pointwise


def _not_zero(value: float) -> float:
    """Refuse zero, which the formula divides by."""
    if value == 0:
        raise ValueError("must not be 0")
    return value


class ReLU(InPlace):
    """Rectified linear unit: `max(0, x)` (Nair & Hinton, 2010)."""

    takes = NUMBERS
    example = "ReLU"


class ReLU6(InPlace):
    """Rectified linear unit that stops at 6: `min(max(0, x), 6)`."""

    takes = NUMBERS
    example = "{op: ReLU6, inplace: true}"


class LeakyReLU(Pointwise):
    """Rectified linear unit with a small slope below zero (Maas et al., 2013)."""

    example = "{op: LeakyReLU, negative_slope: 0.1}"

    negative_slope: Number = 0.01
    """Slope for negative numbers."""
    inplace: bool = False
    """Overwrite the input, which saves memory."""

    def label(self) -> tuple[str, ...]:
        """The slope."""
        return (f"slope {self.negative_slope:g}",)


class PReLU(Pointwise):
    """Leaky rectifier whose slope is learned, one for all channels or one each (He et al., 2015).

    torch's `init` is written with the language's own `init:` (`{weight: {constant_: {val: 0.1}}}`).
    """

    takes = frozenset({"float32"})
    rule = "(N, C, *) -> (N, C, *) with num_parameters 1 or C"
    example = "{op: PReLU, num_parameters: 8}"

    num_parameters: Positive = 1
    """Learned slopes: 1, or as many as dimension 1 is large."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """The input's type, if it has as many channels as there are slopes."""
        (x,) = super().infer(ins, rules)
        if self.num_parameters == 1:
            return ins
        if x.rank == 0:
            rules.stop(codes.RANK, f"has no channels to give slopes to in {x}", at="input")
        rules.equal(
            x.channels if x.rank > 1 else 1,
            self.num_parameters,
            codes.CHANNELS,
            f"has {self.num_parameters} slopes for the {x.channels if x.rank > 1 else 1} channels"
            f" of {x}",
            at="num_parameters",
            help="give 1 for a common slope, or `in.channels`",
        )
        return ins

    def tensors(self, ins: Types) -> tuple[Tensor, ...]:
        """The slopes."""
        del ins
        return (Tensor("weight", (self.num_parameters,)),)


class RReLU(Pointwise):
    """Leaky rectifier with a slope drawn at random in training (Xu et al., 2015)."""

    example = "{op: RReLU, lower: 0.1, upper: 0.3}"

    lower: Number = 1 / 8
    """The least slope."""
    upper: Number = 1 / 3
    """The largest slope; the mean of both is used outside training."""
    inplace: bool = False
    """Overwrite the input, which saves memory."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """The input's type."""
        if self.lower > self.upper:
            message = f"has `lower` {self.lower:g} above `upper` {self.upper:g}"
            rules.fail(codes.BAD_PARAMETER, message, at="upper")
        return super().infer(ins, rules)


class ELU(Pointwise):
    """Exponential linear unit: `alpha * (exp(x) - 1)` below zero (Clevert et al., 2015)."""

    example = "{op: ELU, alpha: 0.5}"

    alpha: Number = 1.0
    """How far below zero it reaches."""
    inplace: bool = False
    """Overwrite the input, which saves memory."""


class SELU(InPlace):
    """Exponential linear unit scaled so that activations normalise (Klambauer et al., 2017)."""

    example = "SELU"


class CELU(Pointwise):
    """Exponential linear unit with a continuous derivative (Barron, 2017)."""

    example = "{op: CELU, alpha: 0.5}"

    alpha: Annotated[Number, AfterValidator(_not_zero)] = 1.0
    """How far below zero it reaches; not 0."""
    inplace: bool = False
    """Overwrite the input, which saves memory."""


class GELU(Pointwise):
    """Gaussian error linear unit: `x * Phi(x)` (Hendrycks & Gimpel, 2016)."""

    example = "{op: GELU, approximate: tanh}"

    approximate: Literal["none", "tanh"] = "none"
    """`tanh` uses the cheaper formula of the original code."""


class SiLU(InPlace):
    """`x * sigmoid(x)`, also called swish (Ramachandran et al., 2017)."""

    example = "{op: SiLU, inplace: true}"


class Mish(InPlace):
    """`x * tanh(softplus(x))` (Misra, 2019)."""

    example = "Mish"


class GLU(Pointwise):
    """Gated linear unit: one half times the sigmoid of the other (Dauphin et al., 2016)."""

    rule = "(*, 2 M, *) -> (*, M, *)"
    example = "{op: GLU, dim: 1}"

    dim: Integer = -1
    """The dimension to halve."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """The input with half the size in `dim`, which must be even."""
        x = ins[0]
        require(x, FLOATS, rules)
        if x.rank == 0:
            rules.stop(codes.RANK, f"has no dimension to halve in {x}", at="input")
        place = axis(self.dim, x, rules)
        size = x.shape[place]
        message = f"halves dimension {place} of {x}, which is {size}"
        help = "the first half is gated by the second: give it an even size"
        rules.divides(size, 2, codes.INDIVISIBLE, message, at="dim", help=help)
        return (x.with_shape(*x.shape[:place], size // 2, *x.shape[place + 1 :]),)

    def label(self) -> tuple[str, ...]:
        """The dimension."""
        return (f"dim {self.dim}",)
