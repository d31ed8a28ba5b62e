"""From a path to the nodes it names: `conv1`, `layer1.0`, `down.(depth - 1)`, `split.*`."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from archc.diag import codes
from archc.diag.diagnostic import did_you_mean
from archc.lower.values import UNKNOWN, Built
from archc.spec.expr import ExprError, Star

if TYPE_CHECKING:
    from archc.ir.graph import Ref
    from archc.lower.layers import Layers
    from archc.spec.expr import PathExpr

Segment: TypeAlias = "str | int | Star"


def locate(layers: Layers, segments: tuple[Segment, ...], at: PathExpr) -> list[Built]:
    """The nodes, or single outputs of them, that a path names. Raises `ExprError`."""
    found = [_head(layers, segments[0], at)]
    for segment in segments[1:]:
        found = [part for built in found for part in _step(built, segment, at)]
    return found


def value_of(built: Built, at: PathExpr) -> Ref:
    """The one value that a node stands for: its output, or the first of named ones."""
    if built.unknown:
        return UNKNOWN
    if built.unfinished:
        raise _problem(
            codes.LATER_NODE,
            f"`{built.name}` is not finished here: this node is inside it",
            at,
            "name one of its children, or use `input`",
        )
    if len(built.outs) == 1 or (built.outs and not built.numbered):
        return built.outs[0]
    raise _problem(
        codes.SEVERAL_OUTPUTS,
        f"`{built.name}` has {len(built.outs)} outputs, and none is chosen",
        at,
        f"choose one, as in `{built.name}.0`, or take all with `{built.name}.*`",
    )


def _head(layers: Layers, head: Segment, at: PathExpr) -> Built:
    if isinstance(head, Star):
        raise _problem(codes.UNKNOWN_NODE, "a path cannot begin with `*`", at)
    if isinstance(head, int):
        return _numbered_head(layers, head, at)
    if head == "input":
        return layers.input
    for level in layers.outward():
        if head in level.names:
            return level.names[head]
        if head in level.inputs:
            return level.inputs[head]
    raise _unknown(layers, head, at)


def _numbered_head(layers: Layers, index: int, at: PathExpr) -> Built:
    levels = layers.outward()
    named = next((lv.names[str(index)] for lv in levels if str(index) in lv.names), None)
    if named is not None:
        return named
    level = next((around for around in layers.outward() if around.numbered), layers)
    if not level.numbered:
        raise _problem(codes.UNKNOWN_NODE, f"no list around this node has an item `{index}`", at)
    items = list(level.names.values())
    if -len(items) <= index < len(items):
        return items[index]
    raise _problem(
        codes.LATER_NODE if 0 <= index < level.size else codes.UNKNOWN_NODE,
        f"item `{index}` is not before this one: {len(items)} items are",
        at,
    )


def _unknown(layers: Layers, head: str, at: PathExpr) -> ExprError:
    levels = list(layers.outward())
    if any(head in level.pending for level in levels):
        return _problem(
            codes.LATER_NODE,
            f"`{head}` comes later: a node takes what is before it",
            at,
            f"move `{head}` up, or this node down",
        )
    known = [n for level in levels for n in (*level.names, *level.inputs)]
    help = did_you_mean(head, [*known, "input"])
    if not help and known:
        help = f"the nodes before this one are {', '.join(f'`{n}`' for n in known[-8:])}"
    return _problem(codes.UNKNOWN_NODE, f"no node before this one is called `{head}`", at, help)


def _step(built: Built, segment: Segment, at: PathExpr) -> list[Built]:
    if built.unknown and built.children is None:
        return [built]
    if built.children is not None:
        return _child(built, built.children, segment, at)
    if isinstance(segment, Star):
        return [_output(built, ref) for ref in built.outs]
    if isinstance(segment, int) and len(built.outs) > 1:
        if -len(built.outs) <= segment < len(built.outs):
            return [_output(built, built.outs[segment])]
    elif segment in built.out_names:
        return [_output(built, built.outs[built.out_names.index(segment)])]
    raise _no_part(built, segment, at)


def _output(built: Built, ref: Ref) -> Built:
    return Built(built.name, built.span, built.path, (ref,))


def _child(built: Built, children: dict[str, Built], segment: Segment, at: PathExpr) -> list[Built]:
    if isinstance(segment, Star):
        return list(children.values())
    if isinstance(segment, int):
        keys = list(children)
        key = keys[segment] if -len(keys) <= segment < 0 else str(segment)
        if key in children:
            return [children[key]]
    elif segment in children:
        return [children[segment]]
    elif segment in built.out_names:
        return [_output(built, built.outs[built.out_names.index(segment)])]
    elif built.repeat and children:
        return _step(list(children.values())[-1], segment, at)
    raise _no_part(built, segment, at)


def _no_part(built: Built, segment: Segment, at: PathExpr) -> ExprError:
    if built.body is not None:
        return _problem(
            codes.OTHER_BLOCK,
            f"`{built.name}` is a block, and a path cannot reach into it for `{segment}`",
            at,
            f"declare `outputs` in the block `{built.body.name}`",
        )
    parts = list(built.children) if built.children else list(built.out_names)
    help = did_you_mean(str(segment), parts)
    if not help and parts:
        help = f"`{built.name}` has {', '.join(f'`{p}`' for p in parts[:12])}"
    return _problem(codes.NO_SUCH_PART, f"`{built.name}` has no part `{segment}`", at, help)


def _problem(code: codes.Code, message: str, at: PathExpr, help: str = "") -> ExprError:
    return ExprError(code, message, at.start, at.end, help)
