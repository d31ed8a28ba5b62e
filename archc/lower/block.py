"""Blocks: their parameters bound, their layers elaborated once for each distinct use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.diag import codes
from archc.ir.graph import Body, Ref
from archc.lower.argument_names import check_names
from archc.lower.body import BodyBuilder
from archc.lower.layers import Layers
from archc.lower.outputs import find_outputs, warn_unused
from archc.lower.parameters import Declaration, bind, declarations
from archc.lower.run import MAX_NESTING, Elaborated, Frame
from archc.lower.scope import Lazy, Scope
from archc.lower.unit import bind_let
from archc.lower.values import UNKNOWN, BlockDefinition, BlockUse, Built, OpValue, Written
from archc.spec.document import BlockDocument, describe_value, read
from archc.spec.expr import Absorbed
from archc.spec.tree import List, Map, Scalar

if TYPE_CHECKING:
    from archc.diag.source import Span
    from archc.ir.graph import Path
    from archc.ir.target import Literal
    from archc.ir.types import TensorType
    from archc.lower.resolve import Resolved
    from archc.lower.values import Incoming

InputTypes = tuple["TensorType | None", ...]


def declared_params(block: BlockDefinition) -> dict[str, Declaration]:
    """The parameters of a block by name."""
    tree = block.tree.items.get("params")
    return declarations(tree if isinstance(tree, Map) else None, block.scope.report)


def block_inputs(block: BlockDefinition) -> tuple[str, ...]:
    """The names of a block's inputs; one called `input` where it declares none."""
    match block.tree.items.get("inputs"):
        case List(items=items):
            return tuple(str(t.value) for t in items if isinstance(t, Scalar))
        case Map(items=entries):
            return tuple(entries)
        case Scalar(value=str(name)):
            return (name,)
        case _:
            return ("input",)


def bind_block(
    block: BlockDefinition, resolved: Resolved, incoming: Incoming, scope: Scope
) -> tuple[tuple[str, object], ...]:
    """The values of a block's parameters for one use. Raises `Absorbed` once a problem is told."""
    declared = declared_params(block)
    inner = Scope(block.scope)
    needed = [n for n, d in declared.items() if d.default is None and not d.wrong]
    failed = not check_names(resolved, declared, needed, scope, f"the block `{resolved.name}`")
    for name, declaration in declared.items():
        inner.values[name] = Lazy(_absorbed)
        tree, writer, _ = resolved.args.get(name, (declaration.default, inner, None))
        writer = writer if writer is inner else Scope(writer, incoming=incoming)
        try:
            inner.values[name] = bind(declaration, tree, writer)
        except Absorbed:
            failed = True
    if failed:
        raise Absorbed
    return tuple((name, inner.values[name]) for name in declared)


def _absorbed() -> object:
    raise Absorbed


def elaborate(made: BlockUse, types: InputTypes, path: Path, span: Span) -> Elaborated:
    """The body of a block for these input types; the same object for every equal use."""
    run = made.scope.run
    key = (id(made.block), _frozen(made.bound), types)
    known = run.elaborated.get(key)
    if known is not None:
        return known
    _check_nesting(made, span)
    frame = Frame(made.block.name, made.bound, path, span)
    done = _elaborate(made, types, (*made.scope.frames, frame))
    run.elaborated[key] = done
    return done


def _check_nesting(made: BlockUse, span: Span) -> None:
    frames = made.scope.frames
    circle = [f.block for f in frames if f.block == made.block.name]
    if not circle and len(frames) < MAX_NESTING:
        return
    name = made.block.name
    text = f"the block `{name}` contains itself" if circle else "blocks are nested too deeply"
    help = "a block cannot use itself, not even through another; use `repeat`"
    made.scope.report.error(codes.RECURSIVE_BLOCK, text, span, help=help)
    raise Absorbed


def _frozen(value: object) -> object:
    match value:
        case dict():
            return tuple((k, _frozen(v)) for k, v in value.items())
        case list() | tuple():
            return tuple(map(_frozen, value))
        case OpValue():
            return value.key()
        case Written():
            return (value.text, id(value.scope))
        case _:
            return (type(value).__name__, value)


def _elaborate(made: BlockUse, types: InputTypes, frames: tuple[Frame, ...]) -> Elaborated:
    block, run = made.block, made.scope.run
    doc = read(BlockDocument, block.tree, run.report, f"the block `{block.name}`")
    if doc is None:
        return Elaborated(None, ())
    names = block_inputs(block)
    inputs = list(zip(names, types, strict=False))
    scope = Scope(block.scope, dict(made.bound), frames=frames)
    body = BodyBuilder(block.name, inputs, [block.span] * len(inputs), scope)
    bind_let(doc.let, scope)
    layers = root_layers(body, scope, names, block.span)
    return finish(body, layers, doc.layers, doc.outputs, made.bound)


def root_layers(body: BodyBuilder, scope: Scope, names: tuple[str, ...], span: Span) -> Layers:
    """The outermost layers of a body, with its inputs by name."""
    refs = [Ref(-1, i) if t is not None else UNKNOWN for i, (_, t) in enumerate(body.inputs)]
    built = {n: Built(n, span, (), (r,)) for n, r in zip(names, refs, strict=False)}
    first = next(iter(built.values()), Built.failed("input", span))
    layers = Layers(body, scope, (), first)
    layers.inputs = built
    scope.layers = layers
    return layers


def finish(
    body: BodyBuilder,
    layers: Layers,
    tree: object,
    outputs: object,
    bound: tuple[tuple[str, object], ...],
) -> Elaborated:
    """Build the layers and outputs; the body if nothing in it failed."""
    from archc.lower.place import walk

    walk(layers, tree)  # type: ignore[arg-type]
    outs = find_outputs(layers, outputs)  # type: ignore[arg-type]
    assumed = tuple(body.assumed)
    if outs is None or body.failed:
        return Elaborated(None, assumed)
    warn_unused(body, outs, layers.scope.report)
    known = tuple((n, t) for n, t in body.inputs if t is not None)
    params = tuple((n, literal(v)) for n, v in bound if is_literal(v))
    span = body.input_spans[0] if body.input_spans else layers.input.span
    done = Body(body.name, known, tuple(body.items), outs, tuple(body.containers), params, span)
    return Elaborated(done, assumed)


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
