"""Rows that are written once and named by their numbers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

Row: TypeAlias = "str | int | float | tuple[Row, ...] | None"


@dataclass(frozen=True, slots=True)
class Table:
    """Distinct rows in the order they were first added.

    >>> table = Table()
    >>> table.add("a"), table.add(("b", 1)), table.add("a"), table.rows
    (0, 1, 0, ['a', ('b', 1)])
    """

    _places: dict[Row, int] = field(default_factory=dict)

    def add(self, row: Row) -> int:
        """The number of a row, a new one if it is not there yet."""
        return self._places.setdefault(row, len(self._places))

    @property
    def rows(self) -> list[Row]:
        """All of them."""
        return list(self._places)
