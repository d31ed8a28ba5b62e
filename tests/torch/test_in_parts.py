"""Training refuses to write over one of several parts: archc warns where torch fails."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest
import torch
from random_in_place import SHAPE, spec
from torch import nn

import archc
from archc.diag.codes import ONE_ELEMENT, OVERWRITTEN, OVERWRITTEN_PART

DIVIDERS = {
    "{op: Chunk, chunks: 2, dim: 1}": True,
    "{op: Chunk, chunks: 3, dim: 1}": True,
    "{op: Split, split_size_or_sections: 2, dim: 1}": True,
    "{op: Chunk, chunks: 1, dim: 1}": True,
    "{op: Unbind, dim: 1}": True,
    "{op: Narrow, dim: 1, start: 0, length: 2}": False,
    "{op: Slice, dim: 1, end: 2}": False,
}
MAYBE_COPIES = "{op: Flatten, start_dim: 0}"
"""That depends on how the value lies in memory, which archc does not follow."""
VIEWS = [
    "Identity",
    "{op: Transpose, dim0: 0, dim1: 1}",
    "{op: Unsqueeze, dim: 0}",
    "{op: Select, dim: 0, index: 0}",
    "{op: Chunk, chunks: 2, dim: 0}",
    "{op: Linear, out_features: 6}",
    MAYBE_COPIES,
    "{op: ReLU, when: 1 > 2}",
]
ACTS = ["ReLU", "SiLU", "Dropout", "LeakyReLU"]
LEARNED = {"{op: Linear, out_features: 6}": True, "{op: Add, other: 1}": False}


def refused(model: nn.Module) -> bool:
    """Whether a forward pass in training fails for what torch says of several views."""
    try:
        model.train()(torch.randn(SHAPE))
    except RuntimeError as error:
        return "multiple views" in str(error)
    return False


def network(nodes: list[str], blocks: str = "") -> str:
    listed = "".join(f"  n{k}: {node}\n" for k, node in enumerate(nodes))
    return f"name: a\ninput: {[*SHAPE]}\n{blocks}layers:\n{listed}"


def told(file: Path, text: str) -> set[str]:
    file.write_text(text)
    found = archc.check(file)
    assert all(d.severity == "warning" for d in found), (text, found)
    return {d.code.id for d in found}


def act(op: str, source: str) -> str:
    return f"{{op: {op}, inplace: true, from: {source}}}"


@pytest.mark.parametrize(("before", "divider"), [*product(LEARNED, DIVIDERS)])
def test_parts_and_their_views(before: str, divider: str, tmp_path: Path) -> None:
    part = "n1.0" if DIVIDERS[divider] else "n1"
    for view, op in product(VIEWS, ACTS):
        viewed = "n2.0" if "Chunk" in view else "n2"
        seen = view if view.startswith("{") else f"{{op: {view}}}"
        text = network([before, divider, seen.replace("}", f", from: {part}}}"), act(op, viewed)])
        warned = OVERWRITTEN_PART.id in told(tmp_path / "a.yaml", text)
        fails = refused(archc.load(tmp_path / "a.yaml").build())
        assert warned <= fails, text
        assert warned == fails or view == MAYBE_COPIES, text


BLOCKS = """\
blocks:
  First: {layers: {act: {op: ACT, inplace: true}}}
  Viewed: {layers: {move: {op: Transpose, dim0: 0, dim1: 1}, act: {op: ACT, inplace: true}}}
  Deep: {layers: {first: First}}
  Own: {layers: {fc: {op: Linear, out_features: 6}, act: {op: ACT, inplace: true}}}
  Two:
    inputs: [x, y]
    layers: {act: {op: ACT, inplace: true, from: y}, add: {op: Add, from: [act, x]}}
  Deeper: {inputs: [x, y], layers: {two: {op: Two, from: [x, y]}}}
  Copies:
    layers: {move: {op: Transpose, dim0: 0, dim1: 1}, flat: Flatten, act: {op: ACT, inplace: true}}
  Copy: {layers: {copies: Copies}}
  Divides: {layers: {parts: {op: Chunk, chunks: 2, dim: 1}}, outputs: {one: parts.0, two: parts.1}}
  Whole:
    layers:
      parts: {op: Chunk, chunks: 2, dim: 1}
      act: {op: ACT, inplace: true, from: parts.1}
"""


@pytest.mark.parametrize("op", ACTS)
@pytest.mark.parametrize(
    ("nodes", "expected"),
    [
        (["{op: Chunk, chunks: 2, dim: 1}", "{op: First, from: n1.1}"], True),
        (["{op: Chunk, chunks: 2, dim: 1}", "{op: Viewed, from: n1.1}"], True),
        (["{op: Chunk, chunks: 2, dim: 1}", "{op: Deep, from: n1.1}"], True),
        (["{op: Chunk, chunks: 2, dim: 1}", "{op: Own, from: n1.1}"], False),
        (["{op: Slice, dim: 1, end: 2}", "{op: Deep, from: n1}"], False),
        (["Divides", "{op: ReLU, inplace: true, from: n1.one}"], True),
        (["Divides", "{op: Deep, from: n1.one}"], True),
        (["Whole"], True),
        (["{op: Chunk, chunks: 2, dim: 1}", "{op: Two, from: [n1.0, n1.1]}"], True),
        (["{op: Chunk, chunks: 2, dim: 1}", "{op: Deeper, from: [n1.0, n1.1]}"], True),
        (["{op: Chunk, chunks: 2, dim: 1}", "{op: Copies, from: n1.0}"], False),
        (["{op: Chunk, chunks: 2, dim: 1}", "{op: Copy, from: n1.0}"], False),
        (["{op: Greater, other: 0}", "{op: Cast, dtype: float32}", "Whole"], False),
        (["{op: Chunk, chunks: 2, dim: 1, from: input}", "{op: Deep, from: n1.0}"], False),
        (["{op: Whole, from: input}"], False),
        (["{op: Chunk, chunks: 2, dim: 1}", "{op: Whole, from: n1.0}"], True),
        (["Deep"], False),
    ],
)
def test_parts_that_enter_and_leave_blocks(
    nodes: list[str], op: str, tmp_path: Path, *, expected: bool
) -> None:
    text = network(["{op: Linear, out_features: 6}", *nodes], BLOCKS.replace("ACT", op))
    warned = OVERWRITTEN_PART.id in told(tmp_path / "a.yaml", text)
    assert (warned, refused(archc.load(tmp_path / "a.yaml").build())) == (expected, expected)


@pytest.mark.parametrize("shard", range(3))
def test_drawn_networks(shard: int, tmp_path: Path) -> None:
    """What is warned of fails; what fails is warned of, or overwrites something read as well."""
    file = tmp_path / "drawn.yaml"
    for number in range(1000 + 40 * shard, 1040 + 40 * shard):
        file.write_text(spec(number))
        codes = {d.code for d in archc.check(file)}
        if ONE_ELEMENT in codes:
            continue
        failed = refused(archc.load(file).build())
        if codes & {OVERWRITTEN_PART, OVERWRITTEN} != {OVERWRITTEN}:
            assert failed == (OVERWRITTEN_PART in codes), number
