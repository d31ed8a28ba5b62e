"""Arguments of tensor expressions: literals, attributes where variants differ, run-time sizes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from archc.backends.python.columns import MISSING, Cell
from archc.backends.python.layout import literal
from archc.backends.python.measures import Measures, entries_of, is_open

if TYPE_CHECKING:
    from archc.backends.python.construct import Constructor
    from archc.backends.python.parts import Scope
    from archc.ir.at_hand import Slot


@dataclass(slots=True)
class Arguments:
    """The arguments of one class's expressions. A column holds a value in each variant."""

    scopes: Sequence[Scope]
    constructor: Constructor
    measures: Measures = field(init=False)

    def __post_init__(self) -> None:
        """Nothing is measured yet."""
        self.measures = Measures(self.scopes)

    def texts(self, index: int, owner: str, variable: Callable[[Slot], str]) -> list[str]:
        """The text of each argument of a step's expression, in order."""
        return [
            self._text(index, owner, name, column, variable)
            for name, column in self.measures.columns(index)
        ]

    def _text(
        self,
        index: int,
        owner: str,
        name: str,
        column: list[object],
        variable: Callable[[Slot], str],
    ) -> str:
        shown = self.measures.shown.get((index, name))
        if shown is not None:
            shapes = (f"{variable(slot)}.shape[{axis}]" for slot, axis in shown.shapes)
            return shown.template.format(*shapes)
        if any(map(is_open, column)):
            parts = [
                self._text(index, owner, f"{name}_{k}", entries, variable)
                for k, entries in enumerate(entries_of(column))
            ]
            return f"({', '.join(parts)}{',' if len(parts) == 1 else ''})"
        return self._kept(index, owner, name, column)

    def _kept(self, index: int, owner: str, name: str, column: list[object]) -> str:
        """A literal, or an attribute that the constructor sets."""
        origins = [scope.steps[index].origin for scope in self.scopes]
        written = next((w for o in origins for n, w in o.written if n == name), "")
        receives = tuple(origin.receives for origin in origins)
        text = self.constructor.bench.text(Cell(name, owner, tuple(column), written, receives))
        present = next(value for value in column if value is not MISSING)
        return text if text == literal(present) else self.constructor.attribute(name, text)
