"""What names stand for while a spec is expanded: built nodes, op values, quoted strings."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct, field

from archc.diag.source import Span
from archc.ir.graph import Ref

if TYPE_CHECKING:
    from collections.abc import Callable

    from archc.ir.graph import Body, Path
    from archc.ir.op import Op
    from archc.ir.types import TensorType
    from archc.lower.scope import Scope
    from archc.lower.unit import Unit
    from archc.spec.tree import Map, Scalar, Tree

UNKNOWN = Ref(-2, -1)
"""A value that nobody knows. Nothing that reads one reports anything.

Input k of a body is `Ref(-2, k)` where its type is not known, what failed node k of it would have
given is `Ref(-3 - k)`: only pictures of mistakes look at which it is.
"""


def is_unknown(ref: Ref) -> bool:
    """Whether a value is unknown because of an error already reported."""
    return ref.item < -1


class Nothing(Enum):
    """The type of the one value `NOTHING`."""

    NOTHING = "nothing flows in"


NOTHING = Nothing.NOTHING
Incoming: TypeAlias = "TensorType | Nothing | None"
"""What `in` is at a place: a type, `NOTHING` where there is none, None where it is unknown."""


class OpValue(Struct, frozen=True):
    """An op (or block) by name with arguments: the value of a parameter of type `op`."""

    name: str
    span: Span
    scope: Scope
    args: Map | None = None

    def key(self) -> object:
        """What makes two op values interchangeable."""
        return (self.name, self.span, id(self.args), id(self.scope))


class Written(Struct, frozen=True):
    """A string in a list, a record or an `any`: read where it is used, in its writer's scope."""

    tree: Scalar
    scope: Scope

    @property
    def text(self) -> str:
        """The string itself."""
        return str(self.tree.value)


class BlockUse(Struct, frozen=True):
    """A block with its parameters bound, ready to be elaborated for other input types."""

    block: BlockDefinition
    bound: tuple[tuple[str, object], ...]
    scope: Scope
    counts: tuple[int, ...] = ()
    """How many values each input gets, where some are lists."""
    taps: Tree | None = None
    """`outputs` of the node that uses it, in place of the block's own."""


class GroupUse(Struct, frozen=True, eq=False):
    """A group that can be applied again: its layers, and the scope they are read in."""

    name: str
    layers: Tree
    scope: Scope
    span: Span


class BlockDefinition(Struct, frozen=True, eq=False):
    """A block as its file declares it. Compared by identity."""

    name: str
    tree: Map
    span: Span
    scope: Scope
    unit: Unit | None = None
    """The file that this block is, when a used file stands for an op."""


Made: TypeAlias = "Op | BlockUse | GroupUse | None"


class Built(Struct):
    """A node that has been built, as later names see it.

    `children` are the parts that a path may go into (of a group, a list, a repeat). `made` is what
    `op: Call` can apply again.
    """

    name: str
    span: Span
    path: Path = ()
    outs: tuple[Ref, ...] = ()
    out_names: tuple[str, ...] = ()
    numbered: bool = False
    children: dict[str, Built] | None = None
    lists: dict[str, tuple[Ref, ...]] = field(default_factory=dict[str, "tuple[Ref, ...]"])
    repeat: bool = False
    made: Made = None
    body: Body | None = None
    unfinished: bool = False
    weight: Callable[[str], Ref | None] | None = None
    """The tensor of this name that the node owns, as a value."""
    stateful: bool = False
    """A `Parameter` or `Buffer`: never "the node before"."""
    absent: bool = False
    """Its `when` is false: all its outputs are its first input."""
    output_of: Built | None = None
    """The node of which this is one output, or a tensor that it owns."""

    @classmethod
    def failed(cls, name: str, span: Span, path: Path = (), value: Ref = UNKNOWN) -> Built:
        """A node that could not be built; `value` stands for what it would have given."""
        return cls(name, span, path, (value,))

    @property
    def unknown(self) -> bool:
        """Whether its value is unknown because of an error already reported."""
        return any(map(is_unknown, self.outs))
