"""Parameters that name dimensions (`dim: -1`, `dim: [2, 3]`), and what they must satisfy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, TypeAlias

from pydantic import PlainValidator
from pydantic_core import PydanticCustomError

from archc.diag import codes
from archc.ops.fields import Integer, Integers, tupled, whole

if TYPE_CHECKING:
    from archc.ir.op import Rules
    from archc.ir.types import TensorType

FURTHEST = 64
"""torch has no tensor with more dimensions."""


def _axes(value: object) -> object:
    """An integer or a list of integers."""
    value = tupled(whole(value))
    entries = value if isinstance(value, tuple) else (value,)
    if all(type(entry) is int and -FURTHEST <= entry < FURTHEST for entry in entries):
        return value
    raise PydanticCustomError("axes", "must be a dimension or a list of dimensions")


Axes: TypeAlias = Annotated[
    int | tuple[int, ...], PlainValidator(_axes, json_schema_input_type=Integer | Integers)
]
"""One dimension or several; negative ones count from the end."""


def axis(dim: int, x: TensorType, rules: Rules, *, at: str = "dim", extra: int = 0) -> int:
    """The dimension counted from 0. As in torch, a tensor without dimensions is taken to have one.

    `extra` is 1 where the dimension is one of the output's, which has one more.
    """
    last = (x.rank + extra or 1) - 1
    if -last - 1 <= dim <= last:
        return dim % (last + 1)
    owns = "1 dimension" if x.rank == 1 else f"{x.rank} dimensions"
    return rules.stop(
        codes.DIM_RANGE,
        f"has no dimension {dim} to use: the input {x} has {owns}",
        at=at,
        help=f"choose from {-last - 1} to {last}",
    )


def axes(dims: int | tuple[int, ...], x: TensorType, rules: Rules, *, at: str = "dim") -> set[int]:
    """The dimensions counted from 0; naming one twice is an error."""
    listed = dims if isinstance(dims, tuple) else (dims,)
    found: set[int] = set()
    for dim in listed:
        place = axis(dim, x, rules, at=at)
        if place in found:
            rules.stop(codes.DIM_RANGE, f"names dimension {place} twice in {list(listed)}", at=at)
        found.add(place)
    return found
