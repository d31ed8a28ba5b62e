"""Ops on sizes that are still open, and on run-time numbers: what they give, assume and refuse."""

from __future__ import annotations

from typing import Any

import pytest

from archc.diag import codes
from archc.diag.codes import Code
from archc.ir import target
from archc.ir.dim import Dim, symbol
from archc.ir.op import Assumption, Op, Rules, Stop, Types
from archc.ir.target import Arg
from archc.ir.types import TensorType
from archc.ops import find

N, H, W = symbol("N"), symbol("H"), symbol("W")


def make(name: str, **given: object) -> Op:
    kind = find(name)
    assert kind is not None
    return kind.model_validate(given)


def infer(op: Op, *shapes: tuple[Any, ...]) -> tuple[Types, list[Assumption]]:
    """What a rule gives, and what it assumes."""
    rules = Rules()
    outs = op.infer(tuple(TensorType(shape) for shape in shapes), rules)
    assert not rules.broken
    return outs, rules.assumed


def refused(op: Op, *shapes: tuple[Any, ...]) -> tuple[Code, str, str]:
    """What a rule complains of: the code, where, and in which words."""
    rules = Rules()
    with pytest.raises(Stop):
        op.infer(tuple(TensorType(shape) for shape in shapes), rules)
    (found,) = rules.broken
    return found.code, found.at, found.message


