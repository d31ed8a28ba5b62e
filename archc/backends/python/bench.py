"""The constructor of one class: which arguments it takes, and what it computes from them.

A class has several variants, one for each set of parameters and input types that the network has
for it. A *column* holds the value that a place of the class has in each variant. A column that is
the same everywhere is printed as the literal it is; any other becomes an expression over the
constructor's arguments, and every expression is evaluated for each variant before it is taken, so
that a wrong one cannot be printed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from archc.backends.python.arithmetic import UnprintableError, evaluate, translate
from archc.backends.python.columns import (
    DECLARED,
    INFERRED,
    MISSING,
    OTHER,
    Cell,
    Column,
    Missing,
    Parameter,
    Receives,
    axis_of,
    covers,
    is_inferred,
    same,
)
from archc.backends.python.derive import combinations
from archc.backends.python.layout import literal
from archc.backends.python.naming import Names, identifier, is_plain

if TYPE_CHECKING:
    from archc.backends.python.parts import Scope


@dataclass(slots=True)
class Bench:
    """Chooses the arguments of one class's constructor while its places are printed."""

    scopes: Sequence[Scope]
    parameters: dict[str, Parameter] = field(default_factory=dict[str, Parameter])
    _declared: dict[str, Column] = field(default_factory=dict[str, Column])
    _printed: dict[str, Column] = field(default_factory=dict[str, Column])
    _names: Names = field(default_factory=lambda: Names(("i", "layers", "module")))

    def __post_init__(self) -> None:
        """Line up the block's own parameters."""
        rows = [dict(scope.params) for scope in self.scopes]
        for name in rows[0]:
            if all(name in row for row in rows) and identifier(name) == name:
                self._declared[name] = tuple(row[name] for row in rows)

    def text(self, cell: Cell) -> str:
        """What to print at a place."""
        present = [value for value in cell.values if value is not MISSING]
        if all(same(value, present[0]) for value in present):
            everywhere = len(present) == len(cell.values)
            return (not everywhere and self._as_written(cell)) or literal(present[0])
        shown = (
            self._as_written(cell) or self._known(cell) or self._derived(cell) or self._new(cell)
        )
        self._printed.pop(shown, None)
        self._printed[shown] = cell.values
        parameter = self.parameters.get(shown)
        if parameter is not None and parameter.name == cell.name:
            self._note_default(parameter, cell.default)
        return shown

    @property
    def declared(self) -> dict[str, Column]:
        """The block's own parameters that the constructor could take."""
        return self._declared

    def claim(self, name: str) -> str:
        """A declared parameter, taken by the constructor from now on."""
        return self._claim(name)

    def condition(self, owner: str, values: Column, written: str, receives: Receives) -> str:
        """A condition that is true in just the variants where `values` is."""
        cell = Cell(owner, owner, values, written, receives)
        shown = self._as_written(cell) or self._known(cell)
        if not shown:
            name = self._names.claim(f"use_{identifier(owner)}")
            self.parameters[name] = Parameter(name, values, OTHER)
            shown = name
        return shown

    def in_order(self) -> list[Parameter]:
        """The arguments as the constructor takes them: what it gets, what it is given, the rest."""
        order = {name: place for place, name in enumerate(self._declared)}
        return sorted(
            self.parameters.values(),
            key=lambda p: (p.default is not MISSING, p.rank, order.get(p.name, 0)),
        )

    def _note_default(self, parameter: Parameter, default: object) -> None:
        if default is not MISSING and any(same(value, default) for value in parameter.values):
            parameter.default = default

    def _as_written(self, cell: Cell) -> str:
        if not cell.written:
            return ""
        before = dict(self.parameters)
        try:
            shown = translate(cell.written, lambda path: self._path(path, cell))
            self._verify(shown, cell.values)
        except UnprintableError:
            self.parameters = before
            return ""
        return shown.replace("'", '"')

    def _verify(self, shown: str, values: Column) -> None:
        for index, value in enumerate(values):
            names = {p.name: p.values[index] for p in self.parameters.values()}
            if value is not MISSING and not same(evaluate(shown, names), value):
                raise UnprintableError(shown)

    def _flowing(self, cell: Cell) -> tuple[str, Column]:
        """`in_channels` or `in_features` with its values, for what flows into the block itself."""
        if not is_inferred(cell.name):
            return "", ()
        inputs = [scope.inputs[0][1] if scope.inputs else None for scope in self.scopes]
        for name, axis in (("in_channels", 1), ("in_features", -1)):
            values = tuple(axis_of(type_, axis) for type_ in inputs)
            if covers(values, cell.values) and all(type(value) is int for value in values):
                return name, values
        return "", ()

    def _path(self, path: tuple[str, ...], cell: Cell) -> str:
        """What a path in an expression of the spec is called in the constructor."""
        head, *rest = path
        if head == "in" and rest:
            return self._size(rest, cell.receives, cell.owner)
        inputs = [scope.inputs[:1] for scope in self.scopes]
        if rest and all(given and head in {"input", given[0][0]} for given in inputs):
            return self._size(rest, tuple(given[0][1] for given in inputs), cell.owner)
        if head not in self._declared or any(not _is_index(word) for word in rest):
            raise UnprintableError(head)
        values = self._declared[head]
        if not rest and all(same(value, values[0]) for value in values):
            return literal(values[0])
        return self._claim(head) + "".join(f"[{word}]" for word in rest)

    def _size(self, rest: list[str], tensors: Receives, owner: str) -> str:
        """A size of a tensor that flows in: `in.channels`."""
        axis = {"channels": 1, "features": -1}.get(rest[0])
        if rest[0] == "shape" and len(rest) == 2 and _is_index(rest[1]):
            axis = int(rest[1])
        if axis is None:
            raise UnprintableError(rest[0])
        values = tuple(axis_of(tensor, axis) for tensor in tensors)
        if not values or not all(isinstance(value, int | Missing) for value in values):
            raise UnprintableError(rest[0])
        name = "in_channels" if axis == 1 else "in_features"
        return self.text(Cell(name, owner, values))

    def _claim(self, name: str) -> str:
        if name not in self.parameters:
            self._names.claim(name)
            self.parameters[name] = Parameter(name, self._declared[name], DECLARED)
        return name

    def _known(self, cell: Cell) -> str:
        """An argument or a printed expression with the same value in every variant."""
        if is_inferred(cell.name) and cell.entry:
            return self._flowing_in(cell)
        if is_inferred(cell.name):
            return self._printed_last(cell) or self._same_name(cell) or self._any_declared(cell)
        return self._same_name(cell) or self._printed_last(cell) or self._any_declared(cell)

    def _flowing_in(self, cell: Cell) -> str:
        """The argument for the class's own input, if that is what the place holds."""
        name, values = self._flowing(cell)
        known = self.parameters.get(name)
        if known is not None and covers(known.values, values):
            return name
        return self._new(cell) if name and known is None else self._same_name(cell)

    def _same_name(self, cell: Cell) -> str:
        same = self.parameters.get(cell.name)
        if same is not None and covers(same.values, cell.values):
            return same.name
        declared = self._declared.get(cell.name)
        fits = declared is not None and covers(declared, cell.values)
        return self._claim(cell.name) if fits else ""

    def _printed_last(self, cell: Cell) -> str:
        """What stands nearest above with this value; numbers mostly come from there."""
        printed = reversed(self._printed.items())
        return next((shown for shown, values in printed if covers(values, cell.values)), "")

    def _any_declared(self, cell: Cell) -> str:
        for name, parameter in self.parameters.items():
            if covers(parameter.values, cell.values):
                return name
        for name, values in self._declared.items():
            if covers(values, cell.values):
                return self._claim(name)
        return self._entry(cell)

    def _entry(self, cell: Cell) -> str:
        """An entry of a declared list: `widths[1]`."""
        for name, values in self._declared.items():
            length = min(len(value) if isinstance(value, tuple) else 0 for value in values)
            for index in range(length):
                entries = tuple(v[index] if isinstance(v, tuple) else v for v in values)
                if covers(entries, cell.values):
                    return f"{self._claim(name)}[{index}]"
        return ""

    def _derived(self, cell: Cell) -> str:
        """A multiple, a part or the sum of arguments."""
        if not all(type(value) is int or value is MISSING for value in cell.values):
            return ""
        for shown in combinations(cell, self.parameters.values(), lambda n: self._named(n, cell)):
            try:
                self._verify(shown, cell.values)
            except UnprintableError:
                continue
            return shown
        return ""

    def _named(self, number: int, cell: Cell) -> str:
        """A factor by the name of the parameter that has it wherever the place is there."""
        if MISSING not in cell.values or number < 2:
            return str(number)
        wanted = tuple(number if value is not MISSING else MISSING for value in cell.values)
        found = (name for name, values in self._declared.items() if covers(values, wanted))
        name = next(found, "")
        return self._claim(name) if name else str(number)

    def _new(self, cell: Cell) -> str:
        flowing, inputs = self._flowing(cell)
        named = cell.written if is_plain(cell.written) else cell.name
        name = flowing or identifier(named)
        wanted = (name, f"{identifier(cell.owner)}_{name}")
        taken = [name for name in self._declared if name not in self.parameters]
        free = [name for name in wanted if name not in taken]
        name = self._names.claim(*free)
        filler = next(value for value in cell.values if value is not MISSING)
        values = inputs or tuple(filler if v is MISSING else v for v in cell.values)
        rank = INFERRED if is_inferred(cell.name) else OTHER
        self.parameters[name] = Parameter(name, values, rank)
        return name


def _is_index(word: str) -> bool:
    return word.removeprefix("-").isdigit()
