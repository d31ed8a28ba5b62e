"""Functions of mathematics, element by element."""

from typing import ClassVar

from archc.diag import codes
from archc.ir.op import Family, Op, Rules, Types
from archc.ir.target import Arg, Input, Lowered, Method
from archc.ir.types import TensorType
from archc.ops.dtypes import EVERY, FLOATS, NUMBERS, floating, require, with_number
from archc.ops.fields import Integer, Scalar
from archc.ops.numbers import check_fits


class _Function(Op):
    """A function of one number, which torch's tensors have as a method."""

    family: ClassVar[Family] = "activation"
    rule = "(*) -> (*)"
    takes: ClassVar[frozenset[str]] = EVERY
    method: ClassVar[str]
    """What torch's tensors call it."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """The input's shape."""
        require(ins[0], self.takes, rules)
        return (TensorType(ins[0].shape, self._result(ins[0].dtype)),)

    def _result(self, dtype: str) -> str:
        return dtype

    def lowered(self, ins: Types) -> Lowered:
        """`x.exp()`."""
        del ins
        return Method(Input(), self.method, args=self._arguments())

    def _arguments(self) -> tuple[Arg, ...]:
        return ()


class _Real(_Function):
    """A function whose value is a fraction also where its argument is a whole number."""

    def _result(self, dtype: str) -> str:
        return floating(dtype)


class Abs(_Function):
    """The magnitude: `|x|`."""

    method = "abs"
    takes = NUMBERS
    example = "Abs"


class Neg(_Function):
    """The negative: `-x`."""

    method = "neg"
    takes = NUMBERS
    example = "Neg"


class Sign(_Function):
    """1 above zero, -1 below, 0 at zero."""

    method = "sign"
    example = "Sign"


class Square(_Function):
    """`x * x`."""

    method = "square"
    example = "Square"

    def _result(self, dtype: str) -> str:
        return "int64" if dtype == "bool" else dtype


class Floor(_Function):
    """The largest whole number that is not above."""

    method = "floor"
    takes = NUMBERS
    example = "Floor"


class Ceil(_Function):
    """The smallest whole number that is not below."""

    method = "ceil"
    takes = NUMBERS
    example = "Ceil"


class Round(_Function):
    """The nearest whole number; a half goes to the even one."""

    method = "round"
    takes = NUMBERS
    example = "{op: Round, decimals: 2}"

    decimals: Integer = 0
    """Digits to keep behind the point; negative ones round before it."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """The input's type; whole numbers have no digits behind the point."""
        if self.decimals and ins[0].dtype not in FLOATS:
            message = f"rounds {ins[0].dtype} to {self.decimals} decimals"
            rules.fail(codes.BAD_PARAMETER, message, at="decimals", help="drop `decimals`")
        return super().infer(ins, rules)

    def _arguments(self) -> tuple[Arg, ...]:
        return (Arg("decimals", self.decimals),) if self.decimals else ()


class Exp(_Real):
    """The exponential function."""

    method = "exp"
    example = "Exp"


class Log(_Real):
    """The natural logarithm."""

    method = "log"
    example = "Log"


class Log2(_Real):
    """The logarithm to the base 2."""

    method = "log2"
    example = "Log2"


class Log1p(_Real):
    """`log(1 + x)`, exact for small numbers too."""

    method = "log1p"
    example = "Log1p"


class Sqrt(_Real):
    """The square root."""

    method = "sqrt"
    example = "Sqrt"


class Rsqrt(_Real):
    """`1 / sqrt(x)`."""

    method = "rsqrt"
    example = "Rsqrt"


class Reciprocal(_Real):
    """`1 / x`."""

    method = "reciprocal"
    example = "Reciprocal"


class Sin(_Real):
    """The sine of an angle in radians."""

    method = "sin"
    example = "Sin"


class Cos(_Real):
    """The cosine of an angle in radians."""

    method = "cos"
    example = "Cos"


class Tan(_Real):
    """The tangent of an angle in radians."""

    method = "tan"
    example = "Tan"


class Erf(_Real):
    """The error function."""

    method = "erf"
    example = "Erf"


class Pow(_Function):
    """The input to the power of a number."""

    method = "pow"
    example = "{op: Pow, exponent: 2}"

    exponent: Scalar
    """The power. A fraction makes whole numbers floating."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """The input's shape; whole numbers have no negative whole powers."""
        dtype = self._result(ins[0].dtype)
        if self.exponent < 0 and dtype not in FLOATS:
            message = f"raises whole numbers ({ins[0].dtype}) to the power {self.exponent}"
            rules.fail(codes.BAD_PARAMETER, message, at="exponent", help="write it as a float")
        if dtype != "float32":  # the power itself is a double there
            check_fits(rules, self.exponent, dtype, at="exponent")
        return super().infer(ins, rules)

    def _result(self, dtype: str) -> str:
        return with_number(dtype, self.exponent)

    def _arguments(self) -> tuple[Arg, ...]:
        return (Arg("exponent", self.exponent, keyword=False),)

    def label(self) -> tuple[str, ...]:
        """The power."""
        return (f"{self.exponent:g}",)


class Clamp(_Function):
    """Numbers beyond a bound become the bound."""

    method = "clamp"
    example = "{op: Clamp, min: 0, max: 1}"

    min: Scalar | None = None
    """The lower bound; null has none."""
    max: Scalar | None = None
    """The upper bound; null has none."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """The input's shape, in the element type that holds the bounds too."""
        if self.min is None and self.max is None:
            rules.fail(codes.MISSING_PARAMETER, "needs `min`, `max` or both", at="min")
        dtype = self._result(ins[0].dtype)
        check_fits(rules, self.min, dtype, at="min")
        check_fits(rules, self.max, dtype, at="max")
        return super().infer(ins, rules)

    def _result(self, dtype: str) -> str:
        for bound in (self.min, self.max):
            dtype = dtype if bound is None else with_number(dtype, bound)
        return dtype

    def _arguments(self) -> tuple[Arg, ...]:
        bounds = (Arg("min", self.min), Arg("max", self.max))
        return tuple(arg for arg in bounds if arg.value is not None)

    def label(self) -> tuple[str, ...]:
        """The bounds."""
        low = "" if self.min is None else f"{self.min:g}"
        high = "" if self.max is None else f"{self.max:g}"
        return (f"{low}..{high}",)
