"""Ops whose arguments may be sizes of the input: what they give, assume, refuse and lower to."""

from __future__ import annotations

from typing import Any

import pytest

from archc.diag import codes
from archc.diag.codes import Code
from archc.ir.dim import symbol
from archc.ir.op import Assumption, Op, Rules, Stop, Types
from archc.ir.target import Arg, Call, Cut, Index, Input, Method, New, Subscript
from archc.ir.types import TensorType
from archc.ops import find

N, H, W = symbol("N"), symbol("H"), symbol("W")


def make(name: str, **given: object) -> Op:
    kind = find(name)
    assert kind is not None
    return kind.model_validate(given)


def types(*shapes: tuple[Any, ...]) -> Types:
    return tuple(TensorType(shape) for shape in shapes)


def infer(op: Op, *shapes: tuple[Any, ...]) -> tuple[Types, list[Assumption]]:
    """What a rule gives, and what it assumes."""
    rules = Rules()
    outs = op.infer(types(*shapes), rules)
    assert not rules.broken
    return outs, rules.assumed


def shape(op: Op, *shapes: tuple[Any, ...]) -> tuple[Any, ...]:
    """The only output's shape."""
    (out,), _ = infer(op, *shapes)
    return out.shape


def refused(op: Op, *shapes: tuple[Any, ...]) -> tuple[Code, str, str]:
    """The first thing that a rule complains of: the code, where, and in which words."""
    rules = Rules()
    try:
        op.infer(types(*shapes), rules)
    except Stop:
        assert rules.broken
    found = rules.broken[0]
    return found.code, found.at, found.message


def assumed(op: Op, *shapes: tuple[Any, ...]) -> list[tuple[str, Any, Any]]:
    """What a rule assumes, in short."""
    return [(a.kind, a.left, a.right) for a in infer(op, *shapes)[1]]


