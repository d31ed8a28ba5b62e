"""Dimensions split, reordered and joined by a pattern of names."""

from collections.abc import Mapping
from typing import Annotated, TypeAlias

from pydantic import AfterValidator, PlainValidator
from pydantic_core import PydanticCustomError

from archc.diag import codes
from archc.ir.dim import Dim, Size, divisible, exact_div, product
from archc.ir.op import Op, Rules, Types
from archc.ir.target import Arg, Expression, Input, Lowered, Method
from archc.ir.types import TensorType
from archc.ops.fields import LARGEST, whole
from archc.ops.pattern import APART, REST, Item, Pattern, PatternError, parse


def _parsed(text: str) -> str:
    """A pattern that can be read."""
    try:
        parse(text)
    except PatternError as problem:
        message = "must be such as `b c h w -> b (h w) c` (it {problem})"
        raise PydanticCustomError("pattern", message, {"problem": str(problem)}) from None
    return text


def _by_name(value: object) -> tuple[tuple[str, Size], ...]:
    """Names with their sizes."""
    if isinstance(value, Mapping):
        value = tuple((name, whole(size)) for name, size in value.items())
    if isinstance(value, tuple) and all(_is_size(size) for _, size in value):
        return value
    raise PydanticCustomError("sizes", "must give each name a size of at least 1")


def _is_size(size: object) -> bool:
    return isinstance(size, Dim) or (type(size) is int and 1 <= size <= LARGEST)


NamedSizes: TypeAlias = Annotated[
    tuple[tuple[str, Size], ...],
    PlainValidator(_by_name, json_schema_input_type=dict[str, int]),
]


class Rearrange(Op):
    """Split, reorder and join dimensions, by a pattern that names them as einops does.

    In `b c (h p) (w q) -> b (h w) (p q c)` the third dimension is split into `h` and `p`, of which
    `sizes` gives one; names in brackets on the right are joined. `1` is a dimension of size 1, and
    `...` any number of dimensions that stay together.
    """

    family = "shape"
    views = "maybe"
    rule = "the dimensions on the left of the pattern -> those on its right"
    example = "{op: Rearrange, pattern: b c (h p) (w q) -> b (h w) (p q c), sizes: {p: 4, q: 4}}"

    pattern: Annotated[str, AfterValidator(_parsed)]
    """The dimensions before and after, as `b c h w -> b (h w) c`."""
    sizes: NamedSizes | None = None
    """The sizes of names that do not follow from the input, as `{p: 16}`."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """The dimensions on the right."""
        x, pattern = ins[0], self._over(ins[0])
        known = dict(self.sizes or ())
        stray = next((name for name in known if name not in pattern.names), None)
        if stray:
            message = f"has no dimension `{stray}` in its pattern to give a size to"
            rules.fail(codes.BAD_PARAMETER, message, at="sizes")
        if len(pattern.left) != x.rank:
            message = f"names {len(pattern.left)} dimensions on the left, and gets {x}"
            rules.stop(codes.RANK, message, at="pattern")
        found: dict[str, Size] = {}
        for item, size in zip(pattern.left, x.shape, strict=True):
            found.update(self._split(item, size, known, rules))
        shape = (product(found[name] for name in item) for item in pattern.right)
        return (x.with_shape(*shape),)

    def _over(self, x: TensorType) -> Pattern:
        """The pattern with `...` as so many names."""
        pattern = parse(self.pattern)
        count = x.rank - sum(item != (APART,) for item in pattern.left)
        names = tuple(f"{REST}{place}" for place in range(max(count, 0)))
        return Pattern(tuple(_spread(pattern.left, names)), tuple(_spread(pattern.right, names)))

    def _split(
        self, item: Item, size: Size, known: Mapping[str, Size], rules: Rules
    ) -> dict[str, Size]:
        """The size of each name of one dimension."""
        shown = f"`({' '.join(item)})`" if len(item) != 1 else f"`{item[0]}`"
        given = {name: known[name] for name in item if name in known}
        total, open_ = product(given.values()), [name for name in item if name not in given]
        if not open_:
            message = f"splits {size} into {shown}, which is {total}"
            rules.equal(size, total, codes.ELEMENTS, message, at="sizes" if item else "pattern")
            return given
        if len(open_) > 1:
            message = f"cannot tell the sizes of {' and '.join(open_)} in {shown} from {size}"
            help_ = f"give one of them: `sizes: {{{open_[-1]}: ...}}`"
            rules.stop(codes.MISSING_PARAMETER, message, at="sizes", help=help_)
        message = f"splits {size} into {shown}, and it does not divide by {total}"
        return {**given, open_[0]: _divided(size, total, message, rules)}

    def lowered(self, ins: Types) -> Lowered:
        """`x.unflatten(...).permute(...).flatten(...)`, of these what is needed."""
        pattern = self._over(ins[0])
        result = self._split_all(pattern, Input())
        names = [name for item in pattern.left for name in item]
        order = tuple(names.index(name) for item in pattern.right for name in item)
        if order != tuple(range(len(order))):
            result = _method(result, "permute", dims=order)
        for place in reversed(range(len(pattern.right))):
            first = sum(len(item) for item in pattern.right[:place])
            last = first + len(pattern.right[place]) - 1
            if last > first:
                result = _method(result, "flatten", start_dim=first, end_dim=last)
        for place, item in enumerate(pattern.right):
            if not item:
                result = _method(result, "unsqueeze", dim=place)
        return result

    def _split_all(self, pattern: Pattern, result: Expression) -> Expression:
        """Each name of the left a dimension of its own."""
        known = dict(self.sizes or ())
        for place in reversed(range(len(pattern.left))):
            item = pattern.left[place]
            if len(item) > 1:
                sizes = tuple(known.get(name, -1) for name in item)
                result = _method(result, "unflatten", dim=place, sizes=sizes)
            elif not item:
                result = _method(result, "squeeze", dim=place)
        return result

    def label(self) -> tuple[str, ...]:
        """The pattern."""
        return (self.pattern,)


def _spread(side: tuple[Item, ...], rest: tuple[str, ...]) -> list[Item]:
    found: list[Item] = []
    for item in side:
        if item == (APART,):
            found += [(name,) for name in rest]
        else:
            place = item.index(REST) if REST in item else len(item)
            found.append((*item[:place], *(rest if REST in item else ()), *item[place + 1 :]))
    return found


def _divided(size: Size, by: Size, message: str, rules: Rules) -> Size:
    """What is left of a dimension for the one name whose size is not given."""
    exact = exact_div(size, by)
    if exact is not None:
        return exact
    if isinstance(by, Dim):
        help_ = "give the sizes of all names in these brackets"
        return rules.stop(codes.INDIVISIBLE, message, at="sizes", help=help_)
    if divisible(size, by) is False:
        rules.stop(codes.INDIVISIBLE, message, at="sizes")
    rules.divides(size, by, codes.INDIVISIBLE, message, at="sizes")
    return size // by


def _method(operand: Expression, name: str, **values: int | tuple[Size, ...]) -> Expression:
    args = tuple(Arg(key, value, keyword=False) for key, value in values.items())
    return Method(operand, name, args=args)
