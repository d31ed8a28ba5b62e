"""Element types: which there are, and what torch makes of two that meet."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from archc.diag import codes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from archc.ir.op import Rules
    from archc.ir.types import TensorType

FloatDtype: TypeAlias = Literal["float16", "bfloat16", "float32", "float64"]
Dtype: TypeAlias = Literal[
    "bool", "uint8", "int8", "int16", "int32", "int64", "float16", "bfloat16", "float32", "float64"
]
"""torch's names, without the prefix."""

FLOATS = frozenset({"float16", "bfloat16", "float32", "float64"})
MODEL = frozenset({"float32"})
"""What meets the op's own weights."""
INTEGERS = frozenset({"uint8", "int8", "int16", "int32", "int64"})
NUMBERS = FLOATS | INTEGERS
EVERY = NUMBERS | {"bool"}

_ORDER: tuple[str, ...] = get_args(Dtype)
_UNRELATED = {
    frozenset({"uint8", "int8"}): "int16",
    frozenset({"float16", "bfloat16"}): "float32",
}


def promote(a: str, b: str) -> str:
    """The smallest type that holds both, as `torch.promote_types` has it.

    >>> promote("int64", "float16"), promote("uint8", "int8"), promote("bool", "int32")
    ('float16', 'int16', 'int32')
    """
    wider = a if _ORDER.index(a) >= _ORDER.index(b) else b
    return _UNRELATED.get(frozenset({a, b}), wider)


def yielding(strong: str, weak: str) -> str:
    """The type of a tensor that meets a number or a tensor without dimensions.

    Only a weaker kind (booleans, integers, floats in this order) yields.
    https://pytorch.org/docs/stable/tensor_attributes.html#type-promotion-doc

    >>> yielding("float16", "float64"), yielding("int64", "float32"), yielding("int8", "int64")
    ('float16', 'float32', 'int8')
    """
    if strong in FLOATS:
        return strong
    if strong == "bool" or weak in FLOATS:
        return promote(strong, weak)
    return strong


def common(types: Iterable[TensorType]) -> str:
    """The element type of tensors put together, as `torch.result_type` has it."""
    kinds = list(types)
    with_sizes = [kind.dtype for kind in kinds if kind.rank]
    without = [kind.dtype for kind in kinds if not kind.rank]
    if with_sizes and without:
        return yielding(reduce(promote, with_sizes), reduce(promote, without))
    return reduce(promote, with_sizes or without)


def with_number(dtype: str, number: float) -> str:
    """The element type of a tensor combined with a plain number.

    >>> with_number("int64", 2), with_number("int64", 0.5), with_number("bool", 2)
    ('int64', 'float32', 'int64')
    """
    return yielding(dtype, "int64" if isinstance(number, int) else "float32")


def floating(dtype: str) -> str:
    """The type itself if it is floating, else the model's own floating type."""
    return dtype if dtype in FLOATS else "float32"


def require(x: TensorType, allowed: frozenset[str], rules: Rules, *, at: str = "input") -> None:
    """The input's element type is one of `allowed`."""
    if x.dtype in allowed:
        return
    kinds = "floating-point numbers" if allowed <= FLOATS else "numbers"
    if allowed == MODEL:
        kinds = "float32, the element type of its weights"
    help = "`Embedding` looks numbers up, `{op: Cast, dtype: float32}` makes them floats"
    help = help if x.dtype.startswith(("int", "uint")) and allowed <= FLOATS | MODEL else ""
    rules.stop(codes.WRONG_DTYPE, f"expects {kinds}, but gets {x.dtype}", at=at, help=help)
