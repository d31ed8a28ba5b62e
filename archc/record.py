"""Frozen data classes that are quick to declare and quick to make.

What `@dataclass(frozen=True, slots=True)` makes, but for its price: the standard library writes and
compiles six methods for each class, a third of a millisecond, and a hundred classes were a sixth of
a cold `archc check`. Here it finds the fields, and only the constructor is compiled. A test holds
every record of archc against what the standard library would have made of it.
"""

from __future__ import annotations

from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, field, fields
from operator import attrgetter
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any, TypeVar, dataclass_transform, overload

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

T = TypeVar("T")


class _Factory:
    """Stands in a signature for a default that is made anew."""

    def __repr__(self) -> str:
        return "<factory>"


_FACTORY = _Factory()
_with_fields = dataclass(init=False, repr=False, eq=False, slots=True)


@overload
def record(declared: type[T]) -> type[T]: ...
@overload
def record(*, eq: bool) -> Callable[[type[T]], type[T]]: ...
@dataclass_transform(frozen_default=True, field_specifiers=(Field, field))
def record(declared: type[T] | None = None, *, eq: bool = True) -> Any:
    """A frozen data class with slots; without `eq` one that equals nothing but itself.

    >>> @record
    ... class Point:
    ...     x: int
    ...     y: int = 0
    >>> Point(1), Point(1) == Point(1, 0), hash(Point(1)) == hash(Point(1))
    (Point(x=1, y=0), True, True)
    """
    if declared is None:
        return lambda declared: _record(declared, eq=eq)
    return _record(declared, eq=eq)


def _record(declared: Any, *, eq: bool) -> Any:
    made: Any = _with_fields(declared)
    parts = fields(made)
    made.__init__ = _constructor(made, parts)
    made.__setattr__, made.__delattr__ = _refuse_to_set, _refuse_to_delete
    made.__getstate__, made.__setstate__ = _state, _restore
    if "__repr__" not in declared.__dict__:
        made.__repr__ = _representation([part.name for part in parts if part.repr])
    if eq:
        made.__eq__, made.__hash__ = _equality([part.name for part in parts if part.compare])
    return made


def _constructor(made: type[Any], parts: Sequence[Field[Any]]) -> Callable[..., None]:
    """`__init__` as Python. It sets each slot by its descriptor, since nothing else may."""
    names: dict[str, Any] = {"FACTORY": _FACTORY}
    for part in parts:
        names[f"set_{part.name}"] = made.__dict__[part.name].__set__
        names[f"default_{part.name}"] = part.default
        names[f"make_{part.name}"] = part.default_factory
    head = ", ".join(["self", *(_parameter(part) for part in parts if part.init)])
    lines = [f"set_{part.name}(self, {_value(part)})" for part in parts if _is_set(part)]
    if hasattr(made, "__post_init__"):
        lines.append("self.__post_init__()")
    exec(f"def __init__({head}): {'; '.join(lines) or 'pass'}", names)
    constructor: Callable[..., None] = names["__init__"]
    constructor.__qualname__ = f"{made.__qualname__}.__init__"
    constructor.__annotations__ = {part.name: part.type for part in parts if part.init}
    constructor.__annotations__["return"] = None
    return constructor


def _parameter(part: Field[Any]) -> str:
    if part.default_factory is not MISSING:
        return f"{part.name}=FACTORY"
    return part.name if part.default is MISSING else f"{part.name}=default_{part.name}"


def _is_set(part: Field[Any]) -> bool:
    """Whether the constructor knows a value; otherwise `__post_init__` finds it."""
    return part.init or part.default is not MISSING or part.default_factory is not MISSING


def _value(part: Field[Any]) -> str:
    if part.default_factory is MISSING:
        return part.name if part.init else f"default_{part.name}"
    made = f"make_{part.name}()"
    return f"{made} if {part.name} is FACTORY else {part.name}" if part.init else made


def _equality(names: list[str]) -> tuple[Callable[..., object], Callable[..., int]]:
    """`__eq__` and `__hash__` over these fields."""
    values = _reader(names)

    def equal(self: object, other: object) -> object:
        if self.__class__ is not other.__class__:
            return NotImplemented
        return values(self) == values(other)

    return equal, lambda self: hash(values(self))


def _reader(names: list[str]) -> Callable[[object], tuple[object, ...]]:
    """What reads several fields at once."""
    if len(names) > 1:
        return attrgetter(*names)
    return lambda self: tuple([getattr(self, name) for name in names])


def _representation(names: list[str]) -> Callable[[object], str]:
    @recursive_repr()
    def written(self: object) -> str:
        told = ", ".join([f"{name}={getattr(self, name)!r}" for name in names])
        return f"{self.__class__.__qualname__}({told})"

    return written


def _refuse_to_set(self: object, name: str, value: object) -> None:
    del value
    raise FrozenInstanceError(f"cannot assign to field {name!r} of {type(self).__name__}")


def _refuse_to_delete(self: object, name: str) -> None:
    raise FrozenInstanceError(f"cannot delete field {name!r} of {type(self).__name__}")


def _state(self: Any) -> list[object]:
    """What pickle and copy keep: the values in order."""
    return [getattr(self, part.name) for part in fields(self)]


def _restore(self: Any, state: list[object]) -> None:
    for part, value in zip(fields(self), state, strict=True):
        object.__setattr__(self, part.name, value)
