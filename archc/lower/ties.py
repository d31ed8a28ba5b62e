"""`tie`: a node's tensor that is another node's, and counts once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.diag import codes
from archc.diag.diagnostic import did_you_mean
from archc.ir.given import given_tensor
from archc.ir.graph import Body
from archc.ir.op import Op
from archc.lower.inputs import built_at
from archc.lower.tensors import joined, owned
from archc.spec.document import describe_value
from archc.spec.expr import Absorbed
from archc.spec.tree import Map, Scalar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archc.ir.graph import Path
    from archc.lower.body import BodyBuilder
    from archc.lower.placing import Place
    from archc.lower.values import Built
    from archc.spec.report import Report
    from archc.spec.tree import Tree


def note_ties(tree: Map | None, place: Place) -> None:
    """Remember what a node's `tie` says; `resolve_ties` checks it when the body is whole."""
    if tree is None:
        return
    for name, value in tree.items.items():
        target = ".".join((*place.path, name))
        source = _source(name, value, place)
        place.layers.body.ties.append((target, source, value.span))


def _source(name: str, tree: Tree, place: Place) -> str:
    """The path of a tensor: its name behind the node that owns it, or a node that is one."""
    text = tree.value if isinstance(tree, Scalar) else None
    if not isinstance(text, str):
        raise _no_tensor(tree, place, "as in `tie: {weight: embed.weight}`")
    node, _, tensor = text.rpartition(".")
    owner = _node(Scalar(node or text, tree.span), (tensor,) if node else (), place)
    held = (owner.children or {}).get(tensor, owner)
    if held.stateful:
        place.layers.body.measured.update(ref.item for ref in held.outs)
        return ".".join(held.path)
    if not node:
        raise _no_tensor(tree, place, f"as in `tie: {{{name}: {text}.{name}}}`")
    if owner.output_of is not None:
        built_at(tree, place.layers, place.scope)  # nothing is inside an output, and this says so
    inside = given_tensor(owner.body, tensor) if owner.body is not None else ()
    return ".".join((*owner.path, *(inside or (tensor,))))


def _node(path: Scalar, owned: tuple[str, ...], place: Place) -> Built:
    found = built_at(path, place.layers, place.scope, owned)
    if not found or found[0].unknown:
        raise Absorbed
    return found[0]


def _no_tensor(tree: Tree, place: Place, help: str) -> Absorbed:
    wrong = f"`tie` takes the path of a tensor, not {describe_value(tree)}"
    place.scope.report.error(codes.WRONG_KIND, wrong, tree.span, help=help)
    return Absorbed()


def resolve_ties(body: BodyBuilder, report: Report) -> tuple[tuple[str, str], ...]:
    """The ties of a finished body, those that do not fit reported."""
    if not body.ties:
        return ()
    shapes = dict(body_tensors(body))
    kept = []
    for target, source, span in body.ties:
        wrong = next((p for p in (target, source) if p not in shapes), None)
        if wrong is not None:
            node, _, tensor = wrong.rpartition(".")
            text = f"`{node}` has no tensor `{tensor}` to tie"
            owned = [p.rpartition(".")[2] for p in shapes if p.rpartition(".")[0] == node]
            help = did_you_mean(tensor, owned) or f"it has {', '.join(owned) or 'none'}"
            report.error(codes.NO_SUCH_PART, text, span, help=help)
        elif shapes[target] != shapes[source]:
            text = f"`{target}` is {list(shapes[target])}, and `{source}` is {list(shapes[source])}"
            report.error(codes.SHAPES_DIFFER, text, span, help="tied tensors have one shape")
        else:
            kept.append((target, source))
    return tuple(kept)


def all_ties(body: Body, prefix: Path = ()) -> Iterator[tuple[str, str]]:
    """The ties of a network, those inside its blocks included, as full paths."""
    for target, source in body.ties:
        yield ".".join((*prefix, target)), ".".join((*prefix, source))
    for item in body.items:
        if isinstance(item.what, Body):
            yield from all_ties(item.what, (*prefix, *item.path))


def body_tensors(body: BodyBuilder) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Every tensor of a body by its path in it."""
    for item in body.items:
        if isinstance(item.what, Op | Body):
            types = body.types(item.inputs) or ()
            for name, shape in owned(item.what, types):
                yield joined(item.path, name), shape
