"""What a body gives back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from archc.diag import codes
from archc.ir.graph import Output, Ref
from archc.lower.conditions import decide
from archc.lower.inputs import values_at
from archc.spec.document import describe_value, read
from archc.spec.expr import Absorbed
from archc.spec.keys import OutputDocument
from archc.spec.tree import List, Map, Scalar

if TYPE_CHECKING:
    from archc.lower.layers import Layers
    from archc.spec.tree import Tree


class Outputs(Struct, frozen=True):
    """The outputs of a body, and which of them make up the lists among those declared."""

    outs: tuple[Output, ...]
    lists: dict[str, tuple[int, ...]] = field(default_factory=dict[str, tuple[int, ...]])


def find_outputs(layers: Layers, tree: Tree | None) -> Outputs | None:
    """The outputs: the last node's, or those declared. None when one is unknown."""
    if tree is None:
        return _of_last(layers)
    if isinstance(tree, Scalar) and "," not in str(tree.value):
        refs = _values(tree, layers)
        return None if refs is None else Outputs((Output("", refs[0]),))
    if not isinstance(tree, Map):
        text = f"`outputs` is a mapping of names to nodes, not {describe_value(tree)}"
        help = f"write `outputs: {{{_as_mapping(tree) or 'logits: fc'}}}`"
        layers.scope.report.error(codes.WRONG_KIND, text, tree.span, help=help)
        return None
    outs: list[Output] = []
    lists: dict[str, tuple[int, ...]] = {}
    failed = False
    for name, value in tree.items.items():
        found = _declared(name, value, layers)
        if found is None:
            failed = True
        elif isinstance(found, tuple):
            lists[name] = tuple(range(len(outs), len(outs) + len(found)))
            outs.extend(found)
        elif found is not ABSENT:
            outs.append(found)
    return None if failed else Outputs(tuple(outs), lists)


def _as_mapping(tree: Tree) -> str:
    """The entries for a list of paths, or several with commas: each is called like its node."""
    paths = (
        [str(t.value) for t in tree.items if isinstance(t, Scalar)]
        if isinstance(tree, List)
        else []
    )
    if isinstance(tree, Scalar):
        paths = [path.strip() for path in str(tree.value).strip("()").split(",")]
    names = [path.rpartition(".")[2] for path in paths]
    fits = len(set(names)) == len(names) and all(name.isidentifier() for name in names)
    return ", ".join(map("{}: {}".format, names, paths)) if fits else ""


ABSENT = Output("", Ref(-1))
"""An output whose `when` is false."""


def _of_last(layers: Layers) -> Outputs | None:
    last = layers.previous
    layers.body.ends += last.outs
    if last.unknown:
        return None
    if len(last.outs) == 1:
        return Outputs((Output("", last.outs[0]),))
    names = last.out_names or tuple(f"output{i}" for i in range(len(last.outs)))
    return Outputs(tuple(Output(n, r) for n, r in zip(names, last.outs, strict=True)))


def _values(tree: Tree, layers: Layers) -> tuple[Ref, ...] | None:
    try:
        refs = values_at(tree, layers, layers.scope)
    except Absorbed:
        return None
    layers.body.ends += refs
    return refs if refs and all(layers.body.type_of(r) is not None for r in refs) else None


def _declared(name: str, tree: Tree, layers: Layers) -> Output | tuple[Output, ...] | None:
    """One output, a tuple of them for a list, None after reporting what is wrong."""
    training = False
    if isinstance(tree, Map):
        doc = read(OutputDocument, tree, layers.scope.report, f"the output `{name}`")
        if doc is None:
            return None
        try:
            condition = decide(doc.when, layers.scope)
        except Absorbed:
            return None
        if not condition.holds:
            return ABSENT
        tree, training = doc.from_, condition.training
    refs = _values(tree, layers)
    if refs is None:
        return None
    if isinstance(tree, Scalar) and "*" in str(tree.value):
        return tuple(Output(f"{name}_{k}", ref, training) for k, ref in enumerate(refs))
    return Output(name, refs[0], training)
