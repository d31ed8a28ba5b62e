"""Resizing, sampling, and tensors made on the spot say what torch does."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from agree import Shape, agree, alone, many
from draws import Values, dtypes, images, shapes, some, tupled
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn

from archc.ir.op import Op
from archc.ops import embedding_bag, find, interpolate, sources, stochastic
from archc.ops.dtypes import EVERY

pytestmark = pytest.mark.filterwarnings("ignore")

KINDS = st.sampled_from(["float32"] * 4 + sorted(EVERY))
SHAPES = st.lists(st.integers(1, 4), max_size=4).map(tuple)
MODES = ["nearest", "linear", "bilinear", "bicubic", "trilinear", "area", "nearest-exact"]


def axes(*given_: Shape) -> set[tuple[int, int]]:
    """Every axis of every input."""
    return {(i, axis) for i, shape in enumerate(given_) for axis in range(len(shape))}


@many
@given(data=st.data())
def test_interpolate(data: st.DataObject) -> None:
    """To a size, by a factor, to another value's size; or wrongly to several at once."""
    rank = data.draw(st.integers(1, 3))
    odd = data.draw(st.sampled_from([False] * 4 + [True]))
    x = data.draw(shapes(1, 5)) if odd else (2, 3, *data.draw(images(rank, 5))[-rank:])
    smooth = ("linear", "bilinear", "trilinear")[rank - 1]
    fitting = ["nearest", "area", "nearest-exact", smooth, smooth, *["bicubic"] * (rank == 2)]
    values: Values = {"mode": data.draw(st.sampled_from(MODES if odd else fitting))}
    cornered = odd or values["mode"] in {smooth, "bicubic"}
    values |= data.draw(some(**({"align_corners": st.booleans()} if cornered else {})))
    if data.draw(st.integers(0, 5)) == 0:
        values["antialias"] = True
    each = lambda one: one | st.lists(one, min_size=rank, max_size=rank)
    how = data.draw(st.sampled_from([*["size", "factor", "like"] * 3, "none", "both"]))
    if how in {"size", "both"}:
        values["size"] = data.draw(each(st.integers(1, 6)))
    if how in {"factor", "both"}:
        values["scale_factor"] = data.draw(each(st.sampled_from([0.25, 0.5, 1, 1.5, 2])))
    if odd or how == "factor":
        values |= data.draw(some(recompute_scale_factor=st.booleans()))
    given_ = [x] if how != "like" else [x, data.draw(images(rank, 5) | st.just(x))]

    def compute(*ins: Tensor) -> Tensor:
        more: Values = {}
        if len(ins) == 2:
            assert ins[0].ndim == ins[1].ndim
            more["size"] = ins[1].shape[2:]
        return nn.functional.interpolate(ins[0], **tupled(values), **more)

    kinds = [data.draw(dtypes), "float32"][: len(given_)]
    free = axes(*given_)
    agree(
        interpolate.Interpolate,
        values,
        given_,
        lambda: compute,
        dtypes=kinds,
        free=free,
        flops=False,
    )


@many
@given(data=st.data())
def test_grid_sample(data: st.DataObject) -> None:
    axes_, batch = data.draw(st.sampled_from([2, 2, 3])), data.draw(st.integers(1, 2))
    x = (batch, 3, *data.draw(st.lists(st.integers(1, 4), min_size=axes_, max_size=axes_)))
    places = data.draw(st.lists(st.integers(1, 3), min_size=axes_, max_size=axes_))
    grid = (
        data.draw(st.sampled_from([batch] * 5 + [1])),
        *places,
        data.draw(st.sampled_from([axes_] * 5 + [2])),
    )
    if data.draw(st.integers(0, 9)) == 0:
        x, grid = data.draw(shapes(2, 5)), data.draw(shapes(2, 5))
    values = data.draw(
        some(
            mode=st.sampled_from(["bilinear", "nearest", "bicubic"]),
            padding_mode=st.sampled_from(["zeros", "border", "reflection"]),
            align_corners=st.booleans(),
        )
    )
    full = {"align_corners": False, **values}
    make = lambda: lambda t, g: nn.functional.grid_sample(t, g, **full)
    kinds = data.draw(
        st.sampled_from([["float32"] * 2] * 5 + [["float64", "float32"], ["int64"] * 2])
    )
    agree(
        interpolate.GridSample,
        values,
        [x, grid],
        make,
        dtypes=kinds,
        free=axes(x, grid),
        flops=False,
    )


