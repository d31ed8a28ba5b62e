"""What stands in square brackets: indices, slices, lists and comprehensions."""

from __future__ import annotations

from abc import ABC, abstractmethod

from archc.diag import codes
from archc.spec.expr.cursor import Cursor
from archc.spec.expr.lexer import CONSTANTS, KEYWORDS
from archc.spec.expr.nodes import Comprehension, Expr, Index, ListOf, Slice
from archc.spec.expr.problems import ExprError


class Brackets(Cursor, ABC):
    """Reads brackets; `expression` and `logic` come with the operators."""

    @abstractmethod
    def expression(self) -> Expr:
        """Read a whole expression."""

    @abstractmethod
    def logic(self, operator: str) -> Expr:
        """Read an expression without `if`, as stands behind `for ... in`."""

    def subscript(self, value: Expr, start: int) -> Expr:
        """`[key]` or `[low:high:step]`, after its `[`."""
        bounds: list[Expr | None] = [None]
        while not self.takes("]"):
            if self.takes(":"):
                bounds.append(None)
            elif bounds[-1] is None:
                bounds[-1] = self.expression()
            else:
                raise self.unexpected()
        if len(bounds) > 3 or bounds == [None]:
            message = "an index is `[i]` or `[low:high:step]`"
            raise ExprError(codes.EXPR_SYNTAX, message, start, self.end)
        if len(bounds) == 1 and bounds[0] is not None:
            return Index(value, bounds[0], start, self.end)
        low, high, step = [*bounds, None][:3]
        return Slice(value, (low, high, step), start, self.end)

    def items(self, closing: str) -> list[Expr]:
        """Expressions with commas between them, up to the closing bracket."""
        items: list[Expr] = []
        while not self.takes(closing):
            if items and not self.takes(","):
                raise self.unexpected(f"`,` or `{closing}` is expected before `{self.token.text}`")
            if items and self.takes(closing):
                break
            items.append(self.expression())
        return items

    def list_of(self) -> Expr:
        """`[a, b]` or `[x for x in xs]`."""
        start = self.token.start
        self.advance()
        if self.takes("]"):
            return ListOf((), start, self.end)
        first = self.expression()
        if self.takes("for"):
            return self.comprehension(first, start)
        rest: list[Expr] = []
        if not self.takes("]"):
            self.expect(",")
            rest = self.items("]")
        return ListOf((first, *rest), start, self.end)

    def comprehension(self, element: Expr, start: int) -> Expr:
        """The rest of `[x for x in xs if c]`, from the loop variables on."""
        targets = self.targets()
        self.expect("in")
        source = self.logic("or")
        condition = self.logic("or") if self.takes("if") else None
        self.expect("]")
        return Comprehension(element, targets, source, condition, start, self.end)

    def targets(self) -> tuple[str, ...]:
        """`a` or `a, b`, in brackets or not."""
        bracket = self.takes("(")
        names = [self.target()]
        while self.takes(","):
            names.append(self.target())
        if bracket:
            self.expect(")")
        return tuple(names)

    def target(self) -> str:
        """The name of one loop variable."""
        token = self.token
        if token.kind != "name" or token.text in KEYWORDS | CONSTANTS.keys() | {"in"}:
            raise self.unexpected("a loop variable is a name")
        self.advance()
        return token.text
