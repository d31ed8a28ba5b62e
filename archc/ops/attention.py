"""Attention (Vaswani et al., 2017)."""

from archc.diag import codes
from archc.ir.dim import Size, product
from archc.ir.op import Rules, Tensor, Types
from archc.ir.target import (
    Arg,
    Called,
    Constant,
    Expression,
    Index,
    Input,
    Keyword,
    Method,
    Named,
    New,
)
from archc.ir.types import TensorType
from archc.ops.checks import inferred, listed_divisors, settled
from archc.ops.dtypes import MODEL, require
from archc.ops.fields import Positive, Probability
from archc.ops.modules import as_module
from archc.ops.named_ports import NamedPorts

MASKS = frozenset({"bool", "float32"})
"""A mask forbids where it is true, or is added."""


def check_mask(x: TensorType, rules: Rules, *, at: str) -> None:
    """A mask of attention holds booleans or floats."""
    if x.dtype not in MASKS:
        message = f"expects booleans or floats as mask, but gets {x.dtype}"
        rules.stop(codes.WRONG_DTYPE, message, at=at)


def causal(length: Size, seen: Size) -> Expression:
    """A mask that is true where a place would look ahead, made on the device of the first input."""
    sizes = (Constant(Arg("length", length)), Constant(Arg("seen", seen)))
    ones = Method(Input(), "new_ones", (*sizes, Keyword("dtype", Named("torch.bool"))))
    return Method(ones, "triu", args=(Arg("diagonal", 1, keyword=False),))


