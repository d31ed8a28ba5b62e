"""The language, feature by feature: each spec builds, runs, and owns exactly the paths it names."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

import archc

HEAD = "input: [N, 4, H, W]\ndims: {H: 16, W: 16}\n"

CASES: dict[str, tuple[str, list[str], list[int]]] = {
    "a template key names the copies": (
        """
        layers:
          stem: {op: Conv2d, out_channels: 4, kernel_size: 1, bias: false}
          conv{i + 1}: {op: Conv2d, out_channels: 4 + i, kernel_size: 1, bias: false, repeat: 2}
        """,
        ["stem.weight", "conv1.weight", "conv2.weight"],
        [2, 5, 16, 16],
    ),
    "an outer loop completes a key, the inner one is a container": (
        """
        layers:
          stages:
            for: {s: [0, 1], n: [1, 2]}
            inline: true
            layers:
              stage{s + 2}: {op: Conv2d, out_channels: 4, kernel_size: 1, bias: false, repeat: n}
        """,
        ["stage2.0.weight", "stage3.0.weight", "stage3.1.weight"],
        [2, 4, 16, 16],
    ),
    "rows unpack, records are read by field": (
        """
        params:
          rows: [[4, 3], [6, 1]]
          stages: [{width: 8, k: 1}]
        layers:
          a: {for: {"c, k": rows}, op: Conv2d, out_channels: c, kernel_size: k, bias: false}
          b: {for: {s: stages}, op: Conv2d, out_channels: s.width, kernel_size: s.k, bias: false}
        """,
        ["a.0.weight", "a.1.weight", "b.0.weight"],
        [2, 8, 14, 14],
    ),
    "a preset adds no level and its use may add arguments": (
        """
        blocks:
          Norm: {op: BatchNorm2d, eps: 1e-3}
          Conv: {params: {c: int, k: 1}, op: Conv2d, out_channels: c, kernel_size: k, bias: false}
        layers:
          conv: {op: Conv, c: 6, k: 3, padding: 1}
          norm: {op: Norm, affine: false}
        """,
        [
            "conv.weight",
            "norm.running_mean",
            "norm.running_var",
            "norm.num_batches_tracked",
        ],
        [2, 6, 16, 16],
    ),
    "a null op value drops the node and closes up the list": (
        """
        params: {norm: {type: op, default: null}}
        layers:
          body:
            - {op: Conv2d, out_channels: 4, kernel_size: 1, bias: false}
            - $norm
            - {op: Conv2d, out_channels: 6, kernel_size: 1, bias: false}
        """,
        ["body.0.weight", "body.1.weight"],
        [2, 6, 16, 16],
    ),
    "a false `when` leaves no module and passes the first input on": (
        """
        layers:
          conv: {op: Conv2d, out_channels: 4, kernel_size: 1, bias: false}
          proj: {op: Conv2d, out_channels: 4, kernel_size: 1, when: in.channels != 4, from: input}
          add: {op: Add, from: [conv, proj]}
        """,
        ["conv.weight"],
        [2, 4, 16, 16],
    ),
    "a list whose items say `from` is a module list": (
        """
        layers:
          m:
            - {op: Conv2d, out_channels: 4, kernel_size: 1, bias: false}
            - {op: Conv2d, out_channels: 6, kernel_size: 1, bias: false, from: input}
            - {op: Concat, from: [0, 1]}
        """,
        ["m.0.weight", "m.1.weight"],
        [2, 10, 16, 16],
    ),
    "several outputs are chosen by number, a star takes all": (
        """
        layers:
          split: {op: Chunk, chunks: 2}
          m: {op: Conv2d, out_channels: 2, kernel_size: 1, bias: false, from: split.1, repeat: 2}
          join: {op: Concat, from: [split.*, m.*]}
        """,
        ["m.0.weight", "m.1.weight"],
        [2, 8, 16, 16],
    ),
    "one output that has a number is chosen by it, or by the plain name": (
        """
        layers:
          split: {op: Chunk, chunks: 1}
          twice: {op: Add, from: [split, split.0]}
          join: {op: Concat, from: [split.*, twice]}
        """,
        [],
        [2, 8, 16, 16],
    ),
    "a block declares its inputs and outputs": (
        """
        blocks:
          Fuse:
            inputs: [x, skip]
            layers:
              conv: {op: Conv2d, out_channels: in.channels, kernel_size: 1, bias: false}
              add: {op: Add, from: [conv, skip]}
            outputs: {sum: add, conv: conv}
        layers:
          a: {op: Conv2d, out_channels: 4, kernel_size: 1, bias: false}
          fuse: {op: Fuse, from: {x: a, skip: input}}
          last: {op: Add, from: [fuse.conv, fuse]}
        """,
        ["a.weight", "fuse.conv.weight"],
        [2, 4, 16, 16],
    ),
    "names resolve outward from a group, and into one": (
        """
        layers:
          a: {op: Conv2d, out_channels: 4, kernel_size: 1, bias: false}
          g:
            b: {op: Conv2d, out_channels: 6, kernel_size: 1, bias: false}
            c: {op: Concat, from: [b, a, input]}
          d: {op: Concat, from: [g, g.b]}
        """,
        ["a.weight", "g.b.weight"],
        [2, 20, 16, 16],
    ),
    "a repeat with two inputs: the chain, and one that stays": (
        """
        blocks:
          Mix:
            inputs: [x, y]
            layers:
              conv: {op: Conv2d, out_channels: 4, kernel_size: 1, bias: false}
              add: {op: Add, from: [conv, y]}
        layers:
          a: {op: Conv2d, out_channels: 4, kernel_size: 1, bias: false}
          mix: {op: Mix, repeat: 2, from: [a, input]}
        """,
        ["a.weight", "mix.0.conv.weight", "mix.1.conv.weight"],
        [2, 4, 16, 16],
    ),
    "parallel copies each take the node's own input": (
        """
        layers:
          p:
            {op: Conv2d, out_channels: 2+i, kernel_size: 1, bias: false, parallel: true, repeat: 3}
          join: {op: Concat, from: p.*}
        """,
        ["p.0.weight", "p.1.weight", "p.2.weight"],
        [2, 9, 16, 16],
    ),
    "a shared repeat owns one module": (
        """
        layers:
          s: {op: Conv2d, out_channels: 4, kernel_size: 1, bias: false, repeat: 3, shared: true}
        """,
        ["s.weight"],
        [2, 4, 16, 16],
    ),
    "call applies an earlier node again": (
        """
        layers:
          conv: {op: Conv2d, out_channels: 4, kernel_size: 1, bias: false}
          again: {op: Call, module: conv}
          add: {op: Add, from: [conv, again]}
        """,
        ["conv.weight"],
        [2, 4, 16, 16],
    ),
    "a repeat of zero passes its input on": (
        """
        layers:
          none: {op: Conv2d, out_channels: 9, kernel_size: 1, repeat: 0}
          conv: {op: Conv2d, out_channels: 2, kernel_size: 1, bias: false}
        """,
        ["conv.weight"],
        [2, 2, 16, 16],
    ),
    "let names values, and shapes are read where they are": (
        """
        let: {half: conv.channels // 2, twice: 2 * half}
        layers:
          conv: {op: Conv2d, out_channels: 8, kernel_size: 1, bias: false}
          next: {op: Conv2d, out_channels: twice + half, kernel_size: 1, groups: half, bias: false}
        """,
        ["conv.weight", "next.weight"],
        [2, 12, 16, 16],
    ),
    "a learned tensor is added, and is not the node before": (
        """
        layers:
          scale: {op: Parameter, shape: [1, 4, 1, 1]}
          conv: {op: Conv2d, out_channels: 4, kernel_size: 1, bias: false}
          mul: {op: Multiply, from: [conv, scale]}
        init: {scale: {scale: ones_}}
        """,
        ["scale", "conv.weight"],
        [2, 4, 16, 16],
    ),
    "a list repeated, with functional items that keep their numbers": (
        """
        layers:
          body:
            repeat: 2
            layers:
              - {op: Conv2d, out_channels: 4, kernel_size: 1, bias: false}
              - {op: Multiply, other: 0.5}
              - {op: Conv2d, out_channels: 4, kernel_size: 1, bias: false}
        """,
        ["body.0.0.weight", "body.0.2.weight", "body.1.0.weight", "body.1.2.weight"],
        [2, 4, 16, 16],
    ),
    "names that are no identifiers": (
        """
        layers:
          block1-0: {op: Conv2d, out_channels: 4, kernel_size: 1, bias: false}
          "7": {op: Conv2d, out_channels: 4, kernel_size: 1, bias: false}
          add: {op: Add, from: [block1-0, "7"]}
        """,
        ["block1-0.weight", "7.weight"],
        [2, 4, 16, 16],
    ),
    "an op parameter chooses the block": (
        """
        params: {block: {type: op, default: {op: Wide, width: 6}}}
        blocks:
          Wide:
            params: {width: 4}
            layers: [{op: Conv2d, out_channels: width, kernel_size: 1, bias: false}]
        layers:
          a: {op: $block, repeat: 2}
          b: {op: $block, width: 3}
        """,
        ["a.0.0.weight", "a.1.0.weight", "b.0.weight"],
        [2, 3, 16, 16],
    ),
}


@pytest.mark.parametrize("title", CASES)
def test_feature(title: str, tmp_path: Path) -> None:
    body, keys, shape = CASES[title]
    file = tmp_path / "case.yaml"
    text = "\n".join(line[8:] for line in body.splitlines())
    file.write_text(HEAD + text)
    arch = archc.load(str(file))
    model = arch.build().eval()
    assert list(model.state_dict()) == keys
    out = model(torch.randn(2, 4, 16, 16))
    assert list((out if isinstance(out, torch.Tensor) else out[0]).shape) == shape
    assert str(next(iter(arch.outputs.values()))).startswith("[N, ")
