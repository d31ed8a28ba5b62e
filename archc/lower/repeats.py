"""The copies of a node: a chain, parallel branches, or one module applied again and again."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from archc.diag import codes
from archc.ir.graph import Container
from archc.lower.again import apply_again
from archc.lower.inputs import ONE, from_values
from archc.lower.placing import Place
from archc.lower.run import LimitReached
from archc.lower.scope import Scope
from archc.lower.single import inputs_again
from archc.lower.values import Built
from archc.spec.expr import Absorbed

if TYPE_CHECKING:
    from archc.diag.source import Span
    from archc.ir.graph import Ref
    from archc.lower.layers import Layers
    from archc.lower.loops import Loop
    from archc.lower.nodes import NodeSpec

Once = Callable[["Layers", "str | None", "NodeSpec", "Span", Scope], None]
Single = Callable[..., "Built | None"]


def repeat_inline(
    layers: Layers, key: str | None, spec: NodeSpec, span: Span, loop: Loop, once: Once
) -> None:
    """Copies that are entries of the enclosing layers, without a container."""
    for copy in loop.copies:
        scope = Scope(layers.scope, dict(copy))
        if spec.doc.inline and spec.op is not None:
            spec = _without_inline(spec)
        once(layers, key, spec, span, scope)


def _without_inline(spec: NodeSpec) -> NodeSpec:
    from msgspec.structs import replace

    return replace(spec, doc=spec.doc.model_copy(update={"inline": False}))


def repeat_named(
    layers: Layers, name: str, spec: NodeSpec, span: Span, loop: Loop, single: Single
) -> None:
    """Copies in a container of their own, named like the node."""
    built = Built(name, span, (*layers.path, name), repeat=True, children={})
    if spec.doc.shared:
        layers.put(name, _shared(layers, name, spec, span, loop, single))
        return
    first = len(layers.body.items)
    before = layers.previous
    layers.names[name] = built
    _copies(layers, built, spec, span, loop, single)
    layers.previous = before
    _finish(layers, built, spec, span)
    kind: Literal["list", "sequential"] = "list" if spec.doc.parallel else "sequential"
    layers.body.containers.append(
        Container(built.path, kind, first, len(layers.body.items), span, repeat=True)
    )
    layers.put(name, built)


def _copies(
    layers: Layers, built: Built, spec: NodeSpec, span: Span, loop: Loop, single: Single
) -> None:
    assert built.children is not None
    before: Built | None = None
    for k, variables in enumerate(loop.copies):
        scope = Scope(layers.scope, dict(variables))
        chained = None if spec.doc.parallel else before
        place = Place(layers, scope, str(k), (*built.path, str(k)), span, chained)
        try:
            copy = single(place, spec, vanish=False) or Built.failed(str(k), span)
        except LimitReached:
            raise
        except Absorbed:
            layers.scope.run.bear()
            layers.body.failed = True
            copy = place.lost()
        built.children[str(k)] = copy
        before = copy


def _finish(layers: Layers, built: Built, spec: NodeSpec, span: Span) -> None:
    """What the repeat as a whole gives: the last copy's outputs, or every copy's."""
    assert built.children is not None
    copies = list(built.children.values())
    if not copies:
        built.outs = from_values(spec.doc.from_, layers, layers.scope, ONE, span)[0]
    elif spec.doc.parallel:
        built.outs = _every(copies)
        built.numbered = len(built.outs) > 1
    else:
        last = copies[-1]
        built.outs, built.out_names, built.numbered = last.outs, last.out_names, last.numbered


def _every(copies: list[Built]) -> tuple[Ref, ...]:
    """The outputs of all copies in a row."""
    return tuple(ref for copy in copies for ref in (copy.outs if copy.numbered else copy.outs[:1]))


def _shared(
    layers: Layers, name: str, spec: NodeSpec, span: Span, loop: Loop, single: Single
) -> Built:
    """One module, applied each time: to its own output, or with `parallel` to each input."""
    path = (*layers.path, name)
    scopes = [Scope(layers.scope, dict(variables)) for variables in loop.copies]
    if not scopes:
        refs = from_values(spec.doc.from_, layers, layers.scope, ONE, span)[0]
        return Built(name, span, path, refs)
    found = single(Place(layers, scopes[0], name, path, span), spec, vanish=False)
    made: Built = found or Built.failed(name, span, path)
    if made.made is None and len(scopes) > 1 and not made.unknown:
        text = "`shared` goes with an op or a block"
        layers.scope.report.error(codes.CONFLICTING_KEYS, text, span, help="make it a block")
        raise Absorbed
    uses = [made]
    for scope in scopes[1:]:
        if uses[-1].unknown:
            break
        chained = None if spec.doc.parallel else uses[-1]
        place = Place(layers, scope, name, path, span, chained)
        uses.append(apply_again(made, spec, inputs_again(spec, place), place, span))
    if not spec.doc.parallel:
        last = uses[-1]
        return Built(name, span, path, last.outs, last.out_names, last.numbered, made=made.made)
    outs = _every(uses)
    children = {str(k): use for k, use in enumerate(uses)}
    return Built(name, span, path, outs, numbered=len(outs) > 1, children=children, made=made.made)
