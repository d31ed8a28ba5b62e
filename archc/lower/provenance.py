"""Where another file, or the command line, sets what an expression reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.diag.diagnostic import Label
from archc.diag.source import Span
from archc.spec.expr import ExprError, names, parse
from archc.spec.tree import Map

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archc.lower.scope import Scope
    from archc.spec.tree import Scalar, Tree


def set_elsewhere(span: Span, scope: Scope) -> Iterator[Label]:
    """A label for each parameter of the file in the expression at `span`, set in another place."""
    unit = scope.unit
    if unit is None:
        return
    params = unit.tree.get("params")
    for name in _read(scope.report.text_at(span)):
        owner = next((around for around in scope.chain() if name in around.values), None)
        option = scope.report.sources.get(f"--set {name}")
        if owner is not unit.scope:
            continue
        if option is not None:
            at = Span(option.file, 1, len(name) + 2, 1, len(option.lines[0]) + 1)
            yield Label(at, f"`{name}` is set here")
        elif isinstance(params, Map) and name in params.items:
            at = _default(params.items[name]).span
            if at.file != span.file:
                yield Label(at, f"`{name}` is set here")


def written_at(dollar: Scalar, scope: Scope) -> Span:
    """Where the value of a `$name` is written, if it is a parameter of the file; else the `$`."""
    name, unit = str(dollar.value)[1:], scope.unit
    owner = next((around for around in scope.chain() if name in around.values), None)
    params = unit.tree.get("params") if unit is not None else None
    if unit is None or owner is not unit.scope:
        return dollar.span
    option = scope.report.sources.get(f"--set {name}")
    if option is not None:
        return Span(option.file, 1, len(name) + 2, 1, len(option.lines[0]) + 1)
    if not isinstance(params, Map) or name not in params.items:
        return dollar.span
    return _default(params.items[name]).span


def _default(declared: Tree) -> Tree:
    """What a declaration gives the parameter: a variant may have set that alone."""
    if isinstance(declared, Map) and "type" in declared.items:
        return declared.items.get("default", declared)
    return declared


def _read(text: str) -> list[str]:
    """The names in an expression; none where it is not one."""
    try:
        return sorted(names(parse(text.strip("'\"$"))))
    except ExprError:
        return []