class MultiheadAttention(NamedPorts):
    """For every place of `query` a mean of `value`, weighted by how alike `key` is (attention).

    One input is all three (self-attention); two are the query, and key and value. `is_causal`
    without a mask makes the mask that forbids looking ahead.
    """

    family = "attention"
    ports = ("query", "key", "value", "key_padding_mask", "attn_mask")
    optional_ports = 4
    output_names = ("output", "weights")
    optional_outputs = 1
    rule = "(N, L, E), (N, S, E_k), (N, S, E_v) -> (N, L, E), with batch_first"
    example = "{op: MultiheadAttention, num_heads: 4, batch_first: true}"
    example_inputs = ((2, 16, 64),)

    embed_dim: Positive | None = None
    """Features of the query and of the output; inferred."""
    num_heads: Positive
    """Heads that the features are split among."""
    dropout: Probability = 0.0
    """The probability that a weight is zeroed in training."""
    bias: bool = True
    """Add learned numbers in all projections."""
    add_bias_kv: bool = False
    """Add a learned place to key and value."""
    add_zero_attn: bool = False
    """Add a place of zeros to key and value."""
    kdim: Positive | None = None
    """Features of the key; inferred."""
    vdim: Positive | None = None
    """Features of the value; inferred."""
    batch_first: bool = False
    """The batch is dimension 0 and the sequence dimension 1, not the other way round."""
    need_weights: bool = False
    """Give the weights as a second output (torch's own default is true)."""
    average_attn_weights: bool = True
    """The weights' mean over the heads; otherwise each head's own."""
    is_causal: bool = False
    """No place looks ahead. A mask that is given must say so too."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """The query with its features projected; and the weights, if they are wanted."""
        query, _, _ = self._three(ins)
        rules.rank(query, 2, 3, at="query")
        embed = self._features(ins, rules)
        self._check_sequences(ins, rules)
        for port, mask in self.named(ins).items():
            if port.endswith("mask"):
                check_mask(mask, rules, at=port)
        self._check_padding(ins, rules)
        self._check_mask(ins, rules)
        outs = (query.with_shape(*query.shape[:-1], embed),)
        return (*outs, self._weights(ins)) if self.need_weights else outs

    def _three(self, ins: Types) -> tuple[TensorType, TensorType, TensorType]:
        """Query, key and value."""
        named = self.named(ins)
        query = named["query"]
        key = named.get("key", query)
        return query, key, named.get("value", key)

    def _features(self, ins: Types, rules: Rules) -> int:
        given = (self.embed_dim, self.kdim, self.vdim)
        names = ("embed_dim", "kdim", "vdim")
        found = []
        for i, x in enumerate(self._three(ins)):
            port = self.ports[i]
            require(x, MODEL, rules, at=port)
            if x.rank != ins[0].rank:
                message = f"expects `{port}` to have as many dimensions as {ins[0]}, not {x}"
                rules.stop(codes.RANK, message, at=port)
            what = f"features in `{port}`"
            number = inferred(rules, given[i], x.features, what, at=names[i], port=port, axis=-1)
            found.append(number)
        message = f"cannot split {found[0]} features among {self.num_heads} heads"
        help = f"`num_heads` must divide {found[0]}{listed_divisors(found[0])}"
        middle = ins[0].shape[1] if ins[0].rank == 3 and self.batch_first else 1
        if isinstance(middle, int) and middle % self.num_heads == 0:
            moved = "`{op: Permute, dims: [0, 2, 1]}`"
            help = f"{help}; if the features are the {middle}, move them last: {moved}"
        rules.divides(
            found[0], self.num_heads, codes.INDIVISIBLE, message, at="num_heads", help=help
        )
        return found[0]

    def _sequence(self, x: TensorType) -> Size:
        return x.shape[1] if x.rank == 3 and self.batch_first else x.shape[0]

    def _batch(self, x: TensorType) -> Size:
        if x.rank == 2:
            return 1
        return x.shape[0] if self.batch_first else x.shape[1]

    def _check_sequences(self, ins: Types, rules: Rules) -> None:
        query, key, value = self._three(ins)
        message = f"gets keys for {self._sequence(key)} places, and values for {value}"
        rules.equal(
            self._sequence(key), self._sequence(value), codes.SHAPES_DIFFER, message, at="value"
        )
        for port, x in (("key", key), ("value", value)):
            message = f"gets a batch of {self._batch(query)}, and {self._batch(x)} in `{port}`"
            rules.equal(self._batch(query), self._batch(x), codes.SHAPES_DIFFER, message, at=port)

    def _check_padding(self, ins: Types, rules: Rules) -> None:
        mask = self.named(ins).get("key_padding_mask")
        if mask is None:
            return
        _, key, _ = self._three(ins)
        batch = (self._batch(key),) if key.rank == 3 else ()
        self._check_shape(mask, (*batch, self._sequence(key)), "key_padding_mask", rules)

    def _check_mask(self, ins: Types, rules: Rules) -> None:
        mask = self.named(ins).get("attn_mask")
        if mask is None:
            return
        query, key, _ = self._three(ins)
        rules.rank(mask, 2, 3, at="attn_mask")
        heads = (self._batch(query) * self.num_heads,) if mask.rank == 3 else ()
        wanted = (*heads, self._sequence(query), self._sequence(key))
        self._check_shape(mask, wanted, "attn_mask", rules)

    def _check_shape(
        self, mask: TensorType, wanted: tuple[Size, ...], port: str, rules: Rules
    ) -> None:
        shown = ", ".join(map(str, wanted))
        rules.rank(mask, len(wanted), at=port)
        for size, size_wanted in zip(mask.shape, wanted, strict=True):
            message = f"expects a mask of [{shown}], but gets {mask}"
            rules.equal(size, size_wanted, codes.SHAPES_DIFFER, message, at=port)

    def _seen(self, ins: Types) -> Size:
        """The places that are looked at, the added ones too."""
        return self._sequence(self._three(ins)[1]) + self.add_bias_kv + self.add_zero_attn

    def _weights(self, ins: Types) -> TensorType:
        query = self._three(ins)[0]
        batch = (self._batch(query),) if query.rank == 3 else ()
        heads = () if self.average_attn_weights else (self.num_heads,)
        return query.with_shape(*batch, *heads, self._sequence(query), self._seen(ins))

    def _dims(self, ins: Types) -> tuple[int, int, int]:
        """The features of query, key and value."""
        query, key, value = self._three(ins)
        embed = settled(self.embed_dim, query.features)
        return embed, settled(self.kdim, key.features), settled(self.vdim, value.features)

    def lowered(self, ins: Types) -> New:
        """The module of the same name, called with what there is; its first result, or both."""
        embed, *others = self._dims(ins)
        running = dict.fromkeys(("need_weights", "average_attn_weights", "is_causal"))
        module = as_module(
            self, "embed_dim", "num_heads", embed_dim=embed, kdim=None, vdim=None, **running
        )
        names = zip(("kdim", "vdim"), others, strict=True)
        dims = tuple(Arg(name, size) for name, size in names if size != embed)
        call = self._called(ins)
        whole = call if self.need_weights else Index(call, 0)
        return New(module.target, (*module.args, *dims), whole)

    def _called(self, ins: Types) -> Called:
        found = self.inputs(ins)
        key = found.get("key", Input())
        operands: list[Expression] = [Input(), key, found.get("value", key)]
        operands += self.keywords(ins, "key_padding_mask")
        if self.is_causal and "attn_mask" not in found:
            query, seen, _ = self._three(ins)
            mask = causal(self._sequence(query), self._sequence(seen))
            operands.append(Keyword("attn_mask", mask))
        operands += self.keywords(ins, "attn_mask")
        args = [] if self.need_weights else [Arg("need_weights", value=False)]
        if self.need_weights and not self.average_attn_weights:
            args.append(Arg("average_attn_weights", value=False))
        if self.is_causal and not (self.add_bias_kv or self.add_zero_attn):
            args.append(Arg("is_causal", value=True))
        return Called(tuple(operands), tuple(args))

    def tensors(self, ins: Types) -> tuple[Tensor, ...]:
        """The projections, in one matrix where all features are equal."""
        embed, keys, values = self._dims(ins)
        if embed == keys == values:
            found = [Tensor("in_proj_weight", (3 * embed, embed))]
        else:
            widths = {"q": embed, "k": keys, "v": values}
            found = [Tensor(f"{n}_proj_weight", (embed, width)) for n, width in widths.items()]
        if self.bias:
            found.append(Tensor("in_proj_bias", (3 * embed,)))
        if self.add_bias_kv:
            found += [Tensor(f"bias_{name}", (1, 1, embed)) for name in "kv"]
        found.append(Tensor("out_proj.weight", (embed, embed)))
        if self.bias:
            found.append(Tensor("out_proj.bias", (embed,)))
        return tuple(found)

    def macs(self, ins: Types, outs: Types) -> Size:
        """Four projections, the likeness of every two places, and the weighted means."""
        del outs
        query, key, _ = self._three(ins)
        embed, keys, values = self._dims(ins)
        batch, length, seen = self._batch(query), self._sequence(query), self._sequence(key)
        projected = 2 * length * embed + seen * (keys + values)
        return product((batch, embed, projected + 2 * length * self._seen(ins)))

    def receptive(self) -> tuple[tuple[int, int], ...]:
        """Every place meets every other."""
        return ()

    def label(self) -> tuple[str, ...]:
        """The heads."""
        return (f"{self.num_heads} heads",)
