"""Names of the spec as names of Python, none of which can carry code."""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Iterable

RESERVED = frozenset({"self", "nn", "torch", "Tensor", "NamedTuple", *dir(builtins)})
"""Names that emitted code needs to keep their meaning."""


def is_plain(name: str) -> bool:
    """Whether `self.<name>` reads and sets the attribute of just this name.

    >>> is_plain("conv1"), is_plain("block1-0"), is_plain("class"), is_plain("__mangled")
    (True, False, False, False)
    """
    return (
        name.isascii()
        and name.isidentifier()
        and not keyword.iskeyword(name)
        and not name.startswith("_")
    )


def attribute(name: str) -> str:
    """The name, if it can be read as an attribute. Raises ValueError."""
    if not is_plain(name):
        raise ValueError(f"`{name}` cannot be read as an attribute")
    return name


def identifier(name: str) -> str:
    """The nearest name that Python takes for a variable.

    >>> identifier("block1-0"), identifier("0"), identifier("class"), identifier("conv1")
    ('block1_0', 'x0', 'class_', 'conv1')
    """
    cleaned = re.sub(r"[^A-Za-z0-9_]", "_", name).strip("_")
    if not cleaned or cleaned[0].isdigit():
        cleaned = f"x{cleaned}"
    return f"{cleaned}_" if keyword.iskeyword(cleaned) else cleaned


def singular(name: str) -> str:
    """What one of several is called: `layer` of `layers`, `each_stem` of `stem`.

    >>> singular("layers"), singular("stem"), singular("class")
    ('layer', 'each_stem', 'each_class')
    """
    if name.endswith("s") and not name.endswith("ss") and len(name) > 2:
        return identifier(name[:-1])
    return f"each_{name}"


def class_name(name: str) -> str:
    """The name in CamelCase; capitals that are there stay.

    >>> (
    ...     class_name("resnet50"),
    ...     class_name("dense_block-2"),
    ...     class_name("BasicConv2d"),
    ...     class_name("block"),
    ... )
    ('Resnet50', 'DenseBlock2', 'BasicConv2d', 'Block')
    """
    parts = re.split(r"[^A-Za-z0-9]+", name)
    joined = "_".join(part[:1].upper() + part[1:] for part in parts if part)
    return identifier(re.sub(r"(?<![0-9])_|_(?![0-9])", "", joined))


class Names:
    """The names taken in one scope of the emitted file."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        """Begin with Python's own names and some more."""
        self._taken = {*RESERVED, *taken}

    def claim(self, *wanted: str) -> str:
        """The first wanted name that is free, else the last one with a number; now taken."""
        chosen = next((name for name in wanted if name not in self._taken), "")
        number = 2
        while not chosen:
            numbered = f"{wanted[-1]}{number}"
            chosen = numbered if numbered not in self._taken else ""
            number += 1
        self._taken.add(chosen)
        return chosen

    def __contains__(self, name: str) -> bool:
        return name in self._taken
