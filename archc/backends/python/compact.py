"""Runs of equal copies in a container, written as people write them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from msgspec import Struct
from msgspec.structs import replace


class Part(Struct, frozen=True):
    """An entry of a container: what it calls (or is) and with which arguments, by name or bare.

    `loop` is what it is made once for each of, `condition` when it is there.
    """

    head: str
    args: tuple[tuple[str, str], ...] = ()
    called: bool = False
    loop: str = ""
    condition: str = ""

    @property
    def text(self) -> str:
        """The expression that makes it once."""
        if not self.called:
            return self.head
        return f"{self.head}({', '.join(f'{n}={v}' if n else v for n, v in self.args)})"

    def over(self, loop: str) -> Part:
        """One of it for each turn of a loop: `i in range(n)`."""
        return replace(self, loop=loop)

    def when(self, condition: str) -> Part:
        """It, if a condition holds."""
        return replace(self, condition=condition)


def compact(parts: Sequence[Part]) -> list[str]:
    """The entries as arguments, equal neighbours as one generator.

    >>> block = Part("Block", (("", "64"),), called=True)
    >>> compact([Part("nn.ReLU()"), block, block, block])
    ['nn.ReLU()', '*(Block(64) for _ in range(3))']
    >>> compact([Part("Layer", (("", str(c)), ("rate", "8")), called=True) for c in (16, 24, 32)])
    ['*(Layer(in_channels, rate=8) for in_channels in range(16, 40, 8))']
    """
    found: list[str] = []
    for _, group in groupby(
        parts, lambda part: (part.head, len(part.args), part.loop, part.condition)
    ):
        found.extend(_entries(list(group)))
    return found


def _entries(parts: list[Part]) -> Iterator[str]:
    place = 0
    while place < len(parts):
        part = parts[place]
        equal = _while_equal(parts, place)
        varying = _while_one_varies(parts, place)
        if part.condition:
            yield f"*([{part.text}] if {part.condition} else [])"
            place += 1
        elif part.loop:
            yield f"*({part.text} for {part.loop})"
            place += 1
        elif equal > 1:
            yield f"*({part.text} for _ in range({equal}))"
            place += equal
        elif varying > 2:
            yield _over_values(parts[place : place + varying])
            place += varying
        else:
            yield part.text
            place += 1


def _while_equal(parts: list[Part], place: int) -> int:
    count = 1
    while place + count < len(parts) and parts[place + count] == parts[place]:
        count += 1
    return count


def _differs(a: Part, b: Part) -> list[int]:
    return [k for k, (x, y) in enumerate(zip(a.args, b.args, strict=True)) if x != y]


def _while_one_varies(parts: list[Part], place: int) -> int:
    """How many parts from here on differ in the value of just the same one argument."""
    count, at = 1, None
    while place + count < len(parts):
        one = parts[place + count]
        differs = _differs(parts[place], one)
        same_name = [n for n, _ in one.args] == [n for n, _ in parts[place].args]
        if not same_name or len(differs) != 1 or at not in {None, differs[0]}:
            break
        if _while_equal(parts, place + count) > 1:
            break
        at = differs[0]
        count += 1
    return count


def _over_values(parts: list[Part]) -> str:
    """`Block(p) for p in (0.0, 0.1, 0.2)`."""
    (at,) = {k for part in parts[1:] for k in _differs(parts[0], part)}
    name = parts[0].args[at][0] or ("in_channels" if at == 0 else "size")
    values = [part.args[at][1] for part in parts]
    args = tuple((n, name if k == at else v) for k, (n, v) in enumerate(parts[0].args))
    one = replace(parts[0], args=args)
    return f"*({one.text} for {name} in {_series(values)})"


def _series(values: list[str]) -> str:
    if all(value.isdigit() for value in values):
        numbers = [int(value) for value in values]
        step = numbers[1] - numbers[0]
        if step > 0 and numbers == list(range(numbers[0], numbers[-1] + 1, step)):
            return f"range({numbers[0]}, {numbers[-1] + step}, {step})"
    return f"({', '.join(values)})"
