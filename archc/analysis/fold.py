"""Many paths as few patterns: `layer1.0-2.conv1-3`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

Pattern = tuple[tuple[str, ...], ...]
_NUMBERED = re.compile(r"(.*?)([0-9]+)")


def fold(paths: Iterable[str]) -> list[str]:
    """Patterns that stand for just these paths, in the order of the first path of each.

    The first of several names stays apart: it is the part of the network that people look for.

    >>> fold([f"layer1.{n}.{name}" for n in range(3) for name in ("conv1", "conv2", "act")])
    ['layer1.0-2.{conv1-2, act}']
    >>> fold(["a.0.x", "a.2.x", "b"])
    ['a.0,2.x', 'b']
    """
    patterns: list[Pattern] = [tuple((name,) for name in path.split(".")) for path in paths]
    deepest = max(map(len, patterns), default=0)
    for place in range(deepest - 1, -1, -1):
        patterns = _merged(patterns, place)
    return [".".join(map(_alternatives, pattern)) for pattern in patterns]


def _merged(patterns: list[Pattern], place: int) -> list[Pattern]:
    """The patterns, those that differ in one place only as one."""
    groups: dict[tuple[Pattern, Pattern], dict[str, None]] = {}
    for pattern in patterns:
        apart = place >= len(pattern) or (place == 0 and len(pattern) > 1)
        key = (pattern, ()) if apart else (pattern[:place], pattern[place + 1 :])
        names = () if apart else pattern[place]
        groups.setdefault(key, {}).update(dict.fromkeys(names))
    return [
        (*before, tuple(names), *after) if names else before
        for (before, after), names in groups.items()
    ]


def _alternatives(names: tuple[str, ...]) -> str:
    """The names of one place: numbers and numbered names as ranges, others in braces."""
    stems: dict[str, list[int]] = {}
    for name in names:
        found = _NUMBERED.fullmatch(name)
        numbers = stems.setdefault(found[1] if found else name, [])
        numbers += [int(found[2])] if found else []
    words = [word for stem, numbers in stems.items() for word in _words(stem, numbers, names)]
    return words[0] if len(words) == 1 else f"{{{', '.join(words)}}}"


def _words(stem: str, numbers: list[int], names: tuple[str, ...]) -> list[str]:
    bare = [stem] if stem in names else []
    return [*bare, stem + _ranges(sorted(numbers))] if numbers else bare


def _ranges(numbers: list[int]) -> str:
    """Numbers in order as ranges.

    >>> _ranges([1, 2, 3, 5])
    '1-3,5'
    """
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ",".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)
