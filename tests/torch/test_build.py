"""A built model is an ordinary module: it is copied, saved, traced, compiled and read."""

from __future__ import annotations

import copy
import inspect
import io
import linecache
import os
import pickle
import re
import subprocess
import sys
import traceback
from pathlib import Path

import pytest
import torch
from torch import nn
from torch.export import Dim

from archc.backends.python import emit
from archc.backends.torch import build
from archc.backends.torch.source import module_of
from archc.ir.graph import Network
from archc.lower import load

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden" / "emit"
RESNET = ROOT / "specs" / "resnet18.yaml"
SMALL = sorted(path.stem for path in GOLDEN.glob("*.yaml"))


def network(path: Path) -> Network:
    loaded = load(path)
    assert loaded.network is not None, loaded.diagnostics
    return loaded.network


def golden(name: str) -> Network:
    return network(GOLDEN / f"{name}.yaml")


def example(of: Network, batch: int = 2) -> tuple[torch.Tensor, ...]:
    from archc.backends.torch.verify import example_inputs

    return example_inputs(of, nn.Linear(1, 1), {**of.dims, "N": batch})


def tensors(result: object) -> list[torch.Tensor]:
    return [result] if isinstance(result, torch.Tensor) else list(result)  # type: ignore[call-overload]


def same(a: object, b: object) -> bool:
    return all(torch.equal(x, y) for x, y in zip(tensors(a), tensors(b), strict=True))


@pytest.fixture(scope="module")
def resnet() -> nn.Module:
    return build(network(RESNET)).eval()


@pytest.fixture(scope="module")
def image() -> torch.Tensor:
    return torch.randn(2, 3, 64, 64, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("name", SMALL)
def test_what_runs_is_what_is_printed(name: str) -> None:
    made = golden(name)
    model = build(made).eval()
    assert inspect.getsource(sys.modules[type(model).__module__]) == emit(made)


@pytest.mark.parametrize("name", SMALL)
@pytest.mark.parametrize("training", [False, True], ids=["eval", "train"])
def test_copies_and_pickles(name: str, training: bool) -> None:
    made = golden(name)
    model, inputs = build(made).train(training), example(made)
    for other in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        assert type(other) is type(model)
        torch.manual_seed(0)
        expected = model(*inputs)
        torch.manual_seed(0)
        assert same(other(*inputs), expected)


@pytest.mark.filterwarnings("ignore:The tensor attributes:UserWarning")
@pytest.mark.parametrize("name", SMALL)
def test_graphs_are_captured_whole(name: str) -> None:
    made = golden(name)
    model, inputs = build(made).eval(), example(made)
    # torch compiles recurrent layers only when asked to
    with torch.no_grad(), torch._dynamo.config.patch(allow_rnn=True):
        expected = model(*inputs)
        assert same(torch.fx.symbolic_trace(model)(*inputs), expected)
        torch._dynamo.reset()
        assert same(torch.compile(model, fullgraph=True, backend="eager")(*inputs), expected)
        assert same(torch.export.export(model, inputs).module()(*inputs), expected)


def test_one_compiled_graph_serves_every_size(resnet: nn.Module, image: torch.Tensor) -> None:
    torch._dynamo.reset()
    torch._dynamo.utils.counters.clear()
    compiled = torch.compile(resnet, fullgraph=True, backend="eager", dynamic=True)
    with torch.no_grad():
        for side in (64, 96, 80):
            x = torch.randn(3, 3, side, side + 16)
            assert torch.allclose(compiled(x), resnet(x))
    assert torch._dynamo.utils.counters["stats"]["unique_graphs"] == 1


@pytest.mark.parametrize("strict", [False, True])
def test_exported_sizes_stay_open(resnet: nn.Module, image: torch.Tensor, strict: bool) -> None:
    sizes = {0: Dim("N"), 2: Dim("H", min=64), 3: Dim("W", min=64)}
    program = torch.export.export(resnet, (image,), dynamic_shapes={"x": sizes}, strict=strict)
    x = torch.randn(3, 3, 96, 128)
    with torch.no_grad():
        assert torch.allclose(program.module()(x), resnet(x))


def test_checked_sizes_stay_open() -> None:
    """The check's own bounds do not fix the sizes."""
    made = golden("unet")
    model = build(made).eval()
    x = torch.randn(2, 1, 64, 64)
    open_ = {0: Dim.AUTO, 2: Dim.AUTO, 3: Dim.AUTO}
    program = torch.export.export(model, (x,), dynamic_shapes={"x": open_})
    y = torch.randn(3, 1, 32, 96)
    with torch.no_grad():
        assert torch.allclose(program.module()(y), model(y), atol=1e-6)


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        ((1, 4, 224, 224), "got [1, 4, 224, 224]: dimension 1 must be 3"),
        ((3, 64, 64), "got [3, 64, 64]: it must have 4 dimensions"),
    ],
)
def test_a_wrong_input_is_refused(resnet: nn.Module, shape: tuple[int, ...], message: str) -> None:
    whole = f"resnet18 expects input [N, 3, H, W], {message}"
    with pytest.raises(ValueError, match=re.escape(whole)):
        resnet(torch.zeros(shape))


def test_one_dimension_is_one(tmp_path: Path) -> None:
    file = tmp_path / "line.yaml"
    file.write_text("name: line\ninput: [T]\nlayers: [ReLU]\n")
    with pytest.raises(ValueError, match=r"it must have 1 dimension$"):
        build(load(file).network)(torch.zeros(2, 3))


