"""What is wrong with a name that gives no value: unknown, misspelt, or that of a node."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.diag import codes
from archc.diag.diagnostic import nearest
from archc.diag.misspelt import is_certain
from archc.lower.elsewhere import size_meant, value_elsewhere
from archc.lower.parts import ATTRIBUTES
from archc.spec.expr import Absorbed, ExprError
from archc.spec.expr.problems import Respelling, misspelt, problem_at
from archc.spec.switches import SWITCHES

if TYPE_CHECKING:
    from archc.lower.layers import Layers
    from archc.lower.scope import Scope, Segments
    from archc.spec.expr import PathExpr

_TRAINING = frozenset({"train", "is_train", "is_training"})
"""What people call `training`."""


def unknown(scope: Scope, path: Segments, at: PathExpr) -> ExprError:
    """The complaint about a name that nothing has, with what may be meant by it."""
    head = str(path[0])
    help = value_elsewhere(scope, path)
    problem = problem_at(codes.EXPR_NAME, f"nothing is called `{head}` here", at, help)
    return problem if help else _meant(problem, head, scope)


def node_as_number(layers: Layers, path: Segments, at: PathExpr) -> ExprError:
    """The complaint about a node that stands where a number must, or a part that no tensor has.

    Raises `Absorbed` where what the path leads to is not known.
    """
    text, last = ".".join(map(str, path)), str(path[-1])
    if len(path) == 1 or _is_node(layers, path, at):
        help = f"read a size of it: `{text}.channels`, `{text}.features` or `{text}.shape.2`"
        return problem_at(codes.EXPR_TYPE, f"`{text}` is a node, not a number", at, help)
    near = size_meant(last) or nearest(last, ATTRIBUTES)
    help = "read `channels`, `features`, `rank` or `shape.k` of it"
    if near:
        help = f"did you mean `{'.'.join(map(str, path[:-1]))}.{near}`?"
    problem = problem_at(codes.EXPR_NAME, f"a tensor has no `{last}`", at, help)
    if near in ATTRIBUTES:
        problem.respelling = Respelling(last, near, is_certain(last, near, ATTRIBUTES))
    return problem


def _is_node(layers: Layers, path: Segments, at: PathExpr) -> bool:
    try:
        found = layers.values_at(path, at)
    except ExprError:
        return False
    if any(layers.body.type_of(ref) is None for ref in found):
        raise Absorbed
    return True


def _meant(problem: ExprError, head: str, scope: Scope) -> ExprError:
    known = {n for around in scope.chain() for n in around.values if n.isidentifier()}
    problem.help = _names_help(head, known, scope)
    if head == "training":
        problem.message = "`training` is decided when the network runs, and stands in `when` only"
    switch = SWITCHES.get(head.casefold())
    if switch:
        problem.respelling = Respelling(head, switch, certain=True)
        return problem
    symbols = {name for around in scope.chain() for name in around.symbols}
    misspelt(problem, head, known | symbols, own=True)
    if problem.respelling and problem.respelling.meant in symbols:
        # `h` may well be a parameter that is missing, and not the open size `H`
        problem.respelling = problem.respelling._replace(certain=False)
    return problem


def _names_help(head: str, known: set[str], scope: Scope) -> str:
    if head == "training":
        return "it stands alone or beside `and`: `when: training`, `when: training and ...`"
    if head.casefold() in _TRAINING:
        return "how the network runs is `training`, in `when` only"
    if head.casefold() in {"inf", "infinity", "nan"}:
        return "numbers are finite: write a large one, as `-1e9`"
    if head.casefold() in SWITCHES:
        return f"write `{SWITCHES[head.casefold()]}`: in YAML 1.2 `{head}` is a word like any other"
    if any(isinstance(scope.plain(name), str) for name in known):
        return f"text in an expression has quotes: `'{head}'`"
    if not known:
        return f"declare it: `params: {{{head}: ...}}`"
    return f"known here: {', '.join(f'`{n}`' for n in sorted(known))}" if len(known) <= 12 else ""
