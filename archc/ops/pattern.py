"""The patterns of `Rearrange`: dimensions by name, in round brackets where several are one.

`b c (h p) (w q) -> b (h w) (p q c)` reads: the third dimension is `h` times `p`, and so
on. The notation is that of einops (Rogozhnikov, 2022).
"""

import re
from functools import lru_cache
from typing import TypeAlias

from msgspec import Struct

Item: TypeAlias = tuple[str, ...]
"""A dimension as the names that multiply to it; none for a size of 1."""
REST = "..."
"""`...` in brackets, where the dimensions it stands for become one."""
APART = "*"
"""`...` alone, where they stay apart."""
_TOKEN = re.compile(r"\s*(->|\.\.\.|[()]|1(?!\w)|[A-Za-z]\w*)")


class PatternError(ValueError):
    """What is wrong with a pattern, as the end of a sentence that begins with the pattern."""


class Pattern(Struct, frozen=True):
    """The dimensions before and after."""

    left: tuple[Item, ...]
    right: tuple[Item, ...]

    @property
    def names(self) -> list[str]:
        """All names, in the order of the input."""
        return [name for item in self.left for name in item]


@lru_cache(maxsize=256)
def parse(text: str) -> Pattern:
    """The pattern that is written so. Raises PatternError.

    >>> parse("b (h p) 1 -> b h p").left
    (('b',), ('h', 'p'), ())
    """
    sides: list[list[Item]] = [[]]
    group: list[str] | None = None
    for token in _tokens(text):
        if token == "(" and group is None:
            group = []
        elif token == ")" and group is not None:
            sides[-1].append(tuple(group))
            group = None
        elif token in {"(", ")"} or (token == "->" and group is not None):
            raise PatternError("has brackets that do not match")
        elif token == "->":
            sides.append([])
        else:
            _add(token, sides[-1], group)
    if len(sides) != 2 or group is not None:
        raise PatternError("is not two lists of dimensions with `->` between them")
    pattern = Pattern(tuple(sides[0]), tuple(sides[1]))
    _check(pattern)
    return pattern


def _tokens(text: str) -> list[str]:
    found, end = [], 0
    text = text.rstrip()
    while end < len(text):
        match = _TOKEN.match(text, end)
        if match is None:
            raise PatternError(f"has something that is no name at `{text[end:].strip()[:12]}`")
        found.append(match[1])
        end = match.end()
    return found


def _add(token: str, side: list[Item], group: list[str] | None) -> None:
    if token == "1":
        if group is None:
            side.append(())
    elif group is not None:
        group.append(token)
    else:
        side.append((APART if token == REST else token,))


def _check(pattern: Pattern) -> None:
    """Every name stands once on each side."""
    left, right = (
        [REST if name == APART else name for item in side for name in item]
        for side in (pattern.left, pattern.right)
    )
    for side in (left, right):
        twice = next((name for name in side if side.count(name) > 1), None)
        if twice:
            raise PatternError(f"names `{twice}` twice on one side")
    lone = [name for name in (*left, *right) if name not in left or name not in right]
    if lone:
        raise PatternError(f"has {' and '.join(f'`{n}`' for n in lone)} on one side only")
    if any(REST in item for item in pattern.left):
        raise PatternError("has `...` in brackets on the left, where it has no sizes to split into")
