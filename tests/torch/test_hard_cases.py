"""The networks that the language was tried on: each builds, runs and learns, as inferred."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import torch
from torch import nn

import archc
from archc.backends.torch import build, verify
from archc.backends.torch.verify import example_inputs
from archc.lower import load
from archc.spec import zoo
from archc.zoo_page import HARD_CASES

if TYPE_CHECKING:
    from archc.ir.graph import Network

SPECS = Path(__file__).parents[2] / "specs"
HERE = Path(__file__).parent / "hard_cases"

CASES: dict[str, tuple[dict[str, object], dict[str, int]]] = {
    "vgg": ({"depths": [1, 1, 1, 2, 2], "norm": "BatchNorm2d"}, {"H": 32, "W": 32}),
    "densenet": ({"depths": [2, 3], "growth": 4, "stem": 8}, {"H": 33, "W": 40}),
    "googlenet": ({"num_classes": 7}, {"H": 32, "W": 32}),
    "inception_v3": ({"aux_logits": False}, {"H": 75, "W": 75}),
    "mobilenet_v2": ({"width": 0.25}, {"H": 32, "W": 32}),
    "efficientnet": ({"width": 0.25, "depth": 0.5}, {"H": 32, "W": 32}),
    "shufflenet_v2": ({"widths": [8, 16, 24, 32, 40]}, {"H": 32, "W": 32}),
    "squeezenet": ({"squeezes": [[4, 4], [8]]}, {"H": 32, "W": 32}),
    "resnet": ({"block": "BasicBlock", "depths": [1, 1, 1, 1]}, {"H": 32, "W": 32}),
    "unet": ({"depth": 3, "width": 4}, {"H": 24, "W": 16}),
    "c2f": ({"widths": [4, 8, 12], "depths": [3, 1]}, {"H": 32, "W": 32}),
    "fpn_resnet50": ({"width": 8, "anchors": 2}, {"H": 65, "W": 40}),
    "hrnet_small": ({"widths": [4, 6, 8]}, {"H": 32, "W": 32}),
    "alexnet_original": ({"size": 67}, {}),
    "conv3d_small": ({"widths": [4, 6]}, {"T": 5, "H": 8, "W": 9}),
    "siamese": ({"features": 16}, {}),
    "two_stream": ({"frames": 2}, {"H": 32, "W": 32}),
    "vit": ({"size": 32, "patch": 8, "depth": 2, "heads": 2, "width": 16}, {}),
    "tiny_gpt": ({"depth": 2, "width": 16, "dropout": 0.1}, {"T": 6}),
    "text_encoder": ({"vocab": 20, "longest": 9, "depth": 2, "heads": 2, "width": 16}, {"T": 6}),
    "convnext": ({"widths": [8, 16], "depths": [1, 2]}, {"H": 32, "W": 40}),
    "regnet": ({"depth": 4, "w_0": 16, "w_a": 8.0, "w_m": 2.0}, {"H": 33, "W": 40}),
    "swin": ({"width": 8, "depths": [2, 2], "heads": [1, 2], "window": 3}, {"H": 30, "W": 41}),
    "char_lstm": ({"width": 8}, {"T": 6}),
    "cldnn": ({"widths": [8, 16], "width": 10}, {"T": 200}),
    "d2l/densenet": ({"depths": [2, 2]}, {"H": 32, "W": 32}),
}
"""The zoo's networks, made small: what to set, and the sizes to run at."""
FILES = sorted(path.stem for path in HERE.glob("*.yaml"))
ALL = [*CASES, *FILES]


def network(name: str) -> Network:
    if name in FILES:
        loaded = load(HERE / f"{name}.yaml")
    else:
        loaded = load(SPECS / f"{name}.yaml", *CASES[name])
    assert loaded.network is not None, loaded.diagnostics
    return loaded.network


def _is_state(what: object) -> bool:
    """A tensor of its own: nothing is computed."""
    return type(what).__name__ in {"Parameter", "Buffer"}


