"""The boxes of single steps, of runs of steps, and of closed blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.ir.op import Op
from archc.viz.fold import badge
from archc.viz.model import Box
from archc.viz.running import joined
from archc.viz.words import block_lines, op_text, plain

if TYPE_CHECKING:
    from archc.ir.graph import Leaf
    from archc.viz.flow import Flow, Part
    from archc.viz.fuse import Unit
    from archc.viz.model import Form

_LEADING = ("attention", "conv", "linear", "merge", "pool")
"""Of several families in one box, the first of these gives the colour."""


def step_box(flow: Flow, unit: Unit, name: str, within: str) -> Box:
    """One op with what is fused to it, or several equal such steps."""
    first = unit.copies[0] if unit.copies else unit
    leaves = [flow.leaves[part.first] for part in first.ops]
    lead = _lead(leaves)
    alone = isinstance(first.parts[0].what, Op)
    others = [part.name for k, part in enumerate(first.ops) if k != lead]
    return Box(
        name,
        _names(unit, within, first.ops[lead] if alone else first.parts[0]),
        plain(leaves[lead].path if alone else ".".join(first.parts[0].path)),
        leaves[lead].op.family,
        tuple(unit.span),
        op_form(leaves[lead]),
        tuple(map(plain, others)) if alone and not unit.copies else (),
        tuple(map(plain, step_lines(leaves))),
        cells=joined(leaves[lead]),
        badge=badge(flow, unit) if unit.copies else "",
        training=all(part.training for part in unit.parts),
    )


def run_box(flow: Flow, unit: Unit, name: str, within: str) -> Box:
    """Steps that follow one another, a row for each."""
    boxes = [step_box(flow, step, f"{name}_{k}", within) for k, step in enumerate(unit.steps)]
    families = [box.family for box in boxes]
    return Box(
        name,
        f"{boxes[0].name} \N{EN DASH} {boxes[-1].name}",
        boxes[0].path,
        next((family for family in _LEADING if family in families), families[0]),
        tuple(unit.span),
        rows=tuple((box.name, " \N{MIDDLE DOT} ".join(box.lines)) for box in boxes),
        training=all(part.training for part in unit.parts),
    )


def block_box(flow: Flow, unit: Unit, name: str, within: str) -> Box:
    """A closed block or group, or several that are folded into one."""
    shown = unit.copies[-1].parts[0] if unit.copies else unit.parts[0]
    return Box(
        name,
        _names(unit, within, unit.parts[0]),
        plain(".".join(unit.parts[0].path)),
        "block",
        tuple(unit.span),
        lines=tuple(map(plain, block_lines(shown))),
        badge=badge(flow, unit) if unit.copies else "",
        training=all(part.training for part in unit.parts),
        parts=unit.parts,
    )


def step_lines(leaves: list[Leaf]) -> tuple[str, ...]:
    """The leading op with its facts; then, on one line, what comes with it, in order."""
    lead = _lead(leaves)
    rest = [op_text(leaf) for k, leaf in enumerate(leaves) if k != lead]
    line = " \N{MIDDLE DOT} ".join(rest)
    if not rest:
        return (op_text(leaves[lead]),)
    return (line, op_text(leaves[lead])) if lead else (op_text(leaves[lead]), line)


def _lead(leaves: list[Leaf]) -> int:
    families = [leaf.op.family for leaf in leaves]
    return next((families.index(f) for f in _LEADING if f in families), 0)


def _names(unit: Unit, within: str, first: Part) -> str:
    """The author's name; of a fold, the first and the last one."""
    name = plain(within + first.name)
    last = unit.copies[-1].parts[0] if unit.copies else first
    end = plain(within + last.name)
    return name if end == name else f"{name} \N{EN DASH} {end}"


def op_form(leaf: Leaf) -> Form:
    """How an op is drawn: a merge of several values has a form of its own."""
    if leaf.op.family != "merge" or len(leaf.ins) < 2:
        return "box"
    return "concat" if joined(leaf) else "merge"
