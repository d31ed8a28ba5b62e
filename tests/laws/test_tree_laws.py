"""Whatever a file holds, reading it gives a tree or diagnostics, with positions inside the file."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from archc.diag.source import Source, Span
from archc.spec.node import List, Map, Tree
from archc.spec.tree import parse, plain

SPEC = """\
archc: 1
name: tiny  # a comment
params: {depths: [3, 4], act: {type: op, default: ReLU}}
input: [N, 3, H, W]
dims: {H: 224, W: 224}
blocks:
  Unit:
    params: {width: int, stride: 1}
    layers:
      conv: {op: Conv2d, out_channels: "max(8, width)", kernel_size: 3, bias: false}
      down: &down
        when: stride != 1
        layers:
          - {op: Conv2d, out_channels: 4 * width}
          - BatchNorm2d
      other: *down
layers:
  stem: {op: Unit, width: 64, repeat: depths.0}
  'quoted': |
    text
    more
expect: {params: 25557032, output: [N, 1000]}
"""
PIECES = st.sampled_from(
    [*"{}[]()'\"&*!|>#%@`:,-?~\t\n \\", "\r\n", ": ", "- ", "<<: ", "*down", "é", "\u2028", "\0",
     "9" * 60, "\U0001f600", "max(8, c)", "a[0]", "--- ", "%YAML 1.2\n"]
)  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """The spec with a few pieces cut out, put in, or swapped."""
    text = SPEC
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 12)))
        text = text[:start] + draw(st.one_of(st.just(""), PIECES)) + text[end:]
    return text


def inside(span: Span, source: Source) -> bool:
    """Whether a span lies in the file and runs forward."""
    for line, column in ((span.line, span.column), (span.end_line, span.end_column)):
        if not 1 <= line <= len(source.lines):
            return False
        if not 1 <= column <= len(source.lines[line - 1]) + 2:
            return False
    return (span.line, span.column) <= (span.end_line, span.end_column)


def spans(tree: Tree) -> list[Span]:
    """All spans of a tree."""
    match tree:
        case Map():
            inner = [s for value in tree.items.values() for s in spans(value)]
            return [tree.span, *tree.keys.values(), *inner]
        case List():
            return [tree.span, *(s for item in tree.items for s in spans(item))]
        case _:
            return [tree.span]


def check(text: str) -> None:
    source = Source("a.yaml", text)
    tree, found = parse(source)
    assert tree is not None or found
    for one in found:
        assert all(inside(label.span, source) for label in (one.primary, *one.also))
    if tree is not None:
        assert all(inside(span, source) for span in spans(tree))
        plain(tree)


@given(mutated())
def test_a_mutated_spec(text: str) -> None:
    check(text)


@given(st.text(max_size=60))
def test_any_text(text: str) -> None:
    check(text)


@given(st.lists(PIECES, max_size=20).map("".join))
def test_any_row_of_pieces(text: str) -> None:
    check(text)


@given(st.binary(max_size=60))
def test_any_bytes(content: bytes) -> None:
    check(content.decode("latin-1"))
