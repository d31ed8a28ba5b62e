"""`archc fmt`, `diff` and `new`, run in this process."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

import archc
from archc.cli.main import run
from archc.spec import zoo

Capture = pytest.CaptureFixture[str]
ROUGH = "name: rough # mine\ninput: [N,   3]\nlayers: [ReLU]\n"
NEAT = f"{'name: rough':<44}# mine\ninput: [N, 3]\nlayers:\n  - ReLU\n"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("rough.yaml").write_text(ROUGH)
    Path("neat.yaml").write_text(NEAT)
    Path("broken.yaml").write_text("layers: {a: [}\n")
    return tmp_path


def test_fmt_writes_what_changes(here: Path, capsys: Capture) -> None:
    assert run(["fmt", "rough.yaml", "neat.yaml"]) == 0
    assert capsys.readouterr() == ("formatted rough.yaml\n", "1 of 2 files formatted\n")
    assert Path("rough.yaml").read_text() == NEAT
    assert sorted(p.name for p in here.iterdir()) == ["broken.yaml", "neat.yaml", "rough.yaml"]


def test_fmt_check_shows_and_writes_nothing(here: Path, capsys: Capture) -> None:
    assert run(["fmt", "--check", "rough.yaml", "neat.yaml"]) == 1
    out, err = capsys.readouterr()
    assert out.startswith("would format rough.yaml\n--- rough.yaml\n")
    assert "\n-input: [N,   3]\n" in out
    assert "\n+input: [N, 3]\n" in out
    assert err == "1 of 2 files would be formatted\n"
    assert Path("rough.yaml").read_text() == ROUGH
    assert run(["fmt", "--check", "--quiet", "neat.yaml"]) == 0
    assert capsys.readouterr() == ("", "")


def test_fmt_leaves_a_broken_file_alone_and_does_the_others(here: Path, capsys: Capture) -> None:
    assert run(["fmt", "broken.yaml", "rough.yaml", "--quiet"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "error[E0101]" in err
    assert Path("broken.yaml").read_text() == "layers: {a: [}\n"
    assert Path("rough.yaml").read_text() == NEAT


def test_fmt_of_what_is_no_text(here: Path, capsys: Capture) -> None:
    Path("latin.yaml").write_bytes("name: caf\xe9\n".encode("latin-1"))
    assert run(["fmt", "latin.yaml"]) == 1
    assert "error[E0109]" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["resnet50", "missing.yaml", "here.txt", "."])
def test_fmt_takes_files_only(here: Path, name: str, capsys: Capture) -> None:
    assert run(["fmt", name]) == 2
    assert capsys.readouterr().err.startswith("error: ")


def test_fmt_keeps_links_and_permissions(here: Path) -> None:
    Path("rough.yaml").chmod(0o640)
    Path("link.yaml").symlink_to("rough.yaml")
    assert run(["fmt", "link.yaml", "-q"]) == 0
    assert Path("link.yaml").is_symlink()
    assert Path("rough.yaml").read_text() == NEAT
    assert stat.S_IMODE(Path("rough.yaml").stat().st_mode) == 0o640


def test_fmt_tells_of_line_ends(here: Path, capsys: Capture) -> None:
    Path("neat.yaml").write_bytes(NEAT.replace("\n", "\r\n").encode())
    assert run(["fmt", "--check", "neat.yaml"]) == 1
    assert "(line ends or the byte-order mark)" in capsys.readouterr().out


def test_the_zoo_is_formatted(capsys: Capture) -> None:
    files = [str(file) for file in sorted(zoo.zoo_root().rglob("*.yaml"))]
    code = run(["fmt", "--check", *files])
    assert code == 0, capsys.readouterr().out


def test_diff_of_two_specs(capsys: Capture) -> None:
    assert run(["diff", "resnet50", "resnet101"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("resnet50 -> resnet101\n")
    assert "+ layer3.6-22: Bottleneck" in out


def test_diff_of_a_setting_as_data(capsys: Capture) -> None:
    assert run(["diff", "resnet18", "--set", "num_classes=10", "--format", "json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["params"] == {"num_classes": [1000, 10]}
    assert list(data["weights"]["reshaped"]) == ["fc.weight", "fc.bias"]


def test_diff_sets_both_of_two(capsys: Capture) -> None:
    arguments = ["--set", "num_classes=10", "--size", "H=64", "--format", "json"]
    assert run(["diff", "resnet18", "resnet34", *arguments]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["outputs"] == [{"output": "[N, 10]"}, {"output": "[N, 10]"}]
    assert [dims["H"] for dims in data["dims"]] == [64, 64]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["resnet18"], 2), (["resnet18", "nope"], 2), (["resnet18", "broken.yaml"], 1)],
)
def test_diff_used_wrongly(here: Path, arguments: list[str], code: int, capsys: Capture) -> None:
    assert run(["diff", *arguments]) == code
    assert capsys.readouterr().err


def test_new_is_clean_neat_and_the_same_network(here: Path, capsys: Capture) -> None:
    assert run(["new", "fresh/mine.yaml", "--from", "resnet50"]) == 0
    assert capsys.readouterr().out == "wrote fresh/mine.yaml\n"
    assert archc.check("fresh/mine.yaml") == ()
    assert archc.load("fresh/mine.yaml").name == "mine"
    assert archc.diff("resnet50", "fresh/mine.yaml").same
    assert run(["fmt", "--check", "fresh/mine.yaml"]) == 0
    text = Path("fresh/mine.yaml").read_text()
    assert "\n#   depths: [3, 4, 6, 3]\n" in text
    assert "#   maxpool: null " in text
    assert "before: fc}" in text


def hints(text: str) -> list[str]:
    """The spec once for each change that it proposes, with the `#` of that one taken off."""
    head, *sections = text.split("\n\n")
    found = []
    for section in sections:
        lines = [line.removeprefix("# ") for line in section.split("\n")[1:]]
        above = [line for line in lines if line.endswith(":")]
        found += [
            "\n".join([head, *above, line, ""]) for line in lines if line and line not in above
        ]
    return found


@pytest.mark.parametrize("name", ["resnet50", "densenet121", "d2l/googlenet", "tiny_gpt", "unet"])
def test_every_change_that_new_proposes_holds(here: Path, name: str) -> None:
    assert run(["new", "mine.yaml", "--from", name, "-q"]) == 0
    proposed = hints(Path("mine.yaml").read_text())
    assert len(proposed) >= 3
    for text in proposed:
        Path("mine.yaml").write_text(text)
        assert archc.check("mine.yaml") == (), text


def test_new_overwrites_nothing(here: Path, capsys: Capture) -> None:
    assert run(["new", "rough.yaml", "--from", "resnet50"]) == 2
    assert "is there already" in capsys.readouterr().err
    assert Path("rough.yaml").read_text() == ROUGH


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["mine.yaml", "--from", "resnet5O"], "did you mean `resnet50`?"),
        (["mine.yaml"], "help: write `archc new FILE --from NAME`"),
        (["resnet50", "-o", "mine.yaml"], "unrecognized arguments: -o"),
        (["resnet50", "-o", "mine.yaml"], "help: write `archc new FILE --from NAME`"),
        (["mine.yaml", "--form=resnet50"], "did you mean `--from`?"),
        (["mine", "--from", "resnet50"], "a spec is a .yaml file"),
    ],
)
def test_new_used_wrongly(here: Path, arguments: list[str], said: str, capsys: Capture) -> None:
    assert run(["new", *arguments]) == 2
    assert said in capsys.readouterr().err
    assert not list(here.glob("mine*"))


def test_a_name_that_yaml_takes_for_a_number_is_quoted(here: Path) -> None:
    assert run(["new", "50.yaml", "--from", "resnet50", "-q"]) == 0
    assert archc.load("50.yaml").name == "50"
