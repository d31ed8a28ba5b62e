"""Variants of a block become one class; what is not true of all of them is never printed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from archc.backends.python import emit
from archc.backends.python.arithmetic import UnprintableError, evaluate, translate
from archc.backends.python.bench import Bench
from archc.backends.python.columns import MISSING, Cell
from archc.backends.python.parts import Scope
from archc.ir.graph import Body, Item, Ref, Skip
from archc.ir.types import TensorType
from tests.unit.networks import HERE, IMAGE, INPUT, body, conv, network, op


def scope(channels: int, **params: object) -> Scope:
    """A scope that matters for its parameters and input alone."""
    inputs = (("input", IMAGE.with_shape(1, channels, 8, 8)),)
    return Scope("f", "F", inputs, (), (), (), tuple(params.items()))  # type: ignore[arg-type]


def cell(*values: object, name: str = "size", written: str = "") -> Cell:
    return Cell(name, "node", values, written)


def test_equal_values_are_literals() -> None:
    bench = Bench([scope(3, width=4), scope(3, width=8)])
    assert bench.text(cell(7, 7)) == "7"
    assert bench.in_order() == []


def test_what_is_written_is_printed_if_it_is_true() -> None:
    bench = Bench([scope(3, width=4), scope(3, width=8)])
    assert bench.text(cell(16, 32, written="4 * width")) == "4 * width"
    assert bench.text(cell(16, 33, written="4 * width")) == "size"
    assert [p.name for p in bench.in_order()] == ["width", "size"]


def test_true_is_not_one() -> None:
    bench = Bench([scope(3, width=1, deep=True), scope(3, width=0, deep=False)])
    assert bench.text(cell(*(n == 1 for n in (1, 0)), name="bias")) == "deep"
    assert bench.text(cell(1, 0, name="count")) == "width"


def test_what_flows_in_is_called_so() -> None:
    bench = Bench([scope(16), scope(32)])
    assert bench.text(cell(16, 32, name="num_features")) == "in_channels"
    assert bench.text(cell(20, 36, name="num_features")) == "in_channels + 4"


def test_no_factor_of_one_is_printed() -> None:
    """Where the block's input flows in for some variants, and what it was made into for others."""
    bench = Bench([scope(16, wide=16), scope(24, wide=48)])
    assert bench.text(cell(16, 24, name="in_channels")) == "in_channels"
    assert bench.text(cell(16, 48, name="out_channels", written="wide")) == "wide"
    entry = Cell("in_channels", "node", (16, 48), entry=True)
    assert bench.text(entry) == "wide"


def test_a_place_that_is_missing_somewhere_fits_what_is_there() -> None:
    bench = Bench([scope(3, width=4), scope(3, width=8), scope(3, width=8)])
    assert bench.text(cell(4, MISSING, 8)) == "width"


@given(st.lists(st.tuples(*[st.integers(1, 6)] * 4), min_size=2, max_size=4))
def test_every_text_gives_every_value(rows: list[tuple[int, int, int, int]]) -> None:
    bench = Bench([scope(channels, a=a, b=b) for channels, a, b, _ in rows])
    columns = [
        tuple(row[3] for row in rows),
        tuple(row[0] * row[1] for row in rows),
        tuple(row[1] + row[2] for row in rows),
        tuple(row[3] > row[0] for row in rows),
    ]
    texts = [
        bench.text(cell(*column, name=name, written=written))
        for column, name, written in zip(
            columns, ("x", "in_channels", "y", "z"), ("a", "a * b", "a + b", "a > b"), strict=True
        )
    ]
    for index in range(len(rows)):
        names = {p.name: p.values[index] for p in bench.in_order()}
        for text, column in zip(texts, columns, strict=True):
            value = evaluate(text, names)
            assert (type(value), value) == (type(column[index]), column[index])


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os')",
        "width.__class__",
        "(lambda: 0)()",
        "[x for x in width]",
        "width ** 99",
        "'a' * 10",
        "f'{width}'",
        "open(width)",
    ],
)
def test_only_arithmetic_is_evaluated(text: str) -> None:
    with pytest.raises(UnprintableError):
        evaluate(text, {"width": 4})
    with pytest.raises(UnprintableError):
        evaluate(translate(text, "_".join), {"width": 4})


def residual(channels: int, stride: int, out: int) -> Body:
    """A block with a projection where it has to change the shape."""
    image = TensorType((1, channels, 8, 8))
    projects = stride != 1 or channels != out
    made = body(
        [
            ("conv", conv(out, stride=stride), [INPUT]),
            ("down", conv(out, 1, stride) if projects else Skip(), [INPUT]),
            ("add", op("Add"), [Ref(0), Ref(1)]),
        ],
        [image],
        name="Residual",
    )
    items = [replace(item, when=_WHEN if item.path == ("down",) else "") for item in made.items]
    return replace(made, items=tuple(items), params=(("width", out), ("stride", stride)))


_WHEN = "stride != 1 or in.channels != width"


def stacked(*blocks: Body) -> Body:
    image = TensorType((1, 8, 8, 8))
    items: list[Item] = []
    for index, block in enumerate(blocks):
        items.append(Item((f"b{index}",), block, (Ref(index - 1),), block.output_types, HERE))
    root = body([("b", conv(8), [INPUT])], [image])
    return replace(
        root, items=tuple(items), outputs=(replace(root.outputs[0], ref=Ref(len(items) - 1)),)
    )


def test_a_projection_is_a_condition_of_the_constructor() -> None:
    text = emit(network(stacked(residual(8, 1, 8), residual(8, 2, 16), residual(16, 1, 32))))
    assert text.count("class Residual") == 1
    assert "if stride != 1 or in_channels != width:" in text
    assert "identity = x if self.down is None else self.down(x)" in text
    assert "self.b0 = Residual(8, 8)" in text
    assert "self.b1 = Residual(8, 16, stride=2)" in text


def test_a_condition_that_is_not_true_is_an_argument() -> None:
    blocks = [residual(8, 1, 8), residual(8, 2, 16)]
    wrong = [
        replace(
            block,
            items=tuple(replace(i, when="stride == 1" if i.when else "") for i in block.items),
        )
        for block in blocks
    ]
    text = emit(network(stacked(*wrong)))
    assert "stride == 1" not in text
    assert "if use_down:" in text


def test_blocks_of_another_shape_are_another_class() -> None:
    one = body([("conv", conv(8), [INPUT])], [TensorType((1, 8, 8, 8))], name="Block")
    two = body(
        [("conv", conv(8), [INPUT]), ("act", op("ReLU"), [Ref(0)])],
        [TensorType((1, 8, 8, 8))],
        name="Block",
    )
    text = emit(network(stacked(one, two)))
    assert "class Block(" in text
    assert "class Block2(" in text


def test_the_class_of_an_activation_is_an_argument() -> None:
    image = TensorType((1, 8, 8, 8))
    blocks = [
        body([("conv", conv(8), [INPUT]), ("act", op(name), [Ref(0)])], [image], name="Block")
        for name in ("ReLU", "SiLU", "Identity")
    ]
    text = emit(network(stacked(*blocks)))
    assert "def __init__(self, act: type[nn.Module]) -> None:" in text
    assert "self.b1 = Block(nn.SiLU)" in text
