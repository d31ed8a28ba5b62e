"""`op: Call`: an earlier node applied once more, to inputs that its weights fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.diag import codes
from archc.diag.diagnostic import Label
from archc.ir.graph import Again, Body
from archc.ir.op import Op
from archc.lower.argument_names import check_names
from archc.lower.body import Attempt
from archc.lower.elaborate import elaborate, elaborate_group
from archc.lower.infer import infer
from archc.lower.inputs import built_at
from archc.lower.placing import add_item
from archc.lower.resolve import CALL
from archc.lower.tensors import owned
from archc.lower.values import Built, GroupUse
from archc.spec.expr import Absorbed

if TYPE_CHECKING:
    from archc.diag.source import Span
    from archc.ir.graph import Ref
    from archc.ir.op import Types
    from archc.lower.nodes import NodeSpec
    from archc.lower.placing import Place
    from archc.lower.resolve import Resolved


def call(resolved: Resolved, spec: NodeSpec, inputs: tuple[Ref, ...], place: Place) -> Built:
    """Build a `Call` node."""
    report = place.scope.report
    check_names(resolved, ("module",), ("module",), place.scope, f"`{CALL}`")
    if "module" not in resolved.args:
        raise Absorbed
    tree, writer, _ = resolved.args["module"]
    found = built_at(tree, place.layers, writer)
    if len(found) != 1:
        text = f"`{CALL}` applies one node, and this names {len(found)}"
        first = ".".join(found[0].path) if found else ""
        help = f"each needs a `{CALL}` of its own: `module: {first}`" if found else ""
        report.error(codes.WRONG_KIND, text, tree.span, help=help, notes=place.scope.notes())
        raise Absorbed
    (target,) = found
    if target.unknown:
        raise Absorbed
    if target.made is None:
        text, help = _not_again(target)
        report.error(codes.WRONG_KIND, text, tree.span, help=help, notes=place.scope.notes())
        raise Absorbed
    return apply_again(target, spec, inputs, place, tree.span)


def _not_again(target: Built) -> tuple[str, str]:
    """Why a node cannot be applied again, and what can be."""
    name = ".".join(target.path) or target.name
    if target.output_of is not None:
        return f"`{target.name}` is a value, and `{CALL}` applies a node", f"name `{name}` itself"
    if target.absent:
        return f"`{name}` is left out, since its `when` is false", "give this node the same `when`"
    if target.repeat and target.children:
        text = f"`{name}` is a repeat of {len(target.children)}, and `{CALL}` applies one node"
        one = f"apply one copy, `{name}.0`"
        whole = f"`{name}: {{layers: [{{..., inline: true}}]}}`"
        chain = f", or make the repeat a group, which is one node: {whole}"
        return text, one if target.numbered else one + chain
    text = f"`{name}` is not an op, a block or a group that can be applied again"
    return text, "name a node that is before this one and has an `op` or `layers`"


def apply_again(
    target: Built, spec: NodeSpec, inputs: tuple[Ref, ...], place: Place, span: Span
) -> Built:
    """Apply what was built once more."""
    title = target.path[-1] if target.path else target.name
    place.layers.body.attempt = Attempt(place.path, title, inputs, (place.span, span))
    what, types = _what(target, inputs, place, span)
    if what is None or types is None:
        return place.lost()
    _check_weights(target, what, inputs, place, span)
    refs = add_item(place, Again(target.path, what), inputs, types, spec)
    names, numbered = target.out_names, target.numbered
    return Built(place.name, place.span, place.path, refs, names, numbered, made=target.made)


def _what(
    target: Built, inputs: tuple[Ref, ...], place: Place, span: Span
) -> tuple[Op | Body | None, Types | None]:
    """The node for the types it gets here."""
    kinds = tuple(map(place.layers.body.type_of, inputs))
    if isinstance(target.made, Op):
        return target.made, infer(target.made, inputs, {}, span, place)
    assert target.made is not None
    if isinstance(target.made, GroupUse):
        done = elaborate_group(target.made, kinds, place.path, span)
    else:
        done = elaborate(target.made, kinds, place.path, span)
    return done.body, done.body.output_types if done.body is not None else None


def _check_weights(
    target: Built, what: Op | Body, inputs: tuple[Ref, ...], place: Place, span: Span
) -> None:
    """The weights that were made for the first place are the ones that this one needs."""
    body = place.layers.body
    depth = len(target.path)
    first = body.built_at.get(target.path)
    if first is None:
        first = [i for i in body.items if i.path[:depth] == target.path and not _again(i.what)]
        body.built_at[target.path] = first
    was = [
        (".".join((*item.path[depth:], name)), shape)
        for item in first
        for name, shape in owned(item.what, body.types(item.inputs) or ())
    ]
    types = body.types(inputs)
    if types is None or was == owned(what, types):
        return
    place.scope.report.error(
        codes.CHAIN_TYPE,
        f"`{target.name}` is built for {body.type_of(first[0].inputs[0])}, and its weights do not"
        f" fit {types[0]}",
        span,
        also=(Label(target.span, "built here"),) if target.span.line != span.line else (),
        help="give this place a node of its own",
        notes=place.scope.notes(),
    )
    raise Absorbed


def _again(what: object) -> bool:
    return isinstance(what, Again)
