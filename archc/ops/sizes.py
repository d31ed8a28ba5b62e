"""Parameters that hold sizes: numbers, or run-time numbers with a symbol of the input in them."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Annotated, TypeAlias

from pydantic import PlainValidator
from pydantic_core import PydanticCustomError

from archc.diag import codes
from archc.ir.dim import Dim, Size, divisible, exact_div, product
from archc.ops.fields import LARGEST, tupled, whole

if TYPE_CHECKING:
    from archc.ir.op import Rules

INFERRED = -1
"""Stands for the one size that follows from the others."""


def _sizes(value: object) -> tuple[Size, ...]:
    """A list of sizes; one of them may be -1."""
    value = tupled(value)
    if not isinstance(value, tuple) or not all(map(_is_size, value)):
        raise PydanticCustomError("sizes", "must be a list of sizes of at least 1, or -1 for one")
    if value.count(INFERRED) > 1:
        raise PydanticCustomError("sizes", "must hold -1 once at most")
    return value


def _is_size(entry: object) -> bool:
    whole = type(entry) is int and (1 <= entry <= LARGEST or entry == INFERRED)
    return whole or isinstance(entry, Dim)


def known_sizes(value: object) -> tuple[Size, ...]:
    """A list of sizes."""
    sizes = _sizes(value)
    if INFERRED in sizes:
        raise PydanticCustomError("sizes", "must be a list of sizes of at least 1")
    return sizes


Sizes: TypeAlias = Annotated[
    tuple[Size, ...], PlainValidator(_sizes, json_schema_input_type=tuple[int, ...])
]
"""A list of sizes, of which one may be -1 and follows from the others."""


def _bound(value: object) -> Size:
    """A whole number, or a run-time number."""
    value = whole(value)
    if isinstance(value, Dim) or (type(value) is int and -LARGEST <= value <= LARGEST):
        return value
    raise PydanticCustomError("bound", "must be a whole number")


def one_length(value: object) -> Size:
    """One size."""
    value = whole(value)
    if isinstance(value, Dim) or (type(value) is int and 1 <= value <= LARGEST):
        return value
    raise PydanticCustomError("length", "must be a size of at least 1")


def _bounds(value: object) -> tuple[Size, ...]:
    """A list of whole numbers, or run-time numbers."""
    value = tupled(value)
    if not isinstance(value, tuple):
        raise PydanticCustomError("bounds", "must be a list of whole numbers")
    return tuple(map(_bound, value))


Bound: TypeAlias = Annotated[Size, PlainValidator(_bound, json_schema_input_type=int)]
"""Where something begins or ends; negative numbers count from the end."""
Bounds: TypeAlias = Annotated[
    tuple[Size, ...], PlainValidator(_bounds, json_schema_input_type=tuple[int, ...])
]
"""A list of whole numbers of either sign."""
Length: TypeAlias = Annotated[Size, PlainValidator(one_length, json_schema_input_type=int)]
"""One size."""
Lengths: TypeAlias = Annotated[
    tuple[Size, ...], PlainValidator(known_sizes, json_schema_input_type=tuple[int, ...])
]
"""A list of sizes."""


def filled(sizes: tuple[Size, ...], total: Size, what: str, rules: Rules, *, at: str) -> list[Size]:
    """The sizes with -1 worked out, so that their product is `total`, the number of `what`."""
    shown = f"[{', '.join(map(str, sizes))}]"
    if INFERRED not in sizes:
        known = product(sizes)
        rules.equal(
            known,
            total,
            codes.ELEMENTS,
            f"asks for {shown}, which is {known} elements, of {total} {what}",
            at=at,
            help=f"the sizes must multiply to {total}; -1 stands for one that follows",
        )
        return list(sizes)
    rest = _rest(total, sizes, f"asks for {shown} of {total} {what}", rules, at)
    return [rest if size == INFERRED else size for size in sizes]


def _rest(total: Size, sizes: tuple[Size, ...], asked: str, rules: Rules, at: str) -> Size:
    """What stands for -1: the total over the open sizes, then over the numbers."""
    opened = product(size for size in sizes if isinstance(size, Dim))
    number = prod(size for size in sizes if isinstance(size, int) and size != INFERRED)
    left = exact_div(total, opened)
    if left is None:
        message = f"{asked}, which need not divide by {opened}"
        way_out = "write the size in place of -1, as an expression"
        return rules.stop(codes.ELEMENTS, message, at=at, help=way_out)
    exact = exact_div(left, number)
    if exact is not None:
        return exact
    message = f"{asked}, which does not divide by {opened * number}"
    way_out = f"make the other sizes multiply to a divisor of {total}"
    if divisible(left, number) is False:
        rules.stop(codes.ELEMENTS, message, at=at, help=way_out)
    rules.divides(left, number, codes.ELEMENTS, message, at=at, help=way_out)
    return left // number
