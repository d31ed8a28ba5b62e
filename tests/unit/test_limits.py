"""Limits: what is beyond one names the option that raises it, and then it is allowed."""

from __future__ import annotations

from pathlib import Path

import pytest

import archc
from archc.cli.main import run
from archc.spec.limits import DEFAULTS, NAMES, current, option

HEAD = "name: a\ninput: [N, 8]\n"
CASES = {
    "copies": (HEAD + "layers: {a: {op: ReLU, repeat: 10}}\n", 9),
    "nodes": (HEAD + "layers: {a: {repeat: 3, layers: [ReLU, ReLU]}}\n", 5),
    "entries": (HEAD + f"layers: [{'ReLU,' * 100}]\n", 99),
    "file_size": (HEAD + "layers: {a: ReLU}\n" + f"# {'x' * 1000}\n" * 1_050, 1),
}


@pytest.mark.parametrize("name", NAMES)
def test_what_is_beyond_a_limit_names_its_option(
    tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    spec = tmp_path / "spec.yaml"
    text, low = CASES[name]
    spec.write_text(text)
    assert run(["check", str(spec), option(name), str(low)]) == 1
    err = capsys.readouterr().err
    assert f"`{option(name)}` raises the limit" in err
    assert "found 1 error\n" in err
    assert current() == DEFAULTS
    assert run(["check", str(spec)]) == 0


@pytest.mark.parametrize("number", ["0", "-3", "many", "1e3"])
def test_a_limit_is_a_positive_number(number: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "resnet18", "--max-nodes", number]) == 2
    assert f"--max-nodes: invalid positive number value: '{number}'" in capsys.readouterr().err


def test_limits_from_python(tmp_path: Path) -> None:
    spec = tmp_path / "spec.yaml"
    spec.write_text(HEAD + "layers: {a: {op: ReLU, repeat: 10001}}\n")
    assert [found.code.id for found in archc.check(spec)] == ["E0515"]
    with archc.limits(copies=20_000):
        assert archc.check(spec) == ()
        with archc.limits(nodes=5_000):
            assert current().copies == 20_000
            assert [found.code.id for found in archc.check(spec)] == ["E0515"]
    assert [found.code.id for found in archc.check(spec)] == ["E0515"]
    with pytest.raises(ValueError, match="`nodes` is at least 1, not 0"), archc.limits(nodes=0):
        pass
    with pytest.raises(TypeError, match="node"), archc.limits(node=3):
        pass
