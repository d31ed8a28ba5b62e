"""`archc build`: a module that was run, artefacts that work, a report."""

from __future__ import annotations

import importlib.util
import zipfile
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

import archc
from archc.backends import torch as back_end
from archc.backends.torch import Mismatch, Verified
from archc.cli.main import run
from archc.diag.source import Span
from archc.ir.types import TensorType

SPEC = """\
name: tiny
params: {width: 8}
input: [N, 3, H, W]
dims: {H: 16, W: 16}
layers:
  conv: {op: Conv2d, out_channels: width, kernel_size: 3}
  bn: BatchNorm2d
  act: ReLU
  pool: {op: AdaptiveAvgPool2d, output_size: 1}
  flat: Flatten
  fc: {op: Linear, out_features: 10}
"""
Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the spec, made the current one."""
    (tmp_path / "tiny.yaml").write_text(SPEC)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_report_says_what_was_built(capsys: Capture) -> None:
    assert run(["build", "tiny.yaml"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert "parameters   330 (1.32 kB)" in out
    assert "FLOPs        84,832 (42,416 multiply-accumulates)" in out
    assert "output       [N, 10] = [1, 10]" in out
    assert f"all 6 inferred shapes verified against torch {torch.__version__.split('+')[0]}" in out
    assert "written      build/tiny/tiny.py" in out


def test_the_source_runs_without_archc(here: Path) -> None:
    assert run(["build", "tiny.yaml", "-o", "out", "--quiet"]) == 0
    file = here / "out" / "tiny.py"
    assert "archc" not in file.read_text().split('"""')[-1]
    spec = importlib.util.spec_from_file_location("tiny", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.Tiny()(torch.zeros(2, 3, 9, 9)).shape == (2, 10)


def test_weights_travel_from_build_to_build() -> None:
    assert run(["build", "tiny.yaml", "-o", "a", "--emit", "python,state_dict"]) == 0
    again = ["build", "tiny.yaml", "-o", "b", "--weights", "a/tiny.safetensors"]
    assert run([*again, "--emit", "state_dict"]) == 0
    first, second = load_file("a/tiny.safetensors"), load_file("b/tiny.safetensors")
    assert first.keys() == second.keys()
    assert all(torch.equal(first[name], second[name]) for name in first)
    loaded = archc.build("tiny.yaml", weights="a/tiny.safetensors")
    assert torch.equal(loaded.get_parameter("fc.weight"), first["fc.weight"])


def test_weights_that_do_not_fit_are_an_error_that_names_them(capsys: Capture) -> None:
    assert run(["build", "tiny.yaml", "-o", "a", "--emit", "state_dict", "--quiet"]) == 0
    wide = ["build", "tiny.yaml", "--set", "width=16", "--weights", "a/tiny.safetensors"]
    assert run(wide) == 1
    err = capsys.readouterr().err
    assert "error[E0603]" in err
    assert "`conv.weight` is [8, 3, 3, 3] in the file and [16, 3, 3, 3] here" in err


def test_the_exported_program_takes_other_sizes() -> None:
    assert run(["build", "tiny.yaml", "-o", "a", "--emit", "pt2", "--quiet"]) == 0
    program = torch.export.load("a/tiny.pt2")
    assert program.module()(torch.zeros(5, 3, 20, 12)).shape == (5, 10)


def test_two_builds_have_the_same_bytes_and_another_seed_has_others() -> None:
    kinds = ["--emit", "python,state_dict,pt2,onnx,spec", "--quiet"]
    for folder, seed in (("a", "0"), ("b", "0"), ("c", "7")):
        assert run(["build", "tiny.yaml", "-o", folder, "--seed", seed, *kinds]) == 0
    for file in sorted(Path("a").iterdir()):
        assert _contents(file) == _contents(Path("b") / file.name), file.name
    changed = {file.suffix for file in Path("a").iterdir() if not _same(file, Path("c"))}
    assert changed == {".safetensors", ".pt2", ".onnx"}


def _same(file: Path, folder: Path) -> bool:
    return _contents(file) == _contents(folder / file.name)


def _contents(file: Path) -> object:
    """The bytes of a file, and of the files in an archive that torch does not number at random."""
    if not zipfile.is_zipfile(file):
        return file.read_bytes()
    with zipfile.ZipFile(file) as archive:
        names = [name for name in archive.namelist() if not name.endswith("serialization_id")]
        return {name: archive.read(name) for name in names}


def test_artefacts_hold_no_path_of_this_machine(here: Path) -> None:
    assert run(["build", "tiny.yaml", "-o", "a", "--emit", "pt2,onnx,spec", "--quiet"]) == 0
    for file in Path("a").iterdir():
        held = _contents(file)
        parts = list(held.values()) if isinstance(held, dict) else [held]
        for told in (str(here), str(Path(torch.__file__).parent)):
            assert all(told.encode() not in part for part in parts), file.name


def test_what_torch_cannot_export_is_one_diagnostic(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise RuntimeError("no such operator there")

    monkeypatch.setattr(back_end, "write_onnx", refuse)
    assert run(["build", "tiny.yaml", "-o", "a", "--emit", "onnx"]) == 1
    err = capsys.readouterr().err
    assert "error[E0602]: torch refuses to write `tiny` as onnx: no such operator there" in err
    assert not Path("a").exists()


def test_onnx_without_its_packages_says_what_to_install(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(*_: object) -> None:
        raise ModuleNotFoundError("No module named 'onnxscript'", name="onnxscript")

    monkeypatch.setattr(back_end, "write_onnx", missing)
    assert run(["build", "tiny.yaml", "--emit", "onnx"]) == 2
    assert "pip install archc-nn[onnx]" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--emit", "pyton"], "did you mean `python`?"),
        (["--emit", "state_dict", "--device", "meta"], "no weights to write"),
        (["-o", "tiny.yaml"], "cannot write"),
    ],
)
def test_wrong_use_is_2(arguments: list[str], said: str, capsys: Capture) -> None:
    assert run(["build", "tiny.yaml", *arguments]) == 2
    assert said in capsys.readouterr().err


def test_a_bad_spec_is_told_before_torch_is_asked(
    here: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(back_end, "build", None)
    (here / "tiny.yaml").write_text(SPEC.replace("kernel_size", "kernal_size"))
    assert run(["build", "tiny.yaml"]) == 1
    assert "did you mean `kernel_size`?" in capsys.readouterr().err


def test_a_shape_that_torch_disagrees_with_is_an_error_at_its_line(
    here: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = Mismatch(
        "conv",
        (TensorType((1, 8, 14, 14)),),
        (TensorType((1, 8, 15, 15)),),
        Span("tiny.yaml", 6, 3, 6, 7),
    )
    monkeypatch.setattr(back_end, "verify", lambda *_: Verified(6, (wrong,)))
    assert run(["build", "tiny.yaml", "-o", "out"]) == 1
    err = capsys.readouterr().err
    assert "error[E0601]" in err
    assert "tiny.yaml:6:3" in err
    assert not (here / "out").exists()


def test_what_torch_refuses_is_an_error(capsys: Capture) -> None:
    assert run(["build", "tiny.yaml", "--device", "nowhere"]) == 1
    assert "error[E0602]: torch refuses `tiny`" in capsys.readouterr().err
