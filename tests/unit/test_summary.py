"""Costs and receptive fields, against numbers worked out by hand."""

from __future__ import annotations

import csv
import io
from collections import Counter

import pytest

from archc.analysis import table
from archc.analysis.costs import OpenSizeError, measure
from archc.analysis.memory import peak_activation_bytes
from archc.analysis.summary import Summary, summarise
from archc.ir.graph import Again, Container, Network, Output, Ref, Skip, Weight
from archc.ir.types import TensorType
from tests.unit.networks import HERE, IMAGE, INPUT, body, conv, network, op

FEATURES = TensorType((IMAGE.shape[0], 8, 16, 16))


def residual() -> Network:
    """A stem of stride 2, then the same block twice."""
    block = body(
        [
            ("conv1", conv(8), [INPUT]),
            ("gone", Skip(), [Ref(0)]),
            ("conv2", conv(8), [Ref(1)]),
            ("add", op("Add"), [Ref(2), INPUT]),
        ],
        (TensorType((IMAGE.shape[0], 8, *_halved())),),
        name="Block",
    )
    repeat = Container(("layer",), "sequential", 1, 3, HERE, repeat=True)
    return network(
        body(
            [
                ("stem", conv(8, 7, 2), [INPUT]),
                ("layer.0", block, [Ref(0)]),
                ("layer.1", block, [Ref(1)]),
            ],
            containers=(repeat,),
        )
    )


