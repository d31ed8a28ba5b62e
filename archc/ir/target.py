"""What an op lowers to, as data.

The emitter prints these values as Python, and the torch back end runs what the emitter printed, so
the two cannot drift. A *target* is a dotted name inside torch, such as `torch.nn.Conv2d`.
"""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct

from archc.ir.dim import Dim

Literal: TypeAlias = "bool | int | float | str | Dim | tuple[Literal, ...] | None"


class Arg(Struct, frozen=True):
    """One argument. `name` is the op's parameter (or what is inferred, as `in_channels`) that it
    holds: the emitter names a constructor argument after it where instances differ.
    `keyword` says whether it is printed as `name=value`.
    """

    name: str
    value: Literal
    keyword: bool = True


class New(Struct, frozen=True):
    """A module made in the constructor, `target(args)`.

    It is called with the inputs in order, unless `call` says otherwise.
    """

    target: str
    args: tuple[Arg, ...] = ()
    call: Expression | None = None
    """What gives the outputs: an expression in which `Called` stands for the module's call."""
    gives: Gives = ()
    """Where the outputs are in a result that nests: `(0, (1, 2))` for `output, (h, c)`."""
    source: str = ""
    """The text of the class, for one that torch does not have: `target` is its name, and the
    emitted file holds it once. It may use `torch`, `nn` and `Tensor`, and imports nothing."""


class State(Struct, frozen=True):
    """A tensor that the module owns itself: a parameter or a buffer. It takes no inputs."""

    kind: str
    """`parameter` or `buffer`."""
    shape: tuple[int, ...]
    dtype: str = "float32"
    value: Literal = None
    """Filled with this number (or nested tuples of numbers); None leaves it to `init`."""
    persistent: bool = True


class Input(Struct, frozen=True):
    """The input with this index."""

    index: int = 0


class AllInputs(Struct, frozen=True):
    """All inputs, as a list in order."""


class Infix(Struct, frozen=True):
    """The operands joined by a Python operator: `x + y + z`."""

    operator: str
    operands: tuple[Expression, ...]


class Call(Struct, frozen=True):
    """`target(operands, args)`, a function of torch."""

    target: str
    operands: tuple[Expression, ...]
    args: tuple[Arg, ...] = ()


class Method(Struct, frozen=True):
    """`operand.name(operands, args)`, a method of a tensor."""

    operand: Expression
    name: str
    operands: tuple[Expression, ...] = ()
    args: tuple[Arg, ...] = ()


class Index(Struct, frozen=True):
    """`operand[index]`, for the op whose torch call returns more than the op's outputs."""

    operand: Expression
    index: int


class Constant(Struct, frozen=True):
    """A number from the spec inside an expression."""

    arg: Arg


class Called(Struct, frozen=True):
    """The module that `New` makes, called with the operands."""

    operands: tuple[Expression, ...]
    args: tuple[Arg, ...] = ()


class Keyword(Struct, frozen=True):
    """An operand that is passed by name: `attn_mask=mask`. It stands among operands only."""

    name: str
    operand: Expression


class Group(Struct, frozen=True):
    """The operands as a tuple: `(h, c)`."""

    operands: tuple[Expression, ...]


class Attribute(Struct, frozen=True):
    """`operand.name`: `x.device`."""

    operand: Expression
    name: str


class Named(Struct, frozen=True):
    """Something of torch by its dotted name, such as `torch.int64`."""

    target: str


class Cut(Struct, frozen=True):
    """`start:stop:step` inside a subscript; what is None is left out."""

    start: Arg | None = None
    stop: Arg | None = None
    step: Arg | None = None


class Subscript(Struct, frozen=True):
    """`operand[entries]`: `x[:, 1:]`, `table[index]`."""

    operand: Expression
    entries: tuple[Cut | Expression, ...]


class Training(Struct, frozen=True):
    """One expression in training, another one otherwise."""

    then: Expression
    otherwise: Expression


Expression: TypeAlias = (
    "Input | AllInputs | Infix | Call | Method | Index | Constant | Called | Keyword | Group"
    " | Attribute | Named | Subscript | Training"
)
Gives: TypeAlias = "tuple[int | Gives, ...]"
Lowered: TypeAlias = "New | State | Expression"
