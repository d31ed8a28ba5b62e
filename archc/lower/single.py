"""One node in its place: an op, a block, a group, or what is left where its `when` is false."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.diag import codes
from archc.ir.graph import Container, Item, Skip
from archc.lower.body import Attempt
from archc.lower.conditions import decide
from archc.lower.group_init import with_group_rules
from archc.lower.initialise import node_rules
from archc.lower.inputs import ONE, check_paths, from_values, value_before
from archc.lower.layers import Layers
from archc.lower.placing import Place
from archc.lower.resolve import arguments_of, resolve
from archc.lower.use import inputs_of, use
from archc.lower.values import UNKNOWN, Built, GroupUse
from archc.spec.expr import Absorbed
from archc.spec.tree import List, Map

if TYPE_CHECKING:
    from typing import Literal

    from archc.ir.graph import Ref
    from archc.lower.nodes import NodeSpec
    from archc.spec.tree import Tree


def single(place: Place, spec: NodeSpec, *, vanish: bool) -> Built | None:
    """Build one node, or what is left of it where its `when` is false.

    In a list (`vanish`) nothing is left: None.
    """
    if spec.layers is not None:
        return _group_node(place, spec, vanish=vanish)
    assert spec.op is not None
    try:
        resolved = resolve(spec.op, arguments_of(spec.args, place.scope), place.scope)
    except Absorbed:
        refs = check_paths(spec.doc.from_, place.layers, place.scope)
        _try(place, spec, str(spec.op.value), refs or place.layers.previous.outs)
        raise
    if resolved is None:
        return _passes(place, spec, _first(place, spec), vanish=vanish)
    received = inputs_of(resolved, spec, place)
    _try(place, spec, resolved.name, received.refs)
    seeing = _seeing(place, received.refs)
    condition = decide(spec.doc.when, seeing.scope)
    if not condition.holds:
        return _passes(place, spec, received.refs, vanish=vanish)
    with place.layers.body.mode(training=condition.training):
        built = use(resolved, spec, received, seeing)
    if built.unknown:
        place.layers.body.failed = True
    return built


def _try(place: Place, spec: NodeSpec, title: str, inputs: tuple[Ref, ...]) -> None:
    """Note what is about to be built, in case that it fails."""
    place.layers.body.attempt = Attempt(place.path, title, inputs, (place.span, spec.span))


def inputs_again(spec: NodeSpec, place: Place) -> tuple[Ref, ...]:
    """What a node that is built receives at another place."""
    if spec.op is None:
        return _first(place, spec)
    resolved = resolve(spec.op, arguments_of(spec.args, place.scope), place.scope)
    return () if resolved is None else inputs_of(resolved, spec, place).refs


def _first(place: Place, spec: NodeSpec) -> tuple[Ref, ...]:
    if place.before is not None:
        return value_before(place.before, place.scope, place.span)
    groups = from_values(spec.doc.from_, place.layers, place.scope, ONE, place.span)
    return tuple(ref for group in groups for ref in group)


def _seeing(place: Place, inputs: tuple[Ref, ...]) -> Place:
    """The same place, its expressions seeing `in`."""
    if not inputs:
        return place
    scope = place.scope.receiving(place.layers.body.type_of(inputs[0]))
    return Place(place.layers, scope, place.name, place.path, place.span, place.before)


def _passes(place: Place, spec: NodeSpec, inputs: tuple[Ref, ...], *, vanish: bool) -> Built | None:
    """A node that is not there: its outputs are its first input."""
    body = place.layers.body
    place.scope.run.grow(place.span)
    if vanish:
        return None
    kind = body.type_of(inputs[0]) if inputs else None
    if kind is None:
        value = inputs[0] if inputs else UNKNOWN
        return Built.failed(place.name, place.span, place.path, value)
    when = str(getattr(spec.doc.when, "value", ""))
    item = Item(place.path, Skip(), inputs[:1], (kind,), place.span, when=when)
    return Built(place.name, place.span, place.path, body.add(item), absent=True)


def _group_node(place: Place, spec: NodeSpec, *, vanish: bool) -> Built | None:
    place.scope.run.grow(place.span)
    try:
        inputs = _first(place, spec)
    except Absorbed:
        inputs = (UNKNOWN,)
    seeing = _seeing(place, inputs)
    condition = decide(spec.doc.when, seeing.scope)
    if not condition.holds:
        return _passes(place, spec, inputs, vanish=vanish)
    if len(inputs) != 1:
        text = f"a group has one input, and this one gets {len(inputs)}"
        help = "name the others by their own paths inside it, or make it a block with `inputs`"
        place.scope.report.error(codes.WRONG_INPUT_COUNT, text, place.span, help=help)
        raise Absorbed
    body = place.layers.body
    passes = inputs[0] if condition.training and not body.training else None
    with body.mode(training=condition.training):
        return _group(seeing, spec, inputs, passes)


def _group(place: Place, spec: NodeSpec, inputs: tuple[Ref, ...], passes: Ref | None) -> Built:
    """A mapping or list of nodes under a name."""
    from archc.lower.place import walk

    assert spec.layers is not None
    layers, body = place.layers, place.layers.body
    built = Built(place.name, place.span, place.path, inputs, unfinished=True)
    numbered = isinstance(spec.layers, List)
    incoming = Built("input", place.span, (), inputs)
    inner = Layers(body, place.scope, place.path, incoming, parent=layers, numbered=numbered)
    built.children = inner.names
    before = layers.names.get(place.name)
    layers.names[place.name] = built
    first = len(body.items)
    walk(inner, spec.layers)
    rules = node_rules(spec.doc.init, place.scope)
    if rules:
        depth = len(place.path)
        body.items[first:] = [with_group_rules(rules, item, depth) for item in body.items[first:]]
    if before is None:
        del layers.names[place.name]
    body.containers.append(
        Container(place.path, _kind(spec.layers), first, len(body.items), place.span, passes=passes)
    )
    last = inner.previous
    built.outs, built.out_names, built.numbered = last.outs, last.out_names, last.numbered
    built.made = GroupUse(place.name, spec.layers, place.scope, place.span)
    built.unfinished = False
    return built


def _kind(tree: Tree) -> Literal["group", "list", "sequential"]:
    """A list whose items say themselves where their input comes from is no chain."""
    if not isinstance(tree, List):
        return "group"
    wired = any(isinstance(t, Map) and "from" in t.items for t in tree.items)
    return "list" if wired else "sequential"
