"""What was built of a spec that has errors, for pictures of it; nothing else takes a `Draft`.

A `Network` always has types. A draft has them as far as they are known: a node that could not be
built, and all that follows from it, has none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

if TYPE_CHECKING:
    from archc.diag.source import Span
    from archc.ir.graph import Again, Body, Container, Path, Ref, Skip, Weight
    from archc.ir.op import Broken, Op, Types
    from archc.ir.types import TensorType

What: TypeAlias = "Op | Body | Draft | Skip | Again | Weight"


class DraftNode(Struct, frozen=True):
    """One use of an op or a block, built or not.

    `what` is None where nobody knows what it is, `outputs` is where they have no types. `title` is
    the op as it is written, `places` are where the node and its arguments stand. `broken` is what
    the op's shape rule found.
    """

    path: Path
    title: str
    what: What | None
    inputs: tuple[Ref, ...]
    outputs: Types | None
    places: tuple[Span, ...]
    broken: tuple[Broken, ...] = ()
    training: bool = False


class Draft(Struct, frozen=True, eq=False):
    """A body as far as it was built. `Ref`s count its `nodes`; item -1 is an input, -2 nothing.

    `outputs` are the values that it would give. Compared by identity: equal uses share one object.
    """

    name: str
    inputs: tuple[tuple[str, TensorType | None], ...]
    nodes: tuple[DraftNode, ...]
    outputs: tuple[Ref, ...]
    containers: tuple[Container, ...]
    span: Span
