"""What boxes and arrows say."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from archc.ir.graph import Body, Container

if TYPE_CHECKING:
    from archc.ir.graph import Leaf
    from archc.ir.op import Types
    from archc.viz.flow import Part

LONGEST = 36
"""Characters of a name before it is cut in the middle."""
FACTS = 4
"""Parameters of a block that its box tells."""


def plain(text: str) -> str:
    """A text on one line without what drawing programs choke on or readers are fooled by.

    Control characters, lone surrogates and marks that turn the direction of writing become U+FFFD.

    >>> plain("a" + chr(7) + "b") == "a" + chr(0xFFFD) + "b"
    True
    """
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def short(text: str, longest: int = LONGEST) -> str:
    """The text, cut in the middle where it is too long.

    >>> short("a" * 30 + "z" * 30, 11)
    'aaaaa…zzzzz'
    """
    text = plain(text)
    if len(text) <= longest:
        return text
    half = (longest - 1) // 2
    return f"{text[:half]}\N{HORIZONTAL ELLIPSIS}{text[-half:]}"


def value_text(value: object) -> str:
    """A parameter's value, numbers with six digits as in the labels of ops.

    >>> value_text((0.1 / 3, 7, "same", True))
    '(0.0333333, 7, same, true)'
    """
    if isinstance(value, tuple):
        return f"({', '.join(map(value_text, value))}{',' * (len(value) == 1)})"
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)


def op_text(leaf: Leaf) -> str:
    """An op with its facts and its width: `Conv2d 7x7 /2, 64`. A merge is its sign: `+`."""
    name, facts = type(leaf.op).__name__, leaf.op.label()
    words = " ".join(facts if facts and leaf.op.family == "merge" else (name, *facts))
    width = _width(leaf.op.family, leaf.outs)
    return f"{words}, {width}" if width else words


def _width(family: str, outs: Types) -> str:
    """The channels that a convolution or a linear layer makes."""
    if not outs or family not in {"conv", "linear"}:
        return ""
    shape = outs[0].shape
    place = 1 if family == "conv" else len(shape) - 1
    return str(shape[place]) if 0 < place < len(shape) else ""


def shape_text(types: Types) -> tuple[str, ...]:
    """The distinct types, in order, as people write them."""
    return tuple(dict.fromkeys(map(str, types)))


def block_lines(part: Part) -> tuple[str, ...]:
    """What a closed block is, with its numbers: `Bottleneck`, `width 64, stride 2`."""
    if not isinstance(part.what, Body):
        return (contents(part),)
    facts = [
        f"{name} {short(value_text(value), 16)}"
        for name, value in part.what.params
        if type(value) in {int, float, str, tuple}
    ]
    more = [f"{len(facts) - FACTS} more"] if len(facts) > FACTS else []
    line = ", ".join((*facts[:FACTS], *more))
    return (part.what.name, line) if line else (part.what.name,)


def contents(part: Part) -> str:
    """What a group holds, the three commonest first: `5 Conv2d, 5 ReLU, 3 MaxPool2d, 1 more`."""
    counted = Counter(_kind(child) for child in part.children).most_common()
    listed = [f"{count} {name}" for name, count in counted[:3]]
    more = sum(count for _, count in counted[3:])
    return ", ".join((*listed, f"{more} more") if more else listed)


def _kind(part: Part) -> str:
    if isinstance(part.what, Container):
        return "group"
    return part.what.name if isinstance(part.what, Body) else type(part.what).__name__
