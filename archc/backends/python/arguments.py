"""Arguments of tensor expressions: literals, attributes where variants differ, run-time sizes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from archc.backends.python import sizes
from archc.backends.python.columns import MISSING, Cell
from archc.backends.python.expressions import arguments
from archc.backends.python.layout import literal
from archc.backends.python.parts import CallModule, Compute
from archc.ir.dim import Dim

if TYPE_CHECKING:
    from archc.backends.python.construct import Constructor
    from archc.backends.python.parts import Scope, Slot, Step
    from archc.ir.types import TensorType


@dataclass(slots=True)
class Arguments:
    """The arguments of one class's expressions. A column holds a value in each variant."""

    scopes: Sequence[Scope]
    constructor: Constructor
    _shown: dict[tuple[int, str], sizes.Shown] = field(
        default_factory=dict[tuple[int, str], sizes.Shown]
    )

    def measured(self, index: int) -> tuple[Slot, ...]:
        """The tensors whose shapes a step reads."""
        for name, column in self._columns(index):
            self._find(index, name, column)
        return tuple(
            slot
            for (at, _), shown in self._shown.items()
            if at == index
            for slot, _ in shown.shapes
        )

    def texts(self, index: int, owner: str, variable: Callable[[Slot], str]) -> list[str]:
        """The text of each argument of a step's expression, in order."""
        return [
            self._text(index, owner, name, column, variable)
            for name, column in self._columns(index)
        ]

    def _columns(self, index: int) -> list[tuple[str, list[object]]]:
        rows = [_row(scope.steps[index]) for scope in self.scopes]
        lead = next((row for row in rows if row is not None), [])
        return [
            (name, [row[k][1] if row is not None else MISSING for row in rows])
            for k, (name, _) in enumerate(lead)
        ]

    def _find(self, index: int, name: str, column: list[object]) -> None:
        if not any(map(_is_open, column)):
            return
        if any(isinstance(value, tuple) for value in column):
            for k, entries in enumerate(_entries(column)):
                self._find(index, f"{name}_{k}", entries)
            return
        pairs = [
            (value, _at_hand(scope, index))
            for scope, value in zip(self.scopes, column, strict=True)
            if isinstance(value, int | Dim)
        ]
        self._shown[index, name] = sizes.common(pairs)

    def _text(
        self,
        index: int,
        owner: str,
        name: str,
        column: list[object],
        variable: Callable[[Slot], str],
    ) -> str:
        if (index, name) in self._shown:
            shown = self._shown[index, name]
            shapes = (f"{variable(slot)}.shape[{axis}]" for slot, axis in shown.shapes)
            return shown.template.format(*shapes)
        if any(map(_is_open, column)):
            parts = [
                self._text(index, owner, f"{name}_{k}", entries, variable)
                for k, entries in enumerate(_entries(column))
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


def _row(step: Step) -> list[tuple[str, object]] | None:
    does = step.does
    expression = does.expression if isinstance(does, Compute) else None
    if isinstance(does, CallModule):
        expression = does.call
    if expression is None:
        return None
    return [(arg.name, arg.value) for arg in arguments(expression)]


def _entries(column: Sequence[object]) -> list[list[object]]:
    """A column of tuples as a column for each entry."""
    length = next(len(value) for value in column if isinstance(value, tuple))
    return [
        [value[k] if isinstance(value, tuple) else MISSING for value in column]
        for k in range(length)
    ]


def _is_open(value: object) -> bool:
    return any(map(_is_open, value)) if isinstance(value, tuple) else isinstance(value, Dim)


def _at_hand(scope: Scope, index: int) -> list[tuple[Slot, TensorType]]:
    """What a step can measure: its inputs, the class's, then whatever was computed before."""
    given: dict[Slot, TensorType] = {((), k): t for k, (_, t) in enumerate(scope.inputs)}
    earlier: dict[Slot, TensorType] = {
        (step.path, port): type_
        for step in scope.steps[:index]
        for port, type_ in enumerate(step.types)
    }
    known = {**given, **earlier}
    own = {slot: known[slot] for slot in scope.steps[index].inputs}
    return list({**own, **given, **earlier}.items())
