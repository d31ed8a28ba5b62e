"""Expressions: `parse` a text once, `evaluate` it in a scope.

`lexer.py` and `cursor.py` cut the text into tokens; `brackets.py`, `operands.py` and `parser.py`
build the nodes of `nodes.py`; `evaluate.py` runs them with `arithmetic.py`, `comparison.py`,
and the functions that `functions.py` gathers. Everything is bounded; the limits stand in
`problems.py`.
"""

from __future__ import annotations

from archc.spec.expr.evaluate import Scope, Value, evaluate, evaluate_path, weighed
from archc.spec.expr.facts import is_python, names
from archc.spec.expr.nodes import Expr, PathExpr, Segment, Star
from archc.spec.expr.parser import is_certain_path, parse, parse_path, unbracketed
from archc.spec.expr.problems import Absorbed, ExprError

__all__ = [
    "Absorbed",
    "Expr",
    "ExprError",
    "PathExpr",
    "Scope",
    "Segment",
    "Star",
    "Value",
    "evaluate",
    "evaluate_path",
    "is_certain_path",
    "is_python",
    "names",
    "parse",
    "parse_path",
    "unbracketed",
    "weighed",
]
