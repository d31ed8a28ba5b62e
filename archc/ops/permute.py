"""Dimensions in another order."""

from archc.diag import codes
from archc.ir.op import Op, Rules, Types
from archc.ir.target import Arg, Input, Lowered, Method
from archc.ops.axes import axes, axis
from archc.ops.fields import Integer, Integers


class Permute(Op):
    """Put the dimensions into another order."""

    family = "shape"
    views = "always"
    rule = "(S_0, ..., S_n) -> (S_dims[0], ..., S_dims[n])"
    example = "{op: Permute, dims: [0, 2, 3, 1]}"

    dims: Integers
    """For each dimension of the output the one of the input, all of them once."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """The sizes in the new order."""
        x = ins[0]
        if len(self.dims) != x.rank:
            rules.stop(
                codes.DIM_RANGE,
                f"orders {len(self.dims)} dimensions, and {x} has {x.rank}",
                at="dims",
                help="list every dimension once",
            )
        axes(self.dims, x, rules, at="dims")
        return (x.with_shape(*(x.shape[dim] for dim in self.dims)),)

    def lowered(self, ins: Types) -> Lowered:
        """`x.permute(dims)`."""
        del ins
        return Method(Input(), "permute", args=(Arg("dims", self.dims, keyword=False),))

    def label(self) -> tuple[str, ...]:
        """The order."""
        return (" ".join(map(str, self.dims)),)


class Transpose(Op):
    """Swap two dimensions."""

    family = "shape"
    views = "always"
    rule = "(*, A, *, B, *) -> (*, B, *, A, *)"
    example = "{op: Transpose, dim0: 1, dim1: 2}"

    dim0: Integer
    """One dimension."""
    dim1: Integer
    """The other."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """The two sizes swapped."""
        x = ins[0]
        first = axis(self.dim0, x, rules, at="dim0")
        second = axis(self.dim1, x, rules, at="dim1")
        if x.rank == 0:
            return ins
        sizes = list(x.shape)
        sizes[first], sizes[second] = sizes[second], sizes[first]
        return (x.with_shape(*sizes),)

    def lowered(self, ins: Types) -> Lowered:
        """`x.transpose(dim0, dim1)`."""
        del ins
        args = (Arg("dim0", self.dim0, keyword=False), Arg("dim1", self.dim1, keyword=False))
        return Method(Input(), "transpose", args=args)

    def label(self) -> tuple[str, ...]:
        """The two dimensions."""
        return (f"{self.dim0} ↔ {self.dim1}",)
