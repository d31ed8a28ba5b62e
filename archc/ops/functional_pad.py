"""Padding of any dimensions, by numbers that may follow from the input."""

from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from archc.diag import codes
from archc.ir.dim import Size
from archc.ir.op import Op, Rules, Types
from archc.ir.target import Arg, Call, Input, Lowered
from archc.ir.types import TensorType
from archc.ops.compare import Fill
from archc.ops.dtypes import NUMBERS, require
from archc.ops.numbers import check_fits
from archc.ops.sizes import Bounds

Mode: TypeAlias = Literal["constant", "reflect", "replicate", "circular"]


def _even(pad: tuple[Size, ...]) -> tuple[Size, ...]:
    if len(pad) % 2:
        raise PydanticCustomError("pad", "must be pairs: before and after each dimension")
    return pad


class Pad(Op):
    """Add values before and after dimensions, the last one first, as in torch.

    `[1, 1, 2, 2]` pads width by 1 and height by 2 on both sides. A size that is open may be padded
    to a multiple: `pad: [0, -in.shape.3 % 8]`. Negative numbers cut off.
    """

    family = "shape"
    rule = "(*, S, *) -> (*, before + S + after, *)"
    example = "{op: Pad, pad: [1, 1, 1, 1], mode: reflect}"

    pad: Annotated[Bounds, AfterValidator(_even)]
    """Before and after the last dimension, then the last but one, and so on."""
    mode: Mode = "constant"
    """What is added: one number, a mirror image, the edge again, or the other end."""
    value: Fill | None = None
    """The number for the mode `constant`; null is 0."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """Each dimension that is named grows by what is added."""
        x = ins[0]
        pairs = list(zip(self.pad[::2], self.pad[1::2], strict=True))[::-1]
        self._check(x, len(pairs), rules)
        kept = x.shape[: x.rank - len(pairs)]
        sides = zip(x.shape[x.rank - len(pairs) :], pairs, strict=True)
        return (x.with_shape(*kept, *(self._side(size, *pair, rules) for size, pair in sides)),)

    def _check(self, x: TensorType, count: int, rules: Rules) -> None:
        """The input has the dimensions, and the mode works on so many."""
        if self.mode == "constant":
            if count > x.rank:
                message = f"pads {count} dimensions, and {x} has {x.rank}"
                rules.stop(codes.RANK, message, at="pad")
            if any(not isinstance(pad, int) or pad > 0 for pad in self.pad):
                check_fits(rules, self.value, x.dtype, at="value")
            return
        if self.value is not None:
            message = f"adds no number in mode `{self.mode}`"
            rules.fail(codes.BAD_PARAMETER, message, at="value", help="drop `value`")
        if self.mode != "circular":
            require(x, NUMBERS, rules)
        if not 1 <= count <= 3 or x.rank not in {count + 1, count + 2}:
            message = f"pads the last {count} dimensions of {x} in mode `{self.mode}`"
            help_ = "this mode works on the last 1 to 3 of `[N, C, ...]`: pad all that are behind C"
            rules.stop(codes.RANK, message, at="pad", help=help_)

    def _side(self, size: Size, before: Size, after: Size, rules: Rules) -> Size:
        """What one dimension grows to."""
        out = size + before + after
        if isinstance(before, int) and isinstance(after, int):
            self._check_side(size, before, after, rules)
        elif self.mode == "constant":
            for pad in (before, after):
                rules.at_least(pad, 0, codes.PADDING, f"pads by {pad}", at="pad")
        else:
            rules.number(before, f"the padding in mode `{self.mode}`", at="pad")
            rules.number(after, f"the padding in mode `{self.mode}`", at="pad")
        message = f"leaves nothing of {size} with padding {before} and {after}"
        rules.at_least(out, 1, codes.EMPTY_OUTPUT, message, at="pad")
        return out

    def _check_side(self, size: Size, before: int, after: int, rules: Rules) -> None:
        """What the mode needs of one dimension."""
        cut, most = -min(before, 0) - min(after, 0), max(before, after)
        if self.mode in {"constant", "circular"}:
            message = f"cuts {cut} off a size of {size}"
            rules.at_least(size, cut, codes.PADDING, message, at="pad")
        if self.mode == "reflect":
            message = f"needs more than {most} values to reflect by {most}, and there are {size}"
            rules.at_least(size, most + 1, codes.PADDING, message, at="pad")
        if self.mode == "circular":
            message = f"needs {most} values to wrap around by {most}, and there are {size - cut}"
            rules.at_least(size - cut, most, codes.PADDING, message, at="pad")

    def keeps_positions(self, ins: Types) -> bool:
        """What is added stands around them."""
        del ins
        return True

    def lowered(self, ins: Types) -> Lowered:
        """`nn.functional.pad(x, pad)`."""
        del ins
        args = [Arg("pad", self.pad, keyword=False)]
        if self.mode != "constant":
            args.append(Arg("mode", self.mode))
        if self.value is not None:
            args.append(Arg("value", self.value))
        return Call("torch.nn.functional.pad", (Input(),), tuple(args))

    def label(self) -> tuple[str, ...]:
        """How much, and the mode."""
        shown = f"by {','.join(map(str, self.pad))}"
        return (shown,) if self.mode == "constant" else (shown, self.mode)
