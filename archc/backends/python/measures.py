"""Run-time sizes of a class: expressions over shapes that hold in every variant of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from archc.backends.python.columns import MISSING
from archc.backends.python.expressions import arguments
from archc.backends.python.parts import CallModule, Compute
from archc.ir import at_hand
from archc.ir.dim import Dim

if TYPE_CHECKING:
    from archc.backends.python.parts import Scope, Step
    from archc.ir.at_hand import Slot
    from archc.ir.types import TensorType


def apart(scopes: Sequence[Scope]) -> list[list[Scope]]:
    """Variants that could share a class, those apart whose sizes no one text gives."""
    found: list[list[Scope]] = []
    for scope in scopes:
        home = next((group for group in found if Measures([*group, scope]).fit()), None)
        if home is None:
            found.append([scope])
        else:
            home.append(scope)
    return found


@dataclass(slots=True)
class Measures:
    """The run-time sizes of one class, as its tensors give them in every variant."""

    scopes: Sequence[Scope]
    shown: dict[tuple[int, str], at_hand.Shown] = field(
        default_factory=dict[tuple[int, str], at_hand.Shown]
    )

    def measured(self, index: int) -> tuple[Slot, ...]:
        """The tensors whose shapes a step reads."""
        for name, column in self.columns(index):
            self._find(index, name, column)
        return tuple(
            slot for (at, _), shown in self.shown.items() if at == index for slot, _ in shown.shapes
        )

    def fit(self) -> bool:
        """Whether there is one text for each size."""
        try:
            for index in range(len(self.scopes[0].steps)):
                self.measured(index)
        except at_hand.NotAtHandError:
            return False
        return True

    def columns(self, index: int) -> list[tuple[str, list[object]]]:
        """The arguments of a step by name, each with its value in every variant."""
        rows = [_row(scope.steps[index]) for scope in self.scopes]
        lead = next((row for row in rows if row is not None), [])
        return [
            (name, [row[k][1] if row is not None else MISSING for row in rows])
            for k, (name, _) in enumerate(lead)
        ]

    def _find(self, index: int, name: str, column: list[object]) -> None:
        if not any(map(is_open, column)):
            return
        if any(isinstance(value, tuple) for value in column):
            for k, entries in enumerate(entries_of(column)):
                self._find(index, f"{name}_{k}", entries)
            return
        pairs = [
            (value, _at_hand(scope, index))
            for scope, value in zip(self.scopes, column, strict=True)
            if isinstance(value, int | Dim)
        ]
        self.shown[index, name] = at_hand.common(pairs)


def _row(step: Step) -> list[tuple[str, object]] | None:
    does = step.does
    expression = does.expression if isinstance(does, Compute) else None
    if isinstance(does, CallModule):
        expression = does.call
    if expression is None:
        return None
    return [(arg.name, arg.value) for arg in arguments(expression)]


def entries_of(column: Sequence[object]) -> list[list[object]]:
    """A column of tuples as a column for each entry."""
    length = next(len(value) for value in column if isinstance(value, tuple))
    return [
        [value[k] if isinstance(value, tuple) else MISSING for value in column]
        for k in range(length)
    ]


def is_open(value: object) -> bool:
    """Whether a value is a run-time size, or holds one."""
    return any(map(is_open, value)) if isinstance(value, tuple) else isinstance(value, Dim)


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
