"""Joining, dropping and adding dimensions."""

from archc.diag import codes
from archc.ir.dim import compare_equal, product
from archc.ir.op import Op, Rules, Types
from archc.ir.target import Arg, Input, Lowered, Method
from archc.ops.axes import Axes, axes, axis
from archc.ops.fields import Integer
from archc.ops.modules import as_module


class Identity(Op):
    """Pass the input on, as a place for a name or for an op that a variant leaves out."""

    family = "shape"
    views = "always"
    rule = "(*) -> (*)"
    example = "Identity"

    def infer(self, ins: Types, rules: Rules) -> Types:
        """The input's own type."""
        del rules
        return ins

    def keeps_positions(self, ins: Types) -> bool:
        """All of them."""
        del ins
        return True

    def lowered(self, ins: Types) -> Lowered:
        """The module of the same name."""
        del ins
        return as_module(self)


class Flatten(Op):
    """Join consecutive dimensions into one; by default all but the batch."""

    family = "shape"
    views = "maybe"
    rule = "(*, S_start, ..., S_end, *) -> (*, S_start * ... * S_end, *)"
    example = "Flatten"

    start_dim: Integer = 1
    """The first dimension to join."""
    end_dim: Integer = -1
    """The last dimension to join."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """The joined dimensions become their product."""
        x = ins[0]
        first = axis(self.start_dim, x, rules, at="start_dim")
        last = axis(self.end_dim, x, rules, at="end_dim")
        if first > last:
            rules.stop(
                codes.DIM_RANGE,
                f"starts at dimension {first} of {x}, after its end at dimension {last}",
                at="start_dim",
            )
        joined = product(x.shape[first : last + 1])
        return (x.with_shape(*x.shape[:first], joined, *x.shape[last + 1 :]),)

    def lowered(self, ins: Types) -> Lowered:
        """The module of the same name."""
        del ins
        return as_module(self)


class Squeeze(Op):
    """Drop dimensions of size 1: those named, or all. A named one of another size stays."""

    family = "shape"
    views = "always"
    rule = "(*, 1, *) -> (*, *)"
    example = "{op: Squeeze, dim: [2, 3]}"
    example_inputs = ((2, 8, 1, 1),)

    dim: Axes | None = None
    """The dimension or dimensions to drop where they are 1; null means all."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """The sizes that stay. Whether an open size is 1 must not matter."""
        x = ins[0]
        chosen = set(range(x.rank)) if self.dim is None else axes(self.dim, x, rules)
        for place in sorted(chosen & set(range(x.rank))):
            if compare_equal(x.shape[place], 1) is None:
                rules.stop(
                    codes.OPEN_SIZE,
                    f"drops dimension {place} of {x} only where {x.shape[place]} is 1",
                    at="dim",
                    help="name the dimensions to drop, all of them of size 1",
                )
        kept = [size for place, size in enumerate(x.shape) if place not in chosen or size != 1]
        return (x.with_shape(*kept),)

    def lowered(self, ins: Types) -> Lowered:
        """`x.squeeze(dim)`."""
        del ins
        args = () if self.dim is None else (Arg("dim", self.dim, keyword=False),)
        return Method(Input(), "squeeze", args=args)


class Unsqueeze(Op):
    """Add a dimension of size 1."""

    family = "shape"
    views = "always"
    rule = "(*, *) -> (*, 1, *)"
    example = "{op: Unsqueeze, dim: 1}"

    dim: Integer
    """Where the new dimension stands in the output; negative ones count from its end."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """One dimension more."""
        x = ins[0]
        place = axis(self.dim, x, rules, extra=1)
        return (x.with_shape(*x.shape[:place], 1, *x.shape[place:]),)

    def lowered(self, ins: Types) -> Lowered:
        """`x.unsqueeze(dim)`."""
        del ins
        return Method(Input(), "unsqueeze", args=(Arg("dim", self.dim, keyword=False),))
