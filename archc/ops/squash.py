"""Activations that squash, clip or shrink."""

from typing import Annotated

from pydantic import Field

from archc.diag import codes
from archc.ir.op import Rules, Types
from archc.ir.types import TensorType
from archc.ops.dtypes import EVERY, NUMBERS
from archc.ops.fields import Number
from archc.ops.pointwise import InPlace, Pointwise, Widening


class Sigmoid(Widening):
    """`1 / (1 + exp(-x))`."""

    takes = EVERY
    example = "Sigmoid"


class LogSigmoid(Pointwise):
    """The logarithm of the sigmoid, computed so that it does not overflow."""

    example = "LogSigmoid"


class Tanh(Widening):
    """Hyperbolic tangent."""

    takes = EVERY
    example = "Tanh"


class Tanhshrink(Widening):
    """`x - tanh(x)`."""

    takes = NUMBERS
    example = "Tanhshrink"


class Softsign(Widening):
    """`x / (1 + |x|)`."""

    takes = NUMBERS
    example = "Softsign"


class Softplus(Pointwise):
    """A smooth rectifier: `log(1 + exp(beta * x)) / beta`."""

    example = "{op: Softplus, beta: 2.0}"

    beta: Number = 1.0
    """How sharply it bends."""
    threshold: Number = 20.0
    """Where `beta * x` is above this, the input itself is returned."""


class Hardswish(InPlace):
    """`x * min(max(x + 3, 0), 6) / 6`, a piecewise SiLU (Howard et al., 2019)."""

    example = "{op: Hardswish, inplace: true}"


class Hardsigmoid(InPlace):
    """`min(max(x + 3, 0), 6) / 6`, a piecewise sigmoid (Courbariaux et al., 2015)."""

    example = "Hardsigmoid"


class Hardtanh(Pointwise):
    """Clip to a range: `min(max(x, min_val), max_val)`."""

    takes = NUMBERS
    example = "{op: Hardtanh, min_val: 0, max_val: 6}"

    min_val: Number = -1.0
    """The lower bound."""
    max_val: Number = 1.0
    """The upper bound, above the lower one."""
    inplace: bool = False
    """Overwrite the input, which saves memory."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """The input's type."""
        if self.max_val <= self.min_val:
            rules.fail(
                codes.BAD_PARAMETER,
                f"has `max_val` {self.max_val:g}, which is not above `min_val` {self.min_val:g}",
                at="max_val",
            )
        _unsigned(ins[0], int(min(self.min_val, self.max_val)), rules)
        return super().infer(ins, rules)

    def label(self) -> tuple[str, ...]:
        """The range."""
        return (f"{self.min_val:g} .. {self.max_val:g}",)


class Hardshrink(Pointwise):
    """Zero between `-lambd` and `lambd`, the input elsewhere."""

    example = "{op: Hardshrink, lambd: 0.3}"

    lambd: Number = 0.5
    """Half the width of the part that is zeroed."""


class Softshrink(Pointwise):
    """Move every number towards zero by `lambd`, and to zero those nearer than that."""

    example = "{op: Softshrink, lambd: 0.3}"

    lambd: Annotated[Number, Field(ge=0)] = 0.5
    """How far to move; at least 0."""


class Threshold(Pointwise):
    """Keep what is above `threshold`, and put `value` in place of the rest."""

    takes = NUMBERS
    positional = ("threshold", "value")
    checks_memory = False  # to do it twice is to do it once
    example = "{op: Threshold, threshold: 0.1, value: 0}"

    threshold: Number
    """The limit; a number equal to it is replaced."""
    value: Number
    """What the rest becomes."""
    inplace: bool = False
    """Overwrite the input, which saves memory."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """The input's type, which must be able to hold both numbers."""
        _unsigned(ins[0], min(self.threshold, self.value), rules)
        return super().infer(ins, rules)


def _unsigned(x: TensorType, lowest: float, rules: Rules) -> None:
    """No negative number meets an input that can hold none."""
    if x.dtype == "uint8" and lowest < 0:
        rules.fail(
            codes.WRONG_DTYPE, f"compares with {lowest:g}, and {x} holds none below 0", at="input"
        )
