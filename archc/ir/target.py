"""What an op lowers to, as data.

The emitter prints these values as Python, and the torch back end runs what the emitter printed, so
the two cannot drift. A *target* is a dotted name inside torch, such as `torch.nn.Conv2d`.
"""

from __future__ import annotations

from typing import TypeAlias

from archc.ir.dim import Dim
from archc.record import record

Literal: TypeAlias = "bool | int | float | str | Dim | tuple[Literal, ...] | None"


@record
class Arg:
    """One argument. `name` is the op's parameter (or what is inferred, as `in_channels`) that it
    holds: the emitter names a constructor argument after it where instances differ.
    `keyword` says whether it is printed as `name=value`.
    """

    name: str
    value: Literal
    keyword: bool = True


@record
class New:
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


@record
class State:
    """A tensor that the module owns itself: a parameter or a buffer. It takes no inputs."""

    kind: str
    """`parameter` or `buffer`."""
    shape: tuple[int, ...]
    dtype: str = "float32"
    value: Literal = None
    """Filled with this number (or nested tuples of numbers); None leaves it to `init`."""
    persistent: bool = True


@record
class Input:
    """The input with this index."""

    index: int = 0


@record
class AllInputs:
    """All inputs, as a list in order."""


@record
class Infix:
    """The operands joined by a Python operator: `x + y + z`."""

    operator: str
    operands: tuple[Expression, ...]


@record
class Call:
    """`target(operands, args)`, a function of torch."""

    target: str
    operands: tuple[Expression, ...]
    args: tuple[Arg, ...] = ()


@record
class Method:
    """`operand.name(operands, args)`, a method of a tensor."""

    operand: Expression
    name: str
    operands: tuple[Expression, ...] = ()
    args: tuple[Arg, ...] = ()


@record
class Index:
    """`operand[index]`, for the op whose torch call returns more than the op's outputs."""

    operand: Expression
    index: int


@record
class Constant:
    """A number from the spec inside an expression."""

    arg: Arg


@record
class Called:
    """The module that `New` makes, called with the operands."""

    operands: tuple[Expression, ...]
    args: tuple[Arg, ...] = ()


@record
class Keyword:
    """An operand that is passed by name: `attn_mask=mask`. It stands among operands only."""

    name: str
    operand: Expression


@record
class Group:
    """The operands as a tuple: `(h, c)`."""

    operands: tuple[Expression, ...]


@record
class Attribute:
    """`operand.name`: `x.device`."""

    operand: Expression
    name: str


@record
class Named:
    """Something of torch by its dotted name, such as `torch.int64`."""

    target: str


@record
class Cut:
    """`start:stop:step` inside a subscript; what is None is left out."""

    start: Arg | None = None
    stop: Arg | None = None
    step: Arg | None = None


@record
class Subscript:
    """`operand[entries]`: `x[:, 1:]`, `table[index]`."""

    operand: Expression
    entries: tuple[Cut | Expression, ...]


@record
class Training:
    """One expression in training, another one otherwise."""

    then: Expression
    otherwise: Expression


Expression: TypeAlias = (
    "Input | AllInputs | Infix | Call | Method | Index | Constant | Called | Keyword | Group"
    " | Attribute | Named | Subscript | Training"
)
Gives: TypeAlias = "tuple[int | Gives, ...]"
Lowered: TypeAlias = "New | State | Expression"
