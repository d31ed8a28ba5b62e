"""The pages of what a build finds (E06..): the first commands fail so, the second do not."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from archc.cli.main import run as archc
from archc.diag import pages
from archc.ir.op import Rules, Types
from archc.ops.linear import Linear
from tests.markdown import fences, file_of


def run(commands: str) -> list[int]:
    """The exit codes of the lines of a console fence."""
    lines = [line.removeprefix("$ archc ") for line in commands.strip().split("\n")]
    return [archc([*shlex.split(line), "--quiet"]) for line in lines]


@pytest.mark.parametrize("code", ["E0602", "E0603"])
def test_commands(
    code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    page = pages.find(code)
    assert page is not None
    found = fences(page.text)
    for fence in found:
        if fence.kind == "yaml":
            file_of(fence).write(tmp_path)
    monkeypatch.chdir(tmp_path)
    wrong, mended = [fence.text for fence in found if fence.kind == "console"]
    *before, last = run(wrong)
    assert (set(before) <= {0}, last) == (True, 1)
    assert capfd.readouterr().err.count(f"error[{code}]") == 1
    assert set(run(mended)) == {0}
    assert "error[" not in capfd.readouterr().err


def test_a_wrong_shape_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def infer(self: Linear, ins: Types, rules: Rules) -> Types:
        return (ins[0].with_shape(*ins[0].shape[:-1], self.out_features + 1),)

    monkeypatch.setattr(Linear, "infer", infer)
    monkeypatch.chdir(tmp_path)
    Path("spec.yaml").write_text("input: [N, 8]\nlayers: [{op: Linear, out_features: 4}]\n")
    assert run("$ archc build spec.yaml") == [1]
    assert capfd.readouterr().err.count("error[E0601]") == 1
