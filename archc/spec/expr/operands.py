"""The operands of an expression: literals, paths, calls, lists, and what hangs on them."""

from __future__ import annotations

from math import inf

from archc.diag import codes
from archc.spec.expr.brackets import Brackets
from archc.spec.expr.functions import FUNCTIONS
from archc.spec.expr.lexer import CONSTANTS, KEYWORDS, Token, scan_segment, strange
from archc.spec.expr.nodes import (
    Call,
    Constant,
    Expr,
    Index,
    PathExpr,
    Segment,
    Star,
)
from archc.spec.expr.problems import MAX_INTEGER, ExprError, misspelt

_OTHER_NAMES = {
    "int": "floor",
    "maximum": "max",
    "minimum": "min",
    "length": "len",
    "size": "len",
    "ceiling": "ceil",
    "_make_divisible": "make_divisible",
    "arange": "range",
}
"""Functions of other languages, and what comes nearest."""


class Operands(Brackets):
    """Reads operands."""

    def postfix(self) -> Expr:
        """A value with `[...]` or `.part` behind it."""
        start, depth = self.token.start, self.depth
        value = self.value()
        while True:
            if self.text[self.end : self.end + 1] == ".":
                self.deeper()
                value = self.member(value, start)
            elif self.token.text == "[" and self.token.kind == "op":
                self.deeper()
                self.advance()
                value = self.subscript(value, start)
            else:
                self.depth = depth
                return value

    def member(self, value: Expr, start: int) -> Expr:
        """`.part` behind a bracket."""
        token = scan_segment(self.text, self.end + 1, loose=False)
        if token.kind == "op":
            raise strange(self.text, token.start)
        part = int(token.text) if token.kind == "int" else token.text
        self.advance(token.end)
        key = Constant(part, token.start, token.end)
        return Index(value, key, start, self.end, dotted=True)

    def value(self) -> Expr:
        """A literal, a name, a call, a list, or something in brackets."""
        token = self.token
        match token.kind:
            case "int" | "float":
                self.advance()
                return Constant(_number(token), token.start, token.end)
            case "text":
                self.advance()
                return Constant(token.text[1:-1], token.start, token.end)
            case "name" if token.text not in KEYWORDS:
                return self.named(token)
            case "op" if token.text == "(":
                return self.bracketed()
            case "op" if token.text == "[":
                return self.list_of()
        raise self.unexpected()

    def bracketed(self) -> Expr:
        """`(x)`, after nothing was read of it."""
        self.advance()
        value = self.expression()
        if self.token.text == ",":
            raise self.unexpected("a list is written with `[ ]`", help="as in `[3, 3]`")
        self.expect(")")
        return value

    def named(self, token: Token) -> Expr:
        """A constant, a call, or a path."""
        if token.text in CONSTANTS:
            self.advance()
            word = token.text[0].islower()
            return Constant(CONSTANTS[token.text], token.start, token.end, word)
        if self.text[token.end : token.end + 1] == ".":
            return self.path([token.text], token.start, token.end + 1, loose=False)
        self.advance()
        if self.token.text == "(" and self.token.kind == "op":
            return self.call(token)
        return PathExpr((token.text,), token.start, token.end)

    def path(self, segments: list[Segment], start: int, position: int, *, loose: bool) -> PathExpr:
        """The rest of a path, whose next segment starts at a position."""
        while True:
            segment, position = self.segment(position, loose=loose)
            segments.append(segment)
            if self.text[position : position + 1] != ".":
                break
            position += 1
        self.advance(position)
        return PathExpr(tuple(segments), start, position)

    def segment(self, position: int, *, loose: bool) -> tuple[Segment, int]:
        """One segment and where it ends."""
        token = scan_segment(self.text, position, loose=loose)
        if token.kind == "int":
            return int(token.text), token.end
        if token.kind == "name":
            return token.text, token.end
        if token.text == "*":
            return Star(), token.end
        self.advance(token.end)
        inner = self.expression()
        if self.token.text != ")":
            raise self.unexpected(f"`)` is expected before `{self.token.text}`")
        return inner, self.token.end

    def call(self, token: Token) -> Expr:
        """`f(a, b)`, from its `(` on."""
        if token.text not in FUNCTIONS:
            advice = f"there are {', '.join(FUNCTIONS)}"
            message = f"there is no function `{token.text}`"
            problem = ExprError(codes.EXPR_NAME, message, token.start, token.end, advice)
            other = _OTHER_NAMES.get(token.text)
            raise misspelt(problem, token.text, FUNCTIONS, instead=other)
        self.advance()
        arguments = self.items(")")
        function = FUNCTIONS[token.text]
        if not function.least <= len(arguments) <= function.most:
            message = f"`{token.text}` does not take {len(arguments)} arguments"
            advice = f"it is `{function.signature}`"
            raise ExprError(codes.EXPR_TYPE, message, token.start, self.end, advice)
        return Call(token.text, tuple(arguments), token.start, self.end)


def _number(token: Token) -> int | float:
    """The value of a literal; the number of digits is bounded before it is converted."""
    if token.kind == "float":
        value = float(token.text)
        if value == inf:
            raise ExprError(codes.EXPR_LIMIT, "the number is too large", token.start, token.end)
        return value
    if len(token.text) > 19 or int(token.text) >= MAX_INTEGER:
        raise ExprError(codes.EXPR_LIMIT, "the number does not fit 64 bits", token.start, token.end)
    return int(token.text)