@pytest.mark.parametrize(
    ("op", "given", "out"),
    [
        (make("Slice", dim=2, start=1), (N, 8, H), (N, 8, H - 1)),
        (make("Slice", dim=2, end=H // 2), (N, 8, H), (N, 8, H // 2)),
        (make("Slice", dim=2, start=-3), (N, 8, H), (N, 8, 3)),
        (make("Slice", dim=2, step=2), (N, 8, H), (N, 8, (H + 1) // 2)),
        (make("Select", dim=2, index=H - 1), (N, 8, H), (N, 8)),
        (make("Narrow", dim=2, start=1, length=H - 2), (N, 8, H), (N, 8, H - 2)),
        (make("Expand", size=[N, 4, H]), (N, 1, H), (N, 4, H)),
        (make("Expand", size=[N, -1, -1]), (1, 4, H), (N, 4, H)),
        (make("Repeat", repeats=[1, H, 2]), (N, 1, W), (N, H, 2 * W)),
        (make("Tile", dims=[H]), (N, 8), (N, 8 * H)),
        (make("RepeatInterleave", repeats=W, dim=1), (N, H), (N, H * W)),
        (make("Pad", pad=[0, -W % 8]), (N, 3, H, W), (N, 3, H, W + -W % 8)),
        (make("Interpolate", size=[H, W]), (N, 8, 4, 4), (N, 8, H, W)),
        (make("Interpolate", size=H), (N, 8, 4, 4), (N, 8, H, H)),
        (make("Arange", end=H), (N, 8, H), (H,)),
        (make("Arange", start=1, end=2 * H, step=2), (N, 8, H), (H,)),
        (make("Arange", start=H, end=0, step=-1), (N, 8, H), (H,)),
        (make("Fold", output_size=[H, W], kernel_size=2, stride=2), None, (N, 3, H, W)),
        (
            make("Rearrange", pattern="n (h w) c -> n c h w", sizes={"h": H}),
            (N, H * W, 8),
            (N, 8, H, W),
        ),
        (make("Rearrange", pattern="n c h w -> n (h w) c"), (N, 8, H, W), (N, H * W, 8)),
        (make("Diagonal", offset=1), (H, H), (H - 1,)),
        (make("Einsum", equation="nchw,nkhw->nck"), None, (N, 8, 4)),
        (make("Unfold", kernel_size=2), (N, 3, H, W), (N, 12, (H - 1) * (W - 1))),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Op) else None,
)
def test_sizes_that_follow_from_the_input(op: Op, given: Any, out: tuple[Any, ...]) -> None:
    special = {
        "Fold": [(N, 12, (H // 2) * (W // 2))],
        "Einsum": [(N, 8, H, W), (N, 4, H, W)],
    }
    assert shape(op, *special.get(type(op).__name__, [given])) == out


def test_an_open_size_is_assumed_to_reach_as_far_as_a_slice() -> None:
    assert assumed(make("Slice", dim=1, end=10), (N, H)) == [("at_least", H - 10, 0)]
    assert assumed(make("Slice", dim=1, start=-3), (N, H)) == [("at_least", H - 3, 0)]
    assert assumed(make("Slice", dim=1, start=1), (N, H)) == [("at_least", H - 1, 1)]
    assert assumed(make("Select", dim=1, index=-2), (N, H)) == [("at_least", H - 2, 0)]
    assert assumed(make("Narrow", dim=1, start=2, length=3), (N, H)) == [("at_least", H - 5, 0)]


def test_a_slice_with_numbers_ends_at_the_edge_as_pythons_do() -> None:
    assert shape(make("Slice", dim=1, start=-9, end=99, step=3), (2, 7)) == (2, 3)
    assert refused(make("Slice", dim=1, start=7), (2, 7))[:2] == (codes.EMPTY_OUTPUT, "end")


def test_a_slice_is_written_with_a_colon() -> None:
    whole, cut = Cut(), Cut(start=Arg("start", 1))
    op = make("Slice", dim=-1, start=1)
    assert op.lowered(types((N, 8, H))) == Subscript(Input(), (whole, whole, cut))


def test_a_rest_that_need_not_divide_is_assumed_to() -> None:
    op = make("Rearrange", pattern="n (h p) -> n h p", sizes={"p": 4})
    assert shape(op, (N, H)) == (N, H // 4, 4)
    assert assumed(op, (N, H)) == [("divides", H, 4)]
    assert refused(op, (N, 6)) == (
        codes.INDIVISIBLE,
        "sizes",
        "splits 6 into `(h p)`, and it does not divide by 4",
    )


def test_a_rearrangement_needs_all_sizes_but_one() -> None:
    op = make("Rearrange", pattern="n (h p) -> n h p")
    code, at, message = refused(op, (N, 8))
    assert (code, at) == (codes.MISSING_PARAMETER, "sizes")
    assert message == "cannot tell the sizes of h and p in `(h p)` from 8"


def test_a_rearrangement_that_does_not_fit() -> None:
    assert refused(make("Rearrange", pattern="n c -> c n"), (N, 8, H))[:2] == (
        codes.RANK,
        "pattern",
    )
    stray = make("Rearrange", pattern="n c -> c n", sizes={"q": 2})
    assert refused(stray, (N, 8))[:2] == (codes.BAD_PARAMETER, "sizes")
    wrong = make("Rearrange", pattern="n (h p) -> n h p", sizes={"h": 3, "p": 2})
    assert refused(wrong, (N, 8))[0] is codes.ELEMENTS
    lone = make("Rearrange", pattern="n 1 -> n")
    assert refused(lone, (N, 8))[:2] == (codes.ELEMENTS, "pattern")


def test_a_rearrangement_splits_orders_and_joins() -> None:
    op = make("Rearrange", pattern="b c (h p) -> b (h c) p", sizes={"p": 4})
    split = Method(
        Input(),
        "unflatten",
        args=(Arg("dim", 2, keyword=False), Arg("sizes", (-1, 4), keyword=False)),
    )
    ordered = Method(split, "permute", args=(Arg("dims", (0, 2, 1, 3), keyword=False),))
    args = (Arg("start_dim", 1, keyword=False), Arg("end_dim", 2, keyword=False))
    assert op.lowered(types((2, 3, 8))) == Method(ordered, "flatten", args=args)


def test_a_name_that_stays_needs_no_work() -> None:
    assert make("Rearrange", pattern="b c -> b c").lowered(types((2, 3))) == Input()


def test_padding_by_an_open_number_adds_only() -> None:
    assert assumed(make("Pad", pad=[0, H - 8]), (N, 8)) == [("at_least", H - 8, 0)]
    reflected = make("Pad", pad=[0, H], mode="reflect")
    assert refused(reflected, (N, 3, H))[:2] == (codes.OPEN_SIZE, "pad")


def test_an_expansion_is_assumed_to_meet_an_open_size() -> None:
    assert assumed(make("Expand", size=[2, 8]), (N, 8)) == [("equal", 2, N)]
    assert refused(make("Expand", size=[2, 8]), (2, 4))[:2] == (codes.SHAPES_DIFFER, "size")
    assert refused(make("Expand", size=[-1, 2, 4]), (2, 4))[:2] == (codes.DIM_RANGE, "size")


def test_numbers_counted_in_fractions_are_fixed() -> None:
    assert refused(make("Arange", end=H, step=0.5), (H,))[:2] == (codes.OPEN_SIZE, "end")
    assert refused(make("Arange", end=4, step=0), (H,))[:2] == (codes.BAD_PARAMETER, "step")
    (out,), _ = infer(make("Arange", end=1, step=0.25), (H,))
    assert (out.shape, out.dtype) == ((4,), "float32")


def test_folding_into_an_open_size_is_the_function() -> None:
    fixed = make("Fold", output_size=4, kernel_size=2, stride=2)
    assert isinstance(fixed.lowered(types((N, 12, 4))), New)
    opened = make("Fold", output_size=[H, W], kernel_size=2, stride=2)
    lowered = opened.lowered(types((N, 12, (H // 2) * (W // 2))))
    assert isinstance(lowered, Call)
    assert lowered.target == "torch.nn.functional.fold"
    assert lowered.args[0] == Arg("output_size", (H, W), keyword=False)


def test_the_size_of_another_value() -> None:
    op = make("Interpolate", mode="bilinear")
    assert shape(op, (N, 8, H, W), (N, 4, 2 * H, 2 * W)) == (N, 8, 2 * H, 2 * W)
    assert refused(op, (N, 8, H, W))[:2] == (codes.BAD_PARAMETER, "size")
    assert refused(make("Interpolate", size=4), (N, 8, H, W), (N, 8, H, W))[1] == "size"


def test_attention_over_open_sequences() -> None:
    op = make("MultiheadAttention", num_heads=4, batch_first=True, need_weights=True)
    (out, weights), found = infer(op, (N, H, 32), (N, W, 24))
    assert (out.shape, weights.shape, found) == ((N, H, 32), (N, H, W), [])
    ins = types((N, H, 32), (N, W, 24))
    assert op.macs(ins, (out, weights)) == N * 32 * (2 * H * 32 + W * 48 + 2 * H * W)
    lowered = op.lowered(ins)
    assert isinstance(lowered, New)
    assert {arg.name: arg.value for arg in lowered.args if arg.keyword} == {
        "batch_first": True,
        "kdim": 24,
        "vdim": 24,
    }


def test_attention_is_told_which_inputs_it_gets() -> None:
    op = make("MultiheadAttention", num_heads=4).with_ports(("query", "attn_mask"))
    (out,), found = infer(op, (H, N, 32), (H, H))
    assert (out.shape, found) == ((H, N, 32), [])
    assert refused(op, (8, N, 32), (8, 9))[:2] == (codes.SHAPES_DIFFER, "attn_mask")
    assert op == make("MultiheadAttention", num_heads=4).with_ports(("query", "attn_mask"))
    assert (
        op.lowered(types((H, N, 32), (H, H))).call
        != make(  # type: ignore[union-attr]
            "MultiheadAttention", num_heads=4
        )
        .lowered(types((H, N, 32), (H, N, 32)))
        .call
    )  # type: ignore[union-attr]


def test_attention_without_weights_gives_the_first_of_torchs_two_results() -> None:
    lowered = make("MultiheadAttention", num_heads=4).lowered(types((H, N, 32)))
    assert isinstance(lowered, New)
    assert isinstance(lowered.call, Index)


def test_shared_heads_are_a_fixed_number() -> None:
    op = make("ScaledDotProductAttention", enable_gqa=True)
    assert shape(op, (N, 8, H, 16), (N, 2, W, 16), (N, 2, W, 4)) == (N, 8, H, 4)
    assert refused(op, (N, 8, H, 16), (N, 3, W, 16), (N, 3, W, 4))[:2] == (
        codes.INDIVISIBLE,
        "enable_gqa",
    )


def test_an_lstm_needs_both_states_or_none() -> None:
    op = make("LSTM", hidden_size=8)
    outs, _ = infer(op, (H, N, 4), (1, N, 8), (1, N, 8))
    assert [out.shape for out in outs] == [(H, N, 8), (1, N, 8), (1, N, 8)]
    assert refused(op, (H, N, 4), (1, N, 8))[:2] == (codes.WRONG_INPUT_COUNT, "c_0")
    lowered = op.lowered(types((H, N, 4)))
    assert isinstance(lowered, New)
    assert (lowered.call, lowered.gives) == (None, (0, (1, 2)))


def test_windows_of_open_maps_cost_what_the_padded_map_does() -> None:
    op = make("ShiftedWindowAttention", window_size=4, num_heads=2)
    ins = types((N, H, W, 8))
    places = N * 16 * ((H + 3) // 4) * ((W + 3) // 4)
    assert op.macs(ins, ins) == places * 8 * (32 + 32)
