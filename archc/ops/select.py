"""The largest, the smallest, and where they are."""

from typing import ClassVar

from archc.diag import codes
from archc.ir.dim import Size
from archc.ir.op import Family, Op, Rules, Types
from archc.ir.target import Arg, Input, Lowered, Method
from archc.ir.types import TensorType
from archc.ops.axes import axis
from archc.ops.dtypes import EVERY, NUMBERS, require
from archc.ops.fields import Integer, Positive
from archc.ops.reduce import SPATIAL


def reduced(x: TensorType, places: set[int], *, keepdim: bool) -> tuple[Size, ...]:
    """The shape once some dimensions are reduced, to size 1 with `keepdim`.

    >>> reduced(TensorType((2, 3, 4)), {1}, keepdim=True)
    (2, 1, 4)
    """
    kept = [1 if place in places else size for place, size in enumerate(x.shape)]
    return tuple(s for place, s in enumerate(kept) if keepdim or place not in places)


class _Along(Op):
    """A reduction along one dimension."""

    family: ClassVar[Family] = "pool"
    rule = "(*, S, *) -> (*, *), or (*, 1, *) with keepdim"
    takes: ClassVar[frozenset[str]] = EVERY
    method: ClassVar[str]

    dim: Integer | None
    """The dimension to reduce."""
    keepdim: bool = False
    """Keep the reduced dimension with size 1."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """The dimensions that are left."""
        x = ins[0]
        require(x, self.takes, rules)
        places = set(range(x.rank)) if self.dim is None else {axis(self.dim, x, rules)}
        return self._types(x, reduced(x, places, keepdim=self.keepdim))

    def _types(self, x: TensorType, shape: tuple[Size, ...]) -> Types:
        raise NotImplementedError

    def lowered(self, ins: Types) -> Lowered:
        """`x.argmax(dim=1)`."""
        del ins
        args = [Arg("keepdim", self.keepdim)] if self.keepdim else []
        if args or self.dim is not None:
            args.insert(0, Arg("dim", self.dim))
        return Method(Input(), self.method, args=tuple(args))

    def receptive(self) -> tuple[tuple[int, int], ...] | None:
        """Everything, if it reduces over places."""
        return () if self.dim is None or self.dim in SPATIAL else None

    def label(self) -> tuple[str, ...]:
        """The dimension."""
        return ("all",) if self.dim is None else (f"dim {self.dim}",)


class _ArgExtreme(_Along):
    """Where an extreme value is."""

    takes = NUMBERS
    rule = "(*, S, *) -> int64 (*, *)"

    dim: Integer | None = None
    """The dimension to look along; null looks at all elements, and counts them in order."""

    def _types(self, x: TensorType, shape: tuple[Size, ...]) -> Types:
        del x
        return (TensorType(shape, "int64"),)


class ArgMax(_ArgExtreme):
    """Where the largest value is."""

    method = "argmax"
    example = "{op: ArgMax, dim: 1}"


class ArgMin(_ArgExtreme):
    """Where the smallest value is."""

    method = "argmin"
    example = "{op: ArgMin, dim: 1}"


class _Extreme(_Along):
    """An extreme value and where it is."""

    output_names = ("values", "indices")
    rule = "(*, S, *) -> (*, *) and int64 (*, *)"

    dim: Integer
    """The dimension to reduce. For several, or without indices, there are `Amax` and `Amin`."""

    def _types(self, x: TensorType, shape: tuple[Size, ...]) -> Types:
        return (x.with_shape(*shape), TensorType(shape, "int64"))


class Max(_Extreme):
    """The largest value along a dimension, and where it is."""

    method = "max"
    example = "{op: Max, dim: 1}"


class Min(_Extreme):
    """The smallest value along a dimension, and where it is."""

    method = "min"
    example = "{op: Min, dim: 1}"


class Prod(_Along):
    """The product along a dimension or of all elements; whole numbers and booleans give int64."""

    method = "prod"
    example = "{op: Prod, dim: 1}"

    dim: Integer | None = None
    """The dimension to multiply along; null means all, none of which can be kept."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """The dimensions that are left."""
        if self.keepdim and self.dim is None:
            message = "multiplies all elements, and then keeps no dimension"
            help = "name one `dim`, or drop `keepdim`"
            rules.fail(codes.BAD_PARAMETER, message, at="keepdim", help=help)
        return super().infer(ins, rules)

    def _types(self, x: TensorType, shape: tuple[Size, ...]) -> Types:
        return (TensorType(shape, summed(x.dtype)),)


def summed(dtype: str) -> str:
    """The element type of sums and products: whole numbers become int64."""
    return dtype if "float" in dtype else "int64"


class TopK(Op):
    """The `k` largest values along a dimension, and where they are."""

    family = "pool"
    output_names = ("values", "indices")
    rule = "(*, S, *) -> (*, k, *) and int64 (*, k, *)"
    example = "{op: TopK, k: 4, dim: 1}"

    k: Positive
    """How many."""
    dim: Integer = -1
    """The dimension to look along."""
    largest: bool = True
    """The largest values; otherwise the smallest."""
    sorted: bool = True
    """In order."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """`k` in place of the size, which must hold as many."""
        x = ins[0]
        require(x, NUMBERS, rules)
        place = axis(self.dim, x, rules)
        size = x.shape[place] if x.rank else 1
        message = f"takes {self.k} of the {size} values in dimension {place} of {x}"
        rules.at_least(size, self.k, codes.OUTPUT_SIZE, message, at="k")
        shape = (*x.shape[:place], self.k, *x.shape[place + 1 :]) if x.rank else ()
        return (x.with_shape(*shape), TensorType(shape, "int64"))

    def lowered(self, ins: Types) -> Lowered:
        """`x.topk(k, dim=-1)`."""
        del ins
        further = (("largest", self.largest), ("sorted", self.sorted))
        args = [Arg(name, value) for name, value in further if not value]
        k, dim = Arg("k", self.k, keyword=False), Arg("dim", self.dim)
        return Method(Input(), "topk", args=(k, dim, *args))

    def label(self) -> tuple[str, ...]:
        """How many."""
        return (str(self.k),)
