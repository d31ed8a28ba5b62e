"""The classes of the emitted file that are made already, and how their uses call them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from archc.backends.python.columns import MISSING
from archc.backends.python.parts import Make
from archc.ir.define import defaults
from archc.ir.target import Arg

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archc.backends.python.columns import Parameter
    from archc.backends.python.parts import Scope, Use


class _Known(Struct, frozen=True):
    name: str
    args: tuple[Arg, ...]


class Registry(Struct):
    """Which class each scope became, with the arguments that make it this scope."""

    _known: dict[int, _Known] = field(default_factory=dict[int, _Known])
    _defaults: dict[tuple[str, str], object] = field(default_factory=dict[tuple[str, str], object])

    def add(self, name: str, scopes: Sequence[Scope], parameters: Sequence[Parameter]) -> None:
        """A class is made; the first arguments of its calls are bare, the others by keyword."""
        required = sum(parameter.default is MISSING for parameter in parameters)
        bare = min(required, 2) if required <= 4 else 1
        for parameter in parameters:
            self._defaults[name, parameter.name] = parameter.default
        for index, scope in enumerate(scopes):
            args = tuple(
                Arg(p.name, p.values[index], keyword=k >= bare)  # type: ignore[arg-type]  # or a class
                for k, p in enumerate(parameters)
            )
            self._known[id(scope)] = _Known(name, args)

    def called(self, use: Use) -> Make:
        """The call that makes a use's module."""
        known = self._known[id(use.scope)]
        return Make(known.name, known.args, use.origin)

    def name(self, scope: Scope) -> str:
        """The class that a scope became."""
        return self._known[id(scope)].name

    def default(self, make: Make, name: str) -> object:
        """What an argument is when it is left out; MISSING if it cannot be."""
        if make.source:
            return defaults(make.source).get(name, MISSING)
        if make.origin.op is None or (make.target, name) in self._defaults:
            return self._defaults.get((make.target, name), MISSING)
        declared = type(make.origin.op).model_fields.get(name)
        if declared is None or declared.is_required():
            return MISSING
        value: object = declared.default
        return value