def values(out: object) -> list[torch.Tensor]:
    return list(out) if isinstance(out, tuple) else [out]


def test_every_hard_case_is_a_network_of_the_zoo() -> None:
    """Those that the page of the zoo names are all among what is built, run and trained below."""
    named = {name for names in HARD_CASES.values() for name in names.split()}
    assert named <= CASES.keys()
    assert all(zoo.find(name) for name in named)
    assert all(HARD_CASES.values())


@pytest.mark.parametrize("name", FILES)
def test_states_what_it_is(name: str) -> None:
    assert archc.check(HERE / f"{name}.yaml") == ()
    assert "expect:" in (HERE / f"{name}.yaml").read_text()


@pytest.mark.parametrize("name", ALL)
def test_every_shape_is_as_inferred(name: str) -> None:
    torch.manual_seed(0)
    made = network(name)
    verified = verify(made, build(made))
    assert verified.mismatches == ()
    assert verified.count >= sum(not _is_state(item.what) for item in made.body.items)


@pytest.mark.parametrize("name", ALL)
def test_learns(name: str) -> None:
    """Two samples, forward and backward: every parameter gets a finite gradient."""
    torch.manual_seed(0)
    made = network(name)
    model = build(made)
    outputs = values(model(*example_inputs(made, model, {**made.dims, "N": 2})))
    sum(out.square().sum() for out in outputs).backward()
    grads = {path: p.grad for path, p in model.named_parameters()}
    assert [path for path, grad in grads.items() if grad is None] == []
    assert [path for path, grad in grads.items() if not grad.isfinite().all()] == []


def test_any_size_of_image() -> None:
    """What comes up takes the size of its skip, so that no size needs to divide."""
    arch = archc.load(HERE / "unet_any_size.yaml")
    assert all("%" not in constraint for constraint in arch.constraints)
    model = arch.build()
    for size in ((8, 8), (9, 31), (17, 10)):
        assert model(torch.randn(1, 3, *size)).shape == (1, 2, *size)


