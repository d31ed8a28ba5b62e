"""Norms, sums and truths along dimensions, and vectors scaled by their norm."""

from archc.diag import codes
from archc.ir.op import Op, Rules, Types
from archc.ir.target import Arg, Call, Input, Lowered, Method
from archc.ir.types import TensorType
from archc.ops.axes import Axes, axis
from archc.ops.broadcast import broadcast
from archc.ops.compare import Fill
from archc.ops.dtypes import EVERY, FLOATS, common, floating, promote, require
from archc.ops.fields import Integer, NonNegativeNumber, Number, Positive
from archc.ops.modules import as_module
from archc.ops.reduce import Reduction
from archc.ops.select import reduced, summed


def check_some(dim: int | tuple[int, ...] | None, rules: Rules) -> None:
    """A list of dimensions is not empty: torch takes that for all of them here, for none there."""
    if dim == ():
        rules.fail(codes.BAD_PARAMETER, "names no dimension", at="dim", help="drop `dim`")


class VectorNorm(Reduction):
    """The norm of the numbers along dimensions, taken as one vector."""

    method = "vector_norm"
    example = "{op: VectorNorm, dim: 1, keepdim: true}"

    ord: Fill = 2
    """The power of the norm: 2 is the length, 1 the sum of magnitudes, `.inf` the largest."""

    def lowered(self, ins: Types) -> Lowered:
        """`torch.linalg.vector_norm(x, dim=1)`."""
        del ins
        given = {"ord": self.ord, "dim": self.dim, "keepdim": self.keepdim}
        fields = type(self).model_fields
        args = [Arg(name, value) for name, value in given.items() if value != fields[name].default]
        return Call("torch.linalg.vector_norm", (Input(),), tuple(args))

    def label(self) -> tuple[str, ...]:
        """The power and the dimensions."""
        return (f"L{self.ord:g}", *super().label())


class LogSumExp(Reduction):
    """The logarithm of the sum of exponentials along dimensions, without overflow."""

    method = "logsumexp"
    takes = EVERY
    example = "{op: LogSumExp, dim: 1}"

    dim: Axes
    """The dimension or dimensions to reduce."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """The dimensions that are left."""
        check_some(self.dim, rules)
        return super().infer(ins, rules)

    def _result(self, dtype: str) -> str:
        return floating(dtype)


class _Truth(Reduction):
    """Numbers as booleans, put together."""

    takes = EVERY
    rule = "(*, S, *) -> bool (*, *)"

    def infer(self, ins: Types, rules: Rules) -> Types:
        """The dimensions that are left."""
        check_some(self.dim, rules)
        return super().infer(ins, rules)

    def _result(self, dtype: str) -> str:
        return "uint8" if dtype == "uint8" else "bool"


class All(_Truth):
    """Whether all are true along dimensions; numbers are, unless they are 0."""

    method = "all"
    example = "{op: All, dim: 1}"


class Any(_Truth):
    """Whether any is true along dimensions; numbers are, unless they are 0."""

    method = "any"
    example = "{op: Any, dim: 1}"


class Normalize(Op):
    """Scale vectors along a dimension to norm 1."""

    family = "norm"
    rule = "(*) -> (*)"
    example = "{op: Normalize, dim: 1}"

    p: Number = 2.0
    """The power of the norm."""
    dim: Integer = 1
    """The dimension that a vector lies along."""
    eps: Number = 1e-12
    """The least that is divided by."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """The input's own type."""
        require(ins[0], FLOATS, rules)
        axis(self.dim, ins[0], rules)
        return ins

    def lowered(self, ins: Types) -> Lowered:
        """`nn.functional.normalize(x)`."""
        del ins
        args = as_module(self).args
        return Call("torch.nn.functional.normalize", (Input(),), args)


class CosineSimilarity(Op):
    """The cosine of the angle between vectors that lie along a dimension; shapes broadcast."""

    family = "merge"
    ports = ("x1", "x2")
    rule = "(*, D, *), (*, D, *) -> (*, *)"
    example = "{op: CosineSimilarity, from: [left, right]}"
    example_inputs = ((2, 64), (2, 64))

    dim: Integer = 1
    """The dimension that a vector lies along."""
    eps: NonNegativeNumber = 1e-8
    """The least that is divided by."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """The broadcast shape without the dimension."""
        both = TensorType(tuple(broadcast(ins, self.ports, rules)), common(ins))
        require(both, FLOATS, rules, at="x1")
        place = axis(self.dim, both, rules)
        dtype = promote(ins[0].dtype, ins[1].dtype)  # also of an input without dimensions
        return (TensorType(reduced(both, {place}, keepdim=False), dtype),)

    def lowered(self, ins: Types) -> Lowered:
        """The module of the same name."""
        del ins
        return as_module(self)


class CumSum(Op):
    """The sum of all values up to each one, along a dimension."""

    family = "activation"
    rule = "(*) -> (*)"
    example = "{op: CumSum, dim: 1}"

    dim: Integer
    """The dimension to add along."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """The input's shape; whole numbers and booleans become int64."""
        axis(self.dim, ins[0], rules)
        return (TensorType(ins[0].shape, summed(ins[0].dtype)),)

    def lowered(self, ins: Types) -> Lowered:
        """`x.cumsum(dim=1)`."""
        del ins
        return Method(Input(), "cumsum", args=(Arg("dim", self.dim),))


class OneHot(Op):
    """A vector for each whole number: 1 at its place, 0 elsewhere."""

    family = "shape"
    numbers_below = "num_classes"
    rule = "int64 (*) -> int64 (*, num_classes)"
    example = "{op: OneHot, num_classes: 10}"
    example_inputs = ((2, 16),)
    example_dtypes = ("int64",)

    num_classes: Positive
    """Size of a vector; every number of the input is below."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """One dimension more."""
        x = ins[0]
        if x.dtype != "int64":
            message = f"expects whole numbers (int64), but gets {x.dtype}"
            rules.stop(codes.WRONG_DTYPE, message, at="input", help="`Cast` it to int64")
        return (x.with_shape(*x.shape, self.num_classes),)

    def lowered(self, ins: Types) -> Lowered:
        """`nn.functional.one_hot(x, num_classes)`."""
        del ins
        count = Arg("num_classes", self.num_classes)
        return Call("torch.nn.functional.one_hot", (Input(),), (count,))

    def label(self) -> tuple[str, ...]:
        """How many classes."""
        return (str(self.num_classes),)
