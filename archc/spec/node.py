"""A spec as it was read: scalars, mappings and lists that know where they stand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

if TYPE_CHECKING:
    from archc.diag.source import Span

Plain: TypeAlias = "bool | int | float | str | list[Plain] | dict[str, Plain] | None"


class Scalar(Struct, frozen=True):
    """One value. `text` holds its characters before they were read as a number or a word.

    `quoted` is true for `'...'`, `"..."` and block scalars, which are always strings.
    """

    value: bool | int | float | str | None
    span: Span
    quoted: bool = False
    text: str = ""

    def part(self, start: int, end: int) -> Span:
        """Where the characters `start` to `end` of the text stand; the whole where that is unclear.

        It is unclear for text on several lines and for quoted text with escapes in it.
        """
        width = self.span.end_column - self.span.column
        margin = 1 if self.quoted else 0
        if self.span.line != self.span.end_line or width != len(self.text) + 2 * margin:
            return self.span
        return self.span.within(margin + start, margin + end)


class Map(Struct, frozen=True):
    """A mapping in the order of the file. `keys` says where each key stands."""

    items: dict[str, Tree]
    keys: dict[str, Span]
    span: Span

    def get(self, key: str) -> Tree | None:
        """The value of a key, or None when it is not there."""
        return self.items.get(key)

    def __contains__(self, key: object) -> bool:
        return key in self.items

    def __iter__(self) -> Iterator[tuple[str, Tree]]:
        """Each key with its value."""
        return iter(self.items.items())


class List(Struct, frozen=True):
    """A list."""

    items: tuple[Tree, ...]
    span: Span


Tree: TypeAlias = Scalar | Map | List


def plain(tree: Tree) -> Plain:
    """The values alone, as Python's own `dict`, `list` and scalars."""
    if isinstance(tree, Scalar):
        return tree.value
    if isinstance(tree, List):
        return [plain(item) for item in tree.items]
    return {key: plain(value) for key, value in tree.items.items()}
