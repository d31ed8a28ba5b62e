"""What a body gives back, and what nothing uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.diag import codes
from archc.diag.diagnostic import Diagnostic, Label
from archc.ir.graph import Output, Skip
from archc.lower.inputs import values_at
from archc.spec.document import OutputDocument, describe_value, read
from archc.spec.expr import Absorbed
from archc.spec.tree import Map, Scalar

if TYPE_CHECKING:
    from archc.ir.graph import Ref
    from archc.lower.body import BodyBuilder
    from archc.lower.layers import Layers
    from archc.lower.values import Built
    from archc.spec.report import Report
    from archc.spec.tree import Tree


def find_outputs(layers: Layers, tree: Tree | None) -> tuple[Output, ...] | None:
    """The outputs: the last node's, or those declared. None when one is unknown."""
    if tree is None:
        return _of_last(layers.previous)
    if isinstance(tree, Scalar):
        refs = _values(tree, layers)
        return None if refs is None else (Output("", refs[0]),)
    if not isinstance(tree, Map):
        text = f"`outputs` is a mapping of names to nodes, not {describe_value(tree)}"
        layers.scope.report.error(codes.WRONG_KIND, text, tree.span)
        return None
    found = [_declared(name, value, layers) for name, value in tree.items.items()]
    return None if None in found else tuple(o for o in found if o is not None)


def _of_last(last: Built) -> tuple[Output, ...] | None:
    if last.unknown:
        return None
    if len(last.outs) == 1:
        return (Output("", last.outs[0]),)
    names = last.out_names or tuple(f"output{i}" for i in range(len(last.outs)))
    return tuple(Output(n, r) for n, r in zip(names, last.outs, strict=True))


def _values(tree: Tree, layers: Layers) -> tuple[Ref, ...] | None:
    try:
        refs = values_at(tree, layers, layers.scope)
    except Absorbed:
        return None
    return refs if refs and all(layers.body.type_of(r) is not None for r in refs) else None


def _declared(name: str, tree: Tree, layers: Layers) -> Output | None:
    report = layers.scope.report
    if isinstance(tree, Map):
        doc = read(OutputDocument, tree, report, f"the output `{name}`")
        if doc is None:
            return None
        if doc.when is not None:
            text = "`when` on an output is not read yet by this version"
            report.error(codes.UNSUPPORTED, text, tree.keys["when"])
            return None
        tree = doc.from_
    refs = _values(tree, layers)
    if refs is None:
        return None
    if len(refs) > 1:
        text = f"the output `{name}` is one value, and this names {len(refs)}"
        report.error(codes.SEVERAL_OUTPUTS, text, tree.span)
        return None
    return Output(name, refs[0])


def warn_unused(body: BodyBuilder, outputs: tuple[Output, ...], report: Report) -> None:
    """Warn of nodes whose outputs nothing reads."""
    used = {ref.item for item in body.items for ref in item.inputs}
    used |= {out.ref.item for out in outputs}
    for index, item in enumerate(body.items):
        if index in used or isinstance(item.what, Skip) or not item.outputs:
            continue
        report.add(
            Diagnostic(
                codes.UNUSED_NODE,
                f"nothing uses `{'.'.join(item.path)}`",
                Label(item.span),
                help="name it in a `from`, in `outputs`, or remove it",
                path=".".join(item.path),
            )
        )
