"""From a path to the nodes it names: `conv1`, `layer1.0`, `down.(depth - 1)`, `split.*`."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from archc.diag import codes
from archc.diag.diagnostic import Label
from archc.lower.values import Built, is_unknown
from archc.spec.expr import Absorbed, ExprError, Star
from archc.spec.expr.problems import Respelling, misspelt, problem_at

if TYPE_CHECKING:
    from archc.ir.graph import Ref
    from archc.lower.layers import Layers
    from archc.spec.expr import PathExpr

Segment: TypeAlias = "str | int | Star"
Rest: TypeAlias = "tuple[Segment, ...]"


def locate(layers: Layers, segments: Rest, at: PathExpr, owned: Rest = ()) -> list[Built]:
    """The nodes, or single outputs of them, that a path names. Raises `ExprError`.

    `owned` is what the path goes on with, for messages: a tensor of the node.
    """
    found = [_head(layers, segments[0], at)]
    for k in range(1, len(segments)):
        rest = (*segments[k:], *owned)
        found = [part for built in found for part in _step(built, rest, at)]
    return found


def value_of(built: Built, at: PathExpr) -> Ref:
    """The one value that a node stands for: its output, or the first of named ones."""
    if built.unknown:
        return next(filter(is_unknown, built.outs))
    if built.unfinished:
        raise problem_at(
            codes.LATER_NODE,
            f"`{built.name}` is not finished here: this node is inside it",
            at,
            "name one of its children, or use `input`",
        )
    if len(built.outs) == 1 or (built.outs and not built.numbered):
        return built.outs[0]
    name = ".".join(built.path) if built.name.isdecimal() else built.name
    problem = problem_at(
        codes.SEVERAL_OUTPUTS,
        f"`{name}` has {len(built.outs)} outputs, and none is chosen",
        at,
        f"choose one, as in `from: {name}.0`, or take all: `from: [{name}.*]`",
    )
    listed = ", ".join(_parts(built))
    problem.also = (Label(built.span, f"`{name}` has the outputs {listed}"),)
    raise problem


def _head(layers: Layers, head: Segment, at: PathExpr) -> Built:
    if isinstance(head, Star):
        raise problem_at(codes.UNKNOWN_NODE, "a path cannot begin with `*`", at)
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
        text = f"no list around this node has an item `{index}`"
        help = "nodes go by their names here; without `from` a node takes the one before"
        raise problem_at(codes.UNKNOWN_NODE, text, at, help)
    items = list(level.names.values())
    if -len(items) <= index < len(items):
        return items[index]
    raise problem_at(
        codes.LATER_NODE if 0 <= index < level.size else codes.UNKNOWN_NODE,
        f"item `{index}` is not before this one, which is item {len(items)}",
        at,
        "`-1` is the item before" if items else "this is the first: leave `from` out",
    )


def _unknown(layers: Layers, head: str, at: PathExpr) -> ExprError:
    later = coming(layers, head, at)
    if later is not None:
        return later
    from archc.lower.elsewhere import node_elsewhere, word_for_value

    levels = list(layers.outward())
    if any(n.startswith(f"{head}.") and b.unknown for lv in levels for n, b in lv.names.items()):
        raise Absorbed  # the name with its dot was refused where it stands
    rest = [str(part) for part in at.segments[1:] if isinstance(part, str | int)]
    if head in {"layers", "self", "model", "net"} and rest:
        help = f"a path begins at a node: `{'.'.join(rest)}`"
        return problem_at(codes.UNKNOWN_NODE, f"no earlier node is called `{head}`", at, help)
    unit = layers.scope.unit
    if unit is not None and unit.lost & {"input", "inputs"} and not layers.scope.frames:
        raise Absorbed  # it may be an input that could not be read
    around = {name for level in levels for name in level.path}
    known = [n for level in levels for n in (*level.names, *level.inputs) if n not in around]
    help = node_elsewhere(layers, head)
    listed = ", ".join(f"`{n}`" for n in known[-8:])
    told = f"the nodes before it are {listed}" if len(known) > 1 else f"the only one is {listed}"
    problem = problem_at(codes.UNKNOWN_NODE, f"no earlier node is called `{head}`", at, help)
    removed = layers.scope.report.removed.get(head)
    if removed is not None:
        problem.also = (Label(removed, f"`{head}` is removed here"),)
        problem.help = f"change this node as well, or keep `{head}`"
        return problem
    if help:
        return problem
    problem.help = word_for_value(layers, head) or (told if known else "")
    return misspelt(problem, head, [*known, "input"], own=True)


def coming(layers: Layers, head: str, at: PathExpr) -> ExprError | None:
    """The complaint about a node that is named before it is built; None if none is called so."""
    place = next((lv.pending[head] for lv in layers.outward() if head in lv.pending), None)
    if place is None:
        return None
    if head == layers.current:
        text, help = (
            f"`{head}` cannot take its own output",
            "use `repeat` to apply it several times",
        )
        return problem_at(codes.LATER_NODE, text, at, help)
    text = f"`{head}` comes later: a node takes what is before it"
    problem = problem_at(codes.LATER_NODE, text, at, f"move `{head}` up, or this node down")
    problem.also = (Label(place, f"`{head}` is built here"),)
    return problem


def _step(built: Built, rest: Rest, at: PathExpr) -> list[Built]:
    """The parts of `built` that the first segment of what is left of the path names."""
    segment = rest[0]
    if built.absent or (built.unknown and built.children is None):
        return [built]
    if built.children is not None:
        return _child(built, built.children, rest, at)
    if isinstance(segment, Star):
        return [_output(built, ref, str(k)) for k, ref in enumerate(built.outs)]
    if segment in built.lists:
        return [Built(str(segment), built.span, built.path, built.lists[segment], numbered=True)]
    ref = _chosen(built, segment)
    if ref is None:
        raise _no_part(built, rest, at)
    return [_output(built, ref, segment)]


def _chosen(built: Built, segment: str | int) -> Ref | None:
    """One output of several by number or by name, or a tensor that the node owns."""
    count = len(built.outs)
    if isinstance(segment, int):
        several = count > 1 or built.numbered
        return built.outs[segment] if several and -count <= segment < count else None
    if segment in built.out_names:
        return built.outs[built.out_names.index(segment)]
    return built.weight(segment) if built.weight is not None else None


def _output(built: Built, ref: Ref, name: str | int) -> Built:
    return Built(f"{built.name}.{name}", built.span, built.path, (ref,), output_of=built)


def _child(built: Built, children: dict[str, Built], rest: Rest, at: PathExpr) -> list[Built]:
    segment = rest[0]
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
        return [_output(built, built.outs[built.out_names.index(segment)], segment)]
    elif built.repeat and children:
        return _step(list(children.values())[-1], rest, at)
    raise _no_part(built, rest, at)


def _no_part(built: Built, rest: Rest, at: PathExpr) -> ExprError:
    hidden = _hidden(built, tuple(map(str, rest)), at)
    if hidden is not None:
        return hidden
    parts = _parts(built)
    listed = ", ".join(f"`{p}`" for p in parts[:12])
    help = f"its parts are {listed}" if parts else f"write `{built.name}` alone"
    what = "part" if parts else "parts: there is no"
    if not parts and isinstance(rest[0], int):
        name = built.name if built.output_of or not built.path else ".".join(built.path)
        select = f"{{op: Select, dim: ..., index: {rest[0]}, from: {name}}}"
        help = f"a path does not index a tensor: `{select}` does"
    problem = problem_at(codes.NO_SUCH_PART, f"`{built.name}` has no {what} `{rest[0]}`", at, help)
    problem.also = (Label(built.span),)
    from archc.ops import foreign

    meant = foreign.output(str(rest[0]), parts)
    if meant:
        problem.help = f"it is called `{meant}` here; {help}"
        problem.respelling = Respelling(str(rest[0]), meant, certain=False)
        return problem
    return misspelt(problem, str(rest[0]), parts, own=True)


def _hidden(built: Built, rest: tuple[str, ...], at: PathExpr) -> ExprError | None:
    """The complaint about a path that goes on inside a block, or behind an output of one."""
    from archc.lower.hidden import meant_inside, path_inside, way_out

    around = built.output_of or built
    if around.body is None:
        return None
    name = ".".join(built.path) if built.name.isdecimal() else built.name
    if around is built:
        text = f"a path cannot reach into the block `{name}` for `{rest[0]}`"
        meant = meant_inside(around.body, rest, _parts(built))
    else:
        text = f"`{name}` is a value that a block gives, and a path ends there"
        inside = path_inside(around.body, built.name.rpartition(".")[2])
        meant = (*inside, *rest) if inside else ()
    return problem_at(codes.OTHER_BLOCK, text, at, way_out(around, meant)) if meant else None


def _parts(built: Built) -> list[str]:
    if built.children:
        return list(built.children)
    several = range(len(built.outs)) if len(built.outs) > 1 else ()
    return list(built.out_names) if any(built.out_names) else list(map(str, several))
