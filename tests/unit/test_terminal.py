"""What a real terminal makes of our output: tmux is asked where its cursor stands."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from archc.diag.render.cells import cells, printable

pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")

# Prints each text at the start of a line and asks the terminal for the column after it.
MEASURE = """
import json, os, re, sys, termios, tty
texts, answer = json.load(open(sys.argv[1])), sys.argv[2]
terminal = os.open("/dev/tty", os.O_RDWR)
tty.setraw(terminal)
columns = []
for text in texts:
    os.write(terminal, f"\\r\\x1b[K{text}\\x1b[6n".encode())
    reply = b""
    while not reply.endswith(b"R"):
        reply += os.read(terminal, 32)
    columns.append(int(re.search(rb";(\\d+)R", reply)[1]) - 1)
with open(answer + ".new", "w") as file:
    json.dump(columns, file)
os.rename(answer + ".new", answer)
"""
TEXTS = {
    "ascii": "conv1: {op: Conv2d}",
    "han": "卷积层",
    "hangul": "합성곱",
    "kana": "カナｶﾅ",
    "full width": "\uff21\uff22\uff1a",
    "accents": "e\u0301o\u0308n",
    "accented": "éöñ",
    "arabic": "مرحبا",
    "hebrew": "שלום",
    "devanagari": "नमस्ते",
    "thai": "สวัสดี",
    "emoji": "👍🎉",
    "heart": "\u2764\ufe0f!",
    "family": "👩\u200d👧",
    "skin": "👍🏽",
    "flag": "🇩🇪",
    "keycap": "1\ufe0f\u20e3",
    "symbols": "→√∑°±①",
    "boxes": "─│┌",
    "tab": "a\tb",
    "escape": "\x1b[31mred\x1b[2J",
    "bell": "\a\b",
    "bidi": "\u202eabc\u202c\u2066x",
    "zero width": "a\u200bb\ufeffc",
    "jamo": "\u1112\u1161\u11ab",
    "soft hyphen": "a\u00adb",
    "astral": "\U0001d518\U0001d52b",
    "surrogate": "\udcff",
}


class Tmux:
    """A terminal of 80 columns and 24 lines."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, *arguments: str) -> str:
        done = subprocess.run(
            ["tmux", "-S", str(self.folder / "socket"), *arguments],
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout

    def run(self, *command: str) -> None:
        self("-u", "-f", "/dev/null", "new-session", "-d", "-x", "80", "-y", "24", *command)

    def wait_for(self, file: Path) -> None:
        deadline = time.monotonic() + 60
        while not file.exists():
            assert time.monotonic() < deadline, self("capture-pane", "-p")
            time.sleep(0.02)


@pytest.fixture
def tmux(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tmux]:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.delenv("TMUX", raising=False)
    terminal = Tmux(tmp_path)
    yield terminal
    subprocess.run(
        ["tmux", "-S", str(tmp_path / "socket"), "kill-server"], check=False, capture_output=True
    )


def test_texts_are_as_wide_as_we_count(tmux: Tmux, tmp_path: Path) -> None:
    texts, script, answer = (tmp_path / name for name in ("texts", "measure.py", "answer"))
    texts.write_text(json.dumps([printable(text) for text in TEXTS.values()]))
    script.write_text(MEASURE)
    tmux.run(sys.executable, str(script), str(texts), str(answer))
    tmux.wait_for(answer)
    measured = dict(zip(TEXTS, json.loads(answer.read_text()), strict=True))
    assert {name: cells(printable(text)) for name, text in TEXTS.items()} == measured


CONV = "{op: Conv2d, out_channels: 8"
SPEC = f"""\
name: tiny
input: [N, 3, 8, 8]
layers:
  a: {CONV}, kernel_size: 1}}  # 卷积层
  b: {CONV},\twhen: "'卷积👍e\u0301' != 'x'", kernal_size: 1}}
  c: {CONV}, when: "'\u202e\u200b' != 'x'", kernal_size: 1}}
  d: {CONV}, when: "'{"长" * 200}' != 'x'", kernal_size: 1}}
  e: ReLU
"""


def test_marks_stand_under_what_they_mean_and_no_row_wraps(tmux: Tmux, tmp_path: Path) -> None:
    spec, done = tmp_path / "spec.yaml", tmp_path / "done"
    spec.write_text(SPEC)
    command = f"{sys.executable} -m archc check spec.yaml; touch {done}; sleep 60"
    tmux.run("-y", "60", "-c", str(tmp_path), command)
    tmux.wait_for(done)
    rows = tmux("capture-pane", "-p").rstrip("\n").split("\n")
    marks = [n for n, row in enumerate(rows) if row.strip("| ^") == "" and "^^" in row]
    assert len(marks) == 3, "\n".join(rows)
    for n in marks:
        start = cells(rows[n][: rows[n].index("^")])
        above = rows[n - 1]
        column = cells(above[: above.index("kernal_size")])
        assert start == column, "\n".join(rows)
        assert rows[n].count("^") == len("kernal_size")
    assert sum(row.startswith("error[") for row in rows) == 3
    starts = ("error", " -->", "  |", "  =", "found", "3 can", "5 |", "6 |", "7 |")
    assert all(row == "" or row.startswith(starts) for row in rows), "\n".join(rows)
