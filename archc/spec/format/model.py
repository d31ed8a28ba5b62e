"""A spec as it was written: scalars with their quotes, aliases, and every comment in its place."""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct, field


class Text(Struct, frozen=True):
    """A scalar. `text` is its value as characters, `raw` what stands in the file, quotes and all.

    `style` is empty, a quote, or the `|` or `>` of a block scalar.
    """

    text: str
    style: str
    raw: str
    anchor: str = ""


class Alias(Struct, frozen=True):
    """`*name`."""

    name: str


class Entry(Struct):
    """An item of a list, or a key with its value.

    `above` are the lines before it, comments and blank ones (`""`); `head` is a comment behind the
    key of a collection, `tail` one behind the value.
    """

    key: Text | Alias | None
    value: Written
    above: list[str] = field(default_factory=list[str])
    head: str = ""
    tail: str = ""


class Collection(Struct):
    """A mapping or a list. `foot` are the comments after the last entry that belong inside."""

    is_map: bool
    entries: list[Entry] = field(default_factory=list[Entry])
    foot: list[str] = field(default_factory=list[str])
    anchor: str = ""

    def get(self, key: str) -> Written | None:
        """The value of a key of a mapping, or None when it is not there."""
        return next((e.value for e in self.entries if key_text(e) == key), None)


Written: TypeAlias = Text | Alias | Collection


def key_text(entry: Entry) -> str:
    """The key of an entry as characters; empty in a list."""
    return entry.key.text if isinstance(entry.key, Text) else ""


def has_comments(entry: Entry) -> bool:
    """Whether a comment stands in an entry's value; those around the entry do not count."""
    value = entry.value
    if not isinstance(value, Collection):
        return False
    return any(value.foot) or any(
        any(e.above) or e.head or e.tail or has_comments(e) for e in value.entries
    )


def depth(value: Written) -> int:
    """How many collections lie inside one another, this one included."""
    if not isinstance(value, Collection):
        return 0
    return 1 + max((depth(e.value) for e in value.entries), default=0)
