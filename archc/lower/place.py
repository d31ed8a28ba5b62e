"""Walking `layers`: every entry gets its name and its place, once or for each of its copies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.diag import codes
from archc.lower.conditions import holds
from archc.lower.inputs import ONE, from_values
from archc.lower.loops import loop_of
from archc.lower.misplaced import beside_its_node, no_nodes
from archc.lower.names import check_loop_key, check_name, fill_name, uses_own_loop
from archc.lower.nodes import node_spec
from archc.lower.placing import Place
from archc.lower.repeats import repeat_inline, repeat_named
from archc.lower.run import LimitReached
from archc.lower.single import single
from archc.lower.values import UNKNOWN, Built
from archc.spec.document import describe_value
from archc.spec.expr import Absorbed
from archc.spec.tree import List, Map

if TYPE_CHECKING:
    from archc.diag.source import Span
    from archc.lower.layers import Layers
    from archc.lower.nodes import NodeSpec
    from archc.lower.scope import Scope
    from archc.spec.tree import Tree


def walk(layers: Layers, tree: Tree) -> None:
    """Build every entry of a `layers` mapping or list, in order."""
    match tree:
        case Map():
            layers.pending.update(tree.keys)
            layers.size = len(tree.items)
            unfit = beside_its_node(tree, layers.scope.report)
            for place, (key, value) in enumerate(tree.items.items()):
                layers.current = key
                if place < unfit:
                    _entry(layers, key, value, tree.keys[key])
                else:
                    _failed(layers, key, value, tree.keys[key])
        case List():
            layers.size = len(tree.items)
            strange = {id(value) for value in no_nodes(tree, layers.scope.report)}
            for value in tree.items:
                if id(value) in strange:
                    _failed(layers, None, value, value.span)
                else:
                    _entry(layers, None, value, value.span)
        case _:
            text = f"`layers` takes a mapping or a list of nodes, not {describe_value(tree)}"
            help = "a `:` is followed by a space" if ":" in tree.text else ""
            if tree.text.startswith("-"):
                help = "a `-` is followed by a space"
            layers.scope.report.error(codes.WRONG_KIND, text, tree.span, help=help)
            layers.body.failed = True


def _entry(layers: Layers, key: str | None, tree: Tree, span: Span) -> None:
    """Build one entry. What fails leaves a node of unknown type behind, so that nothing follows."""
    try:
        place_entry(layers, key, node_spec(tree, layers.scope.run), span)
    except LimitReached:
        raise
    except Absorbed:
        layers.scope.run.bear()
        _failed(layers, key, tree, span)


def _failed(layers: Layers, key: str | None, tree: Tree, span: Span) -> None:
    name = key if key is not None else str(len(layers.names))
    body, path = layers.body, (*layers.path, name)
    body.failed = True
    value = body.lose(path, tree.span, layers.previous.outs[:1])
    layers.put(name, Built.failed(name, span, path, value))


def place_entry(layers: Layers, key: str | None, spec: NodeSpec, span: Span) -> None:
    """Build a node once, or as often as its loop says."""
    scope = layers.scope
    loop = loop_of(spec, scope)
    if loop is not None:
        scope.run.grow(span)
    if loop is None:
        _once(layers, key, spec, span, scope)
    elif spec.doc.inline or uses_own_loop(key, loop.names):
        repeat_inline(layers, key, spec, span, loop, _once)
    else:
        repeat_named(layers, _name(layers, key, spec, scope, span), spec, span, loop, single)


def _name(layers: Layers, key: str | None, spec: NodeSpec, scope: Scope, span: Span) -> str:
    if key is None:
        return str(len(layers.names))
    if "{" in key and spec.args is not None:
        check_loop_key(key, spec.args, scope)
    name = fill_name(key, scope, span)
    check_name(name, layers, span)
    return name


def _once(layers: Layers, key: str | None, spec: NodeSpec, span: Span, scope: Scope) -> None:
    if spec.doc.inline:
        _inline_group(layers, spec, span, scope)
        return
    name = _name(layers, key, spec, scope, span)
    place = Place(layers, scope, name, (*layers.path, name), span)
    built = single(place, spec, vanish=layers.numbered)
    if built is not None:
        layers.put(name, built)


def _inline_group(layers: Layers, spec: NodeSpec, span: Span, scope: Scope) -> None:
    """A group without a module: its entries become entries of these layers."""
    if spec.layers is None:
        text = "`inline` goes with `layers`, or with a `repeat`"
        layers.scope.report.error(codes.CONFLICTING_KEYS, text, span, help="drop `inline`")
        raise Absorbed
    if spec.doc.when is not None and not holds(spec.doc.when, _receiving(layers, scope)):
        return
    inner = layers.inline(scope)
    if spec.doc.from_ is not None:
        refs = from_values(spec.doc.from_, layers, scope, ONE, span)[0]
        inner.input = inner.previous = Built("input", span, (), refs)
    walk(inner, spec.layers)
    layers.previous = inner.previous


def _receiving(layers: Layers, scope: Scope) -> Scope:
    previous = layers.previous
    ref = previous.outs[0] if previous.outs else UNKNOWN
    return scope.receiving(layers.body.type_of(ref))
