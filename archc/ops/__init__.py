"""The operators: which module holds which. Adding one is its class and its name in this table.

The table is written out so that a spec's check imports only the families that the spec uses; a test
holds that it and the classes agree.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from archc.ops import own

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archc.ir.op import Op

TABLE: dict[str, tuple[str, ...]] = {
    "archc.ops.conv": ("Conv1d", "Conv2d", "Conv3d"),
    "archc.ops.conv_transpose": ("ConvTranspose1d", "ConvTranspose2d", "ConvTranspose3d"),
    "archc.ops.pool": (
        *("MaxPool1d", "MaxPool2d", "MaxPool3d"),
        *("AvgPool1d", "AvgPool2d", "AvgPool3d"),
    ),
    "archc.ops.lp_pool": ("LPPool1d", "LPPool2d", "LPPool3d"),
    "archc.ops.adaptive_pool": (
        *("AdaptiveAvgPool1d", "AdaptiveAvgPool2d", "AdaptiveAvgPool3d"),
        *("AdaptiveMaxPool1d", "AdaptiveMaxPool2d", "AdaptiveMaxPool3d"),
    ),
    "archc.ops.norm": (
        *("BatchNorm1d", "BatchNorm2d", "BatchNorm3d"),
        *("InstanceNorm1d", "InstanceNorm2d", "InstanceNorm3d"),
        "GroupNorm",
    ),
    "archc.ops.layer_norm": ("LayerNorm", "LayerNorm2d", "RMSNorm", "LocalResponseNorm"),
    "archc.ops.linear": ("Linear", "Bilinear"),
    "archc.ops.embedding": ("Embedding",),
    "archc.ops.embedding_bag": ("EmbeddingBag",),
    "archc.ops.resample": ("Upsample", "PixelShuffle", "PixelUnshuffle", "ChannelShuffle"),
    "archc.ops.pad": (
        *("ConstantPad1d", "ConstantPad2d", "ConstantPad3d"),
        *("ZeroPad1d", "ZeroPad2d", "ZeroPad3d"),
        *("ReflectionPad1d", "ReflectionPad2d", "ReflectionPad3d"),
        *("ReplicationPad1d", "ReplicationPad2d", "ReplicationPad3d"),
        *("CircularPad1d", "CircularPad2d", "CircularPad3d"),
    ),
    "archc.ops.activation": (
        *("ReLU", "ReLU6", "LeakyReLU", "PReLU", "RReLU", "ELU", "SELU", "CELU", "GELU", "SiLU"),
        *("Mish", "GLU"),
    ),
    "archc.ops.squash": (
        *("Sigmoid", "LogSigmoid", "Tanh", "Tanhshrink", "Softsign", "Softplus", "Hardswish"),
        *("Hardsigmoid", "Hardtanh", "Hardshrink", "Softshrink", "Threshold"),
    ),
    "archc.ops.softmax": ("Softmax", "Softmax2d", "Softmin", "LogSoftmax"),
    "archc.ops.dropout": (
        *("Dropout", "Dropout1d", "Dropout2d", "Dropout3d"),
        *("AlphaDropout", "FeatureAlphaDropout"),
    ),
    "archc.ops.maths": (
        *("Abs", "Neg", "Sign", "Square", "Floor", "Ceil", "Round", "Exp", "Log", "Log2", "Log1p"),
        *("Sqrt", "Rsqrt", "Reciprocal", "Sin", "Cos", "Tan", "Erf", "Pow", "Clamp"),
    ),
    "archc.ops.stochastic": ("StochasticDepth",),
    "archc.ops.shape": ("Identity", "Flatten", "Squeeze", "Unsqueeze"),
    "archc.ops.reshape": ("Reshape", "Unflatten"),
    "archc.ops.permute": ("Permute", "Transpose"),
    "archc.ops.rearrange": ("Rearrange",),
    "archc.ops.move": ("Roll", "Flip", "MoveDim", "Tril", "Triu", "Diagonal"),
    "archc.ops.views": ("Slice", "Select", "Narrow", "Unbind"),
    "archc.ops.copies": ("Expand", "Repeat", "Tile", "RepeatInterleave"),
    "archc.ops.index": ("Index", "IndexSelect", "Gather"),
    "archc.ops.functional_pad": ("Pad",),
    "archc.ops.interpolate": ("Interpolate", "GridSample", "AffineGrid"),
    "archc.ops.fold": ("Unfold", "Fold"),
    "archc.ops.sources": ("Arange", "ZerosLike", "OnesLike", "RandnLike", "Cast"),
    "archc.ops.arithmetic": ("Add", "Subtract", "Multiply", "Divide", "Maximum", "Minimum"),
    "archc.ops.matmul": ("MatMul",),
    "archc.ops.einsum": ("Einsum",),
    "archc.ops.compare": (
        *("Equal", "NotEqual", "Less", "LessEqual", "Greater", "GreaterEqual"),
        *("LogicalAnd", "LogicalOr", "LogicalNot", "Where", "MaskedFill"),
    ),
    "archc.ops.merge": ("Concat", "Stack"),
    "archc.ops.split": ("Chunk", "Split"),
    "archc.ops.reduce": ("Mean", "Sum", "Amax", "Amin", "Var", "Std"),
    "archc.ops.select": ("ArgMax", "ArgMin", "Max", "Min", "Prod", "TopK"),
    "archc.ops.measure": (
        *("VectorNorm", "LogSumExp", "All", "Any", "Normalize", "CosineSimilarity", "CumSum"),
        "OneHot",
    ),
    "archc.ops.attention": ("MultiheadAttention",),
    "archc.ops.dot_product": ("ScaledDotProductAttention",),
    "archc.ops.window_attention": ("ShiftedWindowAttention",),
    "archc.ops.transformer": ("TransformerEncoderLayer", "TransformerDecoderLayer"),
    "archc.ops.recurrent": ("RNN", "LSTM", "GRU"),
    "archc.ops.state": ("Parameter", "Buffer"),
}
"""Module to the names of its ops."""

_HOME = {name: module for module, ops in TABLE.items() for name in ops}


def find(name: str) -> type[Op] | None:
    """The op of this name, importing its module when first asked; None if there is none.

    What is not in the table may be an op of the user's own.

    >>> find("Conv2d").__name__, find("conv2d")
    ('Conv2d', None)
    """
    return _built_in(name) if name in _HOME else own.find(name)


@cache
def _built_in(name: str) -> type[Op]:
    op: type[Op] = getattr(import_module(_HOME[name]), name)
    return op


def names() -> tuple[str, ...]:
    """Every op's name, sorted, those of the user's own included. Imports none of the table's.

    >>> "Conv2d" in names()
    True
    """
    return tuple(sorted({*_HOME, *(op.__name__ for op in own.own_ops())}))


def all_ops() -> Iterator[type[Op]]:
    """Every op of the table in its order, importing all families."""
    return map(_built_in, _HOME)
