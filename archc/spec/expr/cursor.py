"""The place that a parser has reached in the text of an expression."""

from __future__ import annotations

from archc.diag import codes
from archc.spec.expr.lexer import Token, scan
from archc.spec.expr.problems import MAX_DEPTH, MAX_LENGTH, ExprError


class Cursor:
    """`token` is the one to be read next, `end` where the one before it ended."""

    def __init__(self, text: str) -> None:
        """Stand before the text, with nothing read yet."""
        if len(text) > MAX_LENGTH:
            message = f"the expression has more than {MAX_LENGTH} characters"
            raise ExprError(codes.EXPR_LIMIT, message, MAX_LENGTH, len(text))
        self.text = text
        self.token = Token("end", "", 0, 0)
        self.end = 0
        self.depth = 0

    def advance(self, position: int | None = None) -> None:
        """Read the next token, or the one at a position."""
        self.end = self.token.end if position is None else position
        self.token = scan(self.text, self.end)

    def takes(self, text: str) -> bool:
        """Go past an operator or keyword if it is the next token."""
        if self.token.text != text or self.token.kind == "text":
            return False
        self.advance()
        return True

    def expect(self, text: str) -> None:
        """Go past an operator or keyword that has to come."""
        if not self.takes(text):
            raise self.unexpected(f"`{text}` is expected before `{self.token.text}`", text)

    def unexpected(self, message: str = "", missing: str = "", help: str = "") -> ExprError:
        """The complaint about the next token."""
        token = self.token
        if token.kind == "end":
            message = (
                f"`{missing}` is missing at the end"
                if missing
                else "something is missing at the end"
            )
        message = message or f"`{token.text}` cannot stand here"
        end = max(token.end, token.start + 1)
        return ExprError(codes.EXPR_SYNTAX, message, token.start, end, help)

    def finish(self) -> None:
        """Make sure that nothing is left."""
        if self.token.kind == "end":
            return
        operand = self.token.kind in {"int", "float", "name", "text"}
        help = "an operator is missing before it, or a `,` in a list" if operand else ""
        raise self.unexpected(help=help or self.called())

    def called(self) -> str:
        """What to write in place of `math.ceil(x)` or `xs.max()`, read up to the `(`."""
        owner, dot, name = self.text[: self.token.start].rpartition(".")
        if self.token.text != "(" or not dot or not name.isidentifier():
            return ""
        if name in {"size", "dim"} and owner.isidentifier():
            argument = self.text[self.token.end :].partition(")")[0].strip()
            part = f".{argument}" if argument.lstrip("-").isdecimal() else ""
            return f"write `{owner}.{'rank' if name == 'dim' else f'shape{part}'}`"
        if owner.isidentifier() and owner not in {"math", "np", "numpy", "torch"}:
            return f"call it as a function: `{name}({owner})`"
        return f"functions go without a prefix: `{name}(...)`"

    def deeper(self) -> None:
        """Count one level more; the caller takes it back."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            message = f"the expression is nested more than {MAX_DEPTH} deep"
            raise ExprError(codes.EXPR_LIMIT, message, self.token.start, self.token.end)
