"""Dropout: noise in training, nothing otherwise."""

from typing import ClassVar

from archc.diag import codes
from archc.ir.op import Rules, Types
from archc.ops.dtypes import EVERY, FLOATS, require
from archc.ops.fields import Probability
from archc.ops.pointwise import Pointwise


class _Dropping(Pointwise):
    """A dropout. What training needs of the input is asked for always."""

    takes = EVERY
    positional = ("p",)
    views = "maybe"
    lowest: ClassVar[int] = 0
    """The fewest dimensions that the noise can be drawn for."""

    p: Probability = 0.5
    """The probability that an entry is zeroed."""
    inplace: bool = False
    """Overwrite the input, which saves memory."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """The input's type. Neither 0 nor 1 draws any noise, and then every input is taken."""
        if 0 < self.p < 1:
            self._check(ins, rules)
        return ins

    def _check(self, ins: Types, rules: Rules) -> None:
        require(ins[0], FLOATS, rules)
        if ins[0].rank < self.lowest:
            rules.stop(
                codes.RANK,
                f"expects at least {self.lowest} dimensions, not the {ins[0].rank} of {ins[0]}",
                at="input",
            )

    def overwrites(self) -> bool:
        """Whether noise is written over the input; without any, nothing changes."""
        return self.inplace and self.p > 0

    def label(self) -> tuple[str, ...]:
        """The probability."""
        return (f"p {self.p:g}",)


class Dropout(_Dropping):
    """Zero single numbers at random in training, and scale the rest by `1 / (1 - p)`."""

    example = "{op: Dropout, p: 0.2}"


class Dropout1d(_Dropping):
    """Zero whole channels of a sequence at random in training."""

    rule = "(N, C, L) or (C, L) -> the same"
    example = "{op: Dropout1d, p: 0.2}"
    example_inputs = ((2, 8, 16),)

    def infer(self, ins: Types, rules: Rules) -> Types:
        """The input's type; torch looks at the rank outside training too."""
        rules.rank(ins[0], 2, 3)
        return super().infer(ins, rules)


class Dropout2d(_Dropping):
    """Zero whole channels of a feature map at random in training (Tompson et al., 2015)."""

    lowest = 2
    rule = "(N, C, H, W) -> (N, C, H, W)"
    example = "{op: Dropout2d, p: 0.2}"


class Dropout3d(_Dropping):
    """Zero whole channels of a volume at random in training."""

    lowest = 1
    rule = "(N, C, D, H, W) or (C, D, H, W) -> the same"
    example = "{op: Dropout3d, p: 0.2}"
    example_inputs = ((2, 8, 4, 16, 16),)


class _Alpha(_Dropping):
    """A dropout whose module, in torch, takes `inplace` and does not look at it."""

    def overwrites(self) -> bool:
        """It never does."""
        return False


class AlphaDropout(_Alpha):
    """Dropout that keeps mean and variance, made for SELU (Klambauer et al., 2017)."""

    example = "{op: AlphaDropout, p: 0.1}"


class FeatureAlphaDropout(_Alpha):
    """Alpha dropout of whole channels."""

    lowest = 2
    rule = "(N, C, *) -> (N, C, *)"
    example = "{op: FeatureAlphaDropout, p: 0.1}"
