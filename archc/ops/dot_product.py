"""Attention without weights of its own."""

from itertools import zip_longest

from archc.diag import codes
from archc.ir.dim import Size, product
from archc.ir.op import Op, Rules, Types
from archc.ir.target import (
    Arg,
    Call,
    Constant,
    Expression,
    Input,
    Keyword,
    Lowered,
    Training,
)
from archc.ir.types import TensorType
from archc.ops.broadcast import broadcast
from archc.ops.dtypes import FLOATS, require
from archc.ops.fields import Number, Probability

HEADS = 4
"""Dimensions for which torch has faster kernels, which look at the last two of the mask."""
PLACES = 2
"""Dimensions of a mask: of the query's places, and of the key's."""


class ScaledDotProductAttention(Op):
    """`softmax(query @ key^T * scale) @ value`, over the last two dimensions.

    A mask of booleans says where to look; one of floats is added.
    """

    family = "attention"
    ports = ("query", "key", "value", "attn_mask")
    optional_ports = 1
    rule = "(N, H, L, E), (N, H, S, E), (N, H, S, E_v) -> (N, H, L, E_v)"
    example = "{op: ScaledDotProductAttention, is_causal: true, from: [q, k, v]}"
    example_inputs = ((2, 4, 16, 8), (2, 4, 16, 8), (2, 4, 16, 8))

    dropout_p: Probability = 0.0
    """The probability that a weight is zeroed, in training only."""
    is_causal: bool = False
    """No place looks ahead."""
    scale: Number | None = None
    """What products are multiplied by; null is `1 / sqrt(E)`."""
    enable_gqa: bool = False
    """Fewer heads in key and value, each shared by as many heads of the query."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """The places of the query with the features of the value."""
        self._check_types(ins, rules)
        query, key, value = ins[:3]
        message = f"compares {query.features} features in {query} with {key.features} in {key}"
        rules.equal(query.features, key.features, codes.SHAPES_DIFFER, message, at="key", axis=-1)
        message = f"gets keys for {key.shape[-2]} places, and values for {value.shape[-2]}"
        rules.equal(key.shape[-2], value.shape[-2], codes.SHAPES_DIFFER, message, at="value")
        batch = self._batch(ins[:3], rules)
        if len(ins) == 4:
            self._check_mask(ins, self._batch(ins[:2], rules), rules)
        return (query.with_shape(*batch, query.shape[-2], value.features),)

    def _check_types(self, ins: Types, rules: Rules) -> None:
        query = ins[0]
        for port, x in zip(self.ports, ins[:3], strict=False):
            require(x, FLOATS, rules, at=port)
            if x.rank < 2:
                rules.stop(codes.RANK, f"expects at least 2 dimensions, but gets {x}", at=port)
            if x.dtype != query.dtype:
                message = f"expects one element type, but gets {query.dtype} and {x.dtype}"
                rules.stop(codes.WRONG_DTYPE, message, at=port)

    def _batch(self, ins: Types, rules: Rules) -> list[Size]:
        """The dimensions before the last two, which broadcast."""
        query, *others = ins
        if self.enable_gqa:
            ports = self.ports[1:]
            others = [
                self._shared(x, query, at, rules) for at, x in zip(ports, others, strict=False)
            ]
        return broadcast((query, *others), self.ports, rules, ignore=2)

    def _shared(self, x: TensorType, query: TensorType, port: str, rules: Rules) -> TensorType:
        """Key or value with as many heads as the query."""
        if min(x.rank, query.rank) < 3:
            rules.stop(codes.RANK, f"expects heads in dimension -3, and gets {x}", at=port)
        heads, shared = query.shape[-3], x.shape[-3]
        number = rules.number(shared, "the number of shared heads", at=port)
        message = f"cannot share {number} heads among the {heads} of the query"
        rules.divides(heads, number, codes.INDIVISIBLE, message, at="enable_gqa")
        return x.with_shape(*x.shape[:-3], heads, *x.shape[-2:])

    def _check_mask(self, ins: Types, batch: list[Size], rules: Rules) -> None:
        query, key, _, mask = ins
        if self.is_causal:
            message = "takes a mask or `is_causal`, not both"
            rules.stop(codes.BAD_PARAMETER, message, at="is_causal")
        if mask.dtype not in {"bool", query.dtype}:
            message = f"expects booleans or {query.dtype} as mask, but gets {mask.dtype}"
            rules.stop(codes.WRONG_DTYPE, message, at="attn_mask")
        wanted = (*batch, query.shape[-2], key.shape[-2])
        message = f"expects a mask that broadcasts to [{', '.join(map(str, wanted))}], not {mask}"
        if mask.rank > len(wanted):
            rules.stop(codes.RANK, message, at="attn_mask")
        if mask.rank < PLACES and all(x.rank == HEADS for x in ins[:3]):
            message = f"expects a mask of at least {PLACES} dimensions for {query}, not {mask}"
            rules.stop(codes.RANK, message, at="attn_mask")
        for place in range(-mask.rank, 0):
            if mask.shape[place] != 1:
                rules.equal(
                    mask.shape[place], wanted[place], codes.SHAPES_DIFFER, message, at="attn_mask"
                )

    def lowered(self, ins: Types) -> Lowered:
        """`nn.functional.scaled_dot_product_attention(q, k, v)`."""
        operands: list[Expression] = [Input(0), Input(1), Input(2)]
        if len(ins) == 4:
            operands.append(Keyword("attn_mask", Input(3)))
        if self.dropout_p:
            noise = Constant(Arg("dropout_p", self.dropout_p))
            operands.append(Keyword("dropout_p", Training(noise, Constant(Arg("none", 0.0)))))
        fields = type(self).model_fields
        args = [
            Arg(name, getattr(self, name))
            for name in ("is_causal", "scale", "enable_gqa")
            if getattr(self, name) != fields[name].default
        ]
        target = "torch.nn.functional.scaled_dot_product_attention"
        return Call(target, tuple(operands), tuple(args))

    def macs(self, ins: Types, outs: Types) -> Size:
        """The likeness of every two places, and the weighted means."""
        query, key, value = ins[:3]
        compared = _pairs(query.shape[:-2], key.shape[:-2]) * query.features
        averaged = product(outs[0].shape[:-2]) * value.features
        return query.shape[-2] * key.shape[-2] * (compared + averaged)

    def receptive(self) -> tuple[tuple[int, int], ...]:
        """Every place meets every other."""
        return ()

    def label(self) -> tuple[str, ...]:
        """Whether it is causal."""
        return ("causal",) if self.is_causal else ()


def _pairs(queries: tuple[Size, ...], keys: tuple[Size, ...]) -> Size:
    """How many matrices are compared: the batch that queries and keys broadcast to."""
    both = zip_longest(reversed(queries), reversed(keys), fillvalue=1)
    return product(key if query == 1 else query for query, key in both)
