"""Expressions mean what Python means by them: both give the same value, or both refuse."""

from __future__ import annotations

import ast
import math
import warnings
from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from archc.diag.codes import ALL
from archc.ir.dim import Dim, bind, symbol
from archc.spec.expr import Absorbed, Expr, ExprError, PathExpr, evaluate, names, parse, parse_path

VALUES: dict[str, Any] = {"a": 3, "b": 0, "c": -7, "d": 2.5, "t": True, "xs": [1, 2, 3], "ys": []}
LIMIT = 2**63


class Names:
    """The scope for all laws."""

    def __init__(self, values: dict[str, Any] = VALUES) -> None:
        self.values = values

    def lookup(self, path: tuple[str | int, ...], at: PathExpr) -> Any:
        if path[0] == "gone":
            raise Absorbed
        if len(path) > 1 or path[0] not in self.values:
            raise ExprError(ALL["E0502"], "no such name", at.start, at.end)
        return self.values[str(path[0])]


def _infix(operators: str) -> st.SearchStrategy[str]:
    return st.sampled_from(operators.split())


def _grow(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    arithmetic = _infix("+ - * / // % **")
    comparison = _infix("< <= > >= == !=")
    return st.one_of(
        st.builds("{} {} {}".format, inner, arithmetic, inner),
        st.builds("({}) {} ({})".format, inner, arithmetic, inner),
        st.builds("({}) {} ({})".format, inner, comparison, inner),
        st.builds("{} {} {}".format, inner, _infix("and or"), inner),
        st.builds("{} if {} else {}".format, inner, inner, inner),
        st.builds("{}{}".format, st.sampled_from(["-", "+", "not ", "- -"]), inner),
        st.builds("{}({}, {})".format, _infix("max min"), inner, inner),
        st.builds("{}({})".format, _infix("abs round floor ceil"), inner),
        st.builds("[{}, {}][{}]".format, inner, inner, st.integers(-3, 2)),
        st.builds("sum([x + ({}) for x in xs if x > ({})])".format, inner, inner),
        st.builds("len(xs[{}:{}])".format, st.integers(-4, 4), st.integers(-4, 4)),
    )


TEXTS = st.recursive(
    st.one_of(
        st.sampled_from([*VALUES.keys() - {"xs", "ys"}, "True", "False", "0.5", "1e3"]),
        st.integers(0, 99).map(str),
    ),
    _grow,
    max_leaves=8,
)
PYTHON = {
    "__builtins__": {}, "abs": abs, "max": max, "min": min, "round": round, "sum": sum, "len": len,
    "floor": math.floor, "ceil": math.ceil, **VALUES,
}  # fmt: skip


def chained(text: str) -> bool:
    """Whether Python would chain comparisons."""
    try:
        tree = ast.parse(text, mode="eval")
    except SyntaxError:
        return False
    return any(isinstance(node, ast.Compare) and len(node.ops) > 1 for node in ast.walk(tree))


def by_python(text: str) -> Any:
    """Python's value; None where it refuses, or gives what an expression may not."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = eval(text, dict(PYTHON))
    except (SyntaxError, ArithmeticError, TypeError, ValueError, IndexError):
        return None
    if isinstance(found, complex) or (isinstance(found, float) and not math.isfinite(found)):
        return None
    return None if isinstance(found, int) and not -LIMIT <= found < LIMIT else found


def bounded(text: str) -> bool:
    """Whether no power in the text can keep Python busy."""
    return text.count("**") < 2


def by_archc(text: str, scope: Names = Names()) -> tuple[Any, str]:  # noqa: B008 - never changes
    """The value, or None and the code of the complaint."""
    try:
        return evaluate(parse(text), scope), ""
    except ExprError as problem:
        return None, problem.code.id


@given(TEXTS.filter(bounded))
def test_the_value_is_pythons(text: str) -> None:
    expected, (found, code) = by_python(text), by_archc(text)
    if chained(text):
        assert code
    elif code != "E0505":  # a limit on the way to a small result
        assert (type(found), found) == (type(expected), expected)


PIECES = st.sampled_from(
    [*"+-*/%()[].,:<>=!'\" \t\n$é٣", "**", "//", "==", "and ", "or ", "not ", " if ", " else ",
     " for ", " in ", "max(", "range(", "gone", "a", "xs", "x", "12", "0.5", "1e9", "True", "null"]
)  # fmt: skip


def complaint(text: str, read: Callable[[str], Expr]) -> ExprError | None:
    """What is wrong with a text, if it is anything."""
    try:
        expr = read(text)
        names(expr)
        evaluate(expr, Names())
    except Absorbed:
        assert "gone" in text
    except ExprError as problem:
        return problem
    return None


@given(st.one_of(st.text(max_size=30), st.lists(PIECES, max_size=14).map("".join)))
def test_any_text_is_an_expression_or_a_complaint(text: str) -> None:
    for read in (parse, parse_path):
        found = complaint(text, read)
        if found is not None:
            assert 0 <= found.start <= found.end <= len(text) + 1
            assert found.message


@given(TEXTS)
def test_blanks_change_nothing(text: str) -> None:
    assert by_archc(f"  {text}\t") == by_archc(text)
    assert by_archc(f"({text})") == by_archc(text)


def _grow_open(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds("({} {} {})".format, inner, _infix("+ - *"), inner),
        st.builds("({} {} {})".format, inner, _infix("/ // % **"), st.integers(0, 4) | inner),
        st.builds("({} {} {})".format, inner, _infix("< <= > >= == !="), inner),
        st.builds("({} {} {})".format, inner, _infix("and or"), inner),
        st.builds("({} if {} else {})".format, inner, inner, inner),
        st.builds("({}{})".format, st.sampled_from(["-", "+", "not "]), inner),
        st.builds("{}({})".format, _infix("abs round floor ceil"), inner),
        st.builds("{}({}, {})".format, _infix("max min"), inner, inner),
        st.builds("{}([{}, {}])".format, _infix("sum prod max min"), inner, inner),
        st.builds(
            "({} {} [{}, {}])".format, inner, st.sampled_from(["in", "not in"]), inner, inner
        ),
    )


OPEN = st.recursive(
    st.sampled_from(["H", "H", "W", "2 * H", "H // 2", "H + 1", "0", "1", "2", "5", "2.0", "0.5"]),
    _grow_open,
    max_leaves=5,
)
SIZES = {"H": symbol("H"), "W": symbol("W")}


@given(OPEN, st.lists(st.tuples(st.integers(1, 9), st.integers(1, 9)), min_size=1, max_size=4))
def test_what_is_said_of_open_sizes_holds_for_each_size(
    text: str, sizes: list[tuple[int, int]]
) -> None:
    found, _ = by_archc(text, Names(SIZES))
    for h, w in sizes:
        expected, code = by_archc(text, Names({"H": h, "W": w}))
        if found is None or code:
            continue  # refused: it may divide by what is 0 at this size only
        assert (bind(found, {"H": h, "W": w}) if isinstance(found, Dim) else found) == expected
