"""The changes are those that are wanted, and each mutant is a module that runs."""

from __future__ import annotations

import ast

import pytest

from tests.mutation.operators import mutants


@pytest.mark.parametrize(
    ("source", "changed"),
    [
        ("a = b + c", ["a = b - c"]),
        ("a = b // 2", ["a = b * 2", "a = b // 3", "a = b // 1"]),
        ("a = b < c", ["a = b <= c"]),
        ("a = True", ["a = False"]),
        ("a = not b", ["a = b"]),
        ("a = b and c", ["a = b or c", "a = c", "a = b"]),
        ("a = b if c else d", ["a = b", "a = d"]),
        ("a = [b for b in c if d]", ["a = [b for b in c]"]),
        ("if a:\n    b", ["if True:\n    b", "if False:\n    b"]),
        ("def f(a):\n    return a", ["def f(a):\n    return None"]),
        ("f(a)", ["pass"]),
        ("a += b", ["pass"]),
        ("raise a", ["pass"]),
        ("for a in b:\n    continue", ["for a in b:\n    break"]),
    ],
)
def test_what_becomes_of_a_statement(source: str, changed: list[str]) -> None:
    assert [ast.unparse(one.tree()) for one in mutants(source)] == changed


@pytest.mark.parametrize(
    "source",
    [
        '"""Text."""',
        "import a",
        "a: Literal[1]",
        "@lru_cache(4096)\ndef f(a: Literal[1]) -> Literal[2]:\n    return None",
        "if TYPE_CHECKING:\n    a = 1",
        "A: TypeAlias = Literal[1]",
        "a = isinstance(b, int | float)",
    ],
)
def test_what_is_left_alone(source: str) -> None:
    assert mutants(source) == []


def test_a_mutant_is_told_by_its_line() -> None:
    (one,) = mutants("a = b\nc = d == e")
    assert str(one) == "2: `d == e` -> `d != e`"


def test_a_mutant_runs() -> None:
    names: dict[str, int] = {}
    (one,) = mutants("b = c = len('two')\na = b * c")
    exec(compile(one.tree(), "<mutant>", "exec"), names)
    assert names["a"] == 1
