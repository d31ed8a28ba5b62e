"""The same elements in another shape."""

from typing import Annotated

from pydantic import Field

from archc.diag import codes
from archc.ir.dim import Dim, product
from archc.ir.op import Op, Rules, Types
from archc.ir.target import Arg, Input, Lowered, Method
from archc.ops.axes import axis
from archc.ops.fields import Integer
from archc.ops.modules import as_module
from archc.ops.sizes import Sizes, filled


class Reshape(Op):
    """Read the elements in order into another shape."""

    family = "shape"
    views = "maybe"
    rule = "(*) -> shape, with as many elements"
    example = "{op: Reshape, shape: [-1, 2, 4, 16, 16]}"

    shape: Sizes
    """The new sizes, the batch among them; one may be -1 and follows from the others."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """The given sizes, which must hold exactly the elements there are."""
        x = ins[0]
        sizes = filled(self.shape, product(x.shape), f"elements in {x}", rules, at="shape")
        return (x.with_shape(*sizes),)

    def lowered(self, ins: Types) -> Lowered:
        """`x.reshape(shape)`."""
        del ins
        return Method(Input(), "reshape", args=(Arg("shape", self.shape, keyword=False),))

    def label(self) -> tuple[str, ...]:
        """The new shape."""
        return (f"[{', '.join(map(str, self.shape))}]",)


class Unflatten(Op):
    """Split one dimension into several."""

    family = "shape"
    views = "always"
    rule = "(*, S, *) -> (*, U_1, ..., U_n, *) with U_1 * ... * U_n = S"
    example = "{op: Unflatten, dim: 1, unflattened_size: [2, 4]}"

    dim: Integer
    """The dimension to split."""
    unflattened_size: Annotated[Sizes, Field(min_length=1)]
    """The sizes in its place; one may be -1 and follows from the others."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """The given sizes in place of the one, which they must multiply to."""
        x = ins[0]
        if x.rank == 0:
            rules.stop(codes.RANK, f"has no dimension to split in {x}", at="input")
        place = axis(self.dim, x, rules)
        what = f"in dimension {place} of {x}"
        sizes = filled(self.unflattened_size, x.shape[place], what, rules, at="unflattened_size")
        return (x.with_shape(*x.shape[:place], *sizes, *x.shape[place + 1 :]),)

    def lowered(self, ins: Types) -> Lowered:
        """The module of the same name, or the tensor's method where a size is known at run time."""
        del ins
        if not any(isinstance(size, Dim) for size in self.unflattened_size):
            return as_module(self, "dim", "unflattened_size")
        sizes = Arg("sizes", self.unflattened_size, keyword=False)
        return Method(Input(), "unflatten", args=(Arg("dim", self.dim, keyword=False), sizes))
