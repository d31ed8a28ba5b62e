"""The command line: what it prints where, and its exit codes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from archc.cli import main
from archc.cli.main import COMMANDS, run
from archc.cli.shells.model import metavars
from archc.spec import zoo

GOOD = """\
name: tiny
params: {width: 8}
input: [N, 3, H, W]
dims: {H: 16, W: 16}
layers:
  conv: {op: Conv2d, out_channels: width, kernel_size: 3}
  act: ReLU
"""
BAD = GOOD.replace("kernel_size", "kernal_size")
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a good and a bad spec, made the current one."""
    (tmp_path / "good.yaml").write_text(GOOD)
    (tmp_path / "bad.yaml").write_text(BAD)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_good_spec_is_a_line(here: Path, capsys: Capture) -> None:
    assert run(["check", "good.yaml"]) == 0
    out, err = capsys.readouterr()
    assert out == "tiny: ok, 224 parameters, 84.7 kFLOPs, [N, 3, H, W] -> [N, 8, H - 2, W - 2]\n"
    assert err == ""


def test_a_bad_spec_is_a_report_on_standard_error(here: Path, capsys: Capture) -> None:
    assert run(["check", "good.yaml", "bad.yaml"]) == 1
    out, err = capsys.readouterr()
    assert out.startswith("tiny: ok")
    assert "bad.yaml:6:" in err
    assert "did you mean `kernel_size`?" in err
    assert "found 1 error" in err


@pytest.mark.parametrize("to", ["json", "sarif", "github"])
def test_other_formats_go_to_standard_output_alone(here: Path, to: str, capsys: Capture) -> None:
    assert run(["check", "good.yaml", "bad.yaml", "--format", to]) == 1
    out, err = capsys.readouterr()
    assert err == ""
    assert "kernal_size" in out
    if to != "github":
        json.loads(out)


def test_json_of_a_good_spec_is_an_empty_list(here: Path, capsys: Capture) -> None:
    assert run(["check", "good.yaml", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"diagnostics": []}


def test_quiet_prints_errors_only(here: Path, capsys: Capture) -> None:
    assert run(["check", "good.yaml", "--quiet"]) == 0
    assert capsys.readouterr() == ("", "")


def test_set_is_read_as_yaml_and_size_changes_the_costs(here: Path, capsys: Capture) -> None:
    arguments = ["summary", "good.yaml", "--set", "width=16", "--size", "H=32", "--format", "json"]
    assert run(arguments) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["outputs"] == {"output": [1, 16, 30, 14]}
    assert data["dims"]["H"] == 32


@pytest.mark.parametrize("fault", ["width=[1", "width=!!int 3"])
def test_set_that_is_no_yaml_is_wrong_use(here: Path, fault: str, capsys: Capture) -> None:
    assert run(["check", "good.yaml", "--set", fault]) == 2
    assert "--set width" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "usage: archc COMMAND"),
        (["chek"], "did you mean `check`?"),
        (["--verion"], "did you mean `--version`?"),
        (["check"], "required: SPEC"),
        (["check", "good.yaml", "--fromat", "json"], "did you mean `--format`?"),
        (["check", "god.yaml"], "did you mean `good.yaml`?"),
        (["check", "resnet5O"], "did you mean `resnet50`?"),
        (["check", "good.yaml", "--set", "width"], "takes name=value"),
        (["check", "good.yaml", "--size", "H=-1"], "takes a positive integer"),
        (["check", "good.yaml", "--size", "H=1e3"], "takes a positive integer"),
        (["summary", "good.yaml", "--depth", "0"], "--depth takes a positive number"),
        (["ops", "Conv2D"], "did you mean `Conv2d`?"),
        (["explain", "E041"], "did you mean `E04"),
        (["show", "no-such-network"], "`archc list` shows the zoo"),
        (["viz", "good.yaml", "-o", "a.bmp"], "no format ends in `.bmp`"),
    ],
)
def test_wrong_use_is_2_and_says_what_was_meant(
    here: Path, arguments: list[str], said: str, capsys: Capture
) -> None:
    assert run(arguments) == 2
    assert said in "".join(capsys.readouterr())


def test_a_folder_is_no_spec(here: Path, capsys: Capture) -> None:
    (here / "folder.yaml").mkdir()
    assert run(["check", "folder.yaml"]) == 2
    assert "is a folder" in capsys.readouterr().err


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_examples(command: str, capsys: Capture) -> None:
    assert run([command, "--help"]) == 0
    out = capsys.readouterr().out
    assert out.startswith(f"usage: archc {command}")
    assert "--quiet" in out


