"""Sums of products by an equation of letters."""

import re
from functools import lru_cache
from typing import Annotated

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from archc.diag import codes
from archc.ir.dim import Size, compare_equal, product
from archc.ir.op import Op, Rules, Types
from archc.ir.target import Arg, Call, Constant, Input, Lowered
from archc.ir.types import TensorType
from archc.ops.broadcast import plainest
from archc.ops.dtypes import FLOATS, require

REST = "..."
_SIDE = re.compile(r"([A-Za-z]|\.\.\.)*")


class EquationError(ValueError):
    """What is wrong with an equation."""


@lru_cache(maxsize=256)
def parse(text: str) -> tuple[tuple[tuple[str, ...], ...], tuple[str, ...]]:
    """The letters of each input and of the output. Raises EquationError.

    Without `->` the output has the letters that stand once, in alphabetical order.

    >>> parse("ij,jk")
    ((('i', 'j'), ('j', 'k')), ('i', 'k'))
    """
    inputs, arrow, output = text.replace(" ", "").partition("->")
    sides = [*inputs.split(","), output]
    if not all(_SIDE.fullmatch(side) for side in sides):
        raise EquationError("has something besides letters, commas and one arrow")
    *terms, result = (tuple(re.findall(r"\.\.\.|[A-Za-z]", side)) for side in sides)
    if any(side.count(REST) > 1 for side in (*terms, result)):
        raise EquationError("has `...` twice in one term")
    every = [letter for term in terms for letter in term]
    if not arrow:
        once = sorted(
            letter for letter in set(every) if letter != REST and every.count(letter) == 1
        )
        result = ((REST,) if REST in every else ()) + tuple(once)
    if len(set(result)) < len(result):
        raise EquationError("has a letter twice in the output")
    strange = next((letter for letter in result if letter != REST and letter not in every), None)
    if strange:
        raise EquationError(f"has `{strange}` in the output only")
    return tuple(terms), result


def _parsed(text: str) -> str:
    try:
        parse(text)
    except EquationError as problem:
        message = "must be such as `bij,bjk->bik` (it {problem})"
        raise PydanticCustomError("equation", message, {"problem": str(problem)}) from None
    return text


