"""The layer of `docs/own_ops.md`, word for word: it computes what torch's own one computes."""

from __future__ import annotations

import copy
import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from torch import Tensor, fx, nn

import archc
from archc.cli.main import run
from archc.ir.define import Define
from archc.ir.op import Op, Rules, Types
from archc.ir.target import Arg, New
from archc.ops import own
from tests.markdown import fences

ROOT = Path(__file__).parents[2]
SPEC = "lenet_bn.yaml"
RENAMED = {
    "weight": "gamma",
    "bias": "beta",
    "running_mean": "moving_mean",
    "running_var": "moving_var",
}
SCALE = """\
class Scale(nn.Module):
    def __init__(self, by: float = 2.0, power: int = 1) -> None:
        super().__init__()
        self.by = by
        self.power = power

    def forward(self, x: Tensor) -> Tensor:
        return self.by * x**self.power
"""


class Scale(Op):
    """A multiple of a power. Its own default is not that of the module."""

    family = "activation"
    by: float = 3.0
    power: int = 1

    def infer(self, ins: Types, rules: Rules) -> Types:
        return ins

    def lowered(self, ins: Types) -> New:
        power = (Arg("power", self.power),) if self.power != 1 else ()
        return Define(SCALE).new(Arg("by", self.by), *power)


@pytest.fixture(autouse=True)
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The files of the page in the current folder, and no op registered by another test."""
    for fence in fences((ROOT / "docs/own_ops.md").read_text(encoding="utf-8")):
        if fence.info:
            (tmp_path / fence.info).write_text(fence.text)
    monkeypatch.setattr(own, "_registered", {})
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def model() -> nn.Module:
    """The page's network, built."""
    own.load_ops("moving_batch_norm.py")
    torch.manual_seed(0)
    return archc.build(SPEC)


def reference(model: nn.Module) -> nn.Sequential:
    """The same LeNet with torch's norms, and its weights."""
    nodes = dict(model.named_children())
    nodes["norm1"] = nn.BatchNorm2d(6)
    nodes["norm2"] = nn.BatchNorm2d(16, momentum=0.2)
    made = copy.deepcopy(nn.Sequential(nn.ModuleDict(nodes)))[0]
    for name in ("norm1", "norm2"):
        for theirs, ours in RENAMED.items():
            made[name].state_dict()[theirs].copy_(model.state_dict()[f"{name}.{ours}"])
    return nn.Sequential(*made.values())


def close(a: Tensor, b: Tensor) -> None:
    torch.testing.assert_close(a, b, rtol=0, atol=1e-6)


def test_the_state_dict_is_what_the_op_says(model: nn.Module) -> None:
    found = {k: tuple(v.shape) for k, v in model.state_dict().items() if k.startswith("norm")}
    names = ("gamma", "beta", "moving_mean", "moving_var")
    sizes = {"norm1": 6, "norm2": 16}
    assert found == {f"{n}.{name}": (size,) for n, size in sizes.items() for name in names}
    (leaf,) = [leaf for leaf in archc.load(SPEC).nodes if leaf.path == "norm2"]
    assert [t.name for t in leaf.op.tensors(leaf.ins)] == list(names)
    assert model.state_dict()["norm1.gamma"].tolist() == [0.5] * 6


def test_it_is_torchs_batch_norm_in_training_and_outside(model: nn.Module) -> None:
    theirs = reference(model)
    for _ in range(3):
        x = torch.randn(8, 1, 28, 28)
        ours, other = model(x), theirs(x)
        close(ours, other)
        ours.square().mean().backward()
        other.square().mean().backward()
    close(model.get_parameter("norm2.gamma").grad, theirs[5].weight.grad)
    close(model.get_parameter("conv1.weight").grad, theirs[0].weight.grad)
    for place, name in ((1, "norm1"), (5, "norm2")):
        close(model.get_buffer(f"{name}.moving_mean"), theirs[place].running_mean)
        close(model.get_buffer(f"{name}.moving_var"), theirs[place].running_var)
        assert model.get_buffer(f"{name}.moving_var").sub(1).abs().max() > 0.01
    model.eval()
    theirs.eval()
    x = torch.randn(4, 1, 28, 28)
    close(model(x), theirs(x))


def test_the_module_is_copied_traced_and_pickled(model: nn.Module) -> None:
    model.eval()
    x = torch.randn(2, 1, 28, 28)
    expected = model(x)
    assert torch.equal(copy.deepcopy(model)(x), expected)
    assert torch.equal(fx.symbolic_trace(model)(x), expected)
    assert torch.equal(pickle.loads(pickle.dumps(model))(x), expected)


def test_another_process_unpickles_it_without_the_op(model: nn.Module, page: Path) -> None:
    (page / "model.pickle").write_bytes(pickle.dumps(model))
    code = (
        "import pickle; from pathlib import Path\n"
        "made = pickle.loads(Path('model.pickle').read_bytes())\n"
        "print(type(made.norm1).__name__, made.norm1.gamma.shape[0])"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "MovingBatchNorm 6"


def test_the_commands_of_the_page_work(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (ROOT / "docs/own_ops.md").read_text(encoding="utf-8")
    (commands,) = [fence.text for fence in fences(text) if fence.kind == "sh"]
    for line in commands.splitlines():
        program, *arguments = line.split()
        assert program == "archc"
        assert run(arguments) == 0, capsys.readouterr().err
    assert "all 10 inferred shapes verified" in capsys.readouterr().out
    written = (page / "build/lenet_bn/lenet_bn.py").read_text()
    assert "archc" not in written.replace("written by archc", "")
    exec(compile(written, "lenet_bn.py", "exec"), {"__name__": "lenet_bn"})


def test_the_python_of_the_page_works(page: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-W", "ignore", "use.py"], env=environment, check=True)


def test_arguments_that_are_left_out_are_the_modules_defaults(page: Path) -> None:
    archc.register_op(Scale)
    blocks = "blocks: {B: {params: {by: float, power: int}, layers: {s: {op: Scale, by: by, "
    blocks += "power: power}}}}\n"
    layers = "layers:\n  a: {op: B, by: 2.0, power: 1}\n  b: {op: B, by: 3.0, power: 2}\n"
    (page / "scaled.yaml").write_text(f"input: [N, 4]\n{blocks}{layers}  c: Scale\n")
    model = archc.build("scaled.yaml")
    x = torch.rand(2, 4)
    close(model(x), 3 * (3 * (2 * x) ** 2))
