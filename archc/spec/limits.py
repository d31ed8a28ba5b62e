"""How large a spec may get: a larger one is a slip or a bomb, unless its author says otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from msgspec import Struct
from msgspec.structs import fields, replace


class Limits(Struct, frozen=True):
    """The limits that a user may raise, each by its option: `nodes` by `--max-nodes`."""

    nodes: int = 20_000
    """Nodes of a network, every copy counted."""
    copies: int = 10_000
    """Copies of one `repeat` or `for`."""
    entries: int = 250_000
    """Values in one file, an alias counted as what it stands for: about a second's work."""
    file_size: int = 16
    """Size of one file in MiB."""


MIB = 2**20


DEFAULTS = Limits()
_current: ContextVar[Limits | None] = ContextVar("limits", default=None)


def current() -> Limits:
    """The limits that hold here.

    >>> with limits(nodes=100_000):
    ...     current().nodes
    100000
    >>> current().nodes
    20000
    """
    return _current.get() or DEFAULTS


@contextmanager
def limits(**most: int) -> Iterator[None]:
    """Raise or lower limits inside a `with`: `nodes`, `copies`, `entries`, `file_size` (MiB).

    Raises ValueError for a number below 1, and TypeError for another name.
    """
    for name, number in most.items():
        if name in NAMES and number < 1:
            raise ValueError(f"`{name}` is at least 1, not {number}")
    token = _current.set(replace(current(), **most))
    try:
        yield
    finally:
        _current.reset(token)


def option(name: str) -> str:
    """The option that raises a limit.

    >>> option("file_size")
    '--max-file-size'
    """
    return f"--max-{name.replace('_', '-')}"


def way_out(name: str) -> str:
    """What to say where a limit is reached that may be raised.

    >>> way_out("nodes")
    '`--max-nodes` raises the limit'
    """
    return f"`{option(name)}` raises the limit"


NAMES = tuple(part.name for part in fields(Limits))
