"""Blocks elaborated once for each distinct set of parameters and input types."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from msgspec.structs import replace

from archc.diag import codes
from archc.ir.graph import Body, Ref
from archc.lower.body import BodyBuilder
from archc.lower.contract import hold, symbols_of
from archc.lower.effects import with_effects
from archc.lower.initialise import bound_rules, file_rules
from archc.lower.layers import Layers
from archc.lower.outputs import find_outputs
from archc.lower.outside_training import outside_training
from archc.lower.ports import Port, block_ports
from archc.lower.prune import prune
from archc.lower.run import BLOCK_STEPS, MAX_NESTING, Elaborated, Frame, LimitReached
from archc.lower.scope import Scope
from archc.lower.ties import resolve_ties
from archc.lower.unit import InputTypes, bind_let, instance
from archc.lower.values import Built, OpValue, Written
from archc.spec.document import describe_value, lost_keys, read
from archc.spec.expr import Absorbed
from archc.spec.keys import BlockDocument
from archc.spec.tree import List, Map

if TYPE_CHECKING:
    from archc.diag.source import Span
    from archc.ir.graph import Path
    from archc.ir.target import Literal
    from archc.ir.types import TensorType
    from archc.lower.values import BlockUse, GroupUse
    from archc.spec.tree import Tree

Bound: TypeAlias = "tuple[tuple[str, object], ...]"


def elaborate(made: BlockUse, types: InputTypes, path: Path, span: Span) -> Elaborated:
    """The body of a block for these input types; the same object for every equal use."""
    run = made.scope.run
    key = (id(made.block), frozen(made.bound), types, made.counts, id(made.taps))
    known = run.elaborated.get(key)
    if known is not None:
        return known
    _check_nesting(made, span)
    run.grow(span, steps=BLOCK_STEPS)
    frame = Frame(made.block.name, made.bound, path, span, made.block.span)
    frames = (*made.scope.frames, frame)
    if made.block.unit is not None:
        done = _file(made, types, frames)
    else:
        done = _block(made, types, frames)
    run.elaborated[key] = done
    run.kept.append(made)
    return done


def _check_nesting(made: BlockUse, span: Span) -> None:
    frames = made.scope.frames
    name, around = made.block.name, [f.defined for f in frames]
    if made.block.span not in around and len(frames) < MAX_NESTING:
        return
    text = f"blocks are nested more than {MAX_NESTING} deep"
    if made.block.span in around:
        first = around.index(made.block.span)
        circle = " -> ".join([*(f.block for f in frames[first:]), name])
        text = f"the block `{name}` contains itself: {circle}"
    help = "a block cannot use itself, not even through another; use `repeat`"
    made.scope.report.error(codes.RECURSIVE_BLOCK, text, span, help=help)
    if made.block.span not in around:
        made.scope.run.stopped = True
        raise LimitReached
    raise Absorbed


def frozen(value: object) -> object:
    """A parameter's value as something that can be compared and hashed."""
    match value:
        case dict():
            return tuple((k, frozen(v)) for k, v in value.items())
        case list() | tuple():
            return tuple(map(frozen, value))
        case OpValue():
            return value.key()
        case Written():
            return (value.text, id(value.scope))
        case _:
            return (type(value).__name__, value)


def _block(made: BlockUse, types: InputTypes, frames: tuple[Frame, ...]) -> Elaborated:
    block = made.block
    doc = read(BlockDocument, block.tree, made.scope.report, f"the block `{block.name}`")
    if doc is None:
        return Elaborated(None, ())
    scope = Scope(block.scope, dict(made.bound), frames=frames)
    scope.unsure = bool(lost_keys(BlockDocument, block.tree) & {"params", "let"})
    bind_let(doc.let, doc.params, scope)
    ports = block_ports(block)
    counts = made.counts or (1,) * len(ports)
    body = BodyBuilder(block.name, _named(ports, counts, types), block.span, scope)
    layers = root_layers(body, scope, ports, counts)
    declared = [t for t, n in zip(_shapes(doc.inputs), counts, strict=False) for _ in range(n)]
    scope.values.update(symbols_of(declared, types))
    if not hold(declared, types, layers, frames[-1].span):
        return Elaborated(None, ())
    outputs = made.taps if made.taps is not None else doc.outputs
    return finish(layers, doc.layers, outputs, made.bound, tapped=made.taps is not None)


