"""The layers of the transformer (Vaswani et al., 2017), as torch puts them together."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import ClassVar, Literal

from msgspec.structs import replace

from archc.diag import codes
from archc.ir.dim import Size, product
from archc.ir.op import Family, Rules, Tensor, Types
from archc.ir.target import Arg, Called, Expression, Keyword, New
from archc.ir.types import TensorType
from archc.ops.attention import MultiheadAttention, causal
from archc.ops.checks import settled
from archc.ops.fields import NonNegativeNumber, Positive, Probability
from archc.ops.modules import as_module
from archc.ops.named_ports import NamedPorts
from archc.ops.tensors import weight_and_bias


@contextmanager
def speaking(rules: Rules, names: Mapping[str, str]) -> Iterator[Rules]:
    """Rules for a part of an op, whose parameters and ports have other names in the op."""
    inner = Rules()
    try:
        yield inner
    finally:
        for found in inner.broken:
            at, text = names.get(found.at, found.at), _renamed(found.message, names)
            help = _renamed(found.help, names)
            rules.fail(found.code, text, at=at, help=help, axis=found.axis)
        rules.assumed += [
            replace(a, at=names.get(a.at, a.at), message=_renamed(a.message, names))
            for a in inner.assumed
        ]


def _renamed(text: str, names: Mapping[str, str]) -> str:
    """The words in backquotes by their other names."""
    return re.sub(r"`(\w+)`", lambda word: f"`{names.get(word[1], word[1])}`", text)


class _Layer(NamedPorts):
    """What the layers of encoder and decoder share."""

    family: ClassVar[Family] = "attention"

    d_model: Positive | None = None
    """Features of the input and of the output; inferred."""
    nhead: Positive
    """Heads that the features are split among."""
    dim_feedforward: Positive = 2048
    """Features between the two linear layers."""
    dropout: Probability = 0.1
    """The probability that a number is zeroed in training."""
    activation: Literal["relu", "gelu"] = "relu"
    """What stands between the two linear layers."""
    layer_norm_eps: NonNegativeNumber = 1e-5
    """Added to variances before their root is taken."""
    batch_first: bool = False
    """The batch is dimension 0 and the sequence dimension 1, not the other way round."""
    norm_first: bool = False
    """Normalise before attention and linear layers, not after."""
    bias: bool = True
    """Add learned numbers in linear layers, attention and norms."""

    def _attention(self, *ports: str) -> MultiheadAttention:
        """The attention inside, over inputs at these ports."""
        made = MultiheadAttention(
            embed_dim=self.d_model,
            num_heads=self.nhead,
            bias=self.bias,
            batch_first=self.batch_first,
        )
        return made.with_ports(ports)

    def _attend(self, ins: Types, names: Mapping[str, str], own: str, rules: Rules) -> None:
        """Check one attention: `names` says at which of this op's ports its inputs stand."""
        named = self.named(ins)
        there = {port: name for port, name in names.items() if name in named}
        also = dict.fromkeys(("query", "key", "value", "kdim", "vdim"), own)
        also |= {"num_heads": "nhead", "embed_dim": "d_model"}
        with speaking(rules, {**also, **there}) as inner:
            self._attention(*there).infer(tuple(named[name] for name in there.values()), inner)

    def _features(self, ins: Types) -> int:
        return settled(self.d_model, ins[0].features)

    def _module(self, ins: Types, call: Called) -> New:
        flags = {name: None for name in type(self).model_fields if name.endswith("is_causal")}
        features = self._features(ins)
        module = as_module(self, "d_model", "nhead", d_model=features, **flags)
        plain = len(call.operands) == len(ins) == self._required() and not call.args
        return replace(module, call=None if plain else call)

    def _required(self) -> int:
        return len(self.ports) - self.optional_ports

    def _masked(self, ins: Types, flag: str, mask: str) -> list[Keyword]:
        """A mask that is given, or the one that forbids looking ahead."""
        if getattr(self, flag) and mask not in self.standing(ins):
            x = ins[0]
            length = x.shape[1 if self.batch_first and x.rank == 3 else 0]
            return [Keyword(mask, causal(length, length))]
        return list(self.keywords(ins, mask))

    def _rest(self, ins: Types, norms: int) -> tuple[Tensor, ...]:
        """The linear layers and the norms."""
        features, wide = self._features(ins), self.dim_feedforward
        found = {
            "linear1": weight_and_bias((wide, features), wide, bias=self.bias),
            "linear2": weight_and_bias((features, wide), features, bias=self.bias),
        }
        for index in range(1, norms + 1):
            found[f"norm{index}"] = weight_and_bias((features,), features, bias=self.bias)
        return tuple(t.inside(name) for name, tensors in found.items() for t in tensors)

    def _fed(self, x: TensorType) -> Size:
        """Multiply-accumulates of the two linear layers."""
        return 2 * self.dim_feedforward * product(x.shape)

    def receptive(self) -> tuple[tuple[int, int], ...]:
        """Every place meets every other."""
        return ()

    def label(self) -> tuple[str, ...]:
        """The heads."""
        return (f"{self.nhead} heads",)


