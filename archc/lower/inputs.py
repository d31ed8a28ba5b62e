"""What a node receives: `from` in all its forms, or the node before."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, TypeAlias

from archc.diag import codes
from archc.diag.misspelt import guess
from archc.diag.source import Span
from archc.lower.paths import locate, value_of
from archc.lower.ports import Port
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

Refs: TypeAlias = "tuple[Ref, ...]"
Ports: TypeAlias = "tuple[Port, ...]"
ONE = (Port("input"),)
"""The input of a group, and of everything that takes just what came before."""
_WHOLE = PathExpr((), 0, 1)
"""The path to the node before, which nobody writes."""


def built_at(tree: Tree, layers: Layers, scope: Scope, owned: tuple[str, ...] = ()) -> list[Built]:
    """The nodes that a path written at `tree` names; `owned` is a tensor that it goes on with."""
    if is_dollar(tree) and isinstance(tree, Scalar):
        value = dollar(tree, scope)
        if isinstance(value, Written):
            return built_at(value.tree, layers, value.scope, owned)
        # Whatever the name stands for is judged there, where the message can quote it.
        tree = Scalar(value, tree.span)  # type: ignore[arg-type]  # refused below
    if not isinstance(tree, Scalar) or not isinstance(tree.value, str | int):
        text = f"a path names a node, and this is {describe_value(tree)}"
        help = "write it as `conv1` or `layer1.0`; without `from` a node takes the one before"
        if isinstance(tree, List):
            help = "only an input that its block declares as a `list` takes a list of paths"
        scope.report.error(codes.WRONG_KIND, text, tree.span, help=help, notes=scope.notes())
        raise Absorbed
    try:
        path = parse_path(str(tree.value))
        return locate(layers, evaluate_path(path, scope), path, owned)
    except ExprError as problem:
        if problem.code is codes.EXPR_SYNTAX:
            from archc.lower.elsewhere import nodes_meant, path_meant

            text = str(tree.value)
            problem.help = nodes_meant(text, problem.start) or problem.help
            problem.respelling = path_meant(text)
        raise expression_failed(scope, tree, problem) from None


def values_at(tree: Tree, layers: Layers, scope: Scope, *, many: bool = False) -> Refs:
    """The values that a path names, several when it holds `*` or, with `many`, names a list."""
    return _read(tree, built_at(tree, layers, scope), scope, many=many)


def _read(tree: Tree, found: list[Built], scope: Scope, *, many: bool) -> Refs:
    whole = PathExpr((), 0, len(str(tree.value)) if isinstance(tree, Scalar) else 1)
    try:
        return tuple(ref for built in found for ref in _values(built, whole, many=many))
    except ExprError as problem:
        raise expression_failed(scope, tree, problem) from None


def _values(built: Built, at: PathExpr, *, many: bool) -> Refs:
    if many and built.numbered and not built.unfinished:
        return built.outs
    return (value_of(built, at),)


def value_before(before: Built, scope: Scope, span: Span, *, many: bool = False) -> Refs:
    """What the node before leaves: one value, or with `many` all of a list."""
    try:
        return _values(before, _WHOLE, many=many)
    except ExprError as problem:
        scope.report.error(
            problem.code,
            problem.message,
            span,
            also=problem.also,
            help=problem.help,
            notes=scope.notes(),
        )
        raise Absorbed from None


def splices(tree: Tree | None) -> bool:
    """Whether a path may stand for several values: `split.*`."""
    if isinstance(tree, Map):
        return any(map(splices, tree.items.values()))
    if isinstance(tree, List):
        return any(map(splices, tree.items))
    return tree is not None and "*" in str(tree.value)


def check_paths(tree: Tree | None, layers: Layers, scope: Scope) -> Refs:
    """The values of a node of which nobody knows what it is; paths that lead nowhere reported."""
    found: list[Ref] = []
    parts = list(tree.items.values()) if isinstance(tree, Map) else [tree]
    for part in parts:
        for path in _paths(part):
            with suppress(Absorbed):
                found += values_at(path, layers, scope, many=True)
    return tuple(found)


def _paths(tree: Tree | None) -> tuple[Tree, ...]:
    """The paths in a part of `from`, those of lists in it too."""
    if isinstance(tree, List):
        return tuple(path for part in tree.items for path in _paths(part))
    return () if tree is None else (tree,)


def from_values(
    tree: Tree | None, layers: Layers, scope: Scope, ports: Ports, span: Span
) -> tuple[Refs, ...]:
    """The inputs of a node, a tuple for each of its `ports`.

    Where no port is a list there is one tuple for each value, whatever their number: it is checked
    by who knows the op. A sole list takes all of `from`.
    """
    alone = len(ports) == 1 and ports[0].many
    if tree is None:
        return (value_before(layers.previous, scope, span, many=alone),)
    if isinstance(tree, Map):
        return _by_name(tree, layers, scope, ports)
    parts = tree.items if isinstance(tree, List) else (tree,)
    if alone:
        return (_listed(tree, layers, scope),)
    if any(port.many for port in ports) and len(parts) == len(ports):
        return _each(parts, layers, scope, tuple(port.many for port in ports))
    groups = _each(parts, layers, scope, (False,) * len(parts))
    return tuple((ref,) for group in groups for ref in group)


def _each(
    parts: tuple[Tree, ...], layers: Layers, scope: Scope, many: tuple[bool, ...]
) -> tuple[Refs, ...]:
    """Every path is read, so that two wrong ones are two errors."""
    values: list[Refs] = []
    for part, several in zip(parts, many, strict=True):
        try:
            read = _listed if several else values_at
            values.append(read(part, layers, scope))
        except Absorbed:
            continue
    if len(values) < len(parts):
        raise Absorbed
    return tuple(values)


def _listed(tree: Tree, layers: Layers, scope: Scope) -> Refs:
    """What an input that is a list takes: a list of paths, or a path, which may name a list."""
    values: list[Ref] = []
    failed = False
    for part in tree.items if isinstance(tree, List) else (tree,):
        try:
            values += values_at(part, layers, scope, many=True)
        except Absorbed:
            failed = True
    if failed:
        raise Absorbed
    return tuple(values)


_IN_ORDER = "its inputs have no names: write `from: [a, b]`"


def _by_name(tree: Map, layers: Layers, scope: Scope, ports: Ports) -> tuple[Refs, ...]:
    names = [port.name for port in ports]
    for key in tree.items:
        if key not in names:
            listed = f"its inputs are {', '.join(names)}"
            listed = listed if names[0].isalpha() else _IN_ORDER
            help, fix = guess(tree.keys[key], key, names, listed, own=True, taken=tree.keys)
            text = f"there is no input `{key}`"
            scope.report.error(codes.UNKNOWN_INPUT, text, tree.keys[key], help=help, fix=fix)
            raise Absorbed
    last = max(names.index(name) for name in tree.items) if tree.items else 0
    needed = [port.name for port in ports[:last] if not port.skippable]
    missing = [name for name in needed if name not in tree.items]
    if missing:
        text, help = f"the input `{missing[0]}` is not given", f"add `{missing[0]}: ...`"
        notes = scope.notes()
        scope.report.error(codes.WRONG_INPUT_COUNT, text, tree.span, help=help, notes=notes)
        raise Absorbed
    given = [port for port in ports if port.name in tree.items]
    parts = tuple(tree.items[port.name] for port in given)
    return _each(parts, layers, scope, tuple(port.many for port in given))
