"""Reading YAML: values, positions, and each thing that can be wrong with a file."""

from __future__ import annotations

import math

import pytest
import yaml
from pace import soon

from archc.diag import codes
from archc.diag.codes import Code
from archc.diag.diagnostic import Diagnostic
from archc.diag.edits import apply
from archc.diag.source import Source, Span
from archc.spec.tree import List, Map, Scalar, Tree, parse, plain


def read(text: str) -> Tree:
    """The tree of a text that is right."""
    tree, found = parse(Source("a.yaml", text))
    assert found == ()
    assert tree is not None
    return tree


def complaint(text: str) -> Diagnostic:
    """The only complaint about a text."""
    _, found = parse(Source("a.yaml", text))
    assert [one.code.id for one in found][1:] == []
    return found[0]


def shown(text: str, span: Span) -> str:
    """The characters of a one-line span."""
    assert span.line == span.end_line
    return Source("a.yaml", text).lines[span.line - 1][span.column - 1 : span.end_column - 1]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("on", "on"),
        ("yes", "yes"),
        ("010", 10),
        ("+7", 7),
        ("-7", -7),
        ("0x1F", 31),
        ("0o17", 15),
        ("3:30", "3:30"),
        ("1_000", "1_000"),
        ("1e-5", 1e-5),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("1.", 1.0),
        ("2024-01-01", "2024-01-01"),
        ("true", True),
        ("False", False),
        ("~", None),
        ("null", None),
        ("", None),
        ("'3'", "3"),
        ('"true"', "true"),
        ("1e400", math.inf),
        ("-.inf", -math.inf),
        ("٣", "٣"),
    ],
)
def test_scalars_follow_yaml_1_2(text: str, value: object) -> None:
    tree = plain(read(f"a: {text}"))
    assert tree == {"a": value}
    assert isinstance(tree, dict)
    assert type(tree["a"]) is type(value)


def test_nan_stays_a_number_that_somebody_else_refuses() -> None:
    tree = plain(read("a: .nan"))
    assert isinstance(tree, dict)
    assert isinstance(tree["a"], float)
    assert math.isnan(tree["a"])


def test_keys_are_always_text() -> None:
    assert plain(read("0: a\ntrue: b\n'x y': c\n1.5: d")) == {
        "0": "a",
        "true": "b",
        "x y": "c",
        "1.5": "d",
    }


def test_lists_and_mappings_nest() -> None:
    text = "a:\n  - 1\n  - {b: [x, 2], c: {}}\nd: []\n"
    assert plain(read(text)) == {"a": [1, {"b": ["x", 2], "c": {}}], "d": []}


def test_positions_count_from_one_in_code_points() -> None:
    tree = read("ä: 1\nb:\n  cé: [x, yy]\n")
    assert isinstance(tree, Map)
    assert tree.keys["ä"] == Span("a.yaml", 1, 1, 1, 2)
    inner = tree.items["b"]
    assert isinstance(inner, Map)
    assert inner.keys["cé"] == Span("a.yaml", 3, 3, 3, 5)
    items = inner.items["cé"]
    assert isinstance(items, List)
    assert items.span == Span("a.yaml", 3, 7, 3, 14)
    assert items.items[1].span == Span("a.yaml", 3, 11, 3, 13)


def test_a_block_ends_where_its_last_child_ends() -> None:
    tree = read("a:\n  b: 1\n  c:\n    - x\n\n\n# far below\nd: 2\n")
    assert isinstance(tree, Map)
    assert tree.items["a"].span == Span("a.yaml", 2, 3, 4, 8)
    assert tree.span == Span("a.yaml", 1, 1, 8, 5)


def test_a_block_scalar_ends_with_its_text() -> None:
    tree = read("a: |\n  one\n  two\n\nb: 1\n")
    assert isinstance(tree, Map)
    assert plain(tree) == {"a": "one\ntwo\n", "b": 1}
    assert tree.items["a"].span == Span("a.yaml", 1, 4, 3, 6)


def test_line_ends_of_all_systems_count_alike() -> None:
    for end in ("\n", "\r\n", "\r"):
        tree = read(f"a: 1{end}b:{end}  c: 2{end}")
        assert isinstance(tree, Map)
        assert tree.keys["b"].line == 2
        assert tree.items["b"].span == Span("a.yaml", 3, 3, 3, 7)


def test_a_part_of_a_scalar_has_a_place() -> None:
    text = "{a: 4 * width, b: '4 * width', c: \"x\\ny\"}"
    tree = read(text)
    assert isinstance(tree, Map)
    bare, quoted, escaped = tree.items["a"], tree.items["b"], tree.items["c"]
    assert isinstance(bare, Scalar)
    assert isinstance(quoted, Scalar)
    assert isinstance(escaped, Scalar)
    assert (bare.quoted, quoted.quoted) == (False, True)
    assert shown(text, bare.part(4, 9)) == "width"
    assert shown(text, quoted.part(4, 9)) == "width"
    assert escaped.part(1, 2) == escaped.span