@pytest.mark.parametrize("command", COMMANDS)
def test_completion_knows_what_every_argument_takes(command: str) -> None:
    known = metavars().keys() | {"SHELL"}
    parser, _ = main.parser_of(command)
    taking = [a for a in parser._actions if a.nargs != 0 and a.choices is None]
    assert {str(a.metavar) for a in taking} <= known, "name it in `cli/shells/model.py`"


def test_the_overview_names_every_command(capsys: Capture) -> None:
    assert run(["--help"]) == 0
    out = capsys.readouterr().out
    assert all(f"\n  {name} " in out for name in COMMANDS)


def test_the_version_is_printed(capsys: Capture) -> None:
    assert run(["--version"]) == 0
    assert capsys.readouterr().out.startswith("archc ")


def test_a_bug_is_70_and_asks_for_a_report(
    here: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(main, "_run", lambda *_: 1 // 0)
    assert run(["check", "good.yaml"]) == 70
    err = capsys.readouterr().err
    assert "ZeroDivisionError" in err
    assert "this is a bug in archc" in err
    assert "Traceback" not in err
    assert run(["check", "good.yaml", "--traceback"]) == 70
    assert "Traceback" in capsys.readouterr().err


def test_ctrl_c_is_130_and_silent(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(main, "_run", interrupted)
    assert run(["list"]) == 130
    assert capsys.readouterr() == ("", "")


def test_list_shows_the_zoo(capsys: Capture) -> None:
    assert run(["list", "--format", "json"]) == 0
    entries = {entry["name"]: entry for entry in json.loads(capsys.readouterr().out)}
    assert tuple(entries) == zoo.names()
    assert entries["resnet50"]["params"] == 25_557_032
    assert entries["resnet50"]["flops"] == 8_178_368_512


def test_show_prints_the_file(capsys: Capture) -> None:
    assert run(["show", "resnet50"]) == 0
    file = zoo.find("resnet50")
    assert file is not None
    assert capsys.readouterr().out == file.read_text()


def test_ops_lists_every_op_and_describes_one(capsys: Capture) -> None:
    assert run(["ops"]) == 0
    assert "Conv2d" in capsys.readouterr().out
    assert run(["ops", "Conv2d"]) == 0
    text = capsys.readouterr().out
    assert "kernel_size: int or [int, int], required" in text
    assert "stride: int or [int, int], default 1" in text
    assert run(["ops", "Conv2d", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["name"] == "Conv2d"


def test_explain_lists_the_codes(capsys: Capture) -> None:
    assert run(["explain"]) == 0
    assert "E0401  " in capsys.readouterr().out
    assert run(["explain", "e0401"]) == 0
    assert "E0401" in capsys.readouterr().out


@pytest.mark.parametrize("ending", ["svg", "dot", "html", "mmd"])
def test_viz_writes_what_the_ending_says(here: Path, ending: str, capsys: Capture) -> None:
    assert run(["viz", "good.yaml", "-o", f"out.{ending}"]) == 0
    assert capsys.readouterr().out == f"wrote out.{ending}\n"
    assert "conv" in (here / f"out.{ending}").read_text()


def test_viz_draws_here_unless_told_otherwise(here: Path) -> None:
    assert run(["viz", "good.yaml", "--quiet"]) == 0
    assert (here / "tiny.svg").read_text().lstrip().startswith("<")


def _python(*arguments: str, **more: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *arguments]
    folders = (str(Path(main.__file__).parents[2]), os.environ.get("PYTHONPATH", ""))
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, folders))}
    return subprocess.run(  # type: ignore[call-overload,no-any-return]
        command, capture_output=True, text=True, env=environ, check=False, **more
    )


HEAVY = ("torch", "numpy", "sympy", "rich", "jsonschema", "graphviz")


@pytest.mark.parametrize("command", ["check", "summary"])
def test_what_need_not_be_imported_is_not(here: Path, command: str) -> None:
    code = (
        "import sys; from archc.cli.main import run; "
        f"code = run([{command!r}, 'good.yaml', '--quiet']); "
        f"print([name for name in {HEAVY!r} if name in sys.modules]); sys.exit(code)"
    )
    done = _python("-c", code)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "[]"


def test_importing_archc_loads_neither_pydantic_nor_yaml() -> None:
    code = "import sys, archc; print([n for n in ('pydantic', 'yaml') if n in sys.modules])"
    assert _python("-c", code).stdout.strip() == "[]"


def test_a_reader_that_goes_away_is_no_error() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "archc", "explain"],
        stdout=writer,
        stderr=subprocess.PIPE,
        cwd=Path(main.__file__).parents[2],
        check=False,
    )
    os.close(writer)
    assert done.stderr == b""
    assert done.returncode == 141
