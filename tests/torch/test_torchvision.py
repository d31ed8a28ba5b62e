"""torchvision's networks: its weights load, and what comes out is the same to the last bit."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode
from torchvision import models

import archc

ROOT = Path(__file__).parents[2]
FACTS = json.loads((ROOT / "tests/facts/torchvision.json").read_text())
PUBLISHED = set(models.list_models(module=models))
SPECS = sorted(p.stem for p in (ROOT / "specs").glob("*.yaml") if p.stem in PUBLISHED)
NETWORKS = [name for name in SPECS if name.startswith(("alexnet", "resnet", "vgg"))]
"""Those that come first; `test_torchvision_II.py` has the others."""
FAMILIES = [
    *("alexnet", "vgg11_bn", "resnet18", "resnet50", "densenet121", "googlenet", "inception_v3"),
    *("mobilenet_v2", "shufflenet_v2_x1_0", "squeezenet1_0"),
]
SIZES = {"inception_v3": 299, "vit_b_16": 224, "vit_l_32": 224}
"""Networks that need images larger than 64 x 64."""
LONG = {"resnext101_64x4d", "vit_l_32", "wide_resnet101_2"}
"""Networks that take long and are like another that does not."""


def spec(name: str) -> str:
    return str(ROOT / "specs" / f"{name}.yaml")


def pair(name: str) -> tuple[nn.Module, nn.Module]:
    """archc's network and torchvision's, with the same weights."""
    torch.manual_seed(0)
    theirs = models.get_model(name)
    ours = archc.build(spec(name), device="meta")
    ours.load_state_dict(copy.deepcopy(theirs.state_dict()), strict=True, assign=True)
    return ours, theirs


def flat(out: torch.Tensor | tuple[torch.Tensor, ...]) -> torch.Tensor:
    """All outputs in one vector: in training there may be several."""
    outputs = (out,) if isinstance(out, torch.Tensor) else out
    return torch.cat([each.flatten() for each in outputs])


def run(model: nn.Module, x: torch.Tensor) -> dict[str, torch.Tensor | None]:
    """The outputs, every gradient (None where a part is not used), every buffer afterwards."""
    torch.manual_seed(1)
    x = x.clone().requires_grad_()
    out = flat(model(x))
    out.square().sum().backward()
    found = {"output": out.detach(), "input gradient": x.grad}
    found |= {f"{name} gradient": p.grad for name, p in model.named_parameters()}
    found |= {name: b.clone() for name, b in model.named_buffers()}
    model.zero_grad()
    return found


def equal(a: torch.Tensor | None, b: torch.Tensor | None) -> bool:
    return a is b if a is None or b is None else torch.equal(a, b)


def different(a: dict[str, torch.Tensor | None], b: dict[str, torch.Tensor | None]) -> list[str]:
    assert a.keys() == b.keys()
    return [name for name in a if not equal(a[name], b[name])]


def test_the_networks_are_there() -> None:
    assert set(FAMILIES) <= set(SPECS)
    assert {f"resnet{n}" for n in (18, 34, 50, 101, 152)} <= set(NETWORKS)
    assert {f"vgg{n}{bn}" for n in (11, 13, 16, 19) for bn in ("", "_bn")} <= set(NETWORKS)


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=[pytest.mark.long] if n in LONG else []) for n in NETWORKS]
)
def test_same_bits(name: str) -> None:
    ours, theirs = pair(name)
    x = torch.randn(2, 3, SIZES.get(name, 64), SIZES.get(name, 64))
    for training in (False, True):
        ours.train(training)
        theirs.train(training)
        assert different(run(ours, x), run(theirs, x)) == []


@pytest.mark.parametrize("name", ["alexnet", "resnet18"])
def test_same_bits_at_full_size(name: str) -> None:
    ours, theirs = pair(name)
    x = torch.randn(1, 3, 224, 224)
    assert different(run(ours.eval(), x), run(theirs.eval(), x)) == []


def test_a_changed_weight_is_noticed() -> None:
    ours, theirs = pair("resnet18")
    with torch.no_grad():
        ours.get_parameter("layer3.0.bn1.weight")[0] += 1e-6
    x = torch.randn(2, 3, 64, 64)
    assert "output" in different(run(ours, x), run(theirs, x))


def facts(model: nn.Module, shape: list[int]) -> dict[str, int]:
    """Parameters, FLOPs and state dict entries of a network on the meta device."""
    with FlopCounterMode(display=False) as counter:
        model.eval()(torch.empty(shape, device="meta"))
    return {
        "params": sum(p.numel() for p in model.parameters()),
        "flops": counter.get_total_flops(),
        "state_dict_entries": len(model.state_dict()),
    }


@pytest.mark.parametrize("name", NETWORKS)
def test_costs(name: str) -> None:
    """The summary, the network that is built, torchvision's and the published figures agree."""
    summary = archc.load(spec(name)).summary().to_dict()
    (shape,) = summary["inputs"].values()
    with torch.device("meta"):
        theirs = facts(models.get_model(name), shape)
    published = {key: FACTS.get(name, theirs)[key] for key in theirs}
    assert facts(archc.build(spec(name), device="meta"), shape) == theirs == published
    assert (summary["params"], summary["flops"]) == (theirs["params"], theirs["flops"])


def z_scores(a: torch.Tensor, b: torch.Tensor) -> list[float]:
    """How far two samples' mean, deviation and kurtosis are apart, in standard errors.

    The errors are those of normal samples; a uniform one's are smaller.
    """
    a, b = a.flatten()[:1_000_000].double(), b.flatten()[:1_000_000].double()
    n, spread = a.numel(), torch.cat([a, b]).std(correction=0)
    if spread == 0:
        return []
    x, y = (a - a.mean()) / spread, (b - b.mean()) / spread
    scores = [(a.mean() - b.mean()) / spread / (2 / n) ** 0.5, (x.std() - y.std()) / (1 / n) ** 0.5]
    if n >= 1_000:
        scores.append((x.pow(4).mean() - y.pow(4).mean()) / (2 * 96 / n) ** 0.5)
    return [abs(float(score)) for score in scores]


def unlike(ours: nn.Module, theirs: nn.Module) -> list[str]:
    """The parameters that are not drawn from the same distribution."""
    a, b = dict(ours.named_parameters()), dict(theirs.named_parameters())
    assert a.keys() == b.keys()
    return [n for n in a if max(z_scores(a[n].detach(), b[n].detach()), default=0.0) > 5]


@pytest.mark.parametrize("name", FAMILIES)
def test_initial_distributions(name: str) -> None:
    torch.manual_seed(0)
    assert unlike(archc.build(spec(name)), models.get_model(name)) == []


def test_another_initialisation_is_noticed() -> None:
    torch.manual_seed(0)
    found = unlike(archc.build(spec("vgg11")), models.vgg11(init_weights=False))
    assert "features.0.weight" in found
    assert "classifier.0.weight" in found