def test_text_keeps_the_characters_of_a_number() -> None:
    tree = read("a: 1e3")
    assert isinstance(tree, Map)
    assert tree.get("a") == Scalar(1000.0, Span("a.yaml", 1, 4, 1, 7), text="1e3")
    assert tree.get("b") is None
    assert "a" in tree
    assert [key for key, _ in tree] == ["a"]


def test_an_alias_stands_for_its_anchor() -> None:
    assert plain(read("a: &x {n: [1]}\nb: *x\nc: [*x, *x]")) == {
        "a": {"n": [1]},
        "b": {"n": [1]},
        "c": [{"n": [1]}, {"n": [1]}],
    }


@pytest.mark.parametrize(
    ("text", "code", "place", "message"),
    [
        ("a: 1\nb: 2\na: 3", codes.DUPLICATE_KEY, (3, 1), "`a` stands twice"),
        ("{a: 1, 'a': 2}", codes.DUPLICATE_KEY, (1, 8), "`a` stands twice"),
        ("a: !!int 3", codes.YAML_TAG, (1, 4), "tags"),
        ("a: ! x", codes.YAML_TAG, (1, 4), "tags"),
        ("a: !!python/object:os.system x", codes.YAML_TAG, (1, 4), "tags"),
        ("a: 1\n---\nb: 2", codes.SECOND_DOCUMENT, (2, 1), "second document"),
        ("a: *x", codes.BAD_ALIAS, (1, 4), "`*x` is not defined before"),
        ("a: &x [*x]", codes.BAD_ALIAS, (1, 8), "`*x` refers to itself"),
        ("<<: {a: 1}", codes.BAD_KEY, (1, 1), "no key `<<`"),
        ("? [a]\n: 1", codes.BAD_KEY, (1, 3), "plain name"),
        ("'': 1", codes.BAD_KEY, (1, 1), "missing"),
        (f"a: {'9' * 41}", codes.BAD_NUMBER, (1, 4), "more than 40"),
        (f"a: 0.{'1' * 5000}", codes.BAD_NUMBER, (1, 4), "more than 40"),
        ("a: 10000000000000000000", codes.BAD_NUMBER, (1, 4), "64 bits"),
        ("a: x\0y", codes.BAD_CHARACTER, (1, 5), "U+0000"),
        ("a: 1\nb: x\x85y", codes.BAD_CHARACTER, (2, 5), "U+0085"),
        ("a: 1\r\nb: x\u2028y", codes.BAD_CHARACTER, (2, 5), "U+2028"),
        ("a: x\ud800", codes.BAD_CHARACTER, (1, 5), "U+D800"),
        ("a: x\x1b[31m", codes.BAD_CHARACTER, (1, 5), "U+001B"),
        ("a: x\ufeff", codes.BAD_CHARACTER, (1, 5), "U+FEFF"),
        ('a: "x\\e[31m"', codes.BAD_CHARACTER, (1, 4), "U+001B"),
        ('"\\0": 1', codes.BAD_CHARACTER, (1, 1), "U+0000"),
        ("", codes.YAML_SYNTAX, (1, 1), "empty"),
        ("# nothing\n---\n", codes.YAML_SYNTAX, (1, 1), "empty"),
    ],
)
def test_what_a_spec_cannot_hold(
    text: str, code: Code, place: tuple[int, int], message: str
) -> None:
    found = complaint(text)
    assert found.code is code
    assert (found.primary.span.line, found.primary.span.column) == place
    assert message in found.message


@pytest.mark.parametrize(
    ("text", "place", "message", "advice"),
    [
        ("a:\n\tb: 1", (2, 1), "a tab is used for indentation", "spaces"),
        ("a: [1, 2", (1, 4), "`[` is never closed", ""),
        ("a: {b: 1\nc: 2", (1, 4), "`{` is never closed", ""),
        ("a: {op: Conv2d, k: [1, 2}", (1, 25), "`}` does not close a `[`", "`]`"),
        ("a: 'x", (1, 4), "quote is never closed", ""),
        ("a: b: c", (1, 5), "a `:` does not fit here", "quotes"),
        ("a\nb: 1", (2, 2), "a `:` does not fit here", "missing in the line above"),
        ("archc:1\nb: 1", (2, 2), "a `:` does not fit here", "the line above has none"),
        ("a: 1\n b: 2", (2, 1), "indented too far", "line it up"),
        ("- a\nb: 1", (2, 1), "a key stands among the items", "`- `"),
        ("a:\n  b: 1\n c: 2", (3, 2), "does not fit the lines above", "line the keys up"),
        ("a: @x", (1, 4), "cannot start with `@`", "quotes"),
        ("a: [1,,2]", (1, 7), "missing before `,`", ""),
        ("a: }", (1, 4), "missing before `}`", ""),
        ('a: "\\q"', (1, 5), "`\\` inside double quotes", "single quotes"),
        ("a: - b", (1, 4), "a list item does not fit here", "own line"),
    ],
)
def test_broken_yaml_is_told_in_plain_words(
    text: str, place: tuple[int, int], message: str, advice: str
) -> None:
    found = complaint(text)
    assert found.code is codes.YAML_SYNTAX
    assert (found.primary.span.line, found.primary.span.column) == place
    assert message in found.message
    assert advice in found.help


