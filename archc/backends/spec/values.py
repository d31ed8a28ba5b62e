"""Plain data for what stands in a spec: sizes, arguments, initialisation."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from archc.ir.dim import Dim

if TYPE_CHECKING:
    from collections.abc import Iterable

    from archc.ir.graph import InitRule
    from archc.ir.op import Op
    from archc.ir.types import TensorType

Data: TypeAlias = "bool | int | float | str | list[Data] | dict[str, Data] | None"


def data(value: object) -> Data:
    """A parameter's value; a size that is still open as the expression that it is."""
    match value:
        case Dim():
            return str(value)
        case tuple() if value and all(map(_is_field, value)):
            return {name: data(entry) for name, entry in value}
        case list() | tuple():
            return [data(entry) for entry in value]
        case dict():
            return {str(name): data(entry) for name, entry in value.items()}
        case None | bool() | int() | float() | str():
            return value
        case _:
            raise TypeError(f"a spec cannot hold {value!r}")


def _is_field(value: object) -> bool:
    """Whether a value is a name with what it stands for: ops keep records as tuples of those."""
    return isinstance(value, tuple) and len(value) == 2 and isinstance(value[0], str)


def is_open(value: object) -> bool:
    """Whether a size in a value depends on the network's input."""
    if isinstance(value, list | tuple):
        return any(map(is_open, value))
    return isinstance(value, Dim)


def shape(type_: TensorType) -> Data:
    """The sizes of a type."""
    return data(type_.shape)


def path(text: str) -> Data:
    """A path, a lone number as YAML's."""
    return int(text) if text.isdigit() and str(int(text)) == text else text


def arguments(op: Op) -> dict[str, Data]:
    """The arguments that differ from the defaults, in the order in which the op declares them."""
    found: dict[str, Data] = {}
    for name, field in type(op).model_fields.items():
        value, default = getattr(op, name), field.get_default(call_default_factory=True)
        if field.is_required() or (value, type(value)) != (default, type(default)):
            found[name] = data(value)
    return found


def initialisation(rule: InitRule) -> Data:
    """`zeros_`, or a function with its arguments."""
    args: dict[str, Data] = {name: data(value) for name, value in rule.args}
    return {rule.function: args} if args else rule.function


def rules(found: Iterable[tuple[str, InitRule]]) -> dict[str, Data]:
    """Rules by pattern and tensor, in order; of two for the same the later one stays."""
    made: dict[str, Data] = {}
    for pattern, rule in found:
        tensors = made.setdefault(pattern, {})
        assert isinstance(tensors, dict)
        tensors.pop(rule.tensor, None)
        tensors[rule.tensor] = initialisation(rule)
    return made
