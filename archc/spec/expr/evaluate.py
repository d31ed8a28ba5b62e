"""The value of an expression in a scope."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeAlias

from archc.diag import codes
from archc.ir.dim import Dim, SizeLimit
from archc.spec.expr.access import Budget, Local, part, sliced, unpacked
from archc.spec.expr.arithmetic import ARITHMETIC
from archc.spec.expr.comparison import COMPARISONS, truth
from archc.spec.expr.functions import FUNCTIONS
from archc.spec.expr.nodes import (
    Binary,
    Call,
    Choice,
    Comprehension,
    Constant,
    Expr,
    Index,
    ListOf,
    Logic,
    PathExpr,
    Slice,
    Star,
    Unary,
)
from archc.spec.expr.problems import ExprError, Refusal, bounded, kind, wrong_type
from archc.spec.expr.registry import integer

Value: TypeAlias = Any
"""None, bool, int, float, str, `Dim`, a list or dict of these, or what only the scope knows."""
Steps: TypeAlias = tuple[str | int | Star, ...]

_OPERATORS = {**ARITHMETIC, **COMPARISONS}


class Scope(Protocol):
    """Where names get their values."""

    def lookup(self, path: tuple[str | int, ...], at: PathExpr) -> Value:
        """The value of a whole dotted name. Raises `ExprError` or `Absorbed`."""


def evaluate(expr: Expr, scope: Scope) -> Value:
    """The value of an expression. Raises `ExprError`, or `Absorbed` where the scope does."""
    return _Evaluation(scope).value(expr)


def weighed(expr: Expr, scope: Scope) -> tuple[Value, int]:
    """The value of an expression, and how much work it was. Raises as `evaluate`."""
    run = _Evaluation(scope)
    return run.value(expr), run.budget.spent


def evaluate_path(path: PathExpr, scope: Scope) -> Steps:
    """The segments of a path, with a value in place of each expression. Raises as `evaluate`."""
    return _Evaluation(scope).steps(path)


def _attempt(expr: Expr, rule: Callable[..., Any], *values: Any) -> Any:
    """The result of a rule; what it refuses gets the place of `expr`."""
    try:
        return rule(*values)
    except Refusal as problem:
        raise problem.at(expr.start, expr.end) from None
    except ZeroDivisionError:
        message, code = "a division by zero", codes.EXPR_FAILS
    except SizeLimit as problem:
        message, code = str(problem), codes.EXPR_LIMIT
    except OverflowError:
        message, code = "the result is too large", codes.EXPR_LIMIT
    raise ExprError(code, message, expr.start, expr.end)


class _Evaluation:
    """One run of an expression."""

    __slots__ = ("budget", "scope")

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.budget = Budget()

    def value(self, expr: Expr) -> Value:
        """The value of any expression."""
        return _METHODS[type(expr)](self, expr)

    def constant(self, expr: Constant) -> Value:
        return expr.value

    def path(self, expr: PathExpr) -> Value:
        steps: list[str | int] = []
        for step in self.steps(expr):
            if isinstance(step, Star):
                message = "`*` stands for several values: it belongs in a list or a call"
                raise ExprError(codes.EXPR_TYPE, message, expr.start, expr.end)
            steps.append(step)
        return self.scope.lookup(tuple(steps), expr)

    def steps(self, path: PathExpr) -> Steps:
        return tuple(
            step if isinstance(step, str | int | Star) else self.step(step)
            for step in path.segments
        )

    def step(self, expr: Expr) -> str | int:
        """The segment that a parenthesised expression stands for."""
        value = self.value(expr)
        return value if isinstance(value, str) else int(_attempt(expr, integer, value, "a path"))

    def unary(self, expr: Unary) -> Value:
        value = self.value(expr.operand)
        if expr.operator == "not":
            return not _attempt(expr, truth, value)
        return _attempt(expr, _signed, expr.operator, value)

    def binary(self, expr: Binary) -> Value:
        """Walks down the left side without recursion, for sums of many terms."""
        spine = [expr]
        while isinstance(spine[-1].left, Binary):
            spine.append(spine[-1].left)
        value = self.value(spine[-1].left)
        for one in reversed(spine):
            value = _attempt(one, self.operate, one.operator, value, self.value(one.right))
        return value

    def operate(self, operator: str, left: Value, right: Value) -> Value:
        if operator in COMPARISONS:
            self.budget.look(left)
            self.budget.look(right)
        return self.budget.make(bounded(_OPERATORS[operator](left, right)))

    def logic(self, expr: Logic) -> Value:
        value: Value = None
        for operand in expr.operands:
            value = self.value(operand)
            if _attempt(operand, truth, value) == (expr.operator == "or"):
                break
        return value

    def choice(self, expr: Choice) -> Value:
        holds = _attempt(expr.test, truth, self.value(expr.test))
        return self.value(expr.then if holds else expr.other)

    def call(self, expr: Call) -> Value:
        return _attempt(expr, self.called, expr.function, self.spliced(expr.arguments))

    def called(self, name: str, arguments: list[Value]) -> Value:
        function = FUNCTIONS[name]
        if not function.least <= len(arguments) <= function.most:
            raise wrong_type(f"`{name}` does not take {len(arguments)} arguments")
        for argument in arguments:
            self.budget.look(argument)
        return self.budget.make(bounded(function.call(*arguments)))

    def spliced(self, items: tuple[Expr, ...]) -> list[Value]:
        """The values of items; `path.*` gives all elements of a list in its place."""
        values: list[Value] = []
        for item in items:
            if isinstance(item, PathExpr) and isinstance(item.segments[-1], Star):
                values += self.all_of(item)
            else:
                values.append(self.value(item))
        return values

    def all_of(self, expr: PathExpr) -> list[Value]:
        """The elements of the list before `.*`."""
        inside = self.path(PathExpr(expr.segments[:-1], expr.start, expr.end - 2))
        if isinstance(inside, list | tuple):
            return list(inside)
        message = f"`*` needs a list before it, not {kind(inside)}"
        raise ExprError(codes.EXPR_TYPE, message, expr.start, expr.end)

    def index(self, expr: Index) -> Value:
        return _attempt(expr, part, self.value(expr.value), self.value(expr.key))

    def slice(self, expr: Slice) -> Value:
        value = self.value(expr.value)
        bounds = [None if bound is None else self.value(bound) for bound in expr.bounds]
        return _attempt(expr, self.budget.make, _attempt(expr, sliced, value, bounds))

    def list_of(self, expr: ListOf) -> Value:
        return _attempt(expr, self.budget.make, self.spliced(expr.items))

    def comprehension(self, expr: Comprehension) -> Value:
        source = self.value(expr.source)
        if not isinstance(source, list | tuple):
            message = f"a loop needs a list, not {kind(source)}"
            raise ExprError(codes.EXPR_TYPE, message, expr.source.start, expr.source.end)
        outer, made = self.scope, []
        try:
            for item in source:
                _attempt(expr, self.budget.spend, expr.end - expr.start)
                self.scope = Local(outer, _attempt(expr, unpacked, item, expr.targets))
                if self.passes(expr.condition):
                    made.append(self.value(expr.element))
        finally:
            self.scope = outer
        return _attempt(expr, self.budget.make, made)

    def passes(self, condition: Expr | None) -> bool:
        return condition is None or _attempt(condition, truth, self.value(condition))


def _signed(operator: str, value: Value) -> Value:
    if not isinstance(value, int | float | Dim):
        raise wrong_type(f"`{operator}` needs a number, not {kind(value)}")
    if operator == "-":
        return bounded(-value)
    return value if isinstance(value, Dim) else +value


_METHODS: dict[type[Expr], Callable[[_Evaluation, Any], Value]] = {
    Constant: _Evaluation.constant,
    PathExpr: _Evaluation.path,
    Unary: _Evaluation.unary,
    Binary: _Evaluation.binary,
    Logic: _Evaluation.logic,
    Choice: _Evaluation.choice,
    Call: _Evaluation.call,
    Index: _Evaluation.index,
    Slice: _Evaluation.slice,
    ListOf: _Evaluation.list_of,
    Comprehension: _Evaluation.comprehension,
}
