"""Statements broken over lines: the same Python, and whole where it fits."""

from __future__ import annotations

import ast
from textwrap import dedent

from hypothesis import given, settings
from hypothesis import strategies as st

from archc.backends.python.layout import WIDTH, statement

NAMES = st.sampled_from(["x", "self.layer1", "torch.nn.functional.relu", "a_rather_long_variable"])
LEAVES = NAMES | st.sampled_from(["1", "-1", "0.5", "None", '"a, (b"', '"it\'s ]"', "()", "[]"])


def _joined(parts: st.SearchStrategy[str], least: int = 0) -> st.SearchStrategy[str]:
    return st.lists(parts, min_size=least, max_size=5).map(", ".join)


def _larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    named = st.builds("{}={}".format, st.sampled_from(["dim", "kernel_size"]), inner)
    arguments = st.builds(
        lambda plain, last: ", ".join(filter(None, [plain, last])),
        _joined(inner),
        st.just("") | named,
    )
    called = st.builds("{}({})".format, NAMES, arguments)
    return st.one_of(
        called,
        st.builds("{}({})[{}]".format, NAMES, arguments, inner),
        st.builds("{}[{}]".format, NAMES, _joined(inner, 1)),
        st.builds("{}[{}:, {}]".format, NAMES, st.integers(0, 9), inner),
        st.builds("{}.flatten(1).mean({})".format, called, inner),
        st.builds("({} + {})".format, inner, inner),
        st.builds("({} if {} else {})".format, inner, inner, inner),
        st.builds("{} @ ({})".format, called, inner),
        st.builds("({},)".format, inner),
        st.builds("[{}]".format, _joined(inner)),
        st.builds('{{"key": {}, "other": {}}}'.format, inner, inner),
        st.builds("nn.Sequential(*(Block({}) for i in range(3)))".format, inner),
    )


EXPRESSIONS = st.recursive(LEAVES, _larger, max_leaves=25)
STATEMENTS = st.builds("{}{}".format, st.sampled_from(["x = ", "a, b = ", "return "]), EXPRESSIONS)


def parsed(text: str) -> str:
    """What Python makes of a statement in a function."""
    return ast.dump(ast.parse(f"def f():\n{text}"))


@settings(max_examples=1_000)
@given(text=STATEMENTS, depth=st.integers(1, 4))
def test_a_broken_statement_is_the_same_statement(text: str, depth: int) -> None:
    lines = statement(text, depth)
    assert all(line.startswith("    " * depth) for line in lines)
    broken = dedent("\n".join(lines))
    assert parsed("\n".join(f"    {line}" for line in broken.split("\n"))) == parsed(f"    {text}")


@given(text=STATEMENTS.filter(lambda text: len(text) <= WIDTH))
def test_what_fits_stays_whole(text: str) -> None:
    assert statement(text, 0) == [text]
