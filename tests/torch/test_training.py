"""What is there in training only: what stands for it outside, and blocks that give less there."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import nn

import archc

BLOCK = """\
input: [N, 8]
blocks:
  Trunk:
    layers:
      fc: {op: Linear, out_features: 8}
      aux: {op: Linear, out_features: 3, when: training}
      late: {op: Linear, out_features: 5, from: fc}
    outputs: {y: fc, aux: {from: aux, when: training}, late: late}
"""
USES = {
    "alone": """\
layers:
  trunk: Trunk
outputs: {y: trunk.y, late: trunk.late, aux: {from: trunk.aux, when: training}}
""",
    "its other output unused": """\
layers:
  trunk: Trunk
outputs: {y: trunk.late}
""",
    "in a chain, and applied again": """\
layers:
  trunk: {op: Trunk, repeat: 3}
  again: {op: Call, module: trunk.0, from: trunk}
outputs:
  y: again.y
  last: {from: trunk.aux, when: training}
  more: {from: again.aux, when: training}
""",
    "in a group": """\
layers:
  group:
    layers: {trunk: Trunk, fc: {op: Linear, out_features: 8, from: trunk.late}}
  scores: {op: Linear, out_features: 2, from: group.trunk.aux, when: training}
outputs: {y: group, scores: {from: scores, when: training}}
""",
}


def built(folder: Path, text: str) -> nn.Module:
    file = folder / "spec.yaml"
    file.write_text(text)
    return archc.build(file)


def shapes(out: object) -> list[tuple[int, ...]]:
    return [tuple(value.shape) for value in (out if isinstance(out, tuple) else [out])]


@pytest.mark.parametrize(
    ("use", "training", "outside"),
    [
        ("alone", [(2, 8), (2, 5), (2, 3)], [(2, 8), (2, 5)]),
        ("its other output unused", [(2, 5)], [(2, 5)]),
        ("in a chain, and applied again", [(2, 8), (2, 3), (2, 3)], [(2, 8)]),
        ("in a group", [(2, 8), (2, 2)], [(2, 8)]),
    ],
)
def test_a_block_may_give_less_outside_training(
    tmp_path: Path,
    use: str,
    training: list[tuple[int, ...]],
    outside: list[tuple[int, ...]],
) -> None:
    model, x = built(tmp_path, BLOCK + USES[use]), torch.randn(2, 8)
    assert shapes(model(x)) == training
    assert shapes(model.eval()(x)) == outside
    assert shapes(torch.export.export(model, (x,)).module()(x)) == outside


def test_what_remains_outside_training_has_names(tmp_path: Path) -> None:
    model, x = built(tmp_path, BLOCK + USES["alone"]), torch.randn(2, 8)
    assert model(x)._fields == ("y", "late", "aux")
    assert model.eval()(x)._fields == ("y", "late")


def test_a_block_may_be_frozen_alone(tmp_path: Path) -> None:
    """What the block gives follows its own mode, as is common with frozen parts."""
    model = built(tmp_path, BLOCK + USES["its other output unused"]).train()
    model.get_submodule("trunk").eval()
    assert shapes(model(torch.randn(2, 8))) == [(2, 5)]


def test_a_network_of_the_zoo_with_auxiliary_heads_as_an_op(tmp_path: Path) -> None:
    head = "use: {body: googlenet}\ninput: [N, 3, 64, 64]\nlayers:\n"
    model = built(tmp_path, head + "  body: body\n  fc: {op: Linear, out_features: 2}\n")
    x = torch.randn(2, 3, 64, 64)
    assert shapes(model(x)) == shapes(model.eval()(x)) == [(2, 2)]


GROUP = """\
input: [N, 8]
layers:
  other: {op: Linear, out_features: 8}
  before: {op: Tanh, from: input}
  group:
    when: training
    layers:
      gain: {op: Parameter, shape: [8]}
      add: {op: Add, from: [other, input, gain]}
"""


def test_a_group_passes_on_what_came_into_it(tmp_path: Path) -> None:
    """Not what its first node happens to read."""
    model, x = built(tmp_path, GROUP), torch.randn(2, 8)
    assert not torch.equal(model(x), x.tanh())
    assert torch.equal(model.eval()(x), x.tanh())


PASSING = """\
input: [2, 8]
layers:
  early: {op: Linear, out_features: 8, when: training}
  late: {op: Linear, out_features: 8, when: training}
  pos: {op: Parameter, shape: [2, 8], value: 0.5}
  noisy: {op: Linear, out_features: 8, from: pos, when: training}
  sum: {op: Add, from: [noisy, late]}
  more: {op: ReLU, from: early, when: training}
outputs: {sum: sum, more: more, late: late}
"""


def test_what_training_alone_has_is_passed_over_and_nothing_is_added_onto_that(
    tmp_path: Path,
) -> None:
    model = built(tmp_path, PASSING).eval()
    x = torch.randn(2, 8)
    with torch.no_grad():
        total, more, late = model(x)
    assert torch.equal(total, x + 0.5)
    assert torch.equal(more, x)
    assert torch.equal(late, x)
    assert torch.equal(model.pos, torch.full((2, 8), 0.5))
    assert shapes(model.train()(x)) == [(2, 8)] * 3


TWICE = """\
input: [N, 8]
blocks:
  Gate:
    inputs: [x, y]
    layers:
      fc: {op: Linear, out_features: 8, bias: false, init: {weight: eye_}}
      add: {op: Add, from: [fc, y]}
layers:
  start: {op: Linear, out_features: 8, bias: false, init: {weight: eye_}}
  gates: {op: Gate, from: [start, start], repeat: 3}
"""


def test_a_repeated_block_may_get_one_value_twice(tmp_path: Path) -> None:
    x = torch.randn(2, 8)
    assert torch.allclose(built(tmp_path, TWICE)(x), 4 * x)
