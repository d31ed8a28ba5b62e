"""Values in other places: rolled, mirrored, moved, or only those on one side of a diagonal."""

from typing import Annotated, ClassVar, TypeAlias

from archc.diag import codes
from archc.ir.dim import Size
from archc.ir.op import Op, Rules, Types
from archc.ir.target import Arg, Input, Lowered, Method
from archc.ops.axes import Axes, axes, axis
from archc.ops.fields import LARGEST, Integer, sized
from archc.ops.views import place_of

Shifts: TypeAlias = Annotated[int | tuple[int, ...], sized(None, -LARGEST)]


def listed(value: int | tuple[int, ...]) -> tuple[int, ...]:
    """One number as a list of it.

    >>> listed(2), listed((1, 2))
    ((2,), (1, 2))
    """
    return value if isinstance(value, tuple) else (value,)


class Roll(Op):
    """Move everything along dimensions; what leaves at the end comes in at the start."""

    family = "shape"
    rule = "(*) -> (*)"
    example = "{op: Roll, shifts: [-2, -2], dims: [2, 3]}"

    shifts: Shifts
    """How many places, one number for each of `dims`."""
    dims: Axes | None = None
    """The dimension or dimensions; null rolls all elements as one list."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """The input's own type."""
        shifts = listed(self.shifts)
        dims = () if self.dims is None else listed(self.dims)
        if len(shifts) != len(dims) and (dims or len(shifts) > 1):
            message = f"shifts by {len(shifts)} numbers along {len(dims)} dimensions"
            rules.stop(
                codes.BAD_PARAMETER, message, at="shifts", help="give one for each of `dims`"
            )
        for dim in dims:
            place_of(dim, ins[0], rules, at="dims")
        return ins

    def lowered(self, ins: Types) -> Lowered:
        """`x.roll(shifts, dims)`."""
        del ins
        args = [Arg("shifts", self.shifts, keyword=False)]
        if self.dims is not None:
            args.append(Arg("dims", self.dims, keyword=False))
        return Method(Input(), "roll", args=tuple(args))

    def label(self) -> tuple[str, ...]:
        """How far."""
        return (f"by {', '.join(map(str, listed(self.shifts)))}",)


class Flip(Op):
    """Mirror along dimensions."""

    family = "shape"
    rule = "(*) -> (*)"
    example = "{op: Flip, dims: 3}"

    dims: Axes
    """The dimension or dimensions."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """The input's own type."""
        axes(self.dims, ins[0], rules, at="dims")
        return ins

    def lowered(self, ins: Types) -> Lowered:
        """`x.flip(dims)`."""
        del ins
        return Method(Input(), "flip", args=(Arg("dims", self.dims, keyword=False),))


class MoveDim(Op):
    """Move dimensions to other places; the others keep their order."""

    family = "shape"
    views = "always"
    rule = "(*) -> (*), the dimensions in another order"
    example = "{op: MoveDim, source: 1, destination: -1}"

    source: Axes
    """The dimension or dimensions to move."""
    destination: Axes
    """Where each of them goes."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """The sizes in the new order."""
        x = ins[0]
        source, destination = listed(self.source), listed(self.destination)
        if len(source) != len(destination):
            message = f"moves {len(source)} dimensions to {len(destination)} places"
            rules.stop(codes.BAD_PARAMETER, message, at="destination")
        axes(source, x, rules, at="source")
        axes(destination, x, rules, at="destination")
        if x.rank == 0:
            return ins
        taken = {
            there % x.rank: here % x.rank for here, there in zip(source, destination, strict=True)
        }
        rest = iter(place for place in range(x.rank) if place not in taken.values())
        order = [taken[place] if place in taken else next(rest) for place in range(x.rank)]
        return (x.with_shape(*(x.shape[place] for place in order)),)

    def lowered(self, ins: Types) -> Lowered:
        """`x.movedim(source, destination)`."""
        del ins
        source, destination = self.source, self.destination
        if type(source) is not type(destination):
            source, destination = listed(source), listed(destination)
        pairs = (("source", source), ("destination", destination))
        args = tuple(Arg(name, dims, keyword=False) for name, dims in pairs)
        return Method(Input(), "movedim", args=args)

    def label(self) -> tuple[str, ...]:
        """From where to where."""
        pairs = zip(listed(self.source), listed(self.destination), strict=False)
        return tuple(f"{here} to {there}" for here, there in pairs)


class _Triangle(Op):
    """The last two dimensions as matrices, zero on one side of a diagonal."""

    family = "shape"
    rule = "(*, H, W) -> (*, H, W)"
    example_inputs = ((2, 16, 16),)
    method: ClassVar[str]

    diagonal: Integer = 0
    """The last diagonal that is kept: 0 is the main one, 1 the one above, -1 the one below."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """The input's own type."""
        if ins[0].rank < 2:
            rules.stop(codes.RANK, f"expects matrices, but gets {ins[0]}", at="input")
        return ins

    def lowered(self, ins: Types) -> Lowered:
        """`x.tril(diagonal)`."""
        del ins
        args = (Arg("diagonal", self.diagonal, keyword=False),) if self.diagonal else ()
        return Method(Input(), self.method, args=args)


class Tril(_Triangle):
    """Keep what is on a diagonal and below, zeros above: the lower triangle."""

    method = "tril"
    example = "Tril"


class Triu(_Triangle):
    """Keep what is on a diagonal and above, zeros below: the upper triangle."""

    method = "triu"
    example = "{op: Triu, diagonal: 1}"


class Diagonal(Op):
    """The diagonal of two dimensions, which become one, the last."""

    family = "shape"
    views = "always"
    rule = "(*, A, *, B, *) -> (*, *, *, min(A, B))"
    example = "{op: Diagonal, dim1: 2, dim2: 3}"

    offset: Integer = 0
    """Which diagonal: 0 is the main one, positive ones are above."""
    dim1: Integer = 0
    """The dimension of the rows."""
    dim2: Integer = 1
    """The dimension of the columns."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """As long as the diagonal is."""
        x = ins[0]
        if x.rank < 2:
            rules.stop(codes.RANK, f"expects at least 2 dimensions, but gets {x}", at="input")
        first = axis(self.dim1, x, rules, at="dim1")
        second = axis(self.dim2, x, rules, at="dim2")
        if first == second:
            message = f"takes dimension {first} for rows and for columns"
            rules.stop(codes.DIM_RANGE, message, at="dim2")
        length = self._length(x.shape[first], x.shape[second], rules)
        message = f"has no diagonal {self.offset} in {x}"
        rules.at_least(length, 1, codes.EMPTY_OUTPUT, message, at="offset")
        kept = [size for place, size in enumerate(x.shape) if place not in {first, second}]
        return (x.with_shape(*kept, length),)

    def _length(self, rows: Size, columns: Size, rules: Rules) -> Size:
        if rows == columns:
            return rows - abs(self.offset)
        what = "both sides of the diagonal, where they differ,"
        below = rules.number(rows, what, at="dim1") + min(self.offset, 0)
        right = rules.number(columns, what, at="dim2") - max(self.offset, 0)
        return min(below, right)

    def lowered(self, ins: Types) -> Lowered:
        """`x.diagonal(offset, dim1, dim2)`."""
        del ins
        names = ("offset", "dim1", "dim2")
        return Method(Input(), "diagonal", args=tuple(Arg(n, getattr(self, n)) for n in names))
