"""Killed at any moment: files are whole or as they were, and Ctrl-C ends a command silently."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path
from random import Random

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")

WRITE = """
import sys
from pathlib import Path
from archc.backends.files import write_atomic
target = Path(sys.argv[1])
print("ready", flush=True)
turn = 0
while True:
    turn += 1
    write_atomic(target, f"{turn}\\n" * 50_000 + "end")
"""
COMMAND = """
import signal, sys
from archc import __main__ as main
signal.signal(signal.SIGINT, main._leave)
print("ready", flush=True)
sys.exit(main.run())
"""


def killed(code: str, by: signal.Signals, after: float, *arguments: str) -> tuple[int, str]:
    """Run Python, send a signal some time after it is ready; the exit code and what it said.

    The signal is sent again where nothing ends, as a person would: Python drops an interrupt that
    meets a destructor. One that meets the interpreter's own end kills the process in silence, which
    a shell tells as 130 too.
    """
    command = [sys.executable, "-c", code, *arguments]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True) as child:
        try:
            assert child.stdout is not None
            assert child.stdout.readline() == "ready\n"
            time.sleep(after)
            said = _ended(child, by)
        finally:
            child.kill()
    return 130 if child.returncode == -signal.SIGINT else child.returncode, said


def _ended(child: subprocess.Popen[str], by: signal.Signals) -> str:
    """What a process said on standard error until the signal ended it."""
    for _ in range(10):
        child.send_signal(by)
        try:
            return child.communicate(timeout=5)[1]
        except subprocess.TimeoutExpired:
            continue
    raise AssertionError(f"{by.name} does not end it")


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_file_is_whole_whenever_its_writer_dies(by: signal.Signals, tmp_path: Path) -> None:
    target, rng = tmp_path / "net.py", Random(by.value)
    target.write_text("old\nend")
    for _ in range(6):
        killed(WRITE, by, rng.uniform(0, 0.05), str(target))
        *lines, last = target.read_text().split("\n")
        assert last == "end"
        assert len(set(lines)) == 1
        assert len(lines) in {1, 50_000}
        if by is signal.SIGINT:
            assert [file.name for file in tmp_path.iterdir()] == ["net.py"]


def test_ctrl_c_is_silent_at_any_moment(tmp_path: Path) -> None:
    """Imports, reading, inference, printing: 130 and nothing said, or the command was done."""
    rng, interrupted = Random(1), 0
    for _ in range(12):
        after = rng.uniform(0.001, 0.25)
        code, said = killed(COMMAND, signal.SIGINT, after, "check", "resnet50", "densenet121")
        assert code in {0, 130}
        assert said == ""
        interrupted += code == 130
    assert interrupted > 3


def test_ctrl_c_while_writing_is_an_exception_and_then_silent(tmp_path: Path) -> None:
    """A command that is interrupted inside `write_atomic` removes what it began."""
    out = tmp_path / "figure.svg"
    for after in (0.2, 0.3, 0.4):
        code, said = killed(
            COMMAND, signal.SIGINT, after, "viz", "alexnet", "-o", str(out), "--level", "1"
        )
        assert code in {0, 130}
        assert "Traceback" not in said
        assert {file.name for file in tmp_path.iterdir()} <= {"figure.svg"}
