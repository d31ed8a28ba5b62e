"""Other frameworks' words for what PyTorch has: Keras, TensorFlow, ONNX, Caffe, Darknet, papers.

Nothing here is ever accepted in a spec. It is what a message offers to somebody who wrote it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

_SPATIAL = {
    "Conv": "conv convolution convolutional convolution2d conv2dsame",
    "ConvTranspose": "convtranspose conv2dtranspose conv1dtranspose conv3dtranspose deconv"
    " deconvolution deconvolutional transposedconv upconv",
    "BatchNorm": "batchnorm batchnormalization batchnormalisation syncbatchnorm bn",
    "InstanceNorm": "instancenorm instancenormalization",
    "MaxPool": "maxpool maxpooling maxpooling1d maxpooling2d maxpooling3d",
    "AvgPool": "avgpool averagepool avgpooling averagepooling averagepooling1d averagepooling2d"
    " averagepooling3d",
    "ZeroPad": "zeropad zeropadding zeropadding1d zeropadding2d zeropadding3d",
    "Dropout": "spatialdropout spatialdropout1d spatialdropout2d spatialdropout3d",
}
"""Ops of which there is one for every number of dimensions, and who calls them what."""

_NAMES = {
    "Linear": "dense fc fullyconnected innerproduct gemm affine lineardense connected",
    "SiLU": "swish",
    "Hardswish": "hswish",
    "Hardsigmoid": "hsigmoid",
    "Hardtanh": "htanh",
    "LayerNorm": "layernormalization ln",
    "GroupNorm": "groupnormalization gn",
    "RMSNorm": "rmsnormalization simplifiedlayernormalization",
    "LocalResponseNorm": "lrn",
    "Concat": "cat concatenate concatv2 merge route join",
    "Add": "shortcut eltwise addn plus residual elementwisesum",
    "Subtract": "sub minus",
    "Multiply": "mul times eltwisemul product",
    "Divide": "div",
    "MatMul": "bmm mm batchmatmul dot",
    "Reshape": "view",
    "Permute": "transposedims",
    "Expand": "broadcastto expandas",
    "Unsqueeze": "expanddims",
    "Slice": "stridedslice crop",
    "Interpolate": "resize",
    "Upsample": "upsampling upsampling2d upsampling1d upsampling3d nearestupsample",
    "PixelShuffle": "depthtospace subpixel",
    "PixelUnshuffle": "spacetodepth reorg",
    "Mean": "reducemean",
    "Sum": "reducesum",
    "Amax": "reducemax",
    "Amin": "reducemin",
    "Prod": "reduceprod",
    "VectorNorm": "reducel2",
    "Clamp": "clip",
    "Cast": "astype to",
    "Identity": "noop nop passthrough skip linearactivation",
    "StochasticDepth": "droppath dropconnect",
    "MultiheadAttention": "selfattention mha attention crossattention",
    "ScaledDotProductAttention": "sdpa scaleddotproduct",
    "LSTM": "lstmcell convlstm blstm bilstm",
    "GRU": "grucell bigru",
    "RNN": "simplernn rnncell",
    "Embedding": "lookuptable wordembedding tokenembedding",
    "Parameter": "constant variable weight positionembedding positionalembedding",
}
"""Ops, and who calls them what."""

_PLANS = {
    "{op: AdaptiveAvgPool2d, output_size: 1}": "globalaveragepool globalaveragepooling"
    " globalavgpool globalaveragepooling2d globalavgpool2d gap adaptiveaveragepool",
    "{op: AdaptiveMaxPool2d, output_size: 1}": "globalmaxpool globalmaxpooling globalmaxpooling2d",
    "{op: TransformerEncoderLayer, ..., repeat: n}": "transformerencoder bertencoder",
    "{op: TransformerDecoderLayer, ..., repeat: n}": "transformerdecoder",
    "{op: Conv2d, out_channels: in.channels, groups: in.channels, ...}": "depthwiseconv2d"
    " depthwiseconv depthwiseconvolution dwconv depthwise",
}
"""What stands for an op that PyTorch does not have as such."""

_WORDS = {
    "layers in a row are a list: `features: [Conv, ReLU]` in place of `op`": "sequential"
    " modulelist container",
    "a separable convolution is two: one with `groups: in.channels`, one with `kernel_size: 1`": (
        "separableconv separableconv2d separableconvolution"
    ),
    "name the function itself, as in `ReLU`": "activation nonlinearity act",
    "what goes in is declared once, at the top of the file: `input: [N, 3, H, W]`": "input"
    " inputlayer placeholder data inputspec",
    "a spec runs no code: write it with ops, as in `{op: Multiply, other: 2}`": "lambda function"
    " expression custom",
    "a recurrent op takes `bidirectional: true`": "bidirectional",
    "a transformer is its layers: `TransformerEncoderLayer` and `TransformerDecoderLayer`": (
        "transformer"
    ),
    "positions are a tensor that is added: `{op: Parameter, shape: [1, 512, 64]}`, then `Add`": (
        "positionalencoding positionencoding sinusoidalpositionalencoding posenc"
    ),
    "a skip is an `Add` of what went in: `{op: Add, from: [last, input]}`": (
        "residual residualconnection skipconnection"
    ),
    "the last node is the output; others are named at the end of the file: `outputs: {y: fc}`": (
        "output outputlayer outputs"
    ),
    "there is no unpooling: `Interpolate` and `ConvTranspose2d` make maps larger": (
        "maxunpool1d maxunpool2d maxunpool3d maxunpool unpooling unpool"
    ),
    "a loss is a matter of training, and a spec describes the network": "crossentropyloss mseloss"
    " softmaxwithloss bceloss nllloss loss",
}
"""What to do instead, where no op is meant."""


def _inverted(table: dict[str, str]) -> dict[str, str]:
    return {word: name for name, words in table.items() for word in words.split()}


_OPS, _FAMILIES = _inverted(_NAMES), _inverted(_SPATIAL)
_SENTENCES = {
    **{w: f"ops have PyTorch's names: write `{p}`" for w, p in _inverted(_PLANS).items()},
    **_inverted(_WORDS),
}

_PARAMETERS: dict[str, tuple[str, ...]] = {
    name: tuple(targets.split())
    for names, targets in {
        "filters num_filters num_output units features out_ch out_chs out_planes planes c2 cout"
        " c_out outputs output_channels output_dim n_out nout num_units hidden_units dim_out": (
            "out_channels out_features hidden_size embedding_dim"
        ),
        "in_ch in_chs inplanes in_planes c1 cin c_in input_channels num_inputs n_in dim_in": (
            "in_channels in_features num_features input_size"
        ),
        "input_dim vocab vocab_size num_words num_classes n_tokens": (
            "num_embeddings in_features in_channels out_features"
        ),
        "num_channels n_channels channels": "num_features out_channels num_channels",
        "k ks ksize kernel kernel_shape filter_size size pool_size window": (
            "kernel_size output_size shape"
        ),
        "s strides subsample": "stride",
        "p pad pads autopad": "padding",
        "d dilations dilation_rate atrous": "dilation",
        "rate dropout_rate drop_rate dropout_prob dropout_p prob probability ratio drop": (
            "p dropout"
        ),
        "g group num_group n_groups ngroups": "groups num_groups",
        "use_bias bias_term with_bias": "bias",
        "epsilon variance_epsilon layer_norm_eps": "eps",
        "alpha slope neg_slope": "negative_slope alpha",
        "axis axes dimension concat_axis dims": "dim dims",
        "keepdims keep_dims": "keepdim",
        "scales scale factor block_size": "scale_factor upscale_factor downscale_factor",
        "heads n_heads nhead nheads num_attention_heads": "num_heads nhead",
        "d_model hidden_dim embed_size emb_dim dim": "embed_dim embedding_dim d_model hidden_size",
        "momentum_rate": "momentum",
        "ceil": "ceil_mode",
        "target_shape": "shape",
        "interpolation": "mode",
    }.items()
    for name in names.split()
}

_ARGUMENT_WORDS = {
    "activation": "give the activation a node of its own after this one",
    "act": "give the activation a node of its own after this one",
    "nonlinearity": "give the activation a node of its own after this one",
    "activation_fn": "give the activation a node of its own after this one",
    "name": "a node's name is its key, as in `fc: {op: ...}`",
    "top": "what a node gives has the node's own name",
    "input_shape": "the shape that goes in stands once, in `input` at the top of the file",
    "batch_input_shape": "the shape that goes in stands once, in `input` at the top of the file",
    "data_format": "sizes are in torch's order: [N, channels, height, width]",
    "kernel_initializer": "weights begin as `init` says: `init: {weight: kaiming_normal_}`",
    "bias_initializer": "weights begin as `init` says: `init: {bias: zeros_}`",
    "weight_filler": "weights begin as `init` says: `init: {weight: xavier_uniform_}`",
    **dict.fromkeys(
        ("kernel_regularizer", "trainable", "lr", "requires_grad", "frozen", "freeze"),
        "that is a matter of training, and a spec describes the network",
    ),
    **dict.fromkeys(
        ("mask", "attention_mask", "padding_mask"),
        "masks are inputs, as in `from: {query: x, attn_mask: m}`; `is_causal: true` makes one",
    ),
    "device": "where it runs is said when it is built: `archc build --device cuda`",
    "dtype": "the element type of weights is said when it is built: `arch.build(dtype=...)`",
    "return_indices": "where the maxima stood is no output here",
}
"""What to do instead of an argument that no op has."""

_BUNDLES = frozenset({"args", "kwargs", "arguments", "config", "attrs", "attributes", "options"})
"""Keys under which other tools put the arguments of an op."""

_KEYS = {
    "from": "input bottom source src inputs_from prev x",
    "repeat": "number n repeats num_repeats times num_layers depth copies",
    "when": "condition if only_if enabled",
}
_NODE_KEYS = _inverted(_KEYS)

_OUTPUTS = {"h": "h_n hn hidden state h_t", "c": "c_n cn cell c_t", "output": "out y outputs seq"}
_OUTPUT_NAMES = _inverted(_OUTPUTS)
"""Outputs of recurrent networks, by the names that torch's page and its users give them."""