def _halved() -> tuple[object, object]:
    height, width = IMAGE.shape[2:]
    return ((height + 1) // 2, (width + 1) // 2)


@pytest.fixture
def summary() -> Summary:
    return summarise(residual())


def test_totals_are_the_sums_of_the_nodes(summary: Summary) -> None:
    data = summary.to_dict()
    for key in ("params", "buffers", "macs", "flops", "activation_bytes"):
        assert data[key] == sum(node[key] for node in data["nodes"]), key
    assert summary.costs == measure(residual())


def test_the_numbers_of_a_small_network(summary: Summary) -> None:
    stem, block_conv = 7 * 7 * 3 * 8, 3 * 3 * 8 * 8
    assert summary.costs.params == stem + 4 * block_conv
    assert summary.costs.macs == (stem + 4 * block_conv) * 16 * 16
    assert summary.costs.flops == 2 * summary.costs.macs
    assert summary.costs.activation_bytes == 7 * 8 * 16 * 16 * 4
    assert summary.costs.parameter_bytes == 4 * summary.costs.params


def test_nodes_come_in_execution_order_with_both_kinds_of_shapes(summary: Summary) -> None:
    assert [node.path for node in summary.nodes] == [
        "stem",
        *(f"layer.{copy}.{name}" for copy in (0, 1) for name in ("conv1", "conv2", "add")),
    ]
    stem = summary.nodes[0].to_dict()
    assert stem["inputs"] == [[1, 3, 32, 32]]
    assert stem["outputs"] == [[1, 8, 16, 16]]
    assert stem["symbolic_outputs"] == [["N", "8", "(H + 1)//2", "(W + 1)//2"]]
    assert (stem["block"], stem["file"], stem["line"]) == ("Net", "made.yaml", 1)


def test_receptive_fields_compose_along_the_longest_path(summary: Summary) -> None:
    fields = {node.path: node.receptive_field for node in summary.nodes}
    # 7, then 4 more for each 3 x 3 at a jump of 2.
    assert fields["stem"] == (7, 7)
    assert fields["layer.0.conv1"] == (11, 11)
    assert fields["layer.0.add"] == (15, 15)
    assert fields["layer.1.add"] == (23, 23)


def test_a_global_pool_sees_everything_and_so_does_all_after_it() -> None:
    made = body(
        [
            ("conv", conv(4), [INPUT]),
            ("pool", op("AdaptiveAvgPool2d", output_size=1), [Ref(0)]),
            ("gate", op("Multiply"), [Ref(0), Ref(1)]),
        ]
    )
    nodes = summarise(network(made)).nodes
    assert [node.sees_all for node in nodes] == [False, True, True]
    assert [node.receptive_field for node in nodes] == [(3, 3), None, None]


def test_a_flattened_image_sees_everything() -> None:
    square = TensorType((IMAGE.shape[0], 3, 8, 8))
    made = body(
        [
            ("conv", conv(4), [INPUT]),
            ("flat", op("Flatten"), [Ref(0)]),
            ("fc", op("Linear", out_features=5), [Ref(1)]),
        ],
        (square,),
    )
    assert [node.sees_all for node in summarise(network(made)).nodes] == [False, True, True]


def test_a_branch_without_windows_does_not_shrink_the_field() -> None:
    made = body([("conv", conv(3, 5), [INPUT]), ("add", op("Add"), [INPUT, Ref(0)])])
    assert summarise(network(made)).nodes[-1].receptive_field == (5, 5)


def test_a_node_applied_again_works_again_but_owns_nothing() -> None:
    once = body([("conv", conv(3), [INPUT])])
    twice = body([("conv", conv(3), [INPUT]), ("again", Again(("conv",), conv(3)), [Ref(0)])])
    one, two = measure(network(once)), measure(network(twice))
    assert two.params == one.params
    assert two.macs == 2 * one.macs
    assert summarise(network(twice)).nodes[1].costs.params == 0


def test_a_block_applied_again_owns_nothing() -> None:
    block = body([("conv", conv(3), [INPUT])], name="Block")
    made = body([("a", block, [INPUT]), ("b", Again(("a",), block), [Ref(0)])])
    found = summarise(network(made))
    assert found.costs.params == 81
    assert [node.costs.params for node in found.nodes] == [81, 0]


def test_tied_tensors_count_once() -> None:
    block = body([("conv", conv(3), [INPUT])], name="Block")
    made = body([("a", block, [INPUT]), ("b", block, [Ref(0)])])
    found = summarise(network(made, ties=(("b.conv.weight", "a.conv.weight"),)))
    assert found.costs.params == 81
    assert found.costs.parameter_bytes == 4 * 81
    assert [node.costs.params for node in found.nodes] == [81, 0]


def test_a_weight_used_as_a_value_costs_nothing_of_its_own() -> None:
    made = body(
        [
            ("embed", op("Embedding", num_embeddings=50, embedding_dim=8), [INPUT]),
            ("weight", Weight(("embed",), "weight"), []),
            ("table", op("Permute", dims=(1, 0)), [Ref(1)]),
            ("logits", op("MatMul"), [Ref(0), Ref(2)]),
        ],
        (TensorType((IMAGE.shape[0], 7), "int64"),),
    )
    found = summarise(network(made))
    assert found.costs.params == 400
    assert found.costs.macs == 7 * 8 * 50
    assert [node.path for node in found.nodes] == ["embed", "table", "logits"]
    assert peak_activation_bytes(network(made)) == 7 * 8 + 4 * (7 * 8 + 400 + 7 * 50)


def test_a_node_of_training_owns_weights_and_costs_nothing_else() -> None:
    made = body(
        [("conv", conv(3), [INPUT]), ("aux", conv(4), [Ref(0)])],
        outputs=(Output("main", Ref(0)), Output("aux", Ref(1), training=True)),
        training=frozenset({"aux"}),
    )
    found = summarise(network(made))
    assert found.costs.params == 81 + 108
    assert found.costs.macs == 81 * 32 * 32
    assert found.nodes[1].training
    assert found.outputs == {"main": (1, 3, 32, 32)}
    assert found.training_outputs == {"aux": (1, 4, 32, 32)}


def test_buffers_count_elements() -> None:
    made = body([("bn", op("BatchNorm2d"), [INPUT])])
    assert measure(network(made)).buffers == 3 + 3 + 1
    assert measure(network(made)).params == 6


def test_sizes_change_costs_and_leave_parameters() -> None:
    small, large = measure(residual()), measure(residual(), {"H": 64, "W": 64})
    assert large.macs == 4 * small.macs
    assert large.params == small.params


def test_a_symbol_without_a_size_is_named() -> None:
    unsized = Network("made", "", residual().body, {"H": 32})
    with pytest.raises(OpenSizeError, match="W"):
        measure(unsized)


def test_folding_keeps_the_totals_and_names_the_module(summary: Summary) -> None:
    rows = table.rows(summary, depth=1)
    assert [(row.path, row.op) for row in rows] == [("stem", "Conv2d"), ("layer", "Sequential")]
    assert sum(row.costs.params for row in rows) == summary.costs.params
    assert [row.op for row in table.rows(summary, depth=2)] == ["Conv2d", "Block", "Block"]


def test_the_text_has_a_line_a_node_and_the_totals(summary: Summary) -> None:
    text = str(summary)
    assert Counter(line.split(" ")[0] for line in text.split("\n"))["layer.0.conv1"] == 1
    assert f"parameters   {summary.costs.params:,} (" in text
    assert f"FLOPs        {summary.costs.flops:,} (" in text


@pytest.mark.parametrize("width", [80, 120])
def test_a_table_fits_the_terminal(summary: Summary, width: int) -> None:
    deep = summarise(network(body([("x" * 90, residual().body, [INPUT])])))
    shown = table.text(deep, width=width).split("\n\n")[1].split("\n")
    assert max(map(len, shown[:9])) <= width
    assert len({line[-5:] for line in shown[2:9]}) > 1


def test_csv_reads_back(summary: Summary) -> None:
    rows = list(csv.DictReader(io.StringIO(table.csv(summary))))
    assert sum(int(row["params"]) for row in rows) == summary.costs.params
    assert [row["path"] for row in rows] == [node.path for node in summary.nodes]


def test_markdown_and_html_hold_every_node(summary: Summary) -> None:
    for text in (table.markdown(summary), summary._repr_html_()):
        assert all(node.path in text for node in summary.nodes)


def test_html_is_escaped() -> None:
    made = Network("<b>", "", body([("conv", conv(3), [INPUT])]), {"H": 8, "W": 8})
    assert "<b>" not in summarise(made)._repr_html_()


def test_the_peak_is_what_lives_at_once() -> None:
    one = 4 * 3 * 32 * 32
    chain = [("a", conv(3), [INPUT]), ("b", conv(3), [Ref(0)]), ("c", conv(3), [Ref(1)])]
    skip = [*chain, ("add", op("Add"), [Ref(2), Ref(0)])]
    assert peak_activation_bytes(network(body(chain))) == 3 * one
    assert peak_activation_bytes(network(body(skip))) == 4 * one
    block = body(skip, name="Block")
    assert peak_activation_bytes(network(body([("block", block, [INPUT])]))) == 4 * one
    after = body([("first", conv(3), [INPUT]), ("block", block, [Ref(0)])])
    assert peak_activation_bytes(network(after)) == 5 * one


def _field(*nodes: tuple[str, dict[str, object]], size: int = 16) -> tuple[int, ...] | None:
    """The receptive field after a 3 x 3 convolution of stride 2 and these ops."""
    made = [("conv", conv(4, 3, 2), [INPUT])]
    made += [(f"n{n}", op(name, **args), [Ref(n)]) for n, (name, args) in enumerate(nodes)]
    image = TensorType((IMAGE.shape[0], 3, size, size))
    return summarise(network(body(made, (image,)))).nodes[-1].receptive_field


def test_places_come_closer_when_an_image_grows() -> None:
    then = ("Conv2d", {"out_channels": 4, "kernel_size": 3, "padding": 1})
    up = {"out_channels": 4, "stride": 2}
    # The convolution adds 2 times the distance of its inputs: 2, and 1 after growing by 2.
    assert _field(then) == (7, 7)
    assert _field(("Upsample", {"scale_factor": 2}), then) == (5, 5)
    assert _field(("Upsample", {"size": 16}), then) == (5, 5)
    assert _field(("Upsample", {"scale_factor": 2, "mode": "bilinear"}), then) == (7, 7)
    assert _field(("PixelShuffle", {"upscale_factor": 2}), then) == (5, 5)
    assert _field(("ConvTranspose2d", {**up, "kernel_size": 2}), then) == (5, 5)
    assert _field(("ConvTranspose2d", {**up, "kernel_size": 4, "padding": 1}), then) == (7, 7)


def test_pools_that_adapt_see_their_windows() -> None:
    assert _field(("AdaptiveAvgPool2d", {"output_size": 8})) == (3, 3)
    assert _field(("AdaptiveAvgPool2d", {"output_size": 4})) == (5, 5)
    assert _field(("AdaptiveAvgPool2d", {"output_size": 1})) is None
    assert _field(("PixelUnshuffle", {"downscale_factor": 2})) == (5, 5)