class Einsum(Op):
    """Multiply inputs and sum, by an equation that names their dimensions (Einstein, 1916).

    In `bij,bjk->bik` the letter `j` is summed over, since it is missing on the right.
    """

    family = "merge"
    views = "maybe"
    ports = ("0",)
    variadic = True
    rule = "one letter for each dimension of every input -> the letters behind the arrow"
    example = "{op: Einsum, equation: 'bchw,bkhw->bck', from: [x, weights]}"
    example_inputs = ((2, 8, 16, 16), (2, 4, 16, 16))

    equation: Annotated[str, AfterValidator(_parsed)]
    """The letters of each input's dimensions, and behind `->` those of the output."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """The sizes of the letters on the right."""
        terms, result = parse(self.equation)
        if len(terms) != len(ins):
            message = f"has {len(terms)} terms in its equation for {len(ins)} inputs"
            rules.stop(codes.WRONG_INPUT_COUNT, message, at="equation")
        for index, x in enumerate(ins):
            require(x, FLOATS, rules, at=str(index))
            if x.dtype != ins[0].dtype:
                message = f"expects one element type, but gets {ins[0].dtype} and {x.dtype}"
                rules.stop(codes.WRONG_DTYPE, message, at=str(index))
        sizes = self._sizes(ins, rules)
        return (ins[0].with_shape(*(sizes[name] for name in _spread(result, _rest(ins, terms)))),)

    def _sizes(self, ins: Types, rules: Rules) -> dict[str, Size]:
        """The size of each letter, over all inputs that have it."""
        sizes: dict[str, Size] = {}
        for index, (x, names) in enumerate(zip(ins, self._named(ins, rules), strict=True)):
            own: dict[str, Size] = {}
            for name, size in zip(names, x.shape, strict=True):
                if name in own:
                    message = f"takes the diagonal `{name}` of {x}, whose sizes differ"
                    rules.equal(own[name], size, codes.SHAPES_DIFFER, message, at=str(index))
                own[name] = size
            for name, size in own.items():
                sizes[name] = _met(name, sizes.get(name, 1), size, str(index), rules)
        return sizes

    def _named(self, ins: Types, rules: Rules) -> list[tuple[str, ...]]:
        terms, _ = parse(self.equation)
        for index, (x, term) in enumerate(zip(ins, terms, strict=True)):
            letters = sum(name != REST for name in term)
            if letters != x.rank and (REST not in term or letters > x.rank):
                message = f"names {letters} dimensions in `{''.join(term)}`, and gets {x}"
                rules.stop(codes.RANK, message, at=str(index))
        return _names(ins, terms)

    def keeps_positions(self, ins: Types) -> bool:
        """What is summed over may be positions."""
        del ins
        return False

    def lowered(self, ins: Types) -> Lowered:
        """`torch.einsum("bij,bjk->bik", x, y)`."""
        equation = Constant(Arg("equation", self.equation))
        return Call("torch.einsum", (equation, *map(Input, range(len(ins)))))

    def macs(self, ins: Types, outs: Types) -> Size:
        """A product for each combination of letters, of two inputs at a time, the left ones first.

        As torch does it: letters that only one input has and nobody needs are summed before, and
        products without a sum are no matrix products.
        """
        del outs
        terms, result = parse(self.equation)
        shapes = [
            {name: size for name, size in zip(names, x.shape, strict=True) if size != 1}
            for names, x in zip(_names(ins, terms), ins, strict=True)
        ]
        kept = set(_spread(result, _rest(ins, terms)))
        total: Size = 0
        left = shapes[0]
        for index, right in enumerate(shapes[1:], 2):
            needed = kept.union(*shapes[index:])
            both = {**_without(left, right, needed), **_without(right, left, needed)}
            summed = [
                name for name in both if name in left and name in right and name not in needed
            ]
            total = total + (product(both.values()) if summed else 0)
            left = {name: size for name, size in both.items() if name not in summed}
        return total

    def receptive(self) -> tuple[tuple[int, int], ...]:
        """Every place may meet every other."""
        return ()

    def label(self) -> tuple[str, ...]:
        """The equation."""
        return (self.equation.replace(" ", ""),)


def _without(mine: dict[str, Size], other: dict[str, Size], needed: set[str]) -> dict[str, Size]:
    return {name: size for name, size in mine.items() if name in other or name in needed}


def _met(name: str, before: Size, size: Size, at: str, rules: Rules) -> Size:
    """One size for a letter: those that are not 1 are equal."""
    if before == 1 or size == 1:
        return size if before == 1 else before
    message = f"has `{name}` of size {before} in one input and {size} in another"
    if compare_equal(before, size) is False:
        rules.stop(codes.SHAPES_DIFFER, message, at=at)
    rules.equal(before, size, codes.SHAPES_DIFFER, message, at=at)
    return plainest([before, size])


def _rest(ins: Types, terms: tuple[tuple[str, ...], ...]) -> tuple[str, ...]:
    """A name for each dimension that `...` stands for, counted from the last one."""
    counts = [_covered(x, term) for x, term in zip(ins, terms, strict=True)]
    return tuple(f"{REST}{place}" for place in range(-max(counts), 0))


def _covered(x: TensorType, term: tuple[str, ...]) -> int:
    return x.rank - len(term) + 1 if REST in term else 0


def _names(ins: Types, terms: tuple[tuple[str, ...], ...]) -> list[tuple[str, ...]]:
    rest = _rest(ins, terms)
    pairs = zip(ins, terms, strict=True)
    return [_spread(term, rest[len(rest) - _covered(x, term) :]) for x, term in pairs]


def _spread(term: tuple[str, ...], rest: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for letter in term for name in (rest if letter == REST else (letter,)))