def test_a_duplicate_key_shows_both_places() -> None:
    found = complaint("a: 1\nb: 2\na: 3")
    assert [(label.span.line, label.text) for label in found.also] == [(1, "first here")]


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        ("{out: max(8, c)}", "max(8, c)"),
        ("a: {out: 2 * max(8, min(c, 3)) + 1, k: 3}", "2 * max(8, min(c, 3)) + 1"),
        ("a: [1, max(8, c), 3]", "max(8, c)"),
        ("a: {k: depths[0]}", "depths[0]"),
        ("a: {when: a[0] == 1, b: 2}", "a[0] == 1"),
        ("- {repeat: n[i], op: Foo}", "n[i]"),
        ("a: {b: x if y else [1]}", "x if y else [1]"),
        ("a: {b: [x for x in y][0], c: 1}", "[x for x in y][0]"),
        ("a: {b: f(x)[1]}", "f(x)[1]"),
        ("a: [f(x)[1], 2]", "f(x)[1]"),
    ],
)
def test_a_forgotten_quote_is_recognised(text: str, expression: str) -> None:
    found = complaint(text)
    assert found.code is codes.UNQUOTED
    assert shown(text, found.primary.span) == expression
    assert f'"{expression}"' in found.help
    assert found.fix is not None
    assert found.fix.certain
    fixed = apply(text, found.fix.edits)
    assert parse(Source("a.yaml", fixed))[1] == ()


def test_an_expression_that_holds_double_quotes_gets_single_ones() -> None:
    found = complaint('a: {when: f(x, "y")}')
    assert found.fix is not None
    assert found.fix.edits[0].replacement == "'f(x, \"y\")'"


def test_reading_goes_on_after_an_expression_without_quotes() -> None:
    tree, found = parse(Source("a.yaml", "a: {out: max(8, c), k: min(1, 2), s: 2}\nb: 1\nb: 2\n"))
    assert [one.code.id for one in found] == ["E0112", "E0112", "E0102"]
    assert tree is not None
    assert plain(tree) == {"a": {"out": "max(8, c)", "k": "min(1, 2)", "s": 2}, "b": 1}


def test_several_mistakes_are_told_at_once() -> None:
    _, found = parse(Source("a.yaml", f"a: !x 1\nb: {'1' * 50}\nb: 2\n<<: *no\n"))
    assert [one.code.id for one in found] == ["E0103", "E0111", "E0102", "E0110", "E0107"]


def test_mistakes_have_an_end() -> None:
    keys = "".join(f"k{number}: 1\n" for number in range(2500))
    _, found = parse(Source("a.yaml", keys + keys))
    assert len(found) == 100


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[" * 100_000, codes.TOO_DEEP),
        ("{a: " * 100_000, codes.TOO_DEEP),
        ("- " * 50_000, codes.TOO_DEEP),
        ("a: " + "(" * 100_000, codes.TOO_LARGE),
        ("? " * 50_000, codes.TOO_DEEP),
        ("[" * 64 + "]" * 64, None),
        ("[" * 65 + "]" * 65, codes.TOO_DEEP),
        ("[" + "1," * 1_000_001 + "]", codes.TOO_LARGE),
        ("x" * (16 * 2**20 + 1), codes.TOO_LARGE),
        ("a: &a [x,x]\n" + "".join(
            f"b{k}: &b{k} [*{p},*{p},*{p},*{p}]\n"
            for k, p in enumerate(["a", *(f"b{k}" for k in range(20))])
        ), codes.TOO_LARGE),
        ("a0: &a0 [1]\n" + "".join(f"a{k}: &a{k} [*a{k - 1}]\n" for k in range(1, 80)),
         codes.TOO_DEEP),
        ("}" * 100_000, codes.YAML_SYNTAX),
        (")" * 100_000, codes.TOO_LARGE),
        ("'" * 100_001, codes.YAML_SYNTAX),
        ("&a " * 50_000, codes.YAML_SYNTAX),
    ],
)  # fmt: skip
def test_bombs_are_refused_quickly(text: str, code: Code | None) -> None:
    _, found = soon(lambda: parse(Source("a.yaml", text)), 2)
    assert [one.code.id for one in found] == ([code.id] if code else [])


@pytest.mark.parametrize(
    "text",
    ["a: [1, {b: 'x', c: no}]\nd: |\n  y\n", "a: {k: depths[0]}", "a: 1\n a: 2", "[" * 1000],
)
def test_without_libyaml_reading_is_slower_and_the_same(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = Source("a.yaml", text)
    with_libyaml = parse(source)
    monkeypatch.delattr(yaml, "CSafeLoader", raising=False)
    assert parse(source) == with_libyaml
