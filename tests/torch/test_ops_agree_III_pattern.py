"""Rearrangements, Einstein sums, pads and windows say what torch (and einops' notation) does."""

from __future__ import annotations

from math import prod
from typing import Any

import pytest
import torch
from agree import Shape, agree, alone, many
from draws import Values, sides, some, tupled
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn

from archc.ops import einsum, fold, functional_pad, rearrange
from archc.ops.dtypes import EVERY

pytestmark = pytest.mark.filterwarnings("ignore")

DTYPES = st.sampled_from(["float32"] * 12 + sorted(EVERY))
SHAPES = st.lists(st.sampled_from([1, 2, 3, 4, 6]), max_size=4).map(tuple)


def axes(*shapes: Shape) -> set[tuple[int, int]]:
    """Every axis of every input."""
    return {(i, axis) for i, shape in enumerate(shapes) for axis in range(len(shape))}


@st.composite
def groups(draw: st.DrawFn, names: list[str]) -> list[list[str]]:
    """The names in groups of one to three, an empty group now and then."""
    found, left = [], list(names)
    while left:
        size = draw(st.integers(1, 3))
        found.append(left[:size])
        left = left[size:]
        if draw(st.integers(0, 7)) == 0:
            found.append([])
    return found


def written(side: list[list[str]]) -> str:
    """A side of a pattern."""
    shown = [f"({' '.join(g)})" if len(g) != 1 else g[0] for g in side]
    return " ".join(shown).replace("()", "1")


@alone
@given(data=st.data())
def test_rearrange(data: st.DataObject) -> None:
    """Against reshape, permute and reshape; wrong sizes are refused."""
    sizes = {
        n: data.draw(st.sampled_from([1, 2, 3, 4]))
        for n in "abcdef"[: data.draw(st.integers(1, 6))]
    }
    names = list(sizes)
    left = data.draw(groups(names))
    right = data.draw(groups(data.draw(st.permutations(names))))
    x = tuple(prod(sizes[n] for n in group) for group in left)
    hidden = {group[data.draw(st.integers(0, len(group) - 1))] for group in left if group}
    given_ = {
        n: s for n, s in sizes.items() if n not in hidden or data.draw(st.integers(0, 3)) == 0
    }
    wrong = data.draw(st.integers(0, 9)) == 0
    if wrong and given_:
        name = data.draw(st.sampled_from(sorted(given_)))
        given_[name] = 5
    order = [names.index(n) for group in right for n in group]

    def compute(t: Tensor) -> Tensor:
        full = [given_.get(n, sizes[n]) for n in names]
        split = t.reshape(full).permute(order)
        return split.reshape([prod(sizes[n] for n in group) for group in right])

    pattern = f"{written(left)} -> {written(right)}"
    values = {"pattern": pattern, "sizes": given_}
    agree(rearrange.Rearrange, values, [x], lambda: compute, free=axes(x), flops=False, near=0)


@pytest.mark.parametrize(
    ("pattern", "x", "out"),
    [
        ("b ... -> ... b", (2, 3, 4), (3, 4, 2)),
        ("b ... c -> b c (...)", (2, 3, 4, 5), (2, 5, 12)),
        ("... -> (...)", (2, 3), (6,)),
        ("b ... -> b ...", (2,), (2,)),
        ("b 1 h -> h b", (2, 1, 3), (3, 2)),
        ("b h -> b () h", (2, 3), (2, 1, 3)),
    ],
)
def test_rearrange_the_rest(pattern: str, x: Shape, out: Shape) -> None:
    sample = torch.arange(prod(x)).reshape(x)
    order = {"b ... -> ... b": (1, 2, 0), "b ... c -> b c (...)": (0, 3, 1, 2)}
    order["b 1 h -> h b"] = (2, 0, 1)
    wanted = sample.permute(order.get(pattern, tuple(range(len(x))))).reshape(out)
    make = lambda: lambda t: t.permute(order.get(pattern, tuple(range(len(x))))).reshape(out)
    assert wanted.shape == out
    values = {"pattern": pattern}
    assert agree(rearrange.Rearrange, values, [x], make, free=axes(x), flops=False, near=0)


UNREADABLE = [
    *("b c", "b c -> b", "b -> b c", "b b -> b", "b (c -> b c", "(b (c)) -> b c", "b -> c -> b"),
    *("b ? -> b", "(b ...) -> b ...", "(...) -> ...", "b) -> b", "-> b", "b 2 -> b"),
]


@pytest.mark.parametrize("pattern", UNREADABLE)
def test_a_pattern_that_cannot_be_read(pattern: str) -> None:
    with pytest.raises(ValueError, match="pattern"):
        rearrange.Rearrange(pattern=pattern)


