"""What a command that is used wrongly shows: one clear message, and the exit code."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from archc.cli.main import run

GOOD = """\
params: {width: 8}
input: [N, 3, H, W]
dims: {H: 32, W: 32}
layers:
  - {op: Conv2d, out_channels: width, kernel_size: 3}
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "good.yaml").write_text(GOOD)
    (tmp_path / "empty.yaml").write_text("")
    (tmp_path / "comment.yaml").write_text("# nothing here\n")
    (tmp_path / "net.json").write_text('{"input": ["N", 8], "layers": ["ReLU"]}')
    (tmp_path / "net.py").write_text("import torch\n")
    (tmp_path / "notes.txt").write_text("a network\n")
    (tmp_path / "picture.yaml").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00")
    (tmp_path / "python.yaml").write_text("import torch\nnet = torch.nn.ReLU()\n")
    (tmp_path / "without").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    return tmp_path


@pytest.mark.parametrize(
    ("command", "message", "help"),
    [
        (
            "chekc good.yaml",
            "no such command: chekc",
            "did you mean `check`?",
        ),
        (
            "check",
            "the following arguments are required: SPEC",
            "write `archc check SPEC`; `archc check --help` lists the options",
        ),
        (
            "check resnet5",
            "the zoo has no `resnet5`",
            "did you mean `resnet50`?",
        ),
        (
            "summary ResNet-50",
            "the zoo has no `ResNet-50`",
            "did you mean `resnet50`?",
        ),
        (
            "check goood.yaml",
            "no such file: goood.yaml",
            "did you mean `good.yaml`?",
        ),
        (
            "check specs/resnet50.yaml",
            "no such file: specs/resnet50.yaml",
            "the zoo has it: write `resnet50`",
        ),
        (
            "check missing.yaml",
            "no such file: missing.yaml",
            "",
        ),
        (
            "check net.json",
            "net.json is not a spec: its name does not end in .yaml",
            "JSON is YAML as well: name it `net.yaml`",
        ),
        (
            "check net.py",
            "net.py is not a spec: its name does not end in .yaml",
            "a spec is YAML; `archc new FILE --from NAME` writes one to start from",
        ),
        (
            "viz notes.txt",
            "notes.txt is not a spec: its name does not end in .yaml",
            "a spec is a YAML file, or a name of `archc list`",
        ),
        (
            "check without",
            "without holds no .yaml file",
            "a spec's name ends in .yaml",
        ),
        (
            "summary without",
            "without is a folder, not a spec",
            "`archc check` takes folders",
        ),
        (
            "check good.yaml --formt json",
            "unrecognized arguments: --formt json",
            "did you mean `--format`?",
        ),
        (
            "check good.yaml --set width",
            "--set takes name=value, not `width`",
            "",
        ),
        (
            "check good.yaml --size H",
            "--size takes name=value, not `H`",
            "",
        ),
        (
            "check good.yaml --size H=big",
            "--size H takes a positive integer, not `big`",
            "",
        ),
        (
            "check good.yaml --size H=0",
            "--size H takes a positive integer, not `0`",
            "",
        ),
        (
            "ops Dense",
            "no such op: Dense",
            "ops have PyTorch's names: write `Linear`",
        ),
        (
            "ops conv2d",
            "no such op: conv2d",
            "did you mean `Conv2d`?",
        ),
        (
            "explain E999",
            "no such code: E999",
            "`archc explain` lists the codes",
        ),
        (
            "new x.yaml --from resnet5",
            "the zoo has no network `resnet5`",
            "did you mean `resnet50`?",
        ),
    ],
)
def test_a_command_that_is_used_wrongly(
    command: str, message: str, help: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(shlex.split(command)) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err == f"error: {message}\n" + (f"  = help: {help}\n" if help else "")


@pytest.mark.parametrize(
    ("command", "message", "help"),
    [
        ("check empty.yaml", "error[E0101]: the file is empty", "a spec has `input` and"),
        ("check comment.yaml", "error[E0101]: the file is empty", "a spec has `input` and"),
        ("check picture.yaml", "error[E0109]: `picture.yaml` is not text", "a YAML file"),
        ("check python.yaml", "error[E0203]: a spec is a mapping with `input` and `layers`", ""),
        ("check good.yaml --set H=16", "error[E0512]: the spec has no parameter `H` to set",
         "it is an open size: `--size H=...`"),
        ("check good.yaml --size width=16", "error[E0512]: the spec has no dimension `width`",
         "it is a parameter: `--set width=...`"),
        ("check good.yaml --set widht=16", "error[E0512]: the spec has no parameter `widht` to set",
         "did you mean `width`?"),
        ("check good.yaml --set width=wide", "error[E0207]: `width` takes an integer, not the word",
         ""),
        ("check good.yaml --size h=64", "error[E0512]: the spec has no dimension `h`",
         "did you mean `H`?"),
    ],
)  # fmt: skip
def test_a_spec_or_setting_that_is_wrong(
    command: str, message: str, help: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(shlex.split(command)) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(message)
    assert help in err
    assert err.endswith("found 1 error\n")


@pytest.mark.parametrize("setting", ["--set widht=16", "--size h=64"])
def test_a_name_that_is_not_there_is_what_is_pointed_at(
    setting: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(shlex.split(f"check good.yaml {setting}")) == 1
    option, written = setting.split()
    name = written.partition("=")[0]
    assert f" --> {option} {name}:1:1\n" in (err := capsys.readouterr().err)
    assert f"1 | {written}\n  | {'^' * len(name)}\n" in err


@pytest.mark.parametrize(
    ("value", "message", "place", "help"),
    [
        ("[1,", "this `[` is never closed", "      ^", "close it with `]`"),
        (
            "a: b: c",
            "a `:` does not fit here",
            "          ^",
            "put a value that holds `: ` in quotes",
        ),
        ('"a', "this quote is never closed", "      ^", "close it where the text ends"),
        ("[1,, 2]", "a value is missing before `,`", "         ^", ""),
    ],
)
@pytest.mark.parametrize("command", ["build", "check", "summary"])
def test_a_setting_that_is_no_yaml_shows_where(
    command: str,
    value: str,
    message: str,
    place: str,
    help: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run([command, "good.yaml", "--set", f"width={value}"]) == 2
    out, err = capsys.readouterr()
    lines = err.splitlines()
    assert out == ""
    assert lines[0] == f"error: `--set width={value}` is not YAML: {message}"
    assert lines[1:4] == ["  |", f"1 | width={value}", f"  | {place}"]
    assert lines[4] == "  |"
    assert [line for line in lines[5:] if help not in line] == []
    assert len(lines) == (6 if help else 5)


def test_a_setting_without_its_value(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "good.yaml", "--set", "width="]) == 2
    assert capsys.readouterr().err == (
        "error: `--set width=` gives no value\n"
        "  = help: write `width=null` for nothing, `width=''` for an empty text\n"
    )