class TransformerEncoderLayer(_Layer):
    """Attention of a sequence to itself and two linear layers, each with a skip and a norm.

    `is_causal` without a mask makes the mask that forbids looking ahead.
    """

    ports = ("src", "src_mask", "src_key_padding_mask")
    optional_ports = 2
    rule = "(N, S, E) -> (N, S, E), with batch_first"
    example = "{op: TransformerEncoderLayer, nhead: 4, batch_first: true}"
    example_inputs = ((2, 16, 64),)

    is_causal: bool = False
    """No place looks ahead. A mask that is given must say so too."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """The input's own type."""
        names = {"query": "src", "key_padding_mask": self.ports[2], "attn_mask": "src_mask"}
        self._attend(ins, names, "src", rules)
        return ins[:1]

    def lowered(self, ins: Types) -> New:
        """The module of the same name."""
        operands: list[Expression] = [self.inputs(ins)["src"]]
        operands += self._masked(ins, "is_causal", "src_mask")
        operands += self.keywords(ins, "src_key_padding_mask")
        args = (Arg("is_causal", value=True),) if self.is_causal else ()
        return self._module(ins, Called(tuple(operands), args))

    def tensors(self, ins: Types) -> tuple[Tensor, ...]:
        """Attention, linear layers, norms."""
        inner = self._attention("query").tensors(ins[:1])
        return (*(t.inside("self_attn") for t in inner), *self._rest(ins, norms=2))

    def macs(self, ins: Types, outs: Types) -> Size:
        """Attention and the two linear layers."""
        return self._attention("query").macs(ins[:1], outs) + self._fed(ins[0])


class TransformerDecoderLayer(_Layer):
    """Attention of a sequence to itself and to another one, and two linear layers.

    Each has a skip and a norm. `tgt_is_causal` without a mask makes the one that forbids looking
    ahead.
    """

    ports = (
        *("tgt", "memory", "tgt_mask", "memory_mask"),
        *("tgt_key_padding_mask", "memory_key_padding_mask"),
    )
    optional_ports = 4
    rule = "(N, T, E), (N, S, E) -> (N, T, E), with batch_first"
    example = "{op: TransformerDecoderLayer, nhead: 4, batch_first: true, from: [x, encoded]}"
    example_inputs = ((2, 16, 64), (2, 24, 64))

    tgt_is_causal: bool = False
    """No place looks ahead. A mask that is given must say so too."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """The first input's own type."""
        own = {"query": "tgt", "key_padding_mask": self.ports[4], "attn_mask": "tgt_mask"}
        self._attend(ins, own, "tgt", rules)
        other = {
            "query": "tgt",
            "key": "memory",
            "key_padding_mask": self.ports[5],
            "attn_mask": "memory_mask",
        }
        self._attend(ins, other, "memory", rules)
        features, found = ins[0].features, ins[1].features
        message = f"attends from {features} features to the {found} of `memory`"
        rules.equal(found, features, codes.CHANNELS, message, at="memory", axis=-1)
        return ins[:1]

    def lowered(self, ins: Types) -> New:
        """The module of the same name."""
        found = self.inputs(ins)
        operands: list[Expression] = [found["tgt"], found["memory"]]
        operands += self._masked(ins, "tgt_is_causal", "tgt_mask")
        operands += self.keywords(ins, *self.ports[3:])
        args = (Arg("tgt_is_causal", value=True),) if self.tgt_is_causal else ()
        return self._module(ins, Called(tuple(operands), args))

    def tensors(self, ins: Types) -> tuple[Tensor, ...]:
        """Both attentions, linear layers, norms."""
        inner = self._attention("query").tensors(ins[:1])
        attentions = ("self_attn", "multihead_attn")
        found = (tensor.inside(name) for name in attentions for tensor in inner)
        return (*found, *self._rest(ins, norms=3))

    def macs(self, ins: Types, outs: Types) -> Size:
        """Both attentions and the two linear layers."""
        own = self._attention("query").macs(ins[:1], outs)
        other = self._attention("query", "key").macs(ins[:2], outs)
        return own + other + self._fed(ins[0])
