"""One use of an op, a block or `Call`: its inputs, its arguments, its item."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from archc.diag import codes
from archc.ir.graph import Again, Body, Item
from archc.ir.op import Op, Rules, Stop
from archc.lower.arguments import make_op
from archc.lower.block import bind_block, block_inputs, elaborate
from archc.lower.initialise import node_rules
from archc.lower.inputs import built_at, from_values
from archc.lower.mismatch import dotted, report_broken
from archc.lower.resolve import CALL, Resolved
from archc.lower.values import NOTHING, BlockDefinition, BlockUse, Built
from archc.lower.written import texts
from archc.spec.expr import Absorbed

if TYPE_CHECKING:
    from archc.diag.source import Span
    from archc.ir.graph import Path, Ref
    from archc.ir.op import Types
    from archc.lower.layers import Layers
    from archc.lower.nodes import NodeSpec
    from archc.lower.scope import Scope
    from archc.lower.values import Incoming


@dataclass(frozen=True, slots=True)
class Place:
    """Where a node goes: its name and path, and the layers whose names it can use.

    `first` takes the place of its first input: the copies of a repeat are a chain.
    """

    layers: Layers
    scope: Scope
    name: str
    path: Path
    span: Span
    first: Ref | None = None


def ports_of(resolved: Resolved) -> tuple[str, ...]:
    """The names of the inputs that an op or block takes."""
    if isinstance(resolved.target, BlockDefinition):
        return block_inputs(resolved.target)
    return resolved.target.ports if resolved.target is not None else ("input",)


def takes_nothing(resolved: Resolved) -> bool:
    """Whether the op is a source: it has no inputs at all."""
    target = resolved.target
    return isinstance(target, type) and not target.ports and not target.variadic


def inputs_of(resolved: Resolved, spec: NodeSpec, place: Place) -> tuple[Ref, ...]:
    """The values that the node receives, in the order of its ports."""
    if takes_nothing(resolved):
        return ()
    tree = spec.doc.from_
    if tree is None and place.first is not None:
        return (place.first,)
    ports = ports_of(resolved)
    values = from_values(tree, place.layers, place.scope, ports, resolved.span)
    return (place.first, *values[1:]) if place.first is not None else values


def use(resolved: Resolved, spec: NodeSpec, inputs: tuple[Ref, ...], place: Place) -> Built:
    """Build the node; `Built.failed` after reporting what is wrong with it."""
    body = place.layers.body
    place.scope.run.grow(place.span)
    if resolved.target is None:
        return _call(resolved, spec, inputs, place)
    _check_count(resolved, spec, inputs, place)
    if isinstance(resolved.target, BlockDefinition):
        bound = bind_block(resolved.target, resolved, _first_type(inputs, place), place.scope)
        made = BlockUse(resolved.target, bound, place.scope)
        return _add_block(made, resolved, spec, inputs, place)
    op, spans = make_op(resolved.target, resolved, _first_type(inputs, place), place.scope)
    types = infer(op, inputs, spans, resolved.span, place)
    if types is None:
        return Built.failed(place.name, place.span, place.path)
    refs = body.add(_item(place, op, inputs, types, spec, texts(resolved, body)))
    body.arguments[len(body.items) - 1] = spans
    return Built(
        place.name,
        place.span,
        place.path,
        refs,
        out_names=op.output_names,
        numbered=op.numbered_outputs,
        made=op,
        stateful=op.family == "state",
    )


def infer(
    op: Op, inputs: tuple[Ref, ...], spans: dict[str, Span], span: Span, place: Place
) -> Types | None:
    """The types of an op's outputs, None when an input is unknown or a rule is broken."""
    body = place.layers.body
    types = body.types(inputs)
    if types is None:
        return None
    rules, outs = Rules(), None
    try:
        outs = op.infer(types, rules)
    except Stop:
        outs = None
    for broken in rules.broken:
        report_broken(broken, op, inputs, spans, span, place)
    body.assumed.extend((a, spans.get(a.at, span)) for a in rules.assumed)
    return None if rules.broken else outs


def _first_type(inputs: tuple[Ref, ...], place: Place) -> Incoming:
    return place.layers.body.type_of(inputs[0]) if inputs else NOTHING


def _item(
    place: Place,
    what: Op | Body | Again,
    inputs: tuple[Ref, ...],
    outputs: Types,
    spec: NodeSpec,
    written: tuple[tuple[str, str], ...] = (),
) -> Item:
    when = spec.doc.when
    return Item(
        place.path,
        what,
        inputs,
        outputs,
        place.span,
        written,
        when=str(getattr(when, "value", "")) if when is not None else "",
        init=node_rules(spec.doc.init, place.scope),
    )