def test_a_skip_of_another_open_size_is_assumed_equal_and_the_plainer_size_goes_on() -> None:
    deep, flat = (N, 8, 2 * (H // 2), W), (N, 8, H, W)
    (out,), (assumed,) = infer(make("Add"), deep, flat)
    assert out.shape == (N, 8, H, W)
    assert (assumed.kind, assumed.left, assumed.right, assumed.at) == (
        "equal",
        2 * (H // 2),
        H,
        "1",
    )


def test_an_open_size_that_meets_a_number_is_assumed_to_be_it() -> None:
    (out,), assumed = infer(make("Concat"), (N, 8, H), (N, 4, 7))
    assert out.shape == (N, 12, 7)
    assert [(a.left, a.right) for a in assumed] == [(H, 7)]


def test_a_size_of_one_fits_every_open_size() -> None:
    (out,), assumed = infer(make("Multiply"), (N, 8, H, W), (N, 8, 1, 1))
    assert out.shape == (N, 8, H, W)
    assert assumed == []


def test_sizes_that_never_agree_are_shown_side_by_side() -> None:
    code, at, message = refused(make("Add"), (N, 64, H), (N, 64, H), (N, 32, H))
    assert (code, at) == (codes.SHAPES_DIFFER, "2")
    assert "[N, 64, H]" in message
    assert "[N, 32, H]" in message
    assert "dimension 1 is 64 in one and 32 in the other" in message


def test_one_mismatch_is_one_complaint() -> None:
    assert refused(make("Concat"), (1, 8, 4, 4), (1, 8, 5, 5))[0] is codes.SHAPES_DIFFER


def test_the_batch_is_the_rest_of_a_reshape() -> None:
    (out,), assumed = infer(make("Reshape", shape=[-1, 4, 2]), (N, 8))
    assert out.shape == (N, 4, 2)
    assert assumed == []


def test_a_reshape_takes_run_time_numbers() -> None:
    op = make("Reshape", shape=[N, 8, H * W])
    (out,), assumed = infer(op, (N, 8, H, W))
    assert out.shape == (N, 8, H * W)
    assert assumed == []
    shape = Arg("shape", (N, 8, H * W), keyword=False)
    assert op.lowered(()) == target.Method(target.Input(), "reshape", args=(shape,))


def test_a_rest_that_need_not_be_whole_is_assumed_to_be() -> None:
    (out,), (assumed,) = infer(make("Unflatten", dim=1, unflattened_size=[-1, 4]), (N, H))
    assert out.shape == (N, H // 4, 4)
    assert (assumed.kind, assumed.left, assumed.right) == ("divides", H, 4)


def test_a_rest_over_a_symbol_must_be_written() -> None:
    code, at, _ = refused(make("Reshape", shape=[-1, H]), (N, W))
    assert (code, at) == (codes.ELEMENTS, "shape")


def test_open_sizes_are_divided_out_before_numbers_are() -> None:
    (out,), assumed = infer(make("Reshape", shape=[N, 4, -1]), (N, 8, H))
    assert out.shape == (N, 4, 2 * H)
    assert assumed == []
    (out,), (assumption,) = infer(make("Reshape", shape=[N, 16, -1]), (N, 8, H))
    assert (assumption.kind, assumption.left, assumption.right) == ("divides", 8 * H, 16)
    code, at, message = refused(make("Reshape", shape=[N, 3, -1]), (N, 8))
    assert (code, at) == (codes.ELEMENTS, "shape")
    assert message == "asks for [N, 3, -1] of 8*N elements in [N, 8], which does not divide by 3*N"


def test_unflatten_is_a_module_or_with_a_run_time_number_a_method() -> None:
    fixed = make("Unflatten", dim=1, unflattened_size=[2, 4]).lowered(())
    assert isinstance(fixed, target.New)
    op = make("Unflatten", dim=1, unflattened_size=[H, W])
    (out,), assumed = infer(op, (N, H * W))
    assert out.shape == (N, H, W)
    assert assumed == []
    assert isinstance(op.lowered(()), target.Method)


def test_equal_parts_of_an_open_size() -> None:
    outs, (assumed,) = infer(make("Chunk", chunks=2, dim=2), (N, 8, H))
    assert [out.shape for out in outs] == [(N, 8, H // 2)] * 2
    assert (assumed.kind, assumed.left, assumed.right) == ("divides", H, 2)


def test_parts_that_are_run_time_numbers() -> None:
    op = make("Split", split_size_or_sections=[H // 2, H - H // 2], dim=2)
    outs, assumed = infer(op, (N, 8, H))
    assert [out.shape[2] for out in outs] == [H // 2, H - H // 2]
    assert assumed == []


def test_how_many_parts_there_are_must_be_known() -> None:
    code, at, _ = refused(make("Split", split_size_or_sections=2, dim=2), (N, 8, H))
    assert (code, at) == (codes.OPEN_SIZE, "split_size_or_sections")


def test_an_empty_part_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        make("Split", split_size_or_sections=[8, 0])


def test_squeezing_a_batch_that_may_be_one_is_refused() -> None:
    code, at, message = refused(make("Squeeze"), (N, 8, 1))
    assert (code, at) == (codes.OPEN_SIZE, "dim")
    assert "where N is 1" in message
    (out,), _ = infer(make("Squeeze", dim=2), (N, 8, 1))
    assert out.shape == (N, 8)


@pytest.mark.parametrize("name", ["Subtract", "Divide"])
def test_two_operands_and_no_more(name: str) -> None:
    assert refused(make(name), (2, 3))[:2] == (codes.WRONG_INPUT_COUNT, "other")
    assert refused(make(name, other=2), (2, 3), (2, 3))[:2] == (codes.WRONG_INPUT_COUNT, "other")


def test_a_constant_stands_last_and_keeps_its_kind() -> None:
    lowered = make("Add", other=2).lowered((TensorType((2,)),))
    assert lowered == target.Infix("+", (target.Input(0), target.Constant(Arg("other", 2))))
    (out,) = make("Add", other=2).infer((TensorType((2,), "int64"),), Rules())
    assert out.dtype == "int64"
    (out,) = make("Add", other=2.0).infer((TensorType((2,), "int64"),), Rules())
    assert out.dtype == "float32"


def test_macs_of_a_product_with_open_sizes() -> None:
    op = make("MatMul")
    ins = (TensorType((N, 8, H, 16)), TensorType((N, 8, 16, W)))
    outs = op.infer(ins, Rules())
    assert op.macs(ins, outs) == N * 8 * 16 * H * W
    assert isinstance(outs[0].shape[2], Dim)


def test_signs_for_the_picture() -> None:
    signs = {name: make(name).label() for name in ("Add", "Subtract", "Multiply", "MatMul")}
    assert signs == {"Add": ("+",), "Subtract": ("−",), "Multiply": ("×",), "MatMul": ("@",)}  # noqa: RUF001 - as drawn
    assert make("Concat").label() == ("concat",)
    assert make("Concat", dim=-1).label() == ("concat", "dim -1")
