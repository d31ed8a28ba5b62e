"""Parts of values: elements of lists, fields of records, slices, loop variables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archc.diag import codes
from archc.spec.expr.problems import (
    MAX_ELEMENTS,
    MAX_LIST,
    MAX_WORK,
    Refusal,
    kind,
    too_much,
    wrong_type,
)
from archc.spec.expr.registry import integer

if TYPE_CHECKING:
    from archc.spec.expr.evaluate import Scope
    from archc.spec.expr.nodes import PathExpr


def part(value: Any, key: Any) -> Any:
    """`value[key]`: an element of a list, a field of a record. Raises `Refusal`."""
    if isinstance(value, dict):
        if str(key) not in value:
            raise Refusal(f"the record has no field `{key}`")
        return value[str(key)]
    if not isinstance(value, list | tuple):
        raise wrong_type(f"`{key}` asks for a part of {kind(value)}, which has none")
    if isinstance(key, str):
        raise wrong_type(f"elements of a list are asked for by number, not by `{key}`")
    index = integer(key, "an index")
    if not -len(value) <= index < len(value):
        raise Refusal(f"a list of {len(value)} has no element {index}")
    return value[index]


def sliced(value: Any, bounds: list[Any]) -> list[Any]:
    """`value[low:high:step]`. Raises `Refusal`."""
    if not isinstance(value, list | tuple):
        raise wrong_type(f"a slice needs a list, not {kind(value)}")
    low, high, step = (None if bound is None else integer(bound, "a slice") for bound in bounds)
    if step == 0:
        raise Refusal("the step of a slice is 0")
    return list(value[low:high:step])


def unpacked(item: Any, targets: tuple[str, ...]) -> dict[str, Any]:
    """The loop variables for one element. Raises `Refusal`."""
    if len(targets) == 1:
        return {targets[0]: item}
    if not isinstance(item, list | tuple):
        raise wrong_type(f"a loop with {len(targets)} variables meets {kind(item)}")
    if len(item) != len(targets):
        message = f"a loop with {len(targets)} variables meets a list of {len(item)}"
        raise Refusal(message, codes.LOOP_LENGTHS)
    return dict(zip(targets, item, strict=True))


class Local:
    """The loop variables of a comprehension, and around them the scope it stands in."""

    def __init__(self, outer: Scope, values: dict[str, Any]) -> None:
        """Put names in front of a scope."""
        self.outer = outer
        self.values = values

    def lookup(self, path: tuple[str | int, ...], at: PathExpr) -> Any:
        """A loop variable or part of one; other names come from outside."""
        head = path[0]
        if not isinstance(head, str) or head not in self.values:
            return self.outer.lookup(path, at)
        value = self.values[head]
        try:
            for step in path[1:]:
                value = part(value, step)
        except Refusal as problem:
            raise problem.at(at.start, at.end) from None
        return value


class Budget:
    """Counts what one evaluation makes and looks at, so that no expression takes long."""

    __slots__ = ("spent",)

    def __init__(self) -> None:
        """Start with all of `MAX_WORK`."""
        self.spent = 0

    def spend(self, work: int) -> None:
        """Count some work. Raises `Refusal` when too much is done."""
        self.spent += work
        if self.spent > MAX_WORK:
            raise too_much("the expression takes too long")

    def look(self, value: Any) -> None:
        """Count what a function or comparison looks at."""
        if isinstance(value, list | tuple | dict):
            self._walk(value, MAX_WORK)

    def make(self, value: Any) -> Any:
        """Count a new value; refuse a list that is too large, lists inside it included."""
        if isinstance(value, list):
            if len(value) > MAX_LIST:
                raise too_much(f"a list has more than {MAX_LIST:,} elements")
            self._walk(value, MAX_ELEMENTS)
        return value

    def _walk(self, value: Any, most: int) -> None:
        count, waiting = 0, [value]
        while waiting:
            one = waiting.pop()
            count += len(one) + 1
            if count > most:
                raise too_much(f"a list has more than {most:,} elements inside it")
            inside = one.values() if isinstance(one, dict) else one
            waiting += [item for item in inside if isinstance(item, list | tuple | dict)]
        self.spend(count)
