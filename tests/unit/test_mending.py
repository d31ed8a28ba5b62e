"""`archc check --fix` and `--diff`: what they change, what they leave alone, what they say."""

from __future__ import annotations

import stat
import subprocess
from pathlib import Path

import pytest

from archc.cli.main import run
from archc.diag.edits import apply, compatible
from archc.diag.fix import Edit, Fix
from archc.diag.source import Span
from archc.spec import zoo

Capture = pytest.CaptureFixture[str]
BAD = """\
# kept
name: tiny
input: [N, 3, 32, 32]
layers:
  conv: {op: conv2d, out_channels: max(8, 4), kernal_size: 3}   # and this
  act: RELU
"""
MENDED = BAD.replace("conv2d", "Conv2d").replace("max(8, 4)", '"max(8, 4)"').replace(
    "kernal_size", "kernel_size"
).replace("RELU", "ReLU")  # fmt: skip


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "bad.yaml"
    path.write_text(BAD)
    return path


def test_fix_mends_and_says_how_much(file: Path, capsys: Capture) -> None:
    assert run(["check", "bad.yaml", "--fix"]) == 0
    assert file.read_text() == MENDED
    out, err = capsys.readouterr()
    assert out.startswith("tiny: ok, ")
    assert err == "mended 4 mistakes in 1 file\n"
    assert run(["check", "bad.yaml", "--fix"]) == 0
    assert file.read_text() == MENDED
    assert capsys.readouterr().err == ""


def test_what_remains_is_shown_and_decides_the_end(file: Path, capsys: Capture) -> None:
    file.write_text(BAD.replace("RELU", "Xyzzy"))
    assert run(["check", "bad.yaml", "--fix"]) == 1
    assert file.read_text() == MENDED.replace("ReLU", "Xyzzy")
    err = capsys.readouterr().err
    assert "no op or block is called `Xyzzy`" in err
    assert "conv2d" not in err
    assert err.endswith("mended 3 mistakes in 1 file, 1 remains\n")


def test_diff_writes_nothing_and_is_a_patch(file: Path, capsys: Capture) -> None:
    assert run(["check", "bad.yaml", "--diff"]) == 1
    assert file.read_text() == BAD
    out, err = capsys.readouterr()
    assert err == "would mend 4 mistakes in 1 file\n"
    subprocess.run(["patch", "-p0", "-s"], input=out, text=True, check=True, cwd=file.parent)
    assert file.read_text() == MENDED
    assert run(["check", "bad.yaml", "--diff"]) == 0
    assert capsys.readouterr() == ("", "")


def test_diff_says_that_there_is_nothing_to_mend(file: Path, capsys: Capture) -> None:
    file.write_text(MENDED.replace("ReLU", "Xyzzy"))
    assert run(["check", "bad.yaml", "--diff"]) == 1
    assert capsys.readouterr() == ("", "would mend nothing, 1 remains\n")


@pytest.mark.parametrize("newline", ["\r\n", "\n"])
@pytest.mark.parametrize("mark", [b"\xef\xbb\xbf", b""])
@pytest.mark.parametrize("end", ["", "\n"])
def test_line_ends_and_byte_order_mark_stay(
    file: Path, newline: str, mark: bytes, end: str, capsys: Capture
) -> None:
    before, after = ((text.rstrip() + end).replace("\n", newline) for text in (BAD, MENDED))
    file.write_bytes(mark + before.encode())
    assert run(["check", "bad.yaml", "--diff"]) == 1
    patch = capsys.readouterr().out
    assert ("\\ No newline at end of file" in patch) == (end == "")
    assert run(["check", "bad.yaml", "--fix"]) == 0
    assert file.read_bytes() == mark + after.encode()


def test_the_file_behind_a_link_is_changed_and_keeps_its_mode(file: Path) -> None:
    file.chmod(0o640)
    link = file.with_name("link.yaml")
    link.symlink_to(file)
    assert run(["check", "link.yaml", "bad.yaml", "--fix"]) == 0
    assert link.is_symlink()
    assert file.read_text() == MENDED
    assert stat.S_IMODE(file.stat().st_mode) == 0o640