def _file(made: BlockUse, types: InputTypes, frames: tuple[Frame, ...]) -> Elaborated:
    """A used file as a block: its symbols are the sizes that really come in."""
    assert made.block.unit is not None
    unit = instance(made.block.unit, dict(made.bound), types, frames)
    ports = block_ports(made.block)
    name = unit.doc.name or unit.path.stem
    body = BodyBuilder(name, _named(ports, made.counts, types), made.block.span, unit.scope)
    layers = root_layers(body, unit.scope, ports, made.counts)
    declared = [unit.doc.input] if unit.doc.input is not None else _shapes(unit.doc.inputs)
    if not hold(declared, types, layers, frames[-1].span):
        return Elaborated(None, ())
    outputs = made.taps if made.taps is not None else unit.doc.outputs
    if unit.doc.layers is None:
        text = f"the file `{name}` has no layers, so it is no op"
        made.scope.report.error(codes.NO_LAYERS, text, made.block.span)
        return Elaborated(None, ())
    tapped = made.taps is not None
    done = finish(layers, unit.doc.layers, outputs, made.bound, tapped=tapped)
    if done.body is None:
        return done
    rules = bound_rules(file_rules(unit.doc.init, unit.scope), done.body)
    return replace(done, body=replace(done.body, init=tuple(rules)))


def _shapes(inputs: Tree | None) -> list[Tree | None]:
    """The declared shape of each input, None for those that are only named."""
    return list(inputs.items.values()) if isinstance(inputs, Map) else []


def elaborate_group(made: GroupUse, types: InputTypes, path: Path, span: Span) -> Elaborated:
    """A group that is applied again, as a body of its own: it sees nothing around it."""
    frames = (*made.scope.frames, Frame(made.name, (), path, span))
    scope = Scope(made.scope, frames=frames)
    body = BodyBuilder(made.name, [("input", types[0])], made.span, scope)
    layers = root_layers(body, scope, (Port("input"),), (1,))
    return finish(layers, made.layers, None, ())


def _named(
    ports: tuple[Port, ...], counts: tuple[int, ...], types: InputTypes
) -> list[tuple[str, TensorType | None]]:
    """The inputs of a body: a list port has one for each of its values."""
    names = [
        f"{port.name}_{k}" if port.many else port.name
        for port, count in zip(ports, counts, strict=False)
        for k in range(count)
    ]
    return list(zip(names, types, strict=False))


def root_layers(
    body: BodyBuilder, scope: Scope, ports: tuple[Port, ...], counts: tuple[int, ...]
) -> Layers:
    """The outermost layers of a body, with its inputs by name."""
    refs = [Ref(-1 if t is not None else -2, i) for i, (_, t) in enumerate(body.inputs)]
    built: dict[str, Built] = {}
    for port, count in zip(ports, counts, strict=False):
        own, refs = tuple(refs[:count]), refs[count:]
        built[port.name] = Built(port.name, body.span, (), own, numbered=port.many)
    first = next(iter(built.values()), Built.failed("input", body.span))
    layers = Layers(body, scope, (), first)
    layers.inputs = built
    scope.layers = layers
    return layers


def finish(
    layers: Layers, tree: Tree, outputs: Tree | None, bound: Bound, *, tapped: bool = False
) -> Elaborated:
    """Build the layers and outputs; the body if nothing in it failed."""
    from archc.lower.place import walk

    body, report = layers.body, layers.scope.report
    layers.numbered = isinstance(tree, List)
    walk(layers, tree)
    layers.scope.run.hold(body.leaves, body.span)
    found = find_outputs(layers, outputs)
    assumed, in_training = tuple(body.assumed), tuple(body.in_training)
    ties = resolve_ties(body, report)
    idle_nodes = layers.scope.run.idle_nodes
    kept = found is not None and outside_training(body, found.outs, outputs, layers.scope)
    known = tuple((n, t) for n, t in body.inputs if t is not None)
    complete = len(known) == len(body.inputs)
    if found is None or body.failed or not kept or not complete:
        idle_nodes.doubt(body)
        return Elaborated(None, assumed, unfinished=body)
    params = tuple((n, literal(v)) for n, v in bound if is_literal(v))
    items, containers = tuple(body.items), tuple(body.containers)
    done = Body(
        body.name,
        known,
        items,
        found.outs,
        containers,
        params,
        body.span,
        ties=ties,
        leaves=body.leaves,
    )
    noted = with_effects(prune(done) if tapped else done, body, layers.scope, outputs)
    if noted is None:
        idle_nodes.doubt(body)
        return Elaborated(None, assumed, unfinished=body)
    idle_nodes.note(body, found.outs, tapped=tapped)
    return Elaborated(noted, assumed, found.lists, in_training)


def is_literal(value: object) -> bool:
    """Whether a parameter's value is one that emitted code can hold."""
    if isinstance(value, list | tuple):
        return all(map(is_literal, value))
    return value is None or isinstance(value, bool | int | float | str)


def literal(value: object) -> Literal:
    """Lists as tuples."""
    if isinstance(value, list | tuple):
        return tuple(map(literal, value))
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise TypeError(describe_value(value))