@pytest.mark.parametrize("depth", [1, 2, 5])
def test_sizes_that_divide(depth: int) -> None:
    """Two at each level: `H % 2 ** depth` is derived from the joins, and holds to the number."""
    arch = archc.load(SPECS / "unet.yaml", depth=depth, width=2)
    assert {f"H % {2**depth} == 0", f"W % {2**depth} == 0"} == set(arch.constraints)
    model, step = arch.build().eval(), 2**depth
    assert model(torch.randn(1, 1, step, 2 * step)).shape == (1, 2, step, 2 * step)
    with pytest.raises(ValueError, match=f"W % {step} == 0"):
        model(torch.randn(1, 1, step, 2 * step + step // 2))


def test_depth_by_chance_grows_over_the_net() -> None:
    model = archc.build(HERE / "stochastic_depth.yaml")
    found = [m.p for m in model.modules() if type(m).__name__ == "StochasticDepth"]
    assert found == pytest.approx([0.0, 0.1, 0.2, 0.3, 0.4, 0.5])


def test_one_head_for_five_levels() -> None:
    """A shared node owns one set of weights, whatever it is applied to."""
    model = archc.build(SPECS / "fpn_resnet50.yaml", device="meta")
    heads = {path.split(".")[0] for path, _ in model.named_parameters()}
    assert heads == {"body", "pyramid", "classify", "regress"}
    assert not any(path.startswith("body.fc") for path, _ in model.named_parameters())
    calls: list[int] = []
    model.classify.register_forward_hook(lambda *_: calls.append(1))
    model(torch.empty(1, 3, 64, 64, device="meta"))
    assert len(calls) == 5


def test_one_encoder_for_both_images() -> None:
    model = archc.build(SPECS / "siamese.yaml", features=16).eval()
    x = torch.randn(2, 1, 105, 105)
    assert torch.equal(model(x, x), model.similarity(model.fc(torch.zeros(2, 16))))


def test_a_tied_head_is_counted_once() -> None:
    arch = archc.load(SPECS / "tiny_gpt.yaml")
    model = arch.build()
    assert model.head.weight is model.embed.weight
    assert arch.summary().to_dict()["params"] == sum(p.numel() for p in model.parameters())


def test_a_language_model_does_not_look_ahead() -> None:
    model = archc.build(SPECS / "tiny_gpt.yaml").eval()
    tokens = torch.randint(0, 256, (1, 10))
    changed = tokens.clone()
    changed[0, 6:] = (changed[0, 6:] + 1) % 256
    before, after = model(tokens), model(changed)
    torch.testing.assert_close(before[:, :6], after[:, :6])
    assert not torch.allclose(before[:, 6:], after[:, 6:])


def test_rotation_depends_on_the_distance_only() -> None:
    """Shifting every token by one place changes no product (Su et al., 2021, section 3)."""
    model = archc.build(SPECS / "tiny_gpt.yaml", depth=1)
    rotate = model.layers[0].attention.q_turned
    q, k = torch.randn(1, 1, 1, 32), torch.randn(1, 1, 1, 32)
    angle = torch.arange(12.0)[:, None] * model.frequencies
    q, k = rotate(q.expand(-1, -1, 12, -1), angle), rotate(k.expand(-1, -1, 12, -1), angle)
    products = (q @ k.transpose(-1, -2))[0, 0]
    torch.testing.assert_close(products[1:, 1:], products[:-1, :-1], atol=1e-4, rtol=0)


def test_the_padding_is_not_seen() -> None:
    model = archc.build(HERE / "masked_encoder.yaml").eval()
    tokens = torch.randint(0, 50, (2, 7))
    padding = torch.zeros(2, 8, dtype=torch.bool)
    padding[:, 5:] = True
    changed = tokens.clone()
    changed[:, 4:] = (changed[:, 4:] + 1) % 50
    torch.testing.assert_close(model(tokens, padding), model(changed, padding))
    assert not torch.allclose(model(tokens, ~padding.any() & padding), model(changed, padding))


def test_the_original_alexnet_at_both_sizes() -> None:
    """The paper's 224 pixels need a padding that it does not mention; 227 need none."""
    shapes = [
        archc.load(SPECS / "alexnet_original.yaml", size=size, padding=padding).nodes[0].outs[0]
        for size, padding in ((227, 0), (224, 2))
    ]
    assert [shape.shape[1:] for shape in shapes] == [(96, 55, 55)] * 2


def test_dense_block_and_transition_of_the_textbook(tmp_path: Path) -> None:
    """Three channels in, two convolutions that add ten each: 23, and ten after the transition."""
    spec = tmp_path / "specs" / "book.yaml"
    spec.parent.mkdir()
    spec.write_text(
        "use: {book: d2l/densenet}\ninput: [N, 3, 8, 8]\nlayers:\n"
        "  dense: {op: book.DenseBlock, convs: 2, growth: 10}\n"
        "  transition: {op: book.Transition, channels: 10}\n"
        "outputs: {dense: dense, transition: transition}\n"
    )
    dense, transition = archc.build(spec)(torch.randn(4, 3, 8, 8))
    assert (dense.shape, transition.shape) == ((4, 23, 8, 8), (4, 10, 4, 4))


def test_a_whole_network_by_its_parts() -> None:
    """Two streams are two of the zoo's networks, each with its own weights and names."""
    model = archc.build(SPECS / "two_stream.yaml", device="meta")
    single = archc.build("resnet18", device="meta", num_classes=101)
    names = {f"spatial.{name}" for name in single.state_dict()}
    assert {name for name in model.state_dict() if name.startswith("spatial.")} == names
    assert isinstance(model.temporal.conv1, nn.Conv2d)
    assert model.temporal.conv1.in_channels == 20
