"""Walking `layers`: every entry gets its name and its place, groups and conditions are decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.diag import codes
from archc.ir.graph import Container, Item, Skip
from archc.lower.inputs import from_values
from archc.lower.layers import Layers
from archc.lower.loops import loop_of
from archc.lower.names import check_name, fill_name, uses_own_loop
from archc.lower.nodes import NodeSpec, node_spec
from archc.lower.reading import boolean
from archc.lower.repeats import repeat_inline, repeat_named
from archc.lower.resolve import arguments_of, resolve
from archc.lower.run import LimitReached
from archc.lower.scope import Scope
from archc.lower.use import Place, inputs_of, use
from archc.lower.values import UNKNOWN, Built
from archc.spec.document import describe_value
from archc.spec.expr import Absorbed
from archc.spec.tree import List, Map, Scalar

if TYPE_CHECKING:
    from archc.diag.source import Span
    from archc.ir.graph import Ref
    from archc.spec.tree import Tree


def walk(layers: Layers, tree: Tree) -> None:
    """Build every entry of a `layers` mapping or list, in order."""
    match tree:
        case Map():
            layers.pending.update(tree.items)
            layers.size = len(tree.items)
            for key, value in tree.items.items():
                _entry(layers, key, value, tree.keys[key])
        case List():
            layers.size = len(tree.items)
            for value in tree.items:
                _entry(layers, None, value, value.span)
        case _:
            text = f"`layers` takes a mapping or a list of nodes, not {describe_value(tree)}"
            layers.scope.report.error(codes.WRONG_KIND, text, tree.span)
            layers.body.failed = True


def _entry(layers: Layers, key: str | None, tree: Tree, span: Span) -> None:
    """Build one entry. What fails leaves a node of unknown type behind, so that nothing follows."""
    try:
        place_entry(layers, key, node_spec(tree, layers.scope.run), span)
    except LimitReached:
        raise
    except Absorbed:
        name = key if key is not None else str(len(layers.names))
        layers.body.failed = True
        layers.put(name, Built.failed(name, span, (*layers.path, name)))


def place_entry(layers: Layers, key: str | None, spec: NodeSpec, span: Span) -> None:
    """Build a node once, or as often as its loop says."""
    scope = layers.scope
    loop = loop_of(spec, scope)
    if loop is None:
        _once(layers, key, spec, span, scope)
    elif spec.doc.inline or uses_own_loop(key, loop.names):
        repeat_inline(layers, key, spec, span, loop, _once)
    else:
        repeat_named(layers, _name(layers, key, scope, span), spec, span, loop, single)


def _name(layers: Layers, key: str | None, scope: Scope, span: Span) -> str:
    if key is None:
        return str(len(layers.names))
    name = fill_name(key, scope, span)
    check_name(name, layers, span)
    return name


def _once(layers: Layers, key: str | None, spec: NodeSpec, span: Span, scope: Scope) -> None:
    if spec.doc.inline:
        _inline_group(layers, spec, span, scope)
        return
    name = _name(layers, key, scope, span)
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
    if spec.doc.when is not None and not boolean(spec.doc.when, _receiving(layers, scope)):
        return
    inner = layers.inline(scope)
    if spec.doc.from_ is not None:
        refs = from_values(spec.doc.from_, layers, scope, ("input",), span)
        inner.input = inner.previous = Built("input", span, (), refs)
    walk(inner, spec.layers)
    layers.previous = inner.previous


def _receiving(layers: Layers, scope: Scope) -> Scope:
    previous = layers.previous
    ref = previous.outs[0] if previous.outs else UNKNOWN
    return scope.receiving(layers.body.type_of(ref))


def single(place: Place, spec: NodeSpec, *, vanish: bool) -> Built | None:
    """Build one node, or what is left of it where its `when` is false.

    In a list (`vanish`) nothing is left: None.
    """
    if spec.layers is not None:
        return _group_node(place, spec, vanish=vanish)
    assert spec.op is not None
    resolved = resolve(spec.op, arguments_of(spec.args, place.scope), place.scope)
    if resolved is None:
        return _passes(place, spec, _first(place, spec), vanish=vanish)
    inputs = inputs_of(resolved, spec, place)
    if not _holds(spec, inputs, place):
        return _passes(place, spec, inputs, vanish=vanish)
    built = use(resolved, spec, inputs, _seeing(place, inputs))
    if built.unknown:
        place.layers.body.failed = True
    return built


def _first(place: Place, spec: NodeSpec) -> tuple[Ref, ...]:
    if place.first is not None:
        return (place.first,)
    return from_values(spec.doc.from_, place.layers, place.scope, ("input",), place.span)


def _seeing(place: Place, inputs: tuple[Ref, ...]) -> Place:
    """The same place, its expressions seeing `in`."""
    if not inputs:
        return place
    scope = place.scope.receiving(place.layers.body.type_of(inputs[0]))
    return Place(place.layers, scope, place.name, place.path, place.span, place.first)


def _holds(spec: NodeSpec, inputs: tuple[Ref, ...], place: Place) -> bool:
    when = spec.doc.when
    if when is None:
        return True
    if isinstance(when, Scalar) and str(when.value).split(" ")[0] == "training":
        place.scope.report.error(
            codes.UNSUPPORTED,
            "`when: training` is not read yet by this version",
            when.span,
            help="leave the node out, or keep it in both modes",
        )
        raise Absorbed
    return boolean(when, _seeing(place, inputs).scope)


def _passes(place: Place, spec: NodeSpec, inputs: tuple[Ref, ...], *, vanish: bool) -> Built | None:
    """A node that is not there: its outputs are its first input."""
    body = place.layers.body
    if vanish:
        return None
    kind = body.type_of(inputs[0]) if inputs else None
    if kind is None:
        return Built.failed(place.name, place.span, place.path)
    when = str(getattr(spec.doc.when, "value", ""))
    item = Item(place.path, Skip(), inputs[:1], (kind,), place.span, when=when)
    return Built(place.name, place.span, place.path, body.add(item))


def _group_node(place: Place, spec: NodeSpec, *, vanish: bool) -> Built | None:
    inputs = _first(place, spec)
    if not _holds(spec, inputs, place):
        return _passes(place, spec, inputs, vanish=vanish)
    if len(inputs) != 1:
        text = f"a group has one input, and this one gets {len(inputs)}"
        help = "name the others by their own paths inside it, or make it a block with `inputs`"
        place.scope.report.error(codes.WRONG_INPUT_COUNT, text, place.span, help=help)
        raise Absorbed
    return group(_seeing(place, inputs), spec, inputs)


def group(place: Place, spec: NodeSpec, inputs: tuple[Ref, ...]) -> Built:
    """A mapping or list of nodes under a name."""
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
    if before is None:
        del layers.names[place.name]
    kind = ("list" if _wired(spec.layers) else "sequential") if numbered else "group"
    body.containers.append(
        Container(place.path, kind, first, len(body.items), place.span)  # type: ignore[arg-type]
    )
    last = inner.previous
    built.outs, built.out_names, built.numbered = last.outs, last.out_names, last.numbered
    built.unfinished = False
    return built


def _wired(tree: Tree) -> bool:
    """Whether an item of a list says itself where its input comes from."""
    assert isinstance(tree, List)
    return any(isinstance(t, Map) and "from" in t.items for t in tree.items)
