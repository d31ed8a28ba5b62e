"""Values chosen by tensors of numbers."""

from archc.diag import codes
from archc.ir.op import Op, Rules, Types, Views
from archc.ir.target import Arg, Constant, Input, Lowered, Method, Subscript
from archc.ir.types import TensorType
from archc.ops.axes import axis
from archc.ops.fields import Integer


def check_index(x: TensorType, allowed: set[str], rules: Rules) -> None:
    """An index holds whole numbers."""
    if x.dtype not in allowed:
        message = f"expects whole numbers (int64) as index, but gets {x.dtype}"
        rules.stop(codes.WRONG_DTYPE, message, at="index", help="`Cast` it to int64")


class Index(Op):
    """Look up entries of the first dimension: `table[index]`."""

    family = "shape"
    views = "maybe"
    ports = ("input", "index")
    rule = "(S, *), int64 (K...) -> (K..., *)"
    example = "{op: Index, from: [table, positions]}"
    example_inputs = ((169, 8), (49, 49))
    example_dtypes = ("float32", "int64")

    def infer(self, ins: Types, rules: Rules) -> Types:
        """The index's shape in place of the first dimension."""
        x, index = ins
        if x.rank == 0:
            rules.stop(codes.RANK, f"has no entries to look up in {x}", at="input")
        check_index(index, {"int64", "int32"}, rules)
        return (x.with_shape(*index.shape, *x.shape[1:]),)

    def gives_view(self, ins: Types) -> Views:
        """A single entry is looked at in its place, several are copied."""
        return "always" if ins[1].rank == 0 else "never"

    def lowered(self, ins: Types) -> Lowered:
        """`table[index]`."""
        del ins
        return Subscript(Input(0), (Input(1),))


class IndexSelect(Op):
    """The listed places along a dimension, in the order of the list."""

    family = "shape"
    ports = ("input", "index")
    rule = "(*, S, *), int64 (K) -> (*, K, *)"
    example = "{op: IndexSelect, dim: 1, from: [x, places]}"
    example_inputs = ((2, 8, 16, 16), (4,))
    example_dtypes = ("float32", "int64")

    dim: Integer
    """The dimension to choose along."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """As many places as the index lists."""
        x, index = ins
        if x.rank == 0:
            rules.stop(codes.RANK, f"has no places to choose from in {x}", at="input")
        check_index(index, {"int64", "int32"}, rules)
        if index.rank > 1:
            rules.stop(codes.RANK, f"expects a list as index, but gets {index}", at="index")
        place, count = axis(self.dim, x, rules), (*index.shape, 1)[0]
        return (x.with_shape(*x.shape[:place], count, *x.shape[place + 1 :]),)

    def lowered(self, ins: Types) -> Lowered:
        """`x.index_select(dim, index)`."""
        del ins
        return Method(Input(0), "index_select", (Constant(Arg("dim", self.dim)), Input(1)))


class Gather(Op):
    """For each place of the index, the value there, the number in it being the place in `dim`."""

    family = "shape"
    ports = ("input", "index")
    rule = "(*, S, *), int64 (*, K, *) -> (*, K, *)"
    example = "{op: Gather, dim: 1, from: [x, places]}"
    example_inputs = ((2, 8, 16), (2, 4, 16))
    example_dtypes = ("float32", "int64")

    dim: Integer
    """The dimension that the numbers count along."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """The index's shape, which reaches no further than the input but in `dim`."""
        x, index = ins
        check_index(index, {"int64"}, rules)
        place = axis(self.dim, x, rules)
        if max(x.rank, 1) != max(index.rank, 1):
            message = f"expects an index of {x.rank} dimensions, but gets {index}"
            rules.stop(codes.RANK, message, at="index")
        for at, (size, count) in enumerate(zip(x.shape, index.shape, strict=False)):
            if at != place:
                message = f"reaches over {count} of {size} places in dimension {at} of {x}"
                rules.at_least(size - count, 0, codes.SHAPES_DIFFER, message, at="index")
        return (x.with_shape(*index.shape),)

    def lowered(self, ins: Types) -> Lowered:
        """`x.gather(dim, index)`."""
        del ins
        return Method(Input(0), "gather", (Constant(Arg("dim", self.dim)), Input(1)))
