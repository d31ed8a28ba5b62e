"""The types of parameters that many ops share.

Values come from a spec as plain Python: numbers, booleans, strings, lists. A list becomes a tuple
here, an integral float (`0.5 * width`) an integer. A size is kept as it was written, `3` and not
`(3, 3)`, so that emitted code reads like the spec; `per_axis` spreads it where a rule needs one
number an axis.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BeforeValidator, Field, PlainValidator
from pydantic_core import PydanticCustomError

LARGEST = 2**31 - 1
"""No count of channels and no kernel is larger."""


def whole(value: object) -> object:
    """An integral float as the integer it is; anything else as it came.

    >>> whole(32.0), whole(2.5), whole(True)
    (32, 2.5, True)
    """
    return int(value) if isinstance(value, float) and value.is_integer() else value


def tupled(value: object) -> object:
    """A list as a tuple, its integral floats as integers; anything else as it came.

    >>> tupled([1, 2.0])
    (1, 2)
    """
    return tuple(map(whole, value)) if isinstance(value, list | tuple) else value


def sized(
    count: int | None, low: int, *, words: tuple[str, ...] = (), gaps: bool = False
) -> PlainValidator:
    """A validator for an integer of at least `low`, or a list of `count` of them (None: of any).

    `words` may stand instead (`padding: same`); with `gaps` an entry of the list may be null. One
    validator in place of a union: it is as fast, and a wrong value is told once.
    """

    def check(value: object) -> object:
        value = tupled(whole(value))
        if _is_size(value, low) or value in words or is_list(value):
            return value
        raise PydanticCustomError("size", "must be {wanted}", {"wanted": wanted})

    def is_list(value: object) -> bool:
        if not isinstance(value, tuple) or len(value) != (count or len(value) or 1):
            return False
        return all(_is_size(entry, low) or (gaps and entry is None) for entry in value)

    bound = "" if low == -LARGEST else f" of at least {low}"
    entries = f"{count or 'such'}{' integers or nulls' if gaps else ''}"
    choices = [*(f"`{word}`" for word in words), f"an integer{bound}", f"a list of {entries}"]
    wanted = " or ".join([", ".join(choices[:-1]), choices[-1]])
    return PlainValidator(check, json_schema_input_type=_schema(count, low, words, gaps=gaps))


def _is_size(value: object, low: int) -> bool:
    return type(value) is int and low <= value <= LARGEST


def _schema(count: int | None, low: int, words: tuple[str, ...], *, gaps: bool) -> Any:
    one: Any = Annotated[int, Field(ge=low)]
    entry: Any = one | None if gaps else one
    several: Any = tuple.__class_getitem__((entry, ...) if count is None else (entry,) * count)
    return Literal[words] | one | several if words else one | several


Integer: TypeAlias = Annotated[int, BeforeValidator(whole), Field(ge=-LARGEST, le=LARGEST)]
Positive: TypeAlias = Annotated[int, BeforeValidator(whole), Field(ge=1, le=LARGEST)]
NonNegative: TypeAlias = Annotated[int, BeforeValidator(whole), Field(ge=0, le=LARGEST)]
Number: TypeAlias = Annotated[float, Field(allow_inf_nan=False)]
Scalar: TypeAlias = Annotated[int, Field(ge=-LARGEST, le=LARGEST)] | Number
"""A number that stays the integer or float that it was written as."""
NonNegativeNumber: TypeAlias = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Probability: TypeAlias = Annotated[float, Field(ge=0, le=1)]
Integers: TypeAlias = Annotated[tuple[Integer, ...], BeforeValidator(tupled)]
"""A list of integers of any length."""
Positives: TypeAlias = Annotated[tuple[Positive, ...], BeforeValidator(tupled)]
"""A list of positive integers of any length."""

Size1: TypeAlias = Annotated[int | tuple[int], sized(1, 1)]
Size2: TypeAlias = Annotated[int | tuple[int, int], sized(2, 1)]
Size3: TypeAlias = Annotated[int | tuple[int, int, int], sized(3, 1)]
"""A kernel, stride or dilation of 3 axes: an integer of at least 1, or a list of 3."""
Padding1: TypeAlias = Annotated[int | tuple[int], sized(1, 0)]
Padding2: TypeAlias = Annotated[int | tuple[int, int], sized(2, 0)]
Padding3: TypeAlias = Annotated[int | tuple[int, int, int], sized(3, 0)]
"""A padding of 3 axes, the same on both sides of each: at least 0."""


def per_axis(value: int | tuple[int, ...], axes: int) -> tuple[int, ...]:
    """One number for each axis.

    >>> per_axis(3, 2), per_axis((3, 5), 2)
    ((3, 3), (3, 5))
    """
    return (value,) * axes if isinstance(value, int) else value
