"""What a node receives: `from` in all its forms, or the node before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.diag import codes
from archc.diag.diagnostic import did_you_mean
from archc.diag.source import Span
from archc.lower.paths import locate, value_of
from archc.lower.reading import dollar, expression_failed, is_dollar
from archc.lower.values import Written
from archc.spec.document import describe_value
from archc.spec.expr import Absorbed, ExprError, PathExpr, evaluate_path, parse_path
from archc.spec.tree import List, Map, Scalar

if TYPE_CHECKING:
    from archc.ir.graph import Ref
    from archc.lower.layers import Layers
    from archc.lower.scope import Scope
    from archc.lower.values import Built
    from archc.spec.tree import Tree

Ports = tuple[str, ...]


def built_at(tree: Tree, layers: Layers, scope: Scope) -> list[Built]:
    """The nodes that a path written at `tree` names."""
    if is_dollar(tree) and isinstance(tree, Scalar):
        value = dollar(tree, scope)
        if isinstance(value, Written):
            return built_at(value.tree, layers, value.scope)
        tree = Scalar(value, tree.span)  # type: ignore[arg-type]
    if not isinstance(tree, Scalar) or not isinstance(tree.value, str | int):
        text = f"a path names a node, and this is {describe_value(tree)}"
        scope.report.error(codes.WRONG_KIND, text, tree.span, notes=scope.notes())
        raise Absorbed
    try:
        path = parse_path(str(tree.value))
        return locate(layers, evaluate_path(path, scope), path)
    except ExprError as problem:
        raise expression_failed(scope, tree, problem) from None


def values_at(tree: Tree, layers: Layers, scope: Scope) -> tuple[Ref, ...]:
    """The values that a path names, several when it holds `*`."""
    found = built_at(tree, layers, scope)
    whole = PathExpr((), 0, len(str(tree.value)) if isinstance(tree, Scalar) else 1)
    try:
        return tuple(value_of(built, whole) for built in found)
    except ExprError as problem:
        raise expression_failed(scope, tree, problem) from None


def previous_value(layers: Layers, scope: Scope, span: Span) -> tuple[Ref, ...]:
    """What the node before leaves."""
    try:
        return (value_of(layers.previous, PathExpr((), 0, 1)),)
    except ExprError as problem:
        scope.report.error(
            problem.code, problem.message, span, help=problem.help, notes=scope.notes()
        )
        raise Absorbed from None


def from_values(
    tree: Tree | None, layers: Layers, scope: Scope, ports: Ports, span: Span
) -> tuple[Ref, ...]:
    """The inputs of a node in the order of its `ports`."""
    match tree:
        case None:
            return previous_value(layers, scope, span)
        case List():
            return _each(tree, layers, scope)
        case Map():
            return _by_name(tree, layers, scope, ports)
        case _:
            return values_at(tree, layers, scope)


def _each(tree: List, layers: Layers, scope: Scope) -> tuple[Ref, ...]:
    """Every path is read, so that two wrong ones are two errors."""
    values: list[Ref] = []
    failed = False
    for part in tree.items:
        try:
            values.extend(values_at(part, layers, scope))
        except Absorbed:
            failed = True
    if failed:
        raise Absorbed
    return tuple(values)


def _by_name(tree: Map, layers: Layers, scope: Scope, ports: Ports) -> tuple[Ref, ...]:
    for key in tree.items:
        if key not in ports:
            help = did_you_mean(key, ports) or f"its inputs are {', '.join(ports)}"
            text = f"there is no input `{key}`"
            scope.report.error(codes.UNKNOWN_INPUT, text, tree.keys[key], help=help)
            raise Absorbed
    missing = [p for p in ports[: len(tree.items)] if p not in tree.items]
    if missing:
        text = f"the input `{missing[0]}` is not given"
        scope.report.error(codes.WRONG_INPUT_COUNT, text, tree.span)
        raise Absorbed
    return tuple(
        v for p in ports if p in tree.items for v in values_at(tree.items[p], layers, scope)
    )
