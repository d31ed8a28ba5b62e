"""What the page is told of one op, of one group, and of what an op sees of the input."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.ir.graph import Body, Container
from archc.ir.op import Op
from archc.viz.boxes import op_form
from archc.viz.running import joined
from archc.viz.words import block_lines, contents, op_text, plain, short, value_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archc.analysis.summary import Node
    from archc.ir.graph import Leaf
    from archc.viz.flow import Part
    from archc.viz.page.table import Row

TRAINING, AGAIN = 1, 2
"""Flags of a part: it runs in training only; its weights are those of an earlier use."""


def op_row(leaf: Leaf) -> Row:
    """Its name, words, family, form, what is set of it, the cells of a concat, its ports."""
    op = leaf.op
    ports = () if op.variadic or len(op.ports) < 2 else op.ports
    return (
        type(op).__name__,
        plain(op_text(leaf)),
        op.family,
        op_form(leaf),
        settings(op),
        joined(leaf),
        ports,
    )


def settings(op: Op) -> str:
    """The parameters that are not torch's defaults: `out_channels=64, kernel_size=7`."""
    known = type(op).model_fields.items()
    values = ((name, getattr(op, name), field) for name, field in known)
    said = (f"{name}={_value(value)}" for name, value, field in values if value != field.default)
    return plain(", ".join(said))


def _value(value: object) -> str:
    return short(repr(value) if isinstance(value, str) else value_text(value), 60)


def group_row(part: Part) -> tuple[str, str, str]:
    """Its kind, what it is in words, and its form: `block`, `repeat` or `group`."""
    what = part.what
    if isinstance(what, Body):
        return plain(what.name), plain(", ".join(block_lines(part)[1:])), "block"
    repeat = isinstance(what, Container) and what.repeat
    kind = repeated(part) if repeat else part.name
    return plain(kind), plain(contents(part)), "repeat" if repeat else "group"


def repeated(part: Part) -> str:
    """What a repeat repeats: the block's name, else its own."""
    kinds = {one.what.name if isinstance(one.what, Body) else "" for one in part.children}
    return kinds.pop() if len(kinds) == 1 and "" not in kinds else part.name


def field_row(node: Node) -> Row:
    """The receptive field: its extents, `all`, or nothing where none is known."""
    return "all" if node.sees_all else node.receptive_field


def flags(part: Part, leaves: Sequence[Leaf]) -> int:
    """What sets this use of a part apart; what owns no weights is never used again."""
    again = part.again and any(leaves[k].op.tensors(leaves[k].ins) for k in part.span)
    return TRAINING * part.training + AGAIN * again
