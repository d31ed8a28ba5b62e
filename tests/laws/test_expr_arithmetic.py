"""Expressions against Python's own arithmetic, in great number: equal, or both refuse."""

from __future__ import annotations

import ast
import warnings
from typing import Any

import pytest
from random_expressions import LIMIT, PYTHON, VALUES, expression, fits, quick
from shards import shards

from archc.diag.codes import ALL, EXPR_LIMIT
from archc.spec.expr import ExprError, PathExpr, evaluate, parse


class Names:
    """The same names as Python has."""

    def lookup(self, path: tuple[str | int, ...], at: PathExpr) -> Any:
        if len(path) > 1 or path[0] not in VALUES:
            raise ExprError(ALL["E0502"], "no such name", at.start, at.end)
        return VALUES[str(path[0])]


def by_python(text: str) -> str | None:
    """The value as Python writes it; None where it refuses, or gives what no expression may."""
    try:
        value = eval(text, dict(PYTHON))
    except (SyntaxError, NameError, ArithmeticError, TypeError, ValueError, IndexError):
        return None
    except MemoryError:  # of a list, repeated as often as no memory holds
        return None
    return repr(value) if fits(value) else None


def by_archc(text: str) -> tuple[str | None, ExprError | None]:
    try:
        return repr(evaluate(parse(text), Names())), None
    except ExprError as problem:
        return None, problem


def chained(text: str) -> bool:
    """Whether Python would chain comparisons, which are an error here."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text, mode="eval")
    except SyntaxError:
        return False
    return any(isinstance(node, ast.Compare) and len(node.ops) > 1 for node in ast.walk(tree))


def of_lists(text: str, problem: ExprError) -> bool:
    """Whether it is refused because lists are not put in order, which Python does."""
    return "needs numbers, not a list" in problem.message


def excused(text: str, problem: ExprError) -> bool:
    """Whether archc may refuse what Python computes: a limit on the way, or the language."""
    complex_on_the_way = problem.message == "the result is not a real number"
    limited = problem.code is EXPR_LIMIT
    return limited or complex_on_the_way or of_lists(text, problem) or chained(text)


@pytest.mark.filterwarnings("ignore::SyntaxWarning", "ignore::DeprecationWarning")
@pytest.mark.parametrize("cases", shards(ci=200_000, long=10_000_000, size=5_000))
def test_equal_or_both_refuse(cases: range) -> None:
    values = limited = 0
    for seed in cases:
        text = expression(seed)
        if not quick(text):
            continue
        expected, (found, problem) = by_python(text), by_archc(text)
        values += found is not None
        if found == expected:
            continue
        assert problem is not None, f"{seed}: {text} is {found}, in Python {expected}"
        assert excused(text, problem), f"{seed}: {text} is {expected}, here {problem.message}"
        limited += problem.code is EXPR_LIMIT
    assert values > len(cases) / 3
    assert limited < len(cases) / 10


def test_a_chain_is_refused_wherever_it_stands() -> None:
    drawn = [text for text in map(expression, range(20_000)) if chained(text)]
    assert len(drawn) > 100
    assert all(by_archc(text)[1] for text in drawn)


def test_the_limit_is_that_of_64_bits() -> None:
    assert by_archc(f"{LIMIT - 1}")[0] == str(LIMIT - 1)
    assert by_archc(f"{LIMIT - 1} + 1")[1] is not None
    assert by_archc(f"-{LIMIT - 1} - 1")[0] == str(-LIMIT)
