"""`when`: decided while the network is built, but for `training`, which is decided when it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from archc.diag import codes
from archc.lower.reading import boolean, expression_failed
from archc.spec.expr import Absorbed, ExprError, PathExpr, evaluate, parse
from archc.spec.expr.nodes import Logic
from archc.spec.tree import Scalar

if TYPE_CHECKING:
    from archc.lower.scope import Scope
    from archc.spec.expr import Expr
    from archc.spec.tree import Tree


class Condition(Struct, frozen=True):
    """Whether a node is there, and if so whether in training only."""

    holds: bool
    training: bool = False


ALWAYS = Condition(holds=True)


def decide(tree: Tree | None, scope: Scope) -> Condition:
    """What a `when` says at its place."""
    if tree is None:
        return ALWAYS
    rest = None if scope.has("training") else _beside_training(tree)
    if rest is None:
        return Condition(boolean(tree, scope))
    assert isinstance(tree, Scalar)
    try:
        return Condition(all(evaluate(part, scope) for part in rest), training=True)
    except ExprError as problem:
        raise expression_failed(scope, tree, problem) from None


def holds(tree: Tree, scope: Scope) -> bool:
    """The same where there is no module to keep: `training` cannot be decided then."""
    condition = decide(tree, scope)
    if condition.training:
        text = "`training` is decided when the network runs, and `inline` has no module to keep"
        scope.report.error(codes.CONFLICTING_KEYS, text, tree.span, help="drop `inline`")
        raise Absorbed
    return condition.holds


def _beside_training(tree: Tree) -> tuple[Expr, ...] | None:
    """What stands beside `training` in `training and ...`; None when the word is not there."""
    if not isinstance(tree, Scalar) or not isinstance(tree.value, str):
        return None
    try:
        expression = parse(tree.value)
    except ExprError:
        return None
    if _is_training(expression):
        return ()
    if isinstance(expression, Logic) and expression.operator == "and":
        rest = tuple(part for part in expression.operands if not _is_training(part))
        return rest if len(rest) < len(expression.operands) else None
    return None


def _is_training(expression: Expr) -> bool:
    return isinstance(expression, PathExpr) and expression.segments == ("training",)
