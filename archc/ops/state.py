"""Tensors of the network's own that no layer holds: learned ones and fixed ones."""

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, TypeAlias

from pydantic import PlainValidator
from pydantic_core import PydanticCustomError

from archc.diag import codes
from archc.ir import target
from archc.ir.op import Family, Op, Rules, Tensor, Types
from archc.ir.target import Lowered
from archc.ir.types import TensorType
from archc.ops.dtypes import Dtype, FloatDtype
from archc.ops.fields import LARGEST, Positives

if TYPE_CHECKING:
    Nested: TypeAlias = bool | int | float | tuple["Nested", ...]
else:
    Nested = object  # pydantic would follow the recursion; the validator below knows the type
DEEPEST = 8
"""Lists of numbers nest no deeper."""


def _nested(value: object, depth: int = 0) -> Nested:
    """A number, or lists of numbers of equal length."""
    if isinstance(value, bool | float) and value - value == 0:
        return value
    if isinstance(value, int) and abs(value) <= LARGEST:
        return value
    if not isinstance(value, list | tuple) or not value or depth == DEEPEST:
        raise PydanticCustomError("nested", "must be a number or nested lists of numbers")
    entries = tuple(_nested(entry, depth + 1) for entry in value)
    if len({_extent(entry) for entry in entries}) > 1:
        raise PydanticCustomError("nested", "must be lists of equal length")
    return entries


def _extent(value: Nested) -> tuple[int, ...]:
    """The shape of nested lists.

    >>> _extent(((1, 2, 3), (4, 5, 6)))
    (2, 3)
    """
    return (len(value), *_extent(value[0])) if isinstance(value, tuple) else ()


Values: TypeAlias = Annotated[
    Nested, PlainValidator(_nested, json_schema_input_type=float | bool | list[object])
]
"""A number, or nested lists of numbers."""


class _State(Op):
    """A tensor that comes from nowhere: it takes no input."""

    family: ClassVar[Family] = "state"
    ports = ()
    rule = "-> shape"
    example_inputs = ()
    kind: ClassVar[Literal["parameter", "buffer"]]

    shape: Positives | None = None
    """The sizes; they follow from `value` where that is a list."""
    value: Values | None = None
    """What it starts with, one number everywhere or nested lists; null leaves it to `init:`."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """The shape that is given, or that `value` has."""
        del ins
        held = _extent(self.value) if isinstance(self.value, tuple) else None
        if self.shape is None and held is None:
            rules.stop(
                codes.MISSING_PARAMETER, "needs a `shape`", at="shape", help="add `shape: [...]`"
            )
        if self.shape is not None and held not in {None, self.shape}:
            rules.fail(
                codes.ELEMENTS,
                f"holds values of shape {list(held or ())}, and `shape` is {list(self.shape)}",
                at="value",
                help="drop `shape`, which follows from the values",
            )
        return (TensorType(self._sizes(), self._dtype()),)

    def _sizes(self) -> tuple[int, ...]:
        if self.shape is not None:
            return self.shape
        return () if self.value is None else _extent(self.value)

    def _dtype(self) -> str:
        raise NotImplementedError

    def _kept(self) -> bool:
        return True

    def tensors(self, ins: Types) -> tuple[Tensor, ...]:
        """The tensor itself, whose name is the node's own path."""
        del ins
        return (Tensor("", self._sizes(), self.kind, self._dtype(), self._kept()),)

    def lowered(self, ins: Types) -> Lowered:
        """A tensor of the module that holds the node."""
        del ins
        return target.State(self.kind, self._sizes(), self._dtype(), self.value, self._kept())


class Parameter(_State):
    """A learned tensor, such as a class token or a table of positions."""

    kind = "parameter"
    example = "{op: Parameter, shape: [1, 1, 64]}"

    dtype: FloatDtype = "float32"
    """The element type."""

    def _dtype(self) -> str:
        return self.dtype


class Buffer(_State):
    """A fixed tensor that moves and is saved with the model."""

    kind = "buffer"
    example = "{op: Buffer, value: [0.485, 0.456, 0.406]}"

    dtype: Dtype = "float32"
    """The element type."""
    persistent: bool = True
    """Part of the `state_dict`."""

    def _dtype(self) -> str:
        return self.dtype

    def _kept(self) -> bool:
        return self.persistent
