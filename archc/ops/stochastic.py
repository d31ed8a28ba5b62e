"""Noise that drops whole samples, by a module that torch does not have."""

from typing import Literal

from archc.diag import codes
from archc.ir.op import Op, Rules, Types
from archc.ir.target import Arg, New
from archc.ops.dtypes import FLOATS, require
from archc.ops.fields import Probability

SOURCE = '''\
class StochasticDepth(nn.Module):
    """Zero whole samples, or the whole batch, at random in training."""

    def __init__(self, p: float, mode: str = "row") -> None:
        super().__init__()
        self.p = p
        self.mode = mode

    def forward(self, x: Tensor) -> Tensor:
        if not self.training or self.p == 0:
            return x
        size = [x.shape[0] if self.mode == "row" else 1] + [1] * (x.ndim - 1)
        noise = x.new_empty(size).bernoulli_(1 - self.p)
        return x * (noise.div_(1 - self.p) if self.p < 1 else noise)

    def extra_repr(self) -> str:
        return f"p={self.p}, mode={self.mode}"
'''


class StochasticDepth(Op):
    """Drop a residual branch at random in training, for single samples or all (Huang et al., 2016).

    Stands at the end of the branch, before the sum. What is kept is scaled by `1 / (1 - p)`.
    """

    family = "activation"
    views = "maybe"
    rule = "(N, *) -> (N, *)"
    example = "{op: StochasticDepth, p: 0.2}"

    p: Probability
    """The probability that a sample's branch is zeroed."""
    mode: Literal["row", "batch"] = "row"
    """Draw for each sample, or once for the batch."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """The input's own type."""
        require(ins[0], FLOATS, rules)
        rules.at_least(ins[0].rank, 1, codes.RANK, "has no batch to drop samples of", at="input")
        return ins

    def lowered(self, ins: Types) -> New:
        """A module of the emitted file."""
        del ins
        mode = (Arg("mode", self.mode),) if self.mode != "row" else ()
        return New("StochasticDepth", (Arg("p", self.p, keyword=False), *mode), source=SOURCE)

    def label(self) -> tuple[str, ...]:
        """The probability."""
        return (f"p {self.p:g}",)