@many
@given(data=st.data())
def test_affine_grid(data: st.DataObject) -> None:
    like = data.draw(images(data.draw(st.sampled_from([2, 2, 3])), 4) | shapes(3, 5))
    axes_ = len(like) - 2
    theta = data.draw(
        st.sampled_from(
            [(like[0], axes_, axes_ + 1)] * 6 + [(1, axes_, axes_ + 1), (like[0], 2, 3), (2, 3)]
        )
    )
    values = data.draw(some(align_corners=st.booleans()))
    full = {"align_corners": False, **values}
    make = lambda: lambda t, y: nn.functional.affine_grid(t, y.shape, **full)
    kinds = [data.draw(dtypes), "int64"]
    agree(
        interpolate.AffineGrid,
        values,
        [theta, like],
        make,
        dtypes=kinds,
        free=axes(theta, like),
        flops=False,
    )


POINT = st.integers(-4, 6) | st.sampled_from([0.5, 2.0, -1.5, 0.1, 0.0, 1.0])


@alone
@given(data=st.data())
def test_arange(data: st.DataObject) -> None:
    values = data.draw(some(start=POINT, step=POINT))
    values["end"] = data.draw(POINT)
    whole = all(isinstance(n, int) for n in values.values())
    if data.draw(st.booleans()):
        values["dtype"] = data.draw(KINDS)
        if not whole and "int" in values["dtype"]:
            return  # torch counts in doubles and rounds afterwards
    python: dict[str, Any] = {"start": 0, **values}
    if "dtype" in python:
        python["dtype"] = getattr(torch, python["dtype"])
    make = lambda: lambda x: torch.arange(**python, device=x.device)
    agree(sources.Arange, values, [data.draw(SHAPES)], make, flops=False)


@pytest.mark.parametrize(
    ("name", "function"),
    [
        ("ZerosLike", torch.zeros_like),
        ("OnesLike", torch.ones_like),
        ("RandnLike", torch.randn_like),
    ],
)
@many
@given(x=SHAPES, kind=KINDS, dtype=st.none() | KINDS)
def test_like(name: str, function: Any, x: Shape, kind: str, dtype: str | None) -> None:
    op = find(name)
    assert op is not None
    values = {} if dtype is None else {"dtype": dtype}
    more = {} if dtype is None else {"dtype": getattr(torch, dtype)}
    make = lambda: lambda t: function(t, **more)
    agree(op, values, [x], make, dtypes=[kind], free=axes(x), flops=False)


@many
@given(x=SHAPES, kind=KINDS, dtype=KINDS, how=st.sampled_from(["like", "dtype"]))
def test_cast(x: Shape, kind: str, dtype: str, how: str) -> None:
    """To a given type or a second input's."""
    op: type[Op] = sources.Cast
    if how == "like":
        make: Any = lambda: lambda t, y: t.to(y.dtype)
        agree(op, {}, [x, (2,)], make, dtypes=[kind, dtype], free=axes(x), flops=False)
    else:
        make = lambda: lambda t: t.to(getattr(torch, dtype))
        agree(op, {"dtype": dtype}, [x], make, dtypes=[kind], free=axes(x), flops=False)


@pytest.mark.parametrize("mode", ["row", "batch"])
@many
@given(
    x=st.lists(st.integers(1, 3), min_size=1, max_size=4).map(tuple),
    kind=KINDS,
    p=st.sampled_from([0, 0.5, 1, -1]),
)
def test_stochastic_depth(mode: str, x: Shape, kind: str, p: float) -> None:
    """torchvision's, in training as well."""
    from torchvision.ops import StochasticDepth

    if "float" not in kind:
        return  # torchvision passes anything on outside training
    values = {"p": p, "mode": mode}
    made = lambda: StochasticDepth(p, mode)
    if agree(
        stochastic.StochasticDepth, values, [x], made, dtypes=[kind], free=axes(x), flops=False
    ):
        from agree import construct

        ours = construct(stochastic.StochasticDepth.model_validate(values).lowered(())).train()
        sample = torch.ones(x, dtype=getattr(torch, kind))
        drawn = []
        for module in (ours, made().train()):
            torch.default_generator.manual_seed(3)
            drawn.append(module(sample))
        assert torch.equal(*drawn)


@many
@given(data=st.data())
def test_embedding_bag(data: st.DataObject) -> None:
    flag = st.booleans()
    values = data.draw(
        some(
            max_norm=st.just(0.5),
            norm_type=st.just(1.0),
            scale_grad_by_freq=flag,
            mode=st.sampled_from(["sum", "mean", "max"]),
            sparse=flag,
            padding_idx=st.integers(-4, 4),
        )
    )
    values |= {"num_embeddings": data.draw(st.integers(1, 4)), "embedding_dim": 3}
    x, kind = (
        data.draw(st.lists(st.integers(1, 3), min_size=2, max_size=2) | SHAPES),
        data.draw(KINDS),
    )
    kind = data.draw(st.sampled_from(["int64", "int64", "int32", kind]))
    make = lambda: nn.EmbeddingBag(**values)
    agree(embedding_bag.EmbeddingBag, values, [tuple(x)], make, dtypes=[kind], free=axes(tuple(x)))
