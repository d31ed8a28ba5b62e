"""One use of an op or a block: its inputs, its arguments, its item."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from archc.diag import codes
from archc.diag.diagnostic import nearest
from archc.lower.again import call
from archc.lower.argument_names import inputs_as_arguments, misspelt_key, report_inputs
from archc.lower.arguments import make_op
from archc.lower.at_hand import sizes_at_hand
from archc.lower.batch_order import doubt_batch
from archc.lower.block import bind_block, declared_params
from archc.lower.elaborate import elaborate
from archc.lower.infer import infer
from archc.lower.inputs import from_values, splices, value_before
from archc.lower.origins import dotted
from archc.lower.placing import Received, add_item
from archc.lower.ports import ports_of, takes_nothing
from archc.lower.values import NOTHING, UNKNOWN, BlockDefinition, BlockUse, Built, is_unknown
from archc.lower.weights import weight_value
from archc.lower.written import texts
from archc.spec.expr import Absorbed
from archc.spec.keys import NODE_KEYS
from archc.spec.tree import Map

if TYPE_CHECKING:
    from collections.abc import Collection

    from archc.ir.graph import Ref
    from archc.lower.nodes import NodeSpec
    from archc.lower.placing import Place
    from archc.lower.ports import Port
    from archc.lower.resolve import Resolved
    from archc.lower.scope import Scope
    from archc.lower.values import Incoming
    from archc.spec.tree import Tree


def inputs_of(resolved: Resolved, spec: NodeSpec, place: Place) -> Received:
    """The values that the node receives, in the order of its ports; unknown ones after an error."""
    if takes_nothing(resolved):
        return Received(())
    if _key_is_misspelt(resolved, spec, place.scope):
        return _unknown(resolved)
    try:
        return _inputs(resolved, spec, place)
    except Absorbed:
        return _unknown(resolved)


def _key_is_misspelt(resolved: Resolved, spec: NodeSpec, scope: Scope) -> bool:
    """Whether an argument that there is not is meant for `from` or a loop; then it is told."""
    if not resolved.args:
        return False
    keys = {"repeat", "for"} if spec.doc.from_ is not None else {"repeat", "for", "from"}
    match resolved.target:
        case BlockDefinition() as block:
            known: Collection[str] = declared_params(block)
            what = f"the {'file' if block.unit is not None else 'block'} `{resolved.name}`"
        case None:
            known, what = ("module",), f"`{resolved.name}`"
        case op:
            known, what = op.model_fields, f"`{resolved.name}`"
    named = inputs_as_arguments(resolved, known)
    if named:
        report_inputs(named, resolved, scope)
    return bool(named) or misspelt_key(keys, resolved, known, scope, what)


def _unknown(resolved: Resolved) -> Received:
    ports = ports_of(resolved)
    return Received((UNKNOWN,) * len(ports), (1,) * len(ports))


def _inputs(resolved: Resolved, spec: NodeSpec, place: Place) -> Received:
    tree = spec.doc.from_
    ports, before = ports_of(resolved), place.before
    groups: tuple[tuple[Ref, ...], ...] = ()
    if tree is not None or before is None:
        groups = from_values(tree, place.layers, place.scope, ports, resolved.span)
    if before is not None:
        many = bool(ports) and ports[0].many
        first = value_before(before, place.scope, resolved.span, many=many)
        groups = (first, *groups[1:])
    refs = tuple(ref for group in groups for ref in group)
    return Received(refs, tuple(map(len, groups)), _named(tree, ports))


def _named(tree: Tree | None, ports: tuple[Port, ...]) -> tuple[str, ...]:
    """The inputs that are given by name, to an op of which some may be left out."""
    if not isinstance(tree, Map) or not any(port.skippable for port in ports):
        return ()
    return tuple(port.name for port in ports if port.name in tree.items)


def use(resolved: Resolved, spec: NodeSpec, received: Received, place: Place) -> Built:
    """Build the node; `Built.failed` after reporting what is wrong with it."""
    place.scope.run.grow(place.span, len(received.refs))
    if resolved.target is None:
        return call(resolved, spec, received.refs, place)
    if not _count_fits(resolved, spec, received, place):
        received = _unknown(resolved)
    if isinstance(resolved.target, BlockDefinition):
        return _block(resolved.target, resolved, spec, received, place)
    _no_taps(spec, resolved, place)
    body, inputs = place.layers.body, received.refs
    op, spans = make_op(resolved.target, resolved, _first_type(inputs, place), place.scope)
    if received.names:
        op = op.with_ports(received.names)
    types = infer(op, inputs, spans, resolved.span, place)
    if types is None or not sizes_at_hand(op, inputs, spans, place):
        return place.lost(op)
    doubt_batch(op, inputs, spans, resolved.span, place)
    refs = add_item(place, op, inputs, types, spec, texts(resolved, body))
    body.arguments[refs[0].item] = spans
    return Built(
        place.name,
        place.span,
        place.path,
        refs,
        out_names=op.output_names[: len(refs)],
        numbered=op.numbered_outputs,
        made=op,
        weight=partial(weight_value, place, op, inputs),
        stateful=op.family == "state",
    )


def _first_type(inputs: tuple[Ref, ...], place: Place) -> Incoming:
    return place.layers.body.type_of(inputs[0]) if inputs else NOTHING


def _no_taps(spec: NodeSpec, resolved: Resolved, place: Place) -> None:
    if spec.doc.outputs is None:
        return
    text = f"`outputs` chooses among the nodes of a block, and `{resolved.name}` is an op"
    place.scope.report.error(codes.CONFLICTING_KEYS, text, spec.doc.outputs.span)
    raise Absorbed


def _count_fits(resolved: Resolved, spec: NodeSpec, received: Received, place: Place) -> bool:
    """Whether the op takes this many inputs; reported if not."""
    target, count = resolved.target, len(received.counts)
    ports = ports_of(resolved)
    optional = target.optional_ports if isinstance(target, type) else 0
    variadic = isinstance(target, type) and target.variadic
    least = len(ports) - optional
    if variadic and spec.doc.from_ is None and place.before is None:
        if any(nearest(name, NODE_KEYS) == "from" for name in resolved.args):
            return False
        least = 1 if "other" in resolved.args else 2
    if count >= least and (variadic or count <= len(ports)):
        return True
    if any(map(is_unknown, received.refs)) and splices(spec.doc.from_):
        return False  # how many values a failed node has is not known either
    before = place.layers.previous
    if variadic and spec.doc.from_ is None and before.numbered and len(before.outs) > 1:
        return False  # that none of its outputs is chosen is told
    many = str(least) if not optional else f"{least} to {len(ports)}"
    many = f"{least} or more" if variadic else many
    names = "" if variadic or len(ports) < 2 else f" ({', '.join(p.name for p in ports)})"
    got = "only the node before it" if spec.doc.from_ is None and count == 1 else f"{count}"
    few = _missing(resolved, spec.doc.from_, count, least)
    place.scope.report.error(
        codes.WRONG_INPUT_COUNT,
        f"`{resolved.name}` takes {many} input{'s' if many != '1' else ''}{names}, and gets {got}",
        spec.doc.from_.span if spec.doc.from_ is not None else resolved.span,
        help=few if count < least else _too_many(resolved),
        notes=place.scope.notes(),
        path=dotted(place.scope, place.path),
    )
    return False


def _too_many(resolved: Resolved) -> str:
    """The way out for a node that gets more inputs than it takes."""
    joins = {"Sum": "Add", "Prod": "Multiply", "Mean": "Add", "Amax": "Maximum", "Amin": "Minimum"}
    if resolved.name in joins:
        return f"it works over dimensions of one tensor: `{joins[resolved.name]}` joins several"
    return "join some of them first, with `Concat` or `Add`"


def _missing(resolved: Resolved, tree: Tree | None, count: int, least: int) -> str:
    """The way out for a node that gets fewer inputs than it takes."""
    needed = ports_of(resolved)[:least]
    if least < 2:
        return "leave `from` out for the node before"
    if tree is None or len(needed) < least:
        return "name its inputs: `from: [a, b]`"
    given = list(tree.items) if isinstance(tree, Map) else [port.name for port in needed[:count]]
    lost = [port for port in needed if port.name not in given]
    names = " and ".join(f"`{port.name}`" for port in lost)
    help = f"{names} {'are' if len(lost) > 1 else 'is'} missing"
    if any(port.many for port in lost):
        return f"{help}: a list may be empty, `[]`, and is given all the same"
    return f"{help}: a block's inputs are not optional" if _is_block(resolved) else help


def _is_block(resolved: Resolved) -> bool:
    return isinstance(resolved.target, BlockDefinition)


def _block(
    block: BlockDefinition, resolved: Resolved, spec: NodeSpec, received: Received, place: Place
) -> Built:
    body, inputs = place.layers.body, received.refs
    bound = bind_block(block, resolved, _first_type(inputs, place), place.scope)
    made = BlockUse(block, bound, place.scope, received.counts, spec.doc.outputs)
    used = spec.op.span if spec.op is not None else place.span
    done = elaborate(made, tuple(map(body.type_of, inputs)), place.path, used)
    body.take(done)
    if done.body is None:
        return place.lost(inside=done.unfinished)
    inner = done.body
    refs = add_item(place, inner, inputs, inner.output_types, spec, texts(resolved, body))
    lists = {name: tuple(refs[i] for i in chosen) for name, chosen in done.lists.items()}
    return Built(
        place.name,
        place.span,
        place.path,
        refs,
        out_names=tuple(out.name for out in inner.outputs),
        numbered=len(lists) == 1 and len(next(iter(lists.values()))) == len(refs),
        lists=lists,
        made=made,
        body=inner,
    )
