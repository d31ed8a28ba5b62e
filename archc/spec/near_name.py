"""A new node or block whose name is most likely a misspelling of one that the base has."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

SHORTEST = 4
"""Letters of a name from which on one of them can be wrong by mistake."""


def misspelt(name: str, known: Iterable[str]) -> str | None:
    """The known name that a new one misses by one letter; None where it is a name of its own.

    Numbers tell names apart (`conv1`, `conv2`), and so does a last letter (`branch_a`, `branch_b`).

    >>> misspelt("flaten", ["conv1", "flatten"]), misspelt("bottelneck", ["Bottleneck"])
    ('flatten', 'Bottleneck')
    >>> misspelt("layer5", ["layer4"]), misspelt("branch_b", ["branch_a"]), misspelt("bn", ["fc"])
    (None, None, None)
    """
    return next((other for other in known if _is_slip(name, other)), None)


def _is_slip(name: str, other: str) -> bool:
    a, b = name.casefold(), other.casefold()
    if re.sub(r"\D+", " ", a) != re.sub(r"\D+", " ", b):
        return False
    if min(len(re.sub(r"[\W\d_]", "", word)) for word in (a, b)) < SHORTEST:
        return False
    return a == b or _one_apart(a, b)


def _one_apart(a: str, b: str) -> bool:
    """Whether a letter is wrong (not the last), missing or too much, or two are swapped."""
    start = next((k for k, pair in enumerate(zip(a, b, strict=False)) if pair[0] != pair[1]), None)
    if start is None:
        return abs(len(a) - len(b)) == 1
    if len(a) != len(b):
        short, long = sorted((a, b), key=len)
        return short[start:] == long[start + 1 :]
    if a[start + 1 :] == b[start + 1 :]:
        return start < len(a) - 1
    return a[start : start + 2] == b[start : start + 2][::-1] and a[start + 2 :] == b[start + 2 :]