def test_element_types_and_values_are_left_to_torch(tmp_path: Path) -> None:
    """As the language's page says: narrower numbers pass, and what is no index is torch's error."""
    file = tmp_path / "words.yaml"
    file.write_text(
        "name: words\ninput: {shape: [N, T], dtype: int64, below: 10}\n"
        "layers: [{op: Embedding, num_embeddings: 10, embedding_dim: 4}]\n"
    )
    model = build(load(file).network)
    assert model(torch.ones(2, 3, dtype=torch.int32)).shape == (2, 3, 4)
    with pytest.raises(IndexError):
        model(torch.full((2, 3), 10))
    with pytest.raises(RuntimeError, match="scalar types"):
        model(torch.zeros(2, 3))


def test_a_constraint_is_checked() -> None:
    model = build(golden("unet"))
    model(torch.zeros(2, 1, 16, 16))
    with pytest.raises(ValueError, match="must hold"):
        model(torch.zeros(2, 1, 18, 16))


def test_inputs_share_their_symbols() -> None:
    model = build(golden("several_inputs"))
    left = torch.zeros(2, 8, 16, 16)
    model(left, left)
    with pytest.raises(ValueError, match=r"right .* dimension 3 must be W"):
        model(left, torch.zeros(2, 8, 16, 18))


def test_another_process_reads_it(resnet: nn.Module, image: torch.Tensor, tmp_path: Path) -> None:
    """The whole model, a part of it, and a result that is a named tuple."""
    tuples = build(golden("shared_head")).eval()
    outputs = tuples(torch.zeros(1, 3, 32, 32))
    with torch.no_grad():
        torch.save((resnet, resnet.get_submodule("layer2.0"), image, resnet(image)), tmp_path / "a")
    (tmp_path / "b").write_bytes(pickle.dumps((tuples, outputs)))
    code = (
        "import inspect, pickle, sys, torch\n"
        "torch.set_num_threads(1)\n"
        "model, part, x, y = torch.load(sys.argv[1] + '/a', weights_only=False)\n"
        "assert torch.equal(model(x), y)\n"
        "assert type(part) is type(model.layer2[0])\n"
        "assert 'def forward' in inspect.getsource(type(part))\n"
        "tuples, outputs = pickle.load(open(sys.argv[1] + '/b', 'rb'))\n"
        "assert outputs._fields == tuples(torch.zeros(1, 3, 32, 32))._fields\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], env=environment, check=True)


def test_a_spawned_worker_gets_it(resnet: nn.Module, image: torch.Tensor) -> None:
    torch.multiprocessing.set_sharing_strategy("file_system")
    context = torch.multiprocessing.get_context("spawn")
    with context.Pool(1) as pool, torch.no_grad():
        found = pool.apply(_same_in_worker, (pickle.dumps(resnet), pickle.dumps(image)))
        expected = resnet(image)
    assert torch.allclose(torch.tensor(found), expected, atol=1e-6)


def _same_in_worker(model: bytes, image: bytes) -> list[list[float]]:
    torch.set_num_threads(1)
    with torch.no_grad():
        found: list[list[float]] = pickle.loads(model)(pickle.loads(image)).tolist()
    return found


def test_replicas_for_data_parallel(resnet: nn.Module, image: torch.Tensor) -> None:
    replica = resnet._replicate_for_data_parallel()
    assert type(replica) is type(resnet)
    with torch.no_grad():
        assert same(replica(image), resnet(image))


def test_hooks_see_every_block(resnet: nn.Module, image: torch.Tensor) -> None:
    seen = []
    handles = [m.register_forward_hook(lambda m, i, o: seen.append(m)) for m in resnet.modules()]
    with torch.no_grad():
        resnet(image)
    for handle in handles:
        handle.remove()
    assert set(map(id, seen)) == set(map(id, resnet.modules()))


def test_tracebacks_show_the_line(resnet: nn.Module) -> None:
    try:
        resnet.get_submodule("layer2.0")(torch.zeros(1, 3, 8, 8))
    except RuntimeError:
        text = traceback.format_exc()
    assert "out = self.conv1(x)" in text
    assert "<archc resnet18-" in text


def test_the_source_survives_a_checked_cache(resnet: nn.Module) -> None:
    linecache.checkcache()
    assert inspect.getsource(type(resnet)).startswith("class Resnet18(nn.Module):")


def test_equal_networks_share_their_classes() -> None:
    assert type(build(network(RESNET))) is type(build(network(RESNET)))
    assert type(build(golden("unet"))) is not type(build(network(RESNET)))


def test_a_module_that_fails_leaves_nothing_behind() -> None:
    before = set(sys.modules)
    with pytest.raises(ZeroDivisionError):
        module_of("broken", "1 / 0\n")
    assert set(sys.modules) == before


def test_device_and_type() -> None:
    made = golden("unet")
    assert {p.device.type for p in build(made, device="meta").parameters()} == {"meta"}
    half = build(made, dtype=torch.bfloat16)
    assert {p.dtype for p in half.parameters()} == {torch.bfloat16}
    assert torch.get_default_dtype() == torch.float32


def test_training_outputs() -> None:
    model = build(golden("training_only"))
    x = torch.zeros(2, 3, 16, 16)
    assert model.train()(x)._fields == ("logits", "aux")
    assert isinstance(model.eval()(x), torch.Tensor)


def test_tied_weights_are_one() -> None:
    model = build(golden("tied_tokens"))
    assert model.get_parameter("head.weight") is model.get_parameter("embed.weight")
    assert 0.01 < model.get_parameter("embed.weight").std().item() < 0.03


def test_one_name_whatever_the_network_is_called() -> None:
    assert module_of("a b/c", "x = 1\n").__name__.startswith("archc.built.a_b_c_")


def test_saving_leaves_no_source_in_a_state_dict(resnet: nn.Module) -> None:
    buffer = io.BytesIO()
    torch.save(resnet.state_dict(), buffer)
    buffer.seek(0)
    assert torch.load(buffer, weights_only=True).keys() == resnet.state_dict().keys()
