"""Python's operators on numbers, open sizes and lists. What they refuse is a `Refusal`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from archc.ir.dim import Dim, exact_div
from archc.spec.expr.problems import (
    MAX_EXPONENT,
    MAX_LIST,
    Refusal,
    kind,
    still_open,
    too_much,
    wrong_type,
)


def check_numbers(operator: str, a: Any, b: Any) -> None:
    """Both are numbers or open sizes, and a fraction meets no open size."""
    for value in (a, b):
        if not isinstance(value, (int, float, Dim)):
            raise wrong_type(f"`{operator}` needs numbers, not {kind(value)}")
    for size, other in ((a, b), (b, a)):
        if isinstance(size, Dim) and isinstance(other, float):
            raise still_open(size, f"`{operator}` with {other} needs a number")


def add(a: Any, b: Any) -> Any:
    """`a + b`; lists are joined."""
    if isinstance(a, list) and isinstance(b, list):
        if len(a) + len(b) > MAX_LIST:
            raise too_much(f"a list has more than {MAX_LIST:,} elements")
        return a + b
    check_numbers("+", a, b)
    return a + b


def subtract(a: Any, b: Any) -> Any:
    """`a - b`."""
    check_numbers("-", a, b)
    return a - b


def multiply(a: Any, b: Any) -> Any:
    """`a * b`; a list times a number repeats it."""
    if isinstance(a, list) and isinstance(b, int):
        return _repeated(a, b)
    if isinstance(b, list) and isinstance(a, int):
        return _repeated(b, a)
    check_numbers("*", a, b)
    return a * b


def _repeated(values: list[Any], times: int) -> list[Any]:
    if len(values) * times > MAX_LIST:
        raise too_much(f"a list has more than {MAX_LIST:,} elements")
    return values * times


def divide(a: Any, b: Any) -> Any:
    """`a / b`: true division; an open size must divide exactly."""
    check_numbers("/", a, b)
    if not isinstance(a, Dim) and not isinstance(b, Dim):
        return a / b
    quotient = _exactly("/", a, b)
    if quotient is None:
        advice = "use `//` to round down" if isinstance(b, int) else ""
        raise Refusal(f"`{a}` is not divisible by `{b}` for every size of the input", advice=advice)
    return quotient


def floor_divide(a: Any, b: Any) -> Any:
    """`a // b`."""
    check_numbers("//", a, b)
    if not isinstance(a, Dim) and not isinstance(b, Dim):
        return a // b
    quotient = _exactly("//", a, b)
    if quotient is None and isinstance(b, Dim):
        raise still_open(b, "the divisor of `//` has to be a number")
    return a // b if quotient is None else quotient


def remainder(a: Any, b: Any) -> Any:
    """`a % b`."""
    check_numbers("%", a, b)
    if not isinstance(a, Dim) and not isinstance(b, Dim):
        return a % b
    if _exactly("%", a, b) is not None:
        return 0
    if isinstance(b, Dim):
        raise still_open(b, "the divisor of `%` has to be a number")
    return a % b


def _exactly(operator: str, a: Any, b: Any) -> Any:
    """`a / b` of open sizes where it is whole, else None."""
    if b == 0:
        raise ZeroDivisionError
    if isinstance(b, int) and b < 0:
        raise Refusal(f"`{operator}` divides open sizes by positive numbers only")
    return exact_div(a, b)


def power(a: Any, b: Any) -> Any:
    """`a ** b`."""
    check_numbers("**", a, b)
    if isinstance(b, Dim):
        raise still_open(b, "an exponent has to be a number")
    if abs(b) > MAX_EXPONENT:
        raise too_much(f"an exponent is at most {MAX_EXPONENT}")
    if not isinstance(a, Dim):
        return a**b
    if b < 0:
        raise still_open(a, "a negative power needs a number")
    total: Any = 1
    for _ in range(b):
        total = total * a
    return total


ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": add,
    "-": subtract,
    "*": multiply,
    "/": divide,
    "//": floor_divide,
    "%": remainder,
    "**": power,
}
