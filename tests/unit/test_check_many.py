"""`archc check` on folders, on libraries of blocks and on several files at once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import archc
from archc.cli.main import run

NETWORK = """\
name: tiny
use: {common: ../common.yaml}
input: [N, 3, H, W]
dims: {H: 8, W: 8}
layers:
  body: {op: common.ConvNorm, width: 4}
"""
LIBRARY = """\
params: {act: {type: op, default: ReLU}, groups: int}
blocks:
  Norm: {op: BatchNorm2d, eps: 1e-3}
  ConvNorm:
    params: {width: int, k: 3}
    layers:
      conv: {op: Conv2d, out_channels: width, kernel_size: k}
      norm: Norm
      act: $act
"""
ROOT = Path(__file__).parents[2]
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a library, a network that uses it, and what is none of archc's business."""
    files = {
        "specs/nets/tiny.yaml": NETWORK,
        "specs/common.yaml": LIBRARY,
        "specs/.cache/old.yaml": "not: a spec",
        "specs/notes.txt": "not YAML",
        "empty/notes.txt": "",
        "pyproject.toml": "",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def codes_of(out: str) -> list[tuple[str, str]]:
    return [(d["file"], d["code"]) for d in json.loads(out)["diagnostics"]]


def test_a_folder_is_every_spec_below_it(here: Path, capsys: Capture) -> None:
    assert run(["check", "specs"]) == 0
    out, err = capsys.readouterr()
    assert out.splitlines() == [
        "specs/common.yaml: ok, 2 blocks and no network",
        (
            "specs/nets/tiny.yaml: ok, 120 parameters, 7.78 kFLOPs,"
            " [N, 3, H, W] -> [N, 4, H - 2, W - 2]"
        ),
    ]
    assert err == ""


def test_a_folder_without_specs_is_wrong_use(here: Path, capsys: Capture) -> None:
    assert run(["check", "empty"]) == 2
    assert "empty holds no .yaml file" in capsys.readouterr().err


def test_every_mistake_of_a_folder_is_found_once(here: Path, capsys: Capture) -> None:
    """The library is read by itself and by the network that uses it."""
    library = here / "specs" / "common.yaml"
    library.write_text(
        LIBRARY.replace("eps:", "epss:").replace("kernel_size: k}", "kernel_size: kk}")
    )
    (here / "specs" / "nets" / "bad.yaml").write_text("input: [N, 3]\nlayers: {a: Linaer}\n")
    assert run(["check", "specs", "--format", "json"]) == 1
    found = codes_of(capsys.readouterr().out)
    assert found == [
        ("specs/common.yaml", "E0205"),
        ("specs/common.yaml", "E0502"),
        ("specs/nets/bad.yaml", "E0204"),
    ]


@pytest.mark.parametrize("to", ["text", "json", "github", "sarif", "concise"])
def test_several_files_are_one_report(here: Path, to: str, capsys: Capture) -> None:
    for name in ("one.yaml", "two.yaml"):
        (here / name).write_text("input: [N, 3]\nlayers: {a: {op: Linear, out_faetures: 4}}\n")
    assert run(["check", "one.yaml", "specs", "two.yaml", "--format", to, "--quiet"]) == 1
    report = "".join(capsys.readouterr())
    assert "one.yaml" in report
    assert "two.yaml" in report
    if to in {"json", "sarif"}:
        json.loads(report)
    assert report.count("has no parameter `out_faetures`") == 2


def test_a_library_is_fine_to_check_and_nothing_to_build(here: Path, capsys: Capture) -> None:
    assert archc.check("specs/common.yaml") == ()
    with pytest.raises(archc.SpecError, match="holds blocks for other files, and no network"):
        archc.load("specs/common.yaml")
    for command in ("summary", "viz", "build"):
        assert run([command, "specs/common.yaml"]) == 1
        assert "E0213" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ("Norm: {op: BatchNorm2}", "E0204"),
        ("Norm: {op: BatchNorm2d, epss: 1e-3}", "E0205"),
        ("Norm: {op: BatchNorm2d, eps: soon}", "E0502"),
        ("Conv: {op: Conv2d, kernel_size: [1, 2, 3]}", "E0207"),
        ("Pair: {layers: {a: ReLU, b: {op: Add, from: [a, c]}}}", "E0301"),
        ("Self: {layers: {a: Self}}", "E0210"),
    ],
)
def test_blocks_of_a_library_are_checked(here: Path, wrong: str, code: str) -> None:
    (here / "lib.yaml").write_text(f"blocks:\n  {wrong}\n")
    assert [d.code.id for d in archc.check("lib.yaml")] == [code]


@pytest.mark.parametrize(
    "preset",
    ["Conv: {op: Conv2d, kernel_size: 3}", "Twice: {op: Once}\n  Once: {op: Conv2d, groups: 2}"],
)
def test_what_a_preset_leaves_out_is_for_its_use_to_give(here: Path, preset: str) -> None:
    (here / "lib.yaml").write_text(f"blocks:\n  {preset}\n")
    assert archc.check("lib.yaml") == ()


def test_a_misspelt_key_is_no_library(here: Path) -> None:
    (here / "net.yaml").write_text("input: [N, 3]\nblocks: {A: [ReLU]}\nlayer: {a: A}\n")
    assert [d.code.id for d in archc.check("net.yaml")] == ["E0201"]


def test_the_whole_zoo_is_checked_without_torch() -> None:
    """In a process of its own; `benchmarks/start.py` tells how long that takes."""
    code = (
        "import sys\n"
        "from archc.cli.main import run\n"
        "code = run(['check', 'specs', '--quiet'])\n"
        "assert not {'torch', 'numpy', 'sympy'} & sys.modules.keys()\n"
        "sys.exit(code)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
