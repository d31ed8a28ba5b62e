"""Sliding windows as columns, and columns put back."""

from typing import Annotated, TypeAlias

from pydantic import PlainValidator
from pydantic_core import PydanticCustomError

from archc.diag import codes
from archc.ir.dim import Dim, Size, product
from archc.ir.op import Op, Rules, Types
from archc.ir.target import Arg, Call, Input, Lowered
from archc.ops.dtypes import FLOATS, require
from archc.ops.fields import Padding2, Size2
from archc.ops.modules import as_module
from archc.ops.sizes import known_sizes, one_length
from archc.ops.window import Window, window_label, windows


def _one_or_two(value: object) -> object:
    """One size for both axes, or a list of two."""
    if not isinstance(value, list | tuple):
        return one_length(value)
    if len(value) != 2:
        raise PydanticCustomError("size", "must be a size, or a list of 2")
    return known_sizes(value)


Image: TypeAlias = Annotated[
    Size | tuple[Size, Size],
    PlainValidator(_one_or_two, json_schema_input_type=int | tuple[int, int]),
]


class _Windows(Op):
    """What both directions share."""

    family = "shape"

    kernel_size: Size2
    """Size of a window."""
    dilation: Size2 = 1
    """Distance between two taps of a window."""
    padding: Padding2 = 0
    """Zeros on both sides of each axis."""
    stride: Size2 = 1
    """Step between two windows."""

    def _windows(self) -> tuple[Window, ...]:
        return windows(2, self.kernel_size, self.stride, self.padding, self.dilation)

    def _taps(self) -> int:
        first, second = self._windows()
        return first.kernel * second.kernel

    def _places(self, sides: tuple[Size, ...], rules: Rules) -> Size:
        """How many windows there are."""
        counts = []
        for window, size in zip(self._windows(), sides, strict=True):
            window.check_fits(rules, size)
            counts.append(window.places(size))
        return product(counts)

    def label(self) -> tuple[str, ...]:
        """Kernel, stride and dilation."""
        return window_label(self._windows())


class Unfold(_Windows):
    """Every window of an image as a column."""

    rule = "(N, C, H, W) -> (N, C * kernel_size^2, windows)"
    example = "{op: Unfold, kernel_size: 4, stride: 4}"

    def infer(self, ins: Types, rules: Rules) -> Types:
        """The values of a window behind each other, a column for each window."""
        x = ins[0]
        rules.rank(x, 3, 4)
        require(x, FLOATS, rules)
        columns = self._places(x.shape[-2:], rules)
        return (x.with_shape(*x.shape[:-3], x.shape[-3] * self._taps(), columns),)

    def lowered(self, ins: Types) -> Lowered:
        """The module of the same name."""
        del ins
        return as_module(self, "kernel_size")


class Fold(_Windows):
    """Columns as the windows of an image; where windows overlap, their values add up."""

    rule = "(N, C * kernel_size^2, windows) -> (N, C, *output_size)"
    example = "{op: Fold, output_size: 16, kernel_size: 4, stride: 4}"
    example_inputs = ((2, 128, 16),)

    output_size: Image
    """Height and width of the image."""
    kernel_size: Size2

    def infer(self, ins: Types, rules: Rules) -> Types:
        """An image of the given size, in which there are as many windows as columns."""
        x = ins[0]
        rules.rank(x, 2, 3)
        require(x, FLOATS, rules)
        taps, rows = self._taps(), x.shape[-2]
        message = f"cannot divide {rows} rows by the {taps} values of a window"
        rules.divides(rows, taps, codes.INDIVISIBLE, message, at="kernel_size")
        sides = self._sides()
        count = self._places(sides, rules)
        message = f"has {count} windows in an image of {list(sides)}, and gets {x.features} columns"
        rules.equal(count, x.features, codes.ELEMENTS, message, at="output_size")
        return (x.with_shape(*x.shape[:-2], rows // taps, *sides),)

    def _sides(self) -> tuple[Size, ...]:
        given = self.output_size
        return given if isinstance(given, tuple) else (given, given)

    def lowered(self, ins: Types) -> Lowered:
        """The module of the same name, or the function where a size is known at run time."""
        del ins
        module = as_module(self, "output_size", "kernel_size")
        if not any(isinstance(size, Dim) for size in self._sides()):
            return module
        sides = Arg("output_size", self._sides(), keyword=False)
        return Call("torch.nn.functional.fold", (Input(),), (sides, *module.args[1:]))
