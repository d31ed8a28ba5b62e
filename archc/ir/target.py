"""What an op lowers to, as data.

The emitter prints these values as Python, and the torch back end runs what the emitter printed, so
the two cannot drift. A *target* is a dotted name inside torch, such as `torch.nn.Conv2d`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from archc.ir.dim import Dim

Literal: TypeAlias = "bool | int | float | str | Dim | tuple[Literal, ...] | None"


@dataclass(frozen=True, slots=True)
class Arg:
    """One argument. `name` is the op's parameter (or what is inferred, as `in_channels`) that it
    holds: the emitter names a constructor argument after it where instances differ.
    `keyword` says whether it is printed as `name=value`.
    """

    name: str
    value: Literal
    keyword: bool = True


@dataclass(frozen=True, slots=True)
class New:
    """A module made in the constructor, `target(args)`, and called with the inputs in order."""

    target: str
    args: tuple[Arg, ...] = ()


@dataclass(frozen=True, slots=True)
class State:
    """A tensor that the module owns itself: a parameter or a buffer. It takes no inputs."""

    kind: str
    """`parameter` or `buffer`."""
    shape: tuple[int, ...]
    dtype: str = "float32"
    value: Literal = None
    """Filled with this number (or nested tuples of numbers); None leaves it to `init`."""
    persistent: bool = True


@dataclass(frozen=True, slots=True)
class Input:
    """The input with this index."""

    index: int = 0


@dataclass(frozen=True, slots=True)
class AllInputs:
    """All inputs, as a list in order."""


@dataclass(frozen=True, slots=True)
class Infix:
    """The operands joined by a Python operator: `x + y + z`."""

    operator: str
    operands: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """`target(operands, args)`, a function of torch."""

    target: str
    operands: tuple[Expression, ...]
    args: tuple[Arg, ...] = ()


@dataclass(frozen=True, slots=True)
class Method:
    """`operand.name(operands, args)`, a method of a tensor."""

    operand: Expression
    name: str
    operands: tuple[Expression, ...] = ()
    args: tuple[Arg, ...] = ()


@dataclass(frozen=True, slots=True)
class Index:
    """`operand[index]`, for the op whose torch call returns more than the op's outputs."""

    operand: Expression
    index: int


@dataclass(frozen=True, slots=True)
class Constant:
    """A number from the spec inside an expression."""

    arg: Arg


Expression: TypeAlias = "Input | AllInputs | Infix | Call | Method | Index | Constant"
Lowered: TypeAlias = "New | State | Expression"
