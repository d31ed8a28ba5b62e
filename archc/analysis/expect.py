"""What an author knows of a network (`expect:`), compared with the facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from archc.analysis.costs import measure
from archc.analysis.figures import shape, thousands
from archc.diag import codes
from archc.diag.diagnostic import Diagnostic, Label, did_you_mean
from archc.diag.fix import replacing
from archc.lower.reading import INTEGER, SIZE, read_value
from archc.spec.expr import Absorbed
from archc.spec.tree import List, Map

if TYPE_CHECKING:
    from archc.ir.types import TensorType
    from archc.lower import Loaded
    from archc.lower.scope import Scope
    from archc.spec.tree import Tree


def checked(loaded: Loaded) -> Loaded:
    """The same with what `expect` gets wrong among its diagnostics, and no network then."""
    network, expect, scope = loaded.network, loaded.expect, loaded.scope
    if network is None or expect is None or scope is None:
        return loaded
    costs = measure(network)
    _number("params", expect.params, costs.params, scope)
    _number("flops", expect.flops, costs.flops, scope)
    body = network.body
    outs = {out.name or "output": body.type_of(out.ref) for out in body.outputs}
    _shape("output", expect.output, next(iter(outs.values())), scope)
    if isinstance(expect.outputs, Map):
        _shapes(expect.outputs, outs, scope)
    report = scope.report
    kept = None if report.failed else network
    return replace(loaded, network=kept, diagnostics=report.sorted())


def _number(name: str, tree: Tree | None, fact: int, scope: Scope) -> None:
    if tree is None:
        return
    try:
        stated = read_value(tree, scope, INTEGER)
    except Absorbed:
        return
    if stated != fact:
        text = thousands(stated) if isinstance(stated, int) else str(stated)
        message = f"`expect` says {text} {name}, and the network has {thousands(fact)}"
        _report(message, tree, str(fact), scope, _halved(name, stated, fact))


def _halved(name: str, stated: object, fact: int) -> str:
    """What to add where the author counted multiply-accumulates."""
    macs = name == "flops" and isinstance(stated, int) and 2 * stated == fact
    return "; it counts each multiply-accumulate as two" if macs else ""


def _shapes(tree: Map, outs: dict[str, TensorType], scope: Scope) -> None:
    for name, stated in tree:
        if name in outs:
            _shape(name, stated, outs[name], scope)
        else:
            help = did_you_mean(name, outs) or f"its outputs are {', '.join(outs)}"
            message = f"the network has no output `{name}`"
            scope.report.error(codes.EXPECT_DIFFERS, message, tree.keys[name], help=help)


def _shape(name: str, tree: Tree | None, fact: TensorType, scope: Scope) -> None:
    if tree is None:
        return
    try:
        stated = read_value(tree, scope, SIZE)
    except Absorbed:
        return
    if not isinstance(tree, List) or not isinstance(stated, list):
        message = f"`expect` wants a shape for `{name}`: a list of sizes"
        _report(message, tree, shape(fact.shape), scope)
    elif tuple(stated) != fact.shape:
        message = f"`expect` says `{name}` is {shape(tuple(stated))}, and it is {fact}"
        _report(message, tree, shape(fact.shape), scope)


def _report(message: str, tree: Tree, fact: str, scope: Scope, more: str = "") -> None:
    help = f"if the network is right, write `{fact}`{more}"
    primary = Label(tree.span, "stated here")
    fix = replacing(tree.span, fact)
    scope.report.add(Diagnostic(codes.EXPECT_DIFFERS, message, primary, help=help, fix=fix))
