"""How a function of expressions is declared, and how it checks what it gets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from archc.diag import codes
from archc.ir.dim import Dim
from archc.spec.expr.problems import (
    MAX_LIST,
    Refusal,
    kind,
    still_open,
    too_much,
    wrong_type,
)


class Function(Struct, frozen=True):
    """A function with the numbers of arguments it takes, how it is written and what it gives."""

    call: Callable[..., Any]
    least: int
    most: int
    signature: str
    summary: str
    example: str
    """A call of it, which the documentation shows with its value."""


DECLARED: dict[str, Function] = {}


def declare(
    signature: str, summary: str, example: str, *, least: int = 1, most: int = 0
) -> Callable[[Any], Any]:
    """Put a function under the name that its signature begins with."""

    def record(call: Callable[..., Any]) -> Callable[..., Any]:
        made = Function(call, least, most or least, signature, summary, example)
        DECLARED[signature.partition("(")[0]] = made
        return call

    return record


def number(value: Any, what: str) -> Any:
    """The value if it is a number that is fixed; a boolean counts as 0 or 1."""
    if isinstance(value, Dim):
        raise still_open(value, f"{what} needs a number")
    if not isinstance(value, int | float):
        raise wrong_type(f"{what} needs a number, not {kind(value)}")
    return value


def integer(value: Any, what: str) -> int:
    """The value if it is a whole number; an integral float is one."""
    value = number(value, what)
    if isinstance(value, float):
        if not value.is_integer():
            raise Refusal(f"{what} needs a whole number, not {value}", codes.NOT_AN_INTEGER)
        value = int(value)
    return int(value)


def elements(value: Any, what: str) -> list[Any]:
    """The value if it is a list."""
    if not isinstance(value, list | tuple):
        raise wrong_type(f"{what} needs a list, not {kind(value)}")
    if len(value) > MAX_LIST:
        raise too_much(f"a list has more than {MAX_LIST:,} elements")
    return list(value)
