"""What a class of the emitted file is made of, before any text is written.

A `Scope` is one class for one set of parameters and input types: a block, the network itself, a
group, or a tensor function that needs a module of its own. Several scopes of one `family` become
one class.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING, Literal, TypeAlias

from msgspec import Struct

if TYPE_CHECKING:
    from archc.diag.source import Span
    from archc.ir.at_hand import Slot
    from archc.ir.graph import InitRule, Path
    from archc.ir.op import Op
    from archc.ir.target import Arg, Expression, Gives, State
    from archc.ir.target import Literal as Value
    from archc.ir.types import TensorType

IDENTITY = "torch.nn.Identity"


class Origin(Struct, frozen=True):
    """Where a module comes from: its op, what the spec wrote for its arguments, what flows in."""

    span: Span
    op: Op | None = None
    written: tuple[tuple[str, str], ...] = ()
    receives: TensorType | None = None
    entry: bool = False
    """Whether what flows in is the first input of the class itself."""
    when: str = ""
    init: tuple[InitRule, ...] = ()


class Make(Struct, frozen=True, eq=False):
    """A module made by calling a class: one of torch by its dotted name, or one of the file."""

    target: str
    args: tuple[Arg, ...]
    origin: Origin
    source: str = ""
    """The text of a class that torch does not have."""


class Use(Struct, frozen=True, eq=False):
    """A module of the class that a scope will become."""

    scope: Scope
    origin: Origin


class Own(Struct, frozen=True, eq=False):
    """A parameter or buffer."""

    state: State
    origin: Origin


class Absent(Struct, frozen=True, eq=False):
    """A node that owns nothing, because its condition is false."""

    origin: Origin


class Many(Struct, frozen=True, eq=False):
    """Modules in an `nn.Sequential`, `nn.ModuleList` or `nn.ModuleDict`.

    A `Row` is no container: its children belong to the class itself, and are all it has.
    """

    kind: Literal["Sequential", "ModuleList", "ModuleDict", "Row"]
    children: tuple[Child, ...]
    origin: Origin
    repeat: bool = False


Node: TypeAlias = Make | Use | Own | Absent | Many


class Child(Struct, frozen=True, eq=False):
    """What a class or container owns under a name."""

    name: str
    node: Node


class CallModule(Struct, frozen=True):
    """Call the module at a path of the scope, with the inputs in order or as `call` says.

    `gives` tells where the outputs are in a result that nests, `absent` which of them are there
    in training only.
    """

    path: Path
    call: Expression | None = None
    gives: Gives = ()
    absent: tuple[int, ...] = ()

    @property
    def is_plain(self) -> bool:
        """Whether the module gets the inputs and gives the outputs, as in an `nn.Sequential`."""
        return self.call is None and not self.gives


class CallEach(Struct, frozen=True):
    """Call the modules in the list at a path one after the other, each on what the last one gave.

    They all get the same further inputs.
    """

    path: Path


class Compute(Struct, frozen=True):
    """Evaluate an expression over the inputs."""

    expression: Expression


class Read(Struct, frozen=True):
    """Read the parameter or buffer at a path of the scope, or the `tensor` of the module there."""

    path: Path
    tensor: str = ""


class PassOn(Struct, frozen=True):
    """Pass the first input on."""


class Step(Struct, frozen=True, eq=False):
    """One thing that `forward` does. `results` names the outputs; a lone one has no name."""

    path: Path
    does: CallModule | CallEach | Compute | Read | PassOn
    inputs: tuple[Slot, ...]
    results: tuple[str, ...]
    types: tuple[TensorType, ...]
    origin: Origin
    training: bool = False


class Result(Struct, frozen=True):
    """An output of a scope."""

    name: str
    slot: Slot
    training: bool = False


class Scope(Struct, frozen=True, eq=False):
    """One class for one set of parameters and input types.

    `numbered` scopes are written as a list: their children are called 0, 1, ... and `chain` says
    whether each just feeds the next.
    """

    family: Hashable
    name: str
    inputs: tuple[tuple[str, TensorType], ...]
    children: tuple[Child, ...]
    steps: tuple[Step, ...]
    results: tuple[Result, ...]
    params: tuple[tuple[str, Value], ...]
    doc: str = ""
    numbered: bool = False
    chain: bool = False
    unnamed: bool = False
    """A group or function, not a block: several results are a plain tuple."""