@st.composite
def terms(draw: st.DrawFn) -> tuple[str, list[Shape]]:
    """An equation and shapes that fit it, but for what is now and then another."""
    sizes = {letter: draw(st.sampled_from([1, 2, 3, 4])) for letter in "ijklm"}
    rest = draw(st.lists(st.integers(1, 3), max_size=2))
    inputs, shapes = [], []
    for _ in range(draw(st.integers(1, 3))):
        letters = draw(st.lists(st.sampled_from("ijklm"), max_size=3))
        shape = [draw(st.sampled_from([sizes[n]] * 9 + [1, 5])) for n in letters]
        if draw(st.integers(0, 3)) == 0:
            place = draw(st.integers(0, len(letters)))
            lost = draw(st.integers(0, len(rest)))
            letters.insert(place, "...")
            shape[place:place] = rest[lost:]
        inputs.append("".join(letters))
        shapes.append(tuple(shape))
    every = sorted(
        {n for n in "".join(inputs) if n != "."}
        | ({"x"} if draw(st.integers(0, 15)) == 0 else set())
    )
    output = (
        draw(st.lists(st.sampled_from(every), max_size=3, unique=draw(st.integers(0, 7)) > 0))
        if every
        else []
    )
    if "..." in "".join(inputs) and draw(st.integers(0, 3)):
        output.insert(0, "...")
    arrow = "" if draw(st.integers(0, 5)) == 0 else f"->{''.join(output)}"
    return ", ".join(inputs) + arrow, shapes


@many
@given(found=terms())
def test_einsum(found: tuple[str, list[Shape]]) -> None:
    equation, shapes = found
    make = lambda: lambda *ins: torch.einsum(equation, *ins)
    values = {"equation": equation}
    agree(einsum.Einsum, values, shapes, make, free=axes(*shapes), sufficient=True)


@many
@given(data=st.data())
def test_pad(data: st.DataObject) -> None:
    """All modes, negative numbers too."""
    x, dtype = data.draw(SHAPES), data.draw(DTYPES)
    mode = data.draw(st.sampled_from(["constant", "constant", "reflect", "replicate", "circular"]))
    count = data.draw(st.integers(0, 6)) if mode == "constant" else data.draw(st.integers(1, 3)) * 2
    pad = [data.draw(st.integers(-2, 3)) for _ in range(count)]
    values: Values = {"pad": pad}
    if mode != "constant" or data.draw(st.booleans()):
        values["mode"] = mode
    if data.draw(st.integers(0, 5)) == 0:
        values["value"] = data.draw(st.sampled_from([0.5, 2, -1, float("-inf"), 300]))
    make = lambda: lambda t: nn.functional.pad(t, **tupled(values))
    free = axes(x)
    agree(functional_pad.Pad, values, [x], make, dtypes=[dtype], free=free, flops=False)


def windows(data: st.DataObject) -> Values:
    """The parameters of sliding windows."""
    values = data.draw(some(dilation=sides(2, 1, 2), padding=sides(2, 0, 2), stride=sides(2, 1, 3)))
    values["kernel_size"] = data.draw(sides(2, 1, 3))
    return values


@many
@given(data=st.data())
def test_unfold(data: st.DataObject) -> None:
    x, values = (
        data.draw(st.lists(st.integers(1, 6), min_size=2, max_size=5).map(tuple)),
        windows(data),
    )
    make = lambda: nn.Unfold(**tupled(values))
    agree(fold.Unfold, values, [x], make, dtypes=[data.draw(DTYPES)], free=axes(x), flops=False)


def spread(value: Any) -> tuple[int, ...]:
    return tuple(value) if isinstance(value, list) else (value, value)


@many
@given(data=st.data())
def test_fold(data: st.DataObject) -> None:
    values = windows(data)
    values["output_size"] = data.draw(sides(2, 1, 6))
    full = {"dilation": 1, "padding": 0, "stride": 1, **values}
    each = zip(
        *(spread(full[n]) for n in ("output_size", "padding", "dilation", "kernel_size", "stride")),
        strict=True,
    )
    counts = [max(0, (o + 2 * p - d * (k - 1) - 1) // s + 1) for o, p, d, k, s in each]
    columns = prod(counts) or 1
    rows = prod(spread(values["kernel_size"])) * data.draw(st.integers(1, 3))
    odd = data.draw(st.integers(0, 7)) == 0
    batch = data.draw(st.sampled_from([(2,), (2,), (), (1, 2)]))
    x = (*batch, rows + odd, columns + (data.draw(st.integers(0, 7)) == 0))
    make = lambda: nn.Fold(**tupled(values))
    agree(fold.Fold, values, [x], make, dtypes=[data.draw(DTYPES)], free=axes(x), flops=False)
