"""From text to expression, by precedence climbing. Depth and length are bounded before any work."""

from __future__ import annotations

import re
from functools import lru_cache

from archc.diag import codes
from archc.spec.expr.nodes import Binary, Choice, Expr, Logic, PathExpr, Unary
from archc.spec.expr.operands import Operands
from archc.spec.expr.problems import ExprError

_COMPARISONS = frozenset({"<", "<=", ">", ">=", "==", "!=", "in"})
_LEVELS = (frozenset({"+", "-"}), frozenset({"*", "/", "//", "%"}))


@lru_cache(4096)
def parse(text: str) -> Expr:
    """The expression that a text holds. Raises `ExprError`.

    >>> parse("2 * width").operator
    '*'
    """
    parser = _Parser(text)
    parser.advance()
    expr = parser.expression()
    parser.finish()
    return expr


@lru_cache(4096)
def parse_path(text: str) -> PathExpr:
    """The path that a text holds, as in `from:`; names may hold `-` there. Raises `ExprError`.

    >>> parse_path("block1-0.-1").segments
    ('block1-0', -1)
    """
    parser = _Parser(text)
    start = len(text) - len(text.lstrip(" "))
    path = parser.path([], start, start, loose=True)
    parser.finish()
    return path


def unbracketed(text: str) -> str:
    """The path that is meant by Python's brackets; empty where it would be none.

    >>> unbracketed("tower[0][-1].out"), unbracketed("parts['mean']"), unbracketed("stages[2 * i]")
    ('tower.0.-1.out', 'parts.mean', 'stages.(2 * i)')
    >>> unbracketed("a[0] + b"), unbracketed("a['b c']")
    ('', '')
    """
    path = re.sub(r"\[ *(-?\d+) *\]", r".\1", text)
    path = re.sub(r"""\[ *(["'])(\w+)\1 *\]""", r".\2", path)
    path = re.sub(r"""\[([^\[\]"']+)\]""", r".(\1)", path)
    try:
        parse_path(path)
    except ExprError:
        return ""
    return path if path != text else ""


def is_certain_path(path: str) -> bool:
    """Whether a path computes nothing and begins at a node, which may well have parts."""
    return "(" not in path and not path.startswith("input.")


class _Parser(Operands):
    """Reads operators, each level of binding in a method of its own."""

    def expression(self) -> Expr:
        """`a if c else b`, or what binds tighter."""
        self.deeper()
        start = self.token.start
        value = self.logic("or")
        if self.takes("if"):
            test = self.logic("or")
            self.expect("else")
            value = Choice(test, value, self.expression(), start, self.end)
        self.depth -= 1
        return value

    def logic(self, operator: str) -> Expr:
        """A chain of `or`, and inside it of `and`."""
        start = self.token.start
        operands = [self.logic("and") if operator == "or" else self.negation()]
        while self.takes(operator):
            operands.append(self.logic("and") if operator == "or" else self.negation())
        if len(operands) == 1:
            return operands[0]
        return Logic(operator, tuple(operands), start, self.end)

    def negation(self) -> Expr:
        """`not x`, or a comparison."""
        start = self.token.start
        if not self.takes("not"):
            return self.comparison()
        self.deeper()
        operand = self.negation()
        self.depth -= 1
        return Unary("not", operand, start, self.end)

    def comparison(self) -> Expr:
        """`a < b`; comparisons do not chain."""
        start = self.token.start
        left = self.arithmetic(0)
        operator = self.comparing()
        if operator is None:
            return left
        right = self.arithmetic(0)
        again = self.token
        if self.comparing():
            advice = "write `a < b and b < c`"
            message = "comparisons do not chain"
            raise ExprError(codes.EXPR_SYNTAX, message, again.start, again.end, advice)
        return Binary(operator, left, right, start, self.end)

    def comparing(self) -> str | None:
        """Go past a comparison operator, if one is next."""
        operator = self.token.text
        if self.token.kind == "text":
            return None
        if operator == "not":
            self.advance()
            self.expect("in")
            return "not in"
        if operator not in _COMPARISONS:
            return None
        self.advance()
        return operator

    def arithmetic(self, level: int) -> Expr:
        """A chain of `+ -`, and inside it of `* / // %`."""
        if level == len(_LEVELS):
            return self.sign()
        start = self.token.start
        left = self.arithmetic(level + 1)
        while self.token.kind == "op" and self.token.text in _LEVELS[level]:
            operator = self.token.text
            self.advance()
            right = self.arithmetic(level + 1)
            left = Binary(operator, left, right, start, self.end)
        return left

    def sign(self) -> Expr:
        """`-x`, `+x`, or a power, which binds tighter: `-2 ** 2 == -4`."""
        token = self.token
        if token.kind == "op" and token.text in {"-", "+"}:
            self.deeper()
            self.advance()
            operand = self.sign()
            self.depth -= 1
            return Unary(token.text, operand, token.start, self.end)
        base = self.postfix()
        if not self.takes("**"):
            return base
        self.deeper()
        exponent = self.sign()
        self.depth -= 1
        return Binary("**", base, exponent, token.start, self.end)
