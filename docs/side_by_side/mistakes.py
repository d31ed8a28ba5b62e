"""Ten mistakes, each as it is made in five tools. `generate.py` runs them and writes the page."""

from __future__ import annotations

from typing import NamedTuple


class Mistake(NamedTuple):
    """One mistake. A tool's text is its source; after a `!`, why it cannot be made there."""

    title: str
    about: str
    archc: str
    torch: str
    keras: str
    narchi: str
    onnx: str


INFERRED = "!It infers the number of input channels, so this cannot be written."


def _torch(layers: str, forward: str, shape: str = "1, 3, 32, 32") -> str:
    body = "\n".join(f"        {line}" for line in layers.strip().split("\n"))
    steps = "\n".join(f"        {line}" for line in forward.strip().split("\n"))
    return f"""import torch
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
{body}

    def forward(self, x):
{steps}

Net()(torch.zeros({shape}))
"""


def _keras(layers: str, shape: str = "32, 32, 3") -> str:
    return f"""import keras
from keras import layers

x = inputs = keras.Input(({shape}))
{layers.strip()}
keras.Model(inputs, x)
"""


def _narchi(blocks: str, graph: str, shape: str = "3, 32, 32", rank: int = 3) -> str:
    out = ", ".join(['"<<auto>>"'] * rank)
    rows = ",\n".join(f"    {line}" for line in blocks.strip().split("\n"))
    edges = ", ".join(f'"{edge}"' for edge in graph.split("; "))
    return f"""{{
  "_id": "Net",
  "inputs": [{{"_id": "image", "_shape": [{shape}]}}],
  "outputs": [{{"_id": "out", "_shape": [{out}]}}],
  "blocks": [
{rows}
  ],
  "graph": [{edges}]
}}
"""


def _onnx(nodes: str, shape: str = "1, 3, 32, 32", weights: str = "", rank: int = 4) -> str:
    out = [None] * rank
    rows = "\n".join(f"    {line}" for line in nodes.strip().split("\n"))
    tensors = "\n".join(
        f'    numpy_helper.from_array(np.zeros({size}, "float32"), "{name}"),'
        for name, size in (pair.split(": ") for pair in weights.split("; ") if pair)
    )
    return f"""import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

nodes = [
{rows}
]
weights = [
{tensors}
]
image = helper.make_tensor_value_info("image", TensorProto.FLOAT, [{shape}])
out = helper.make_tensor_value_info("out", TensorProto.FLOAT, {out})
graph = helper.make_graph(nodes, "net", [image], [out], weights)
onnx.checker.check_model(helper.make_model(graph), full_check=True)
"""