def _check_count(resolved: Resolved, spec: NodeSpec, inputs: tuple[Ref, ...], place: Place) -> None:
    """The op takes this many inputs."""
    target, count = resolved.target, len(inputs)
    ports = ports_of(resolved)
    optional = target.optional_ports if isinstance(target, type) else 0
    variadic = isinstance(target, type) and target.variadic
    least = len(ports) - optional
    if count >= least and (variadic or count <= len(ports)):
        return
    many = (
        f"{least} or more"
        if variadic
        else str(least)
        if not optional
        else f"{least} to {len(ports)}"
    )
    names = "" if variadic or not ports else f" ({', '.join(ports)})"
    got = "only the node before it" if spec.doc.from_ is None and count == 1 else f"{count}"
    place.scope.report.error(
        codes.WRONG_INPUT_COUNT,
        f"`{resolved.name}` takes {many} input{'s' if many != '1' else ''}{names}, and gets {got}",
        spec.doc.from_.span if spec.doc.from_ is not None else resolved.span,
        help="name its inputs: `from: [a, b]`" if count < least else "",
        notes=place.scope.notes(),
        path=dotted(place.scope, place.path),
    )
    raise Absorbed


def _add_block(
    made: BlockUse, resolved: Resolved, spec: NodeSpec, inputs: tuple[Ref, ...], place: Place
) -> Built:
    body = place.layers.body
    types = tuple(body.type_of(ref) for ref in inputs)
    done = elaborate(made, types, place.path, resolved.span)
    body.assumed.extend(done.assumed)
    if done.body is None:
        return Built.failed(place.name, place.span, place.path)
    inner = done.body
    written = texts(resolved, body)
    refs = body.add(_item(place, inner, inputs, inner.output_types, spec, written))
    names = tuple(out.name for out in inner.outputs)
    return Built(place.name, place.span, place.path, refs, out_names=names, made=made, body=inner)


def _call(resolved: Resolved, spec: NodeSpec, inputs: tuple[Ref, ...], place: Place) -> Built:
    """`op: Call` applies an earlier node again, to inputs that its weights fit."""
    report, args = place.scope.report, resolved.args
    for stranger in args.keys() - {"module"}:
        text = f"`{CALL}` has no parameter `{stranger}`"
        report.error(codes.UNKNOWN_PARAMETER, text, args[stranger][2], help="it takes `module`")
    if "module" not in args:
        help = f"write `{{op: {CALL}, module: conv1}}`"
        report.error(codes.MISSING_PARAMETER, f"`{CALL}` needs `module`", resolved.span, help=help)
        raise Absorbed
    tree, writer, _ = args["module"]
    (target,) = built_at(tree, place.layers, writer) or [Built.failed("", place.span)]
    if target.unknown:
        raise Absorbed
    if target.made is None:
        text = f"`{target.name}` is not an op or a block that can be applied again"
        report.error(codes.WRONG_KIND, text, tree.span, notes=place.scope.notes())
        raise Absorbed
    return apply_again(target, spec, inputs, place, tree.span)


def apply_again(
    target: Built, spec: NodeSpec, inputs: tuple[Ref, ...], place: Place, span: Span
) -> Built:
    """Apply what was built once more; its weights must fit the new input."""
    body = place.layers.body
    what: Op | Body
    if isinstance(target.made, BlockUse):
        done = elaborate(target.made, tuple(map(body.type_of, inputs)), place.path, span)
        if done.body is None:
            raise Absorbed
        what, types = done.body, done.body.output_types
    else:
        what = cast("Op", target.made)
        found = infer(what, inputs, {}, span, place)
        if found is None:
            return Built.failed(place.name, place.span, place.path)
        types = found
    _check_weights(target, what, inputs, place, span)
    refs = body.add(_item(place, Again(target.path, what), inputs, types, spec))
    names, numbered = target.out_names, target.numbered
    return Built(place.name, place.span, place.path, refs, names, numbered, made=target.made)


def _check_weights(
    target: Built, what: Op | Body, inputs: tuple[Ref, ...], place: Place, span: Span
) -> None:
    body = place.layers.body
    item = next(i for i in body.items if i.path == target.path)
    types = body.types(inputs)
    if types is None or _tensors(what, types) == _tensors(item.what, body.types(item.inputs) or ()):
        return
    was, now = body.type_of(item.inputs[0]), types[0]
    place.scope.report.error(
        codes.CHAIN_TYPE,
        f"`{target.name}` is built for {was}, and its weights do not fit {now}",
        span,
        help="give this place a node of its own",
        notes=place.scope.notes(),
    )
    raise Absorbed


def _tensors(what: object, types: Types) -> list[tuple[str, object]]:
    """The names and shapes of everything that a node owns."""
    if isinstance(what, Op):
        return [(t.name, t.shape) for t in what.tensors(types)]
    if isinstance(what, Body):
        return [
            (".".join((*i.path, name)), shape)
            for i in what.items
            for name, shape in _tensors(i.what, what.input_types(i))
        ]
    return []