def op_help(name: str, exists: Callable[[str], bool]) -> str:
    """A sentence for somebody who wrote another framework's name of an op; mostly empty.

    >>> op_help("Dense", lambda name: name == "Linear")
    "ops have PyTorch's names: write `Linear`"
    >>> op_help("Conv", lambda name: name == "Conv2d"), op_help("Frobnicate", str.isupper)
    ("ops have PyTorch's names: write `Conv2d`", '')
    """
    word = name.rpartition(".")[2].replace("_", "").replace("-", "").casefold()
    if word in _SENTENCES:
        return _SENTENCES[word]
    found = _OPS.get(word)
    if found is None and word in _FAMILIES:
        found = _FAMILIES[word] + (word[-2:] if word[-2:] in {"1d", "3d"} else "2d")
    return f"ops have PyTorch's names: write `{found}`" if found and exists(found) else ""


def output(name: str, known: Collection[str]) -> str:
    """The output of an op that others call `name`; empty if none.

    >>> output("h_n", ["output", "h", "c"]), output("h_n", ["y"])
    ('h', '')
    """
    found = _OUTPUT_NAMES.get(name.casefold(), "")
    return found if found in known else ""


def parameter(name: str, known: Collection[str], given: Collection[str]) -> str | None:
    """The parameter of an op, or key of a node, that another framework calls `name`.

    >>> parameter("filters", ["out_channels", "kernel_size"], [])
    'out_channels'
    >>> parameter("bottom", ["inplace"], []), parameter("wheel", ["inplace"], [])
    ('from', None)
    """
    targets = _PARAMETERS.get(name.casefold(), ())
    found = next((t for t in targets if t in known and t not in given), None)
    return found or _NODE_KEYS.get(name.casefold())


def argument_help(name: str) -> str:
    """What to do with an argument that no op has; empty where there is nothing to say.

    >>> argument_help("convolution_param")
    'arguments stand beside `op`, each under its own name'
    """
    if name in _BUNDLES or name.endswith("_param"):
        return "arguments stand beside `op`, each under its own name"
    return _ARGUMENT_WORDS.get(name, "")
