"""Expressions as the spec has them, for emitted code: `4 * width` and not 256."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from archc.spec.expr import ExprError, is_python, names, parse
from archc.spec.tree import Scalar

if TYPE_CHECKING:
    from archc.lower.body import BodyBuilder
    from archc.lower.resolve import Resolved
    from archc.lower.scope import Scope


def texts(resolved: Resolved, body: BodyBuilder) -> tuple[tuple[str, str], ...]:
    """The arguments whose expressions are plain Python over the block's own parameters."""
    found = []
    for key, (tree, scope, _) in resolved.args.items():
        if isinstance(tree, Scalar) and isinstance(tree.value, str):
            text = tree.value.strip().removeprefix("$")
            if _over(text, scope, body):
                found.append((key, text))
    return tuple(found)


def _over(text: str, scope: Scope, body: BodyBuilder) -> bool:
    used = _names(text)
    return bool(used) and all(_owner(name, scope) is body.scope for name in used)


@lru_cache(maxsize=1024)
def _names(text: str) -> frozenset[str]:
    """The names that a text reads if it is plain Python; none if it is not."""
    try:
        expression = parse(text)
    except ExprError:
        return frozenset()
    used = names(expression)
    return used if is_python(expression, used) else frozenset()


def _owner(name: str, scope: Scope) -> Scope | None:
    """The scope that gives a name its value: a loop variable may shadow a parameter."""
    return next((s for s in scope.chain() if name in s.values), None)
