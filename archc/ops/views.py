"""Parts of a tensor: slices, single places, runs, and all places one by one."""

from archc.diag import codes
from archc.ir.dim import Size, ceil_div
from archc.ir.op import CHANNELS, Op, Rules, Types
from archc.ir.target import Arg, Constant, Cut, Input, Lowered, Method, Subscript
from archc.ir.types import TensorType
from archc.ops.axes import axis
from archc.ops.fields import Integer, Positive
from archc.ops.sizes import Bound, Length
from archc.ops.split import MOST_PARTS


def place_of(dim: int, x: TensorType, rules: Rules, *, at: str = "dim") -> int:
    """The dimension counted from 0, of an input that has one."""
    if x.rank == 0:
        rules.stop(codes.RANK, f"expects at least 1 dimension, but gets {x}", at="input")
    return axis(dim, x, rules, at=at)


class Slice(Op):
    """The places from `start` up to `end` along a dimension, as `x[:, start:end:step]`.

    Bounds beyond the edge end there, as in Python; an open size is assumed to reach as far.
    """

    family = "shape"
    views = "always"
    rule = "(*, S, *) -> (*, ceil((end - start) / step), *)"
    example = "{op: Slice, dim: 2, start: 1}"

    dim: Integer = 1
    """The dimension to slice, by default the channels."""
    start: Bound = 0
    """The first place; negative ones count from the end."""
    end: Bound | None = None
    """The place to stop before; negative ones count from the end, null means the end."""
    step: Positive = 1
    """From one place to the next."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """The places between the bounds."""
        x = ins[0]
        place = place_of(self.dim, x, rules)
        count = self._count(x.shape[place], rules)
        return (x.with_shape(*x.shape[:place], count, *x.shape[place + 1 :]),)

    def _count(self, size: Size, rules: Rules) -> Size:
        shown = f"{self.start}:{'' if self.end is None else self.end}"
        message = f"takes {shown} of a dimension of {size}, which is nothing"
        if isinstance(size, int) and all(isinstance(s, int | None) for s in (self.start, self.end)):
            count = len(range(*slice(self.start, self.end, self.step).indices(size)))
            rules.at_least(count, 1, codes.EMPTY_OUTPUT, message, at="end")
            return count
        start = _from_start(self.start, size)
        stop = size if self.end is None else _from_start(self.end, size)
        short = f"takes {shown} of a dimension of {size}, which is shorter"
        rules.at_least(start, 0, codes.OUTPUT_SIZE, short, at="start")
        rules.at_least(size - stop, 0, codes.OUTPUT_SIZE, short, at="end")
        rules.at_least(stop - start, 1, codes.EMPTY_OUTPUT, message, at="end")
        return ceil_div(stop - start, self.step)

    def keeps_positions(self, ins: Types) -> bool:
        """What is left stands next to what it did."""
        del ins
        return self.dim == CHANNELS or self.step == 1

    def lowered(self, ins: Types) -> Lowered:
        """`x[:, start:end]`."""
        cut = Cut(
            Arg("start", self.start) if self.start != 0 else None,
            Arg("end", self.end) if self.end is not None else None,
            Arg("step", self.step) if self.step != 1 else None,
        )
        return Subscript(Input(), (*[Cut()] * (self.dim % ins[0].rank), cut))

    def label(self) -> tuple[str, ...]:
        """The bounds."""
        start = "" if self.start == 0 else str(self.start)
        stop = "" if self.end is None else str(self.end)
        return (f"{start}:{stop}" if self.step == 1 else f"{start}:{stop}:{self.step}",)


def _from_start(bound: Size, size: Size) -> Size:
    return size + bound if isinstance(bound, int) and bound < 0 else bound


class Select(Op):
    """One place along a dimension, which goes: a class token with `dim: 1, index: 0`."""

    family = "shape"
    views = "always"
    rule = "(*, S, *) -> (*, *)"
    example = "{op: Select, dim: 1, index: 0}"

    dim: Integer
    """The dimension to take a place of."""
    index: Bound
    """The place; negative ones count from the end."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """One dimension less."""
        x = ins[0]
        place = place_of(self.dim, x, rules)
        size, index = x.shape[place], self.index
        negative = isinstance(index, int) and index < 0
        message = f"takes index {index} of dimension {place} of {x}, which is {size}"
        far = size + index if negative else size - index - 1
        last = f"indices count from 0 to {size - 1}, or from -1 backwards"
        rules.at_least(far, 0, codes.DIM_RANGE, message, at="index", help=last)
        if not isinstance(index, int):
            rules.at_least(index, 0, codes.DIM_RANGE, message, at="index")
        return (x.with_shape(*x.shape[:place], *x.shape[place + 1 :]),)

    def lowered(self, ins: Types) -> Lowered:
        """`x[:, index]`."""
        before = [Cut()] * (self.dim % ins[0].rank)
        return Subscript(Input(), (*before, Constant(Arg("index", self.index))))

    def label(self) -> tuple[str, ...]:
        """The place."""
        return (f"[{self.index}]",)


class Narrow(Op):
    """`length` places along a dimension, from `start` on."""

    family = "shape"
    views = "always"
    rule = "(*, S, *) -> (*, length, *)"
    example = "{op: Narrow, dim: 1, start: 2, length: 4}"

    dim: Integer
    """The dimension to take a part of."""
    start: Bound
    """The first place; negative ones count from the end."""
    length: Length
    """How many places."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """`length` in place of the size, which must reach as far."""
        x = ins[0]
        place = place_of(self.dim, x, rules)
        size, start = x.shape[place], _from_start(self.start, x.shape[place])
        message = (
            f"takes {self.length} places from {self.start} on of dimension {place} of {x},"
            f" which is {size}"
        )
        rules.at_least(start, 0, codes.OUTPUT_SIZE, message, at="start")
        rules.at_least(size - start - self.length, 0, codes.OUTPUT_SIZE, message, at="length")
        return (x.with_shape(*x.shape[:place], self.length, *x.shape[place + 1 :]),)

    def keeps_positions(self, ins: Types) -> bool:
        """What is left stands next to what it did."""
        del ins
        return True

    def lowered(self, ins: Types) -> Lowered:
        """`x.narrow(dim, start, length)`."""
        del ins
        given = {"dim": self.dim, "start": self.start, "length": self.length}
        args = tuple(Arg(name, value, keyword=False) for name, value in given.items())
        return Method(Input(), "narrow", args=args)

    def label(self) -> tuple[str, ...]:
        """The first place and how many."""
        return (f"{self.length} from {self.start}",)


class Unbind(Op):
    """Every place along a dimension as an output of its own, without the dimension."""

    family = "shape"
    views = "always"
    numbered_outputs = True
    rule = "(*, S, *) -> S times (*, *)"
    example = "{op: Unbind, dim: 1}"

    dim: Integer = 0
    """The dimension to take apart."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """As many outputs as the size says, which must be a number."""
        x = ins[0]
        place = place_of(self.dim, x, rules)
        count = rules.number(x.shape[place], f"dimension {place}, taken apart,", at="dim")
        if count > MOST_PARTS:
            message = f"would give {count} outputs; {MOST_PARTS} are allowed"
            rules.stop(codes.BAD_PARAMETER, message, at="dim")
        return (x.with_shape(*x.shape[:place], *x.shape[place + 1 :]),) * count

    def lowered(self, ins: Types) -> Lowered:
        """`x.unbind(dim)`."""
        del ins
        return Method(Input(), "unbind", args=(Arg("dim", self.dim, keyword=False),))

    def label(self) -> tuple[str, ...]:
        """The dimension."""
        return (f"dim {self.dim}",)
