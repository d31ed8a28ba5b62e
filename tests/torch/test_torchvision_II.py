"""More of torchvision's networks, those with auxiliary heads and with attention among them."""

from __future__ import annotations

import ast
import copy
import inspect
import re
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
import torchvision
from test_torchvision import FACTS, NETWORKS, SPECS, different, spec, unlike
from torch import nn
from torch.utils.flop_counter import FlopCounterMode
from torchvision import models
from torchvision.models import regnet
from torchvision.models.convnext import CNBlockConfig, ConvNeXt
from torchvision.models.swin_transformer import SwinTransformer
from torchvision.models.vision_transformer import VisionTransformer

import archc
from archc.zoo_page import lines

OTHERS = [name for name in SPECS if name not in NETWORKS]
BIG = {
    *("densenet161", "densenet169", "densenet201", "efficientnet_b3"),
    *("resnext101_32x8d", "resnext101_64x4d", "wide_resnet50_2", "wide_resnet101_2"),
    *("shufflenet_v2_x1_5", "shufflenet_v2_x2_0", "vit_b_16", "vit_l_32"),
    *("convnext_small", "convnext_base", "convnext_large"),
    *("swin_s", "swin_b", "regnet_y_800mf", "regnet_x_400mf", "regnet_x_800mf"),
}
"""Networks that differ in numbers only from a smaller one, or from one that a test makes small."""
SIZES = {"inception_v3": 299, "vit_b_16": 224, "vit_l_32": 224}
DRAWN_ALIKE = [
    *("densenet121", "efficientnet_b0", "googlenet", "mobilenet_v2", "shufflenet_v2_x1_0"),
    *("squeezenet1_1", "regnet_y_400mf", pytest.param("inception_v3", marks=pytest.mark.long)),
]
ELSEWHERE_IN_THE_ORDER = {"googlenet", "swin_t", "swin_s", "swin_b"}
"""torchvision makes auxiliary heads after the trunk, and a norm after what takes its output."""
EACH = [pytest.param(n, marks=pytest.mark.long) if n in BIG else n for n in OTHERS]


def published(name: str, **settings: object) -> nn.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # about how two of them are initialised
        return models.get_model(name, **settings)


def same_weights(ours: nn.Module, theirs: nn.Module) -> None:
    ours.load_state_dict(copy.deepcopy(theirs.state_dict()), strict=True, assign=True)


def run(model: nn.Module, x: torch.Tensor) -> dict[str, torch.Tensor]:
    """The outputs by name; in training also every gradient, and every buffer afterwards."""
    torch.manual_seed(1)
    x = x.clone().requires_grad_()
    with torch.set_grad_enabled(model.training):
        out = model(x)
    outputs = out._asdict() if isinstance(out, tuple) else {"output": out}
    if not model.training:
        return outputs
    sum(value.square().sum() for value in outputs.values()).backward()
    found = {name: value.detach() for name, value in outputs.items()}
    found |= {"input gradient": x.grad}
    grads = {f"{name} gradient": p.grad for name, p in model.named_parameters()}
    found |= {name: grad for name, grad in grads.items() if grad is not None}
    found |= {name: b.clone() for name, b in model.named_buffers()}
    model.zero_grad()
    return found


def assert_same_bits(ours: nn.Module, theirs: nn.Module, x: torch.Tensor) -> None:
    same_weights(ours, theirs)
    for training in (False, True):
        a, b = run(ours.train(training), x), run(theirs.train(training), x)
        assert different(a, b) == []


def test_the_networks_are_there() -> None:
    known = {f"densenet{n}" for n in (121, 161, 169, 201)} | {"googlenet", "inception_v3"}
    known |= {"squeezenet1_0", "squeezenet1_1", "mobilenet_v2", "vit_b_16", "efficientnet_b0"}
    known |= {"resnext50_32x4d", "resnext101_32x8d", "resnext101_64x4d"}
    assert known | {"wide_resnet50_2", "wide_resnet101_2", "shufflenet_v2_x1_0"} <= set(OTHERS)
    assert set(OTHERS) >= BIG


@pytest.mark.parametrize("name", EACH)
def test_same_bits(name: str) -> None:
    torch.manual_seed(0)
    settings = {"init_weights": False} if name in {"googlenet", "inception_v3"} else {}
    theirs = published(name, **settings)
    ours = archc.build(spec(name), device="meta")
    if name not in ELSEWHERE_IN_THE_ORDER:
        assert list(ours.state_dict()) == list(theirs.state_dict())
    size = SIZES.get(name, 64)
    assert_same_bits(ours, theirs, torch.randn(2, 3, size, size))


@pytest.mark.parametrize("name", ["googlenet", "inception_v3"])
def test_without_auxiliary_heads(name: str) -> None:
    torch.manual_seed(0)
    theirs = published(name, init_weights=False, aux_logits=False)
    ours = archc.build(spec(name), device="meta", aux_logits=False)
    assert list(ours.state_dict()) == list(theirs.state_dict())
    assert_same_bits(ours, theirs, torch.randn(2, 3, 75, 75))


def test_auxiliary_heads_are_for_training() -> None:
    model = archc.build(spec("googlenet"))
    x = torch.randn(2, 3, 32, 32)
    assert model(x)._fields == ("logits", "aux_logits2", "aux_logits1")
    assert isinstance(model.eval()(x), torch.Tensor)