def test_a_base_is_mended_through_what_extends_it(file: Path, capsys: Capture) -> None:
    file.with_name("one.yaml").write_text("extends: bad.yaml\nlayers: {act: relu}\n")
    file.with_name("two.yaml").write_text("extends: ./bad.yaml\n")
    assert run(["check", "one.yaml", "two.yaml", "--fix"]) == 0
    assert file.read_text() == MENDED
    assert file.with_name("one.yaml").read_text() == "extends: bad.yaml\nlayers: {act: ReLU}\n"
    assert capsys.readouterr().err == "mended 5 mistakes in 2 files\n"


def test_a_variant_changes_what_the_base_gave(file: Path) -> None:
    file.with_name("base.yaml").write_text(MENDED)
    one = file.with_name("one.yaml")
    one.write_text("extends: base.yaml\nlayers: {conv: {out_channel: 4, kernel_siz: 1}}\n")
    assert run(["check", "one.yaml", "--fix"]) == 0
    assert "{conv: {out_channels: 4, kernel_size: 1}}" in one.read_text()
    assert file.with_name("base.yaml").read_text() == MENDED


def test_what_stands_in_the_mapping_already_is_not_written_again(file: Path) -> None:
    text = "name: a\ninput: [N, 8]\nlayers: {a: {op: Linear, out_features: 3, out_featurs: 4}}\n"
    file.write_text(text)
    assert run(["check", "bad.yaml", "--fix", "--suggested"]) == 1
    assert file.read_text() == text


def test_the_installed_zoo_is_never_changed(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setattr(zoo, "zoo_root", lambda: file.parent)
    monkeypatch.setattr(zoo, "is_installed", lambda: True)
    assert run(["check", "bad.yaml", "--fix"]) == 1
    assert file.read_text() == BAD
    assert "--fix" not in capsys.readouterr().err


def test_what_is_only_likely_needs_asking(file: Path, capsys: Capture) -> None:
    text = (
        "name: a\ninput: [N, 3, 8, 8]\nlayers:\n  conv_a: ReLU\n  out: {op: GELU, from: conv_b}\n"
    )
    file.write_text(text)
    assert run(["check", "bad.yaml", "--fix"]) == 1
    assert file.read_text() == text
    assert "1 may be mended by `archc check --fix --suggested`" in capsys.readouterr().err
    assert run(["check", "bad.yaml", "--fix", "--suggested"]) == 0
    assert "from: conv_a" in file.read_text()


@pytest.mark.parametrize(
    "options", [["--watch", "--fix"], ["--watch", "--diff"], ["--suggested"]], ids=" ".join
)
def test_options_that_do_not_go_together(file: Path, options: list[str]) -> None:
    assert run(["check", "bad.yaml", *options]) == 2
    assert file.read_text() == BAD


def test_a_set_value_is_no_file(file: Path, capsys: Capture) -> None:
    file.write_text("name: a\nparams: {act: {type: op, default: ReLU}}\n" + MENDED[7:].replace(
        "name: tiny\n", "").replace("act: ReLU", "act: $act"))  # fmt: skip
    assert run(["check", "bad.yaml", "--fix", "--set", "act=RELU"]) == 1
    assert "no op or block is called `RELU`" in capsys.readouterr().err


def _edit(line: int, start: int, end: int, text: str = "x") -> Edit:
    return Edit(Span("a", line, start, line, end), text)


def test_fixes_that_touch_are_made_one_after_the_other() -> None:
    one, same = Fix((_edit(1, 1, 3),), "one"), Fix((_edit(1, 1, 3),), "same")
    overlaps, meets = Fix((_edit(1, 2, 5),), "overlaps"), Fix((_edit(1, 3, 4),), "meets")
    apart = Fix((_edit(1, 5, 6), _edit(2, 1, 1)), "apart")
    assert compatible([one, same, overlaps, meets, apart]) == (one, apart)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_edits_in_any_order_on_any_line(end: str) -> None:
    text = end.join(["ab", "卷cd", "", "e"])
    edits = [
        _edit(2, 2, 3, "C"),
        _edit(1, 1, 1, "<"),
        _edit(4, 2, 2, ">"),
        Edit(Span("a", 2, 4, 4, 1), ""),
        _edit(2, 2, 3, "C"),
    ]
    assert apply(text, edits) == f"<ab{end}卷Cde>"
