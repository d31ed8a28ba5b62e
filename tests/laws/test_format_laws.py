"""Formatting changes how a spec looks and nothing else: for the zoo, and for whatever parses."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st
from random_specs import specs
from test_tree_laws import PIECES, SPEC

from archc.diag.source import Source
from archc.spec.format import formatted
from archc.spec.format.write import WIDTH
from archc.spec.tree import parse, plain
from archc.spec.yaml import gaps, pieces
from archc.spec.zoo import zoo_root

ZOO = sorted(zoo_root().rglob("*.yaml"))
MESSY = """\
# top #1

archc:   1
'name': "tiny"   #2
params: {   #3
  depths: [3,
     4],  #4
  # own #5
  act: {type: op, default: ReLU}   #6

  }  #7
input: [N, 3, H, W]


dims:
  H: 224

  # above W #8
  W: 224 #9
  #10
 #11
blocks: #12
    Unit:
        params: {width: int, stride: 1}
        layers: {conv: {op: Conv2d, out_channels: "max(8, width)", kernel_size: 3}, b: ReLU} #13
layers:
# right below #14
- &stem   #15
  op: Unit
  width: 64
-   #16
  - - ReLU  #17
    #18
  - {op: 'Identity' #19
    }
- *stem
#20
description: >-  #21
   several
   lines

     deeper

note: |
    text   #22

    more
said: "a
  long \\
  line"   #23
? odd key   #24
: [ ]    #25
expect: { }

#26
"""


def values(text: str) -> str | None:
    """All that a text says, the order of keys and the types of numbers included."""
    tree, found = parse(Source("a.yaml", text))
    return None if tree is None or found else repr(plain(tree))


def anchors(text: str) -> list[str]:
    return [f"{p.anchor} {p.text if p.kind == 'alias' else ''}" for p in pieces(text)]


def remarks(text: str) -> list[str]:
    """The comments in order: what stands between tokens, or behind the start of a block scalar."""
    found = [
        (m.start(), m[0]) for a, b in gaps(text) for m in re.compile("#.*").finditer(text, a, b)
    ]
    for piece in pieces(text):
        head = re.compile(r"(?:&\S+\s+)?[|>]\S*[ \t]+(#.*)").match(text, piece.start, piece.end)
        found += [(head.start(1), head[1])] if head and piece.style in {"|", ">"} else []
    return [comment.rstrip() for _, comment in sorted(found)]


def check(text: str) -> None:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    before = values(text)
    if before is None:
        return
    result = formatted(Source("a.yaml", text))
    assert values(result) == before
    assert formatted(Source("a.yaml", result)) == result
    assert remarks(result) == remarks(text)
    assert anchors(result) == anchors(text)


@pytest.mark.parametrize("path", ZOO, ids=lambda path: path.stem)
def test_the_zoo(path: Path) -> None:
    check(path.read_text(encoding="utf-8"))


@given(specs())
def test_a_random_spec(text: str) -> None:
    check(text)
    result = formatted(Source("a.yaml", text))
    assert all(len(line) <= WIDTH for line in result.split("\n"))


NUMBERED = st.integers(1, 99).map(lambda n: f"  #{n}\n")
BITS = st.one_of(st.just(""), PIECES, NUMBERED, st.sampled_from(["\n\n", "\n  ", "# c\n", " #7 x"]))


@given(st.sampled_from([SPEC, MESSY]), st.data())
@example(MESSY, None)
def test_a_mutated_spec(text: str, data: st.DataObject | None) -> None:
    for _ in range(data.draw(st.integers(1, 4)) if data else 0):
        assert data is not None
        start = data.draw(st.integers(0, len(text)))
        end = min(len(text), start + data.draw(st.sampled_from([0, 0, 0, 1, 2, 8])))
        text = text[:start] + data.draw(BITS) + text[end:]
    check(text)


@given(st.data())
def test_comments_wherever_a_line_ends(data: st.DataObject) -> None:
    lines = MESSY.split("\n")
    for number in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(lines) - 1))
        indent = " " * data.draw(st.integers(0, 10))
        if data.draw(st.booleans()):
            lines.insert(at, f"{indent}#9{number}")
        else:
            lines[at] += f" #9{number}"
    check("\n".join(lines))


WORDS = st.one_of(
    st.text("ab:#-?,[]{}'\"\\& *!|>%@`\n\t0.é$(", max_size=12),
    st.sampled_from(
        ["no", "1", "1e-5", "null", "", "~", "0x1", "12:30", "<<", "---", "x: y", "9" * 60]
    ),
    st.text("ab ", min_size=130, max_size=200),
)
TREES: st.SearchStrategy[Any] = st.recursive(
    st.one_of(WORDS, st.integers(-5, 5), st.booleans(), st.none(), st.floats(allow_nan=False)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.one_of(WORDS, st.sampled_from(["op", "layers", "params", "a"])), inner),
    ),
    max_leaves=12,
)


@given(TREES, st.sampled_from([True, False, None]), st.sampled_from([None, "'", '"', "|", ">"]))
def test_any_tree_in_any_style(tree: Any, flow: object, style: str | None) -> None:
    styles: dict[str, Any] = {"default_flow_style": flow, "default_style": style}
    check(yaml.safe_dump(tree, sort_keys=False, **styles))


@given(st.text(max_size=60))
def test_any_text(text: str) -> None:
    check(text)


@given(st.lists(st.one_of(PIECES, NUMBERED), max_size=20).map("".join))
def test_any_row_of_pieces(text: str) -> None:
    check(text)
