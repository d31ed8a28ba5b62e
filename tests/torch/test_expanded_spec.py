"""`build --emit spec`: a file with nothing left to expand that says the same network."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given
from random_specs import SIDE, specs

import archc
from archc.analysis.costs import measure
from archc.api import read
from archc.backends.spec import emit
from archc.cli.main import run
from archc.diag.source import Source
from archc.ir.graph import Network
from archc.spec import zoo
from archc.spec.format import formatted
from archc.spec.tree import parse, plain
from tests.markdown import SPEC, fences, file_of

PAGES = Path(__file__).parents[2] / "docs"
GONE = {"extends", "use", "params", "let", "repeat", "for", "parallel", "shared", "inline"}


def network_of(file: Path) -> Network:
    loaded = read(file)
    assert loaded.network is not None, loaded.diagnostics
    return loaded.network


def expanded(network: Network, folder: Path) -> tuple[str, Network]:
    text = emit(network)
    file = folder / "expanded.yaml"
    file.write_text(text, encoding="utf-8")
    assert archc.check(file) == ()
    return text, network_of(file)


def facts(network: Network) -> dict[str, Any]:
    """All that a spec decides, but for how the blocks are called and where it stands."""
    body = network.body
    return {
        "name": (network.name, network.description),
        "inputs": body.inputs,
        "outputs": [(out.name, out.training, body.type_of(out.ref)) for out in body.outputs],
        "nodes": [
            (leaf.again or leaf.path, leaf.op, leaf.ins, leaf.outs) for leaf in network.leaves()
        ],
        "ties": network.ties,
        "dims": network.dims,
        "constraints": sorted(constraint.text for constraint in network.constraints),
        "costs": measure(network),
    }


def keys_of(data: Any) -> Iterator[str]:
    if isinstance(data, dict):
        yield from data
        for value in data.values():
            yield from keys_of(value)
    elif isinstance(data, list):
        for value in data:
            yield from keys_of(value)


def same(file: Path, folder: Path) -> str:
    """The expanded spec, after making sure that it says the same and has nothing to expand."""
    network = network_of(file)
    text, again = expanded(network, folder)
    assert facts(again) == facts(network)
    assert emit(again) == text
    assert formatted(Source("expanded.yaml", text)) == text
    tree, _ = parse(Source("expanded.yaml", text))
    assert tree is not None
    data = plain(tree)
    assert isinstance(data, dict)
    arguments = {**data, "init": None}  # `normal_` has a parameter that is called like no key
    assert not GONE & set(keys_of(arguments))
    return text


def agree(file: Path, folder: Path) -> None:
    """Both build to the same module: its keys, its first weights, and what it computes."""
    text, _ = expanded(network_of(file), folder)
    one, other = archc.load(file), archc.load(folder / "expanded.yaml")
    assert text
    torch.manual_seed(0)
    left = one.build().eval()
    torch.manual_seed(0)
    right = other.build().eval()
    a, b = left.state_dict(), right.state_dict()
    assert list(a) == list(b)
    assert all(torch.equal(a[key], b[key]) for key in a)
    inputs = [torch.randn(2, 4, SIDE, SIDE)]
    with torch.no_grad():
        ours, theirs = left(*inputs), right(*inputs)
    outputs = [[x] if isinstance(x, torch.Tensor) else list(x) for x in (ours, theirs)]
    assert all(map(torch.equal, *outputs))


@pytest.mark.parametrize("name", zoo.names())
def test_the_zoo_says_the_same(name: str, tmp_path: Path) -> None:
    same(zoo.zoo_root() / f"{name}.yaml", tmp_path)


@pytest.mark.parametrize("name", zoo.names())
def test_the_zoo_owns_the_same(name: str, tmp_path: Path) -> None:
    file = zoo.zoo_root() / f"{name}.yaml"
    expanded(network_of(file), tmp_path)
    left = archc.build(file, device="meta").state_dict()
    right = archc.build(tmp_path / "expanded.yaml", device="meta").state_dict()
    assert {key: tensor.shape for key, tensor in left.items()} == {
        key: tensor.shape for key, tensor in right.items()
    }


@given(text=specs())
def test_random_networks_say_the_same(text: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("drawn", numbered=True)
    (folder / "drawn.yaml").write_text(text)
    same(folder / "drawn.yaml", folder)
    agree(folder / "drawn.yaml", folder)


def examples() -> Iterator[tuple[str, str]]:
    for page in sorted(PAGES.glob("*.md")):
        for number, fence in enumerate(fences(page.read_text(encoding="utf-8"))):
            if fence.kind == "yaml" and file_of(fence).name == SPEC:
                file = file_of(fence)
                if not file.expected and not re.search(r"^(extends|use):", file.text, re.MULTILINE):
                    yield f"{page.stem} {number}", file.text


EXAMPLES = dict(examples())


@pytest.mark.parametrize("title", EXAMPLES)
def test_every_rule_of_the_language_expands(title: str, tmp_path: Path) -> None:
    (tmp_path / "spec.yaml").write_text(EXAMPLES[title])
    same(tmp_path / "spec.yaml", tmp_path)


HARD = {
    "names that hide others, and inputs without a name": """
        blocks:
          Unit:
            layers:
              gone: {op: Tanh, when: false}
              fc: {op: Linear, out_features: 8}
              group:
                fc: {op: Linear, out_features: 8}
                inner:
                  from: input
                  layers:
                    fc: {op: Linear, out_features: 8}
                    add: {op: Add, from: [fc, input, gone, group.fc]}
                sum: {op: Add, from: [fc, inner, input]}
        layers: {a: Unit, b: {op: Unit, from: a}}
        """,
    "lists inside lists": """
        layers:
          - {op: Linear, out_features: 8}
          - - {op: Linear, out_features: 8}
            - [ReLU, {op: Add, from: [-1, input]}]
            - {op: Add, from: [-1, 0, input]}
          - {op: Add, from: [0, 1]}
        """,
    "one module applied to several values": """
        layers:
          a: {op: Linear, out_features: 8, repeat: 3}
          b:
            for: {k: range(3)}
            shared: true
            parallel: true
            op: Linear
            out_features: 8
            from: a.(k)
          b_2: {op: Linear, out_features: 8, from: a}
          c: {op: Linear, out_features: 8, repeat: 3, shared: true}
          d: {op: Add, from: [b.*, b_2, c]}
        """,
    "blocks that are called like ops, and like one another": """
        blocks:
          Call_2: [{op: Linear, out_features: 8}]
          ReLU_2: {params: {w: int}, layers: [{op: Linear, out_features: w}]}
        layers: {a: Call_2, b: {op: ReLU_2, w: 8}, c: {op: ReLU_2, w: 9}, d: {op: ReLU_2, w: 8}}
        """,
    "rules for tensors, blocks and what is inside a node": """
        blocks:
          Unit:
            params: {w: int}
            layers:
              fc: {op: Linear, out_features: w}
              norm: {op: LayerNorm, normalized_shape: w}
        layers:
          a: {op: Unit, w: 8}
          b: {op: Unit, w: 9, init: {Linear: {bias: {constant_: 0.25}}}}
          gain: {op: Parameter, shape: [9], init: {normal_: {std: 0.5}}}
          c: {op: Multiply, from: [b, gain]}
          d: {op: Linear, out_features: 9, init: {weight: {uniform_: {a: -1, b: 1}}}}
        init:
          Linear: {weight: {normal_: {std: "1 / in_features"}}}
          Unit: {norm.weight: {constant_: 0.5}, norm.bias: ones_}
          a.*: {bias: zeros_}
        """,
}


@pytest.mark.parametrize("title", HARD)
def test_hard_cases(title: str, tmp_path: Path) -> None:
    text = "\n".join(line[8:] for line in HARD[title].splitlines())
    (tmp_path / "spec.yaml").write_text(f"input: [N, 8]\n{text}")
    same(tmp_path / "spec.yaml", tmp_path)
    torch.manual_seed(0)
    left = archc.build(tmp_path / "spec.yaml").state_dict()
    torch.manual_seed(0)
    right = archc.build(tmp_path / "expanded.yaml").state_dict()
    assert list(left) == list(right)
    assert all(torch.equal(left[key], right[key]) for key in left)


def test_rules_of_used_files_keep_their_turn(tmp_path: Path) -> None:
    """What the file that uses another says comes later; where it says nothing the other decides."""
    (tmp_path / "part.yaml").write_text(
        "input: [N, 8]\n"
        "layers:\n"
        "  a: {op: Linear, out_features: 8}\n"
        "  b: {op: Linear, out_features: 8, bias: false}\n"
        "init: {Linear: {weight: {constant_: 1}, bias: {constant_: 2}}}\n"
    )
    (tmp_path / "spec.yaml").write_text(
        "use: {part: part.yaml}\n"
        "input: [N, 8]\n"
        "layers: {x: part, y: part, z: {op: Linear, out_features: 8}}\n"
        "init: {x.b: {weight: {constant_: 3}}}\n"
    )
    for name, values in (("spec", (1, 3, 1, 1)), ("again", (1, 3, 1, 1))):
        if name == "again":
            (tmp_path / "again.yaml").write_text(emit(network_of(tmp_path / "spec.yaml")))
        state = archc.build(tmp_path / f"{name}.yaml").state_dict()
        keys = ("x.a.weight", "x.b.weight", "y.a.weight", "y.b.weight")
        assert tuple(int(state[key].mean()) for key in keys) == values


def test_the_rules_of_a_used_file_go_with_its_use(tmp_path: Path) -> None:
    network = network_of(zoo.zoo_root() / "fpn_resnet50.yaml")
    text = emit(network)
    assert text.count("kaiming_normal_") == 1
    assert "\ninit:" not in text


def test_bounds_of_sizes_are_kept(tmp_path: Path) -> None:
    (tmp_path / "spec.yaml").write_text(
        "input: [N, 3, H, W]\n"
        "dims: {N: {default: 4, max: 8}, H: {default: 64, multiple_of: 32, min: 64, max: 640}}\n"
        "layers: {conv: {op: Conv2d, out_channels: 8, kernel_size: 3}}\n"
    )
    text = same(tmp_path / "spec.yaml", tmp_path)
    assert "H: {default: 64, min: 64, max: 640, multiple_of: 32}" in text


def test_the_command_writes_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "spec.yaml").write_text(
        "name: tiny\nparams: {width: 8}\ninput: [N, 4]\n"
        "layers: {fc: {op: Linear, out_features: width + i, repeat: 2}}\n"
    )
    arguments = ["build", str(tmp_path / "spec.yaml"), "--set", "width=5", "-o", str(tmp_path)]
    assert run([*arguments, "--emit", "spec"]) == 0
    assert f"written      {tmp_path / 'tiny.yaml'}" in capsys.readouterr().out
    assert (tmp_path / "tiny.yaml").read_text().splitlines() == [
        "# Everything is written out: what this was made from is the spec to edit.",
        "archc: 1",
        "name: tiny",
        "input: [N, 4]",
        "layers:",
        "  fc:",
        "    - {op: Linear, out_features: 5}",
        "    - {op: Linear, out_features: 6}",
    ]
    assert json.dumps(archc.load(tmp_path / "tiny.yaml").summary().to_dict()["params"]) == "61"


TIED = """
input: {shape: [N, T], dtype: int64, below: 50}
blocks:
  Words:
    layers:
      table: {op: Parameter, shape: [50, 8]}
      words: {op: Embedding, num_embeddings: 50, embedding_dim: 8}
    outputs: {words: words, table: table, weight: words.weight}
  Outer:
    layers: {words: Words, mix: {op: Linear, out_features: 8}}
    outputs: {mix: mix, deep: words.weight}
layers:
  outer: Outer
  words: {op: Words, from: input}
  own: {op: Parameter, shape: [50, 8]}
  a: {op: Linear, out_features: 50, bias: false, tie: {weight: outer.deep}, from: outer}
  b: {op: Linear, out_features: 50, bias: false, tie: {weight: words.weight}, from: words}
  c: {op: Linear, out_features: 50, bias: false, tie: {weight: words.table}, from: words}
  d: {op: Linear, out_features: 50, bias: false, tie: {weight: own}, from: words}
  all: {op: Add, from: [a, b, c, d]}
"""


def test_tensors_that_blocks_give_stay_tied(tmp_path: Path) -> None:
    file = tmp_path / "tied.yaml"
    file.write_text(TIED, encoding="utf-8")
    same(file, tmp_path)
    for spec in (file, tmp_path / "expanded.yaml"):
        tensor = archc.load(spec).build().get_parameter
        assert tensor("a.weight") is tensor("outer.words.words.weight")
        assert tensor("b.weight") is tensor("words.words.weight")
        assert tensor("c.weight") is tensor("words.table")
        assert tensor("d.weight") is tensor("own")
