"""Values that are computed when they are first read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.spec.expr import Absorbed

if TYPE_CHECKING:
    from collections.abc import Callable

_MISSING = object()
_RUNNING = object()


class Circle(Exception):  # noqa: N818 - turned into an `ExprError` where the name is read
    """A value is computed from itself."""


def _absorbed() -> object:
    raise Absorbed


class Lazy:
    """A `let` value: computed when it is first read, since it may read shapes of nodes."""

    __slots__ = ("compute", "value")

    def __init__(self, compute: Callable[[], object]) -> None:
        """Remember how the value is found."""
        self.compute = compute
        self.value: object = _MISSING

    def get(self) -> object:
        """The value."""
        if self.value is _RUNNING:
            raise Circle
        if self.value is _MISSING:
            self.value = _RUNNING
            try:
                self.value = self.compute()
            finally:
                if self.value is _RUNNING:
                    self.value, self.compute = _MISSING, _absorbed
        return self.value


UNREADABLE = Lazy(_absorbed)
"""The value of a name whose declaration or argument is wrong: whoever reads it reports nothing."""