MISTAKES = (
    Mistake(
        "Another number of channels than comes in",
        "The second convolution was written for 32 channels, and the first gives 64.",
        """input: [N, 3, 32, 32]
layers:
  conv1: {op: Conv2d, out_channels: 64, kernel_size: 3}
  act: ReLU
  conv2: {op: Conv2d, in_channels: 32, out_channels: 64, kernel_size: 3}
""",
        _torch(
            "self.conv1 = nn.Conv2d(3, 64, 3)\nself.conv2 = nn.Conv2d(32, 64, 3)",
            "return self.conv2(torch.relu(self.conv1(x)))",
        ),
        INFERRED,
        INFERRED,
        _onnx(
            'helper.make_node("Conv", ["image", "w1"], ["a"], name="conv1"),\n'
            'helper.make_node("Relu", ["a"], ["b"], name="act"),\n'
            'helper.make_node("Conv", ["b", "w2"], ["out"], name="conv2"),',
            weights="w1: (64, 3, 3, 3); w2: (64, 32, 3, 3)",
        ),
    ),
    Mistake(
        "A linear layer that miscounts what is flattened",
        "9126 in place of 9216.",
        """input: [N, 1, 28, 28]
layers:
  conv1: {op: Conv2d, out_channels: 32, kernel_size: 3}
  conv2: {op: Conv2d, out_channels: 64, kernel_size: 3}
  pool: {op: MaxPool2d, kernel_size: 2}
  flatten: Flatten
  fc: {op: Linear, in_features: 9126, out_features: 10}
""",
        _torch(
            "self.conv1 = nn.Conv2d(1, 32, 3)\nself.conv2 = nn.Conv2d(32, 64, 3)\n"
            "self.pool = nn.MaxPool2d(2)\nself.fc = nn.Linear(9126, 10)",
            "x = self.pool(self.conv2(self.conv1(x)))\nreturn self.fc(torch.flatten(x, 1))",
            "1, 1, 28, 28",
        ),
        "!It infers the number of input features, so this cannot be written.",
        "!It infers the number of input features, so this cannot be written.",
        _onnx(
            'helper.make_node("Conv", ["image", "w1"], ["a"], name="conv1"),\n'
            'helper.make_node("Conv", ["a", "w2"], ["b"], name="conv2"),\n'
            'helper.make_node("MaxPool", ["b"], ["c"], name="pool",\n'
            "                 kernel_shape=[2, 2], strides=[2, 2]),\n"
            'helper.make_node("Flatten", ["c"], ["d"], name="flatten"),\n'
            'helper.make_node("Gemm", ["d", "w3"], ["out"], name="fc"),',
            "1, 1, 28, 28",
            "w1: (32, 1, 3, 3); w2: (64, 32, 3, 3); w3: (9126, 10)",
            2,
        ),
    ),
    Mistake(
        "A skip over a stride",
        "The branch halves the image, the skip does not.",
        """input: [N, 16, 32, 32]
layers:
  conv1: {op: Conv2d, out_channels: 16, kernel_size: 3, stride: 2, padding: 1}
  conv2: {op: Conv2d, out_channels: 16, kernel_size: 3, padding: 1}
  add: {op: Add, from: [conv2, input]}
""",
        _torch(
            "self.conv1 = nn.Conv2d(16, 16, 3, stride=2, padding=1)\n"
            "self.conv2 = nn.Conv2d(16, 16, 3, padding=1)",
            "return self.conv2(self.conv1(x)) + x",
            "1, 16, 32, 32",
        ),
        _keras(
            'x = layers.Conv2D(16, 3, strides=2, padding="same")(x)\n'
            'x = layers.Conv2D(16, 3, padding="same")(x)\n'
            "x = layers.Add()([x, inputs])",
            "32, 32, 16",
        ),
        _narchi(
            '{"_class": "Identity", "_id": "skip"}\n'
            '{"_class": "Conv2d", "_id": "conv1", "output_feats": 16, "kernel_size": 3,'
            ' "stride": 2, "padding": 1}\n'
            '{"_class": "Conv2d", "_id": "conv2", "output_feats": 16, "kernel_size": 3,'
            ' "padding": 1}\n'
            '{"_class": "Add", "_id": "add"}',
            "image -> skip -> conv1 -> conv2 -> add -> out; skip -> add",
            "16, 32, 32",
        ),
        _onnx(
            'helper.make_node("Conv", ["image", "w1"], ["a"], name="conv1",\n'
            "                 strides=[2, 2], pads=[1, 1, 1, 1]),\n"
            'helper.make_node("Conv", ["a", "w2"], ["b"], name="conv2", pads=[1, 1, 1, 1]),\n'
            'helper.make_node("Add", ["b", "image"], ["out"], name="add"),',
            "1, 16, 32, 32",
            "w1: (16, 16, 3, 3); w2: (16, 16, 3, 3)",
        ),
    ),
    Mistake(
        "A concat of two scales",
        "The coarse map was not brought to the size of the fine one.",
        """input: [N, 64, 40, 40]
layers:
  fine: {op: Conv2d, out_channels: 128, kernel_size: 3, padding: 1}
  coarse: {op: Conv2d, out_channels: 256, kernel_size: 3, stride: 2, padding: 1}
  cat: {op: Concat, from: [coarse, fine]}
""",
        _torch(
            "self.fine = nn.Conv2d(64, 128, 3, padding=1)\n"
            "self.coarse = nn.Conv2d(128, 256, 3, stride=2, padding=1)",
            "fine = self.fine(x)\nreturn torch.cat([self.coarse(fine), fine], 1)",
            "1, 64, 40, 40",
        ),
        _keras(
            'fine = layers.Conv2D(128, 3, padding="same")(x)\n'
            'coarse = layers.Conv2D(256, 3, strides=2, padding="same")(fine)\n'
            "x = layers.Concatenate()([coarse, fine])",
            "40, 40, 64",
        ),
        _narchi(
            '{"_class": "Conv2d", "_id": "fine", "output_feats": 128, "kernel_size": 3,'
            ' "padding": 1}\n'
            '{"_class": "Conv2d", "_id": "coarse", "output_feats": 256, "kernel_size": 3,'
            ' "stride": 2, "padding": 1}\n'
            '{"_class": "Concatenate", "_id": "cat", "dim": 0}',
            "image -> fine -> coarse -> cat -> out; fine -> cat",
            "64, 40, 40",
        ),
        _onnx(
            'helper.make_node("Conv", ["image", "w1"], ["fine"], name="fine", pads=[1, 1, 1, 1]),\n'
            'helper.make_node("Conv", ["fine", "w2"], ["coarse"], name="coarse",\n'
            "                 strides=[2, 2], pads=[1, 1, 1, 1]),\n"
            'helper.make_node("Concat", ["coarse", "fine"], ["out"], name="cat", axis=1),',
            "1, 64, 40, 40",
            "w1: (128, 64, 3, 3); w2: (256, 128, 3, 3)",
        ),
    ),
    Mistake(
        "A kernel larger than what is left of the image",
        "Two pools too many before a 5x5 convolution.",
        """input: [N, 3, 28, 28]
layers:
  conv1: {op: Conv2d, out_channels: 6, kernel_size: 5}
  pool1: {op: MaxPool2d, kernel_size: 2}
  pool2: {op: MaxPool2d, kernel_size: 4}
  conv2: {op: Conv2d, out_channels: 16, kernel_size: 5}
""",
        _torch(
            "self.conv1 = nn.Conv2d(3, 6, 5)\nself.pool1 = nn.MaxPool2d(2)\n"
            "self.pool2 = nn.MaxPool2d(4)\nself.conv2 = nn.Conv2d(6, 16, 5)",
            "return self.conv2(self.pool2(self.pool1(self.conv1(x))))",
            "1, 3, 28, 28",
        ),
        _keras(
            "x = layers.Conv2D(6, 5)(x)\nx = layers.MaxPooling2D(2)(x)\n"
            "x = layers.MaxPooling2D(4)(x)\nx = layers.Conv2D(16, 5)(x)",
            "28, 28, 3",
        ),
        _narchi(
            '{"_class": "Conv2d", "_id": "conv1", "output_feats": 6, "kernel_size": 5}\n'
            '{"_class": "MaxPool2d", "_id": "pool1", "kernel_size": 2, "stride": 2}\n'
            '{"_class": "MaxPool2d", "_id": "pool2", "kernel_size": 4, "stride": 4}\n'
            '{"_class": "Conv2d", "_id": "conv2", "output_feats": 16, "kernel_size": 5}',
            "image -> conv1 -> pool1 -> pool2 -> conv2 -> out",
            "3, 28, 28",
        ),
        _onnx(
            'helper.make_node("Conv", ["image", "w1"], ["a"], name="conv1"),\n'
            'helper.make_node("MaxPool", ["a"], ["b"], name="pool1",\n'
            "                 kernel_shape=[2, 2], strides=[2, 2]),\n"
            'helper.make_node("MaxPool", ["b"], ["c"], name="pool2",\n'
            "                 kernel_shape=[4, 4], strides=[4, 4]),\n"
            'helper.make_node("Conv", ["c", "w2"], ["out"], name="conv2"),',
            "1, 3, 28, 28",
            "w1: (6, 3, 5, 5); w2: (16, 6, 5, 5)",
        ),
    ),
    Mistake(
        "A misspelt argument",
        "`kernal_size` in place of `kernel_size`.",
        """input: [N, 3, 32, 32]
layers:
  conv1: {op: Conv2d, out_channels: 8, kernal_size: 3}
  act: ReLU
""",
        _torch("self.conv1 = nn.Conv2d(3, 8, kernal_size=3)", "return torch.relu(self.conv1(x))"),
        _keras('x = layers.Conv2D(8, kernal_size=3)(x)\nx = layers.Activation("relu")(x)'),
        _narchi(
            '{"_class": "Conv2d", "_id": "conv1", "output_feats": 8, "kernal_size": 3}\n'
            '{"_class": "ReLU", "_id": "act"}',
            "image -> conv1 -> act -> out",
        ),
        _onnx(
            'helper.make_node("Conv", ["image", "w1"], ["a"], name="conv1", kernal_shape=[3, 3]),\n'
            'helper.make_node("Relu", ["a"], ["out"], name="act"),',
            weights="w1: (8, 3, 3, 3)",
        ),
    ),
    Mistake(
        "A layer that does not exist",
        "`BatchNorm2D`, with a capital D; in Keras and ONNX, which call it `BatchNormalization`,"
        " PyTorch's name.",
        """input: [N, 3, 32, 32]
layers:
  conv1: {op: Conv2d, out_channels: 8, kernel_size: 3}
  bn1: BatchNorm2D
""",
        _torch(
            "self.conv1 = nn.Conv2d(3, 8, 3)\nself.bn1 = nn.BatchNorm2D(8)",
            "return self.bn1(self.conv1(x))",
        ),
        _keras("x = layers.Conv2D(8, 3)(x)\nx = layers.BatchNorm2d()(x)"),
        _narchi(
            '{"_class": "Conv2d", "_id": "conv1", "output_feats": 8, "kernel_size": 3}\n'
            '{"_class": "BatchNorm2D", "_id": "bn1"}',
            "image -> conv1 -> bn1 -> out",
        ),
        _onnx(
            'helper.make_node("Conv", ["image", "w1"], ["a"], name="conv1"),\n'
            'helper.make_node("BatchNorm2d", ["a"], ["out"], name="bn1"),',
            weights="w1: (8, 3, 3, 3)",
        ),
    ),
    Mistake(
        "Groups that do not divide the channels",
        "30 channels in 4 groups.",
        """input: [N, 30, 32, 32]
layers:
  conv1: {op: Conv2d, out_channels: 60, kernel_size: 3, groups: 4}
""",
        _torch(
            "self.conv1 = nn.Conv2d(30, 60, 3, groups=4)", "return self.conv1(x)", "1, 30, 32, 32"
        ),
        _keras("x = layers.Conv2D(60, 3, groups=4)(x)", "32, 32, 30"),
        _narchi(
            '{"_class": "Conv2d", "_id": "conv1", "output_feats": 60, "kernel_size": 3,'
            ' "groups": 4}',
            "image -> conv1 -> out",
            "30, 32, 32",
        ),
        _onnx(
            'helper.make_node("Conv", ["image", "w1"], ["out"], name="conv1", group=4),',
            "1, 30, 32, 32",
            "w1: (60, 7, 3, 3)",
        ),
    ),
    Mistake(
        "A connection to a node that is not there",
        "The node was renamed, and one of its uses was not.",
        """input: [N, 16, 32, 32]
layers:
  shortcut: {op: Conv2d, out_channels: 16, kernel_size: 1}
  conv1: {op: Conv2d, from: input, out_channels: 16, kernel_size: 3, padding: 1}
  add: {op: Add, from: [conv1, shortcit]}
""",
        _torch(
            "self.shortcut = nn.Conv2d(16, 16, 1)\nself.conv1 = nn.Conv2d(16, 16, 3, padding=1)",
            "return self.conv1(x) + self.shortcit(x)",
            "1, 16, 32, 32",
        ),
        _keras(
            'shortcut = layers.Conv2D(16, 1)(x)\nx = layers.Conv2D(16, 3, padding="same")(x)\n'
            "x = layers.Add()([x, shortcit])",
            "32, 32, 16",
        ),
        _narchi(
            '{"_class": "Conv2d", "_id": "shortcut", "output_feats": 16, "kernel_size": 1}\n'
            '{"_class": "Conv2d", "_id": "conv1", "output_feats": 16, "kernel_size": 3,'
            ' "padding": 1}\n'
            '{"_class": "Add", "_id": "add"}',
            "image -> shortcut; image -> conv1 -> add -> out; shortcit -> add",
            "16, 32, 32",
        ),
        _onnx(
            'helper.make_node("Conv", ["image", "w1"], ["shortcut"], name="shortcut"),\n'
            'helper.make_node("Conv", ["image", "w2"], ["a"], name="conv1", pads=[1, 1, 1, 1]),\n'
            'helper.make_node("Add", ["a", "shortcit"], ["out"], name="add"),',
            "1, 16, 32, 32",
            "w1: (16, 16, 1, 1); w2: (16, 16, 3, 3)",
        ),
    ),
    Mistake(
        "A layer for images after the image was flattened",
        "The convolution and the flattening were swapped.",
        """input: [N, 3, 32, 32]
layers:
  flatten: Flatten
  conv1: {op: Conv2d, out_channels: 8, kernel_size: 3}
  fc: {op: Linear, out_features: 10}
""",
        _torch(
            "self.conv1 = nn.Conv2d(3, 8, 3)\nself.fc = nn.Linear(7200, 10)",
            "return self.fc(self.conv1(torch.flatten(x, 1)))",
        ),
        _keras("x = layers.Flatten()(x)\nx = layers.Conv2D(8, 3)(x)\nx = layers.Dense(10)(x)"),
        _narchi(
            '{"_class": "Reshape", "_id": "flatten", "reshape_spec": "flatten"}\n'
            '{"_class": "Conv2d", "_id": "conv1", "output_feats": 8, "kernel_size": 3}\n'
            '{"_class": "Linear", "_id": "fc", "output_feats": 10}',
            "image -> flatten -> conv1 -> fc -> out",
            rank=1,
        ),
        _onnx(
            'helper.make_node("Flatten", ["image"], ["a"], name="flatten"),\n'
            'helper.make_node("Conv", ["a", "w1"], ["b"], name="conv1"),\n'
            'helper.make_node("Gemm", ["b", "w2"], ["out"], name="fc"),',
            weights="w1: (8, 3, 3, 3); w2: (7200, 10)",
            rank=2,
        ),
    ),
)
