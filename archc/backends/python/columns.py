"""Values of one place of a class in each of its variants."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final, TypeAlias

from msgspec import Struct

from archc.backends.python.layout import ClassName

if TYPE_CHECKING:
    from archc.ir.types import TensorType


class Missing(Enum):
    """In a variant that does not have the place at all."""

    MISSING = 0


MISSING: Final = Missing.MISSING
Column: TypeAlias = "tuple[object, ...]"
Receives: TypeAlias = "tuple[TensorType | None, ...]"

INFERRED, DECLARED, OTHER = range(3)
"""Where an argument stands: what flows in, what the block declares, the rest."""


class Cell(Struct, frozen=True):
    """A place of the class: an argument `name` of the module `owner`, its value in each variant.

    `written` is what the spec says there, `receives` what flows into the module, `default` what the
    argument is when it is left out (MISSING if it cannot be), `entry` whether the class's own first
    input is what flows in.
    """

    name: str
    owner: str
    values: Column
    written: str = ""
    receives: Receives = ()
    default: object = MISSING
    entry: bool = False


class Parameter(Struct):
    """An argument of the constructor."""

    name: str
    values: Column
    rank: int
    default: object = MISSING

    @property
    def annotation(self) -> str:
        """Its type, from the values it has."""
        return _annotation(self.values)


def same(a: object, b: object) -> bool:
    """Equality that tells `True` from 1, and 1 from 1.0."""
    if isinstance(a, tuple) and isinstance(b, tuple):
        return len(a) == len(b) and all(map(same, a, b))
    return type(a) is type(b) and a == b


def covers(known: Column, wanted: Column) -> bool:
    """Whether a column has what is wanted wherever something is."""
    return all(w is MISSING or same(k, w) for k, w in zip(known, wanted, strict=True))


def is_inferred(name: str) -> bool:
    """Whether an argument says what flows in: `in_channels`, `num_features`."""
    return name.startswith(("in_", "num_", "normalized_"))


def axis_of(received: TensorType | None, axis: int) -> object:
    """One size of a tensor; None if it has no such axis, MISSING if there is no tensor."""
    if received is None:
        return MISSING
    return received.shape[axis] if -received.rank <= axis < received.rank else None


def _annotation(values: Column) -> str:
    lengths = {len(value) for value in values if isinstance(value, tuple)}
    entries = {_type(entry) for value in values if isinstance(value, tuple) for entry in value}
    if len(lengths) > 1 and len(entries) == 1 and all(isinstance(v, tuple) for v in values):
        return f"tuple[{entries.pop()}, ...]"
    found = dict.fromkeys(_type(value) for value in values)
    return " | ".join(sorted(found, key=lambda name: (name == "None", name)))


def _type(value: object) -> str:
    if isinstance(value, tuple):
        inner = {_type(entry) for entry in value}
        if len(inner) == 1 and len(value) > 4:
            return f"tuple[{inner.pop()}, ...]"
        return f"tuple[{', '.join(map(_type, value)) or '()'}]"
    if isinstance(value, ClassName):
        return "type[nn.Module]"
    return "None" if value is None else type(value).__name__
