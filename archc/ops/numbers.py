"""Plain numbers that become elements of a tensor."""

from archc.diag import codes
from archc.ir.op import Rules

_LIMITS: dict[str, tuple[float, float]] = {
    "uint8": (-255, 255),  # torch wraps negative integers around
    "int8": (-(2**7), 2**7 - 1),
    "int16": (-(2**15), 2**15 - 1),
    "int32": (-(2**31), 2**31 - 1),
    "int64": (-(2**63), 2**63 - 1),
    "float16": (-65504.0, 65504.0),
    "bfloat16": (-(2**8 - 1) * 2.0**120, (2**8 - 1) * 2.0**120),
    "float32": (-(2**24 - 1) * 2.0**104, (2**24 - 1) * 2.0**104),
}
"""The least and the largest number of each element type."""


def fits(number: float, dtype: str) -> bool:
    """Whether torch takes a number as an element: not when it is out of bounds.

    >>> fits(300, "int8"), fits(-3, "uint8"), fits(-3.0, "uint8"), fits(float("inf"), "float16")
    (False, True, False, True)
    """
    low, high = _LIMITS.get(dtype, (number, number))
    if number - number != 0:
        return not isinstance(low, int)
    if dtype == "uint8" and isinstance(number, float):
        low = 0
    return low <= number <= high


def check_fits(rules: Rules, number: float | None, dtype: str, *, at: str) -> None:
    """The number can be an element of this type."""
    if number is not None and not fits(number, dtype):
        message = f"cannot hold {number:g} in elements of type {dtype}"
        rules.fail(codes.BAD_PARAMETER, message, at=at, help="`Cast` the input before")