def test_same_bits_with_attention() -> None:
    torch.manual_seed(0)
    theirs = VisionTransformer(64, 16, 2, 4, 32, 128, dropout=0.1, attention_dropout=0.1)
    nn.init.normal_(theirs.heads.head.weight)  # zeros would hide every difference
    settings = {"size": 64, "depth": 2, "heads": 4, "width": 32, "dropout": 0.1}
    ours = archc.build(spec("vit"), device="meta", **settings)
    assert list(ours.state_dict()) == list(theirs.state_dict())
    assert_same_bits(ours, theirs, torch.randn(2, 3, 64, 64))


@pytest.mark.parametrize(
    ("name", "settings", "ours"),
    [
        ("mobilenet_v2", {"width_mult": 0.35}, {"width": 0.35}),
        ("densenet121", {"drop_rate": 0.2}, {"dropout": 0.2}),
    ],
)
def test_same_bits_with_other_settings(
    name: str, settings: dict[str, float], ours: dict[str, float]
) -> None:
    torch.manual_seed(0)
    made = archc.build(spec(name), device="meta", **ours)
    assert_same_bits(made, published(name, **settings), torch.randn(2, 3, 32, 32))


@pytest.mark.parametrize("name", OTHERS)
def test_costs(name: str) -> None:
    facts = FACTS[name]
    summary = archc.load(spec(name)).summary().to_dict()
    model = archc.build(spec(name), device="meta").eval()
    with FlopCounterMode(display=False) as counter:
        model(torch.empty(facts["input"], device="meta"))
    parameters = sum(p.numel() for p in model.parameters())
    assert (summary["params"], summary["flops"]) == (facts["params"], facts["flops"])
    assert (parameters, counter.get_total_flops()) == (facts["params"], facts["flops"])
    assert len(model.state_dict()) == facts["state_dict_entries"]


@pytest.mark.parametrize("name", DRAWN_ALIKE)
def test_initial_distributions(name: str) -> None:
    torch.manual_seed(0)
    settings = {"init_weights": True} if name in {"googlenet", "inception_v3"} else {}
    assert unlike(archc.build(spec(name)), published(name, **settings)) == []


STAGES = [CNBlockConfig(8, 16, 2), CNBlockConfig(16, None, 1)]
SMALL: dict[str, tuple[Callable[[], nn.Module], dict[str, object]]] = {
    "convnext": (
        lambda: ConvNeXt(STAGES, stochastic_depth_prob=0.3, layer_scale=0.5),
        {"widths": [8, 16], "depths": [2, 1], "drop_path": 0.3, "layer_scale": 0.5},
    ),
    "swin": (
        lambda: SwinTransformer([4, 4], 8, [2, 2], [2, 4], [3, 3], stochastic_depth_prob=0.3),
        {"width": 8, "depths": [2, 2], "heads": [2, 4], "window": 3, "drop_path": 0.3},
    ),
}
"""Families whose members take long: torchvision's network made small, and the same here."""


@pytest.mark.parametrize("name", SMALL)
@pytest.mark.parametrize("size", [(64, 64), (44, 30)])
def test_same_bits_when_small(name: str, size: tuple[int, int]) -> None:
    """Sizes that do not divide are padded alike."""
    torch.manual_seed(0)
    make, settings = SMALL[name]
    theirs = make()
    for parameter in theirs.parameters():
        nn.init.normal_(parameter, std=0.1)  # small ones would hide differences
    ours = archc.build(spec(name), device="meta", **settings)
    assert_same_bits(ours, theirs, torch.randn(2, 3, *size))


@pytest.mark.parametrize("name", SMALL)
def test_initial_distributions_when_small(name: str) -> None:
    torch.manual_seed(0)
    make, settings = SMALL[name]
    assert unlike(archc.build(spec(name), **settings), make()) == []


@pytest.mark.long
def test_the_rule_of_regnet() -> None:
    """Widths and depths of all fifteen follow from four numbers."""
    found = re.findall(
        r"from_init_params\(\s*(depth=.*?)\*\*kwargs", inspect.getsource(regnet), re.DOTALL
    )
    assert len(found) == 15
    for text in found:
        numbers = {k: ast.literal_eval(v) for k, v in re.findall(r"(\w+)=([\d.]+)", text)}
        params = regnet.BlockParams.from_init_params(**numbers)
        with torch.device("meta"):
            theirs = regnet.RegNet(params)
        ours = archc.load(spec("regnet"), **{"se_ratio": 0.0, **numbers})
        learned = sum(p.numel() for p in theirs.parameters())
        assert ours.summary().to_dict()["params"] == learned


def test_initial_distributions_with_attention() -> None:
    torch.manual_seed(0)
    theirs = VisionTransformer(64, 16, 1, 4, 64, 256)
    ours = archc.build(spec("vit"), size=64, depth=1, heads=4, width=64)
    assert unlike(ours, theirs) == []


@pytest.mark.parametrize("name", SPECS)
def test_half_the_lines_of_torchvision(name: str) -> None:
    """A member of a family has at most ten lines, a family half of what torchvision's file has."""
    file = Path(spec(name))
    family = file
    while found := re.search(r"^extends: (\S+)", family.read_text(), re.MULTILINE):
        family = family.parent / found[1]
    own = lines(file.read_text())
    assert family == file or own <= 10
    python = Path(inspect.getfile(inspect.unwrap(models.get_model_builder(name))))
    published = FACTS[name]["python_lines"]
    assert 2 * (lines(family.read_text()) + own * (family != file)) < published
    if torchvision.__version__.partition("+")[0] == "0.29.1":
        assert lines(python.read_text()) == published
