"""Waiting for files to change, and `archc check --watch` as a process of its own."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest

from archc.cli import main, watching
from archc.cli.watching import changes

GOOD = "name: tiny\ninput: [N, 3, 8, 8]\nlayers: {act: ReLU}\n"
Act = Callable[[Path], object]


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "EVERY", 0.01)
    monkeypatch.setattr(watching, "SETTLED", 0.02)


@contextmanager
def soon(act: Callable[[], object]) -> Iterator[None]:
    """Do something while the body waits."""
    timer = threading.Timer(0.05, act)
    timer.start()
    yield
    timer.join()


def _replace(file: Path) -> None:
    beside = file.with_name("beside")
    beside.write_text("other")
    beside.replace(file)


def _save_as_editors_do(file: Path) -> None:
    """Move the old file away, write the new one, remove the old one."""
    away = file.rename(file.with_name("a.yaml~"))
    file.write_text("other")
    away.unlink()


@pytest.mark.parametrize(
    "act",
    [
        lambda file: file.write_text("longer than before"),
        lambda file: os.utime(file, (1, 1)),
        Path.unlink,
        _replace,
        _save_as_editors_do,
    ],
)
def test_a_change_is_told_once(tmp_path: Path, act: Act) -> None:
    file, other = tmp_path / "a.yaml", tmp_path / "b.yaml"
    file.write_text("text")
    other.write_text("text")
    news = changes(lambda: [file, other])
    with soon(lambda: act(file)):
        assert next(news) == (file,)
    with soon(lambda: other.write_text("more text")):
        assert next(news) == (other,)


def test_a_file_that_was_missing_is_a_change(tmp_path: Path) -> None:
    news = changes(lambda: [tmp_path / "a.yaml", Path("no\0name")])
    with soon(lambda: (tmp_path / "a.yaml").write_text("text")):
        assert next(news) == (tmp_path / "a.yaml",)


def test_a_new_file_of_a_folder_is_a_change(tmp_path: Path) -> None:
    news = changes(lambda: tmp_path.glob("*.yaml"))
    with soon(lambda: (tmp_path / "a.yaml").write_text("text")):
        assert next(news) == (tmp_path / "a.yaml",)


def test_what_changes_between_two_turns_is_not_lost(tmp_path: Path) -> None:
    first, second = tmp_path / "a.yaml", tmp_path / "b.yaml"
    first.write_text("text")
    second.write_text("text")
    os.utime(second, (1, 1))
    files = [first]
    news = changes(lambda: files)
    first.write_text("more text")
    assert next(news) == (first,)
    files.append(second)
    second.write_text("more text")
    assert next(news) == (second,)


def test_a_name_that_is_new_is_no_change(tmp_path: Path) -> None:
    first, second = tmp_path / "a.yaml", tmp_path / "b.yaml"
    first.write_text("text")
    second.write_text("text")
    os.utime(second, (1, 1))
    files = [first]
    news = changes(lambda: files)
    files.append(second)
    with soon(lambda: first.write_text("more text")):
        assert next(news) == (first,)


def test_a_file_that_is_put_back_as_it_was_is_no_change(tmp_path: Path) -> None:
    file, away = tmp_path / "a.yaml", tmp_path / "away"
    file.write_text("text")
    news = changes(lambda: [file])

    def act() -> None:
        file.rename(away).rename(file)
        time.sleep(0.05)
        file.write_text("more text")

    with soon(act):
        assert next(news) == (file,)
    assert file.read_text() == "more text"


def test_a_file_that_never_rests_is_told_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "PATIENCE", 0.2)
    file = tmp_path / "a.yaml"
    stop = threading.Event()

    def act() -> None:
        while not stop.wait(0.005):
            with file.open("a") as log:
                log.write("x")

    news = changes(lambda: [file])
    with soon(act):
        assert next(news) == (file,)
        stop.set()


HEEDING_CTRL_C = """
import signal, sys
from archc.cli.main import run
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.exit(run())
"""
"""`archc`; what the background of a script starts would ignore Ctrl-C otherwise."""


class Watching:
    """A running `archc check ... --watch`."""

    def __init__(self, folder: Path, *specs: str) -> None:
        root = str(Path(main.__file__).parents[2])
        self.process = subprocess.Popen(
            [sys.executable, "-c", HEEDING_CTRL_C, "check", *specs, "--watch"],
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "PYTHONPATH": root, "PYTHONUNBUFFERED": "1"},
        )
        self.limit = threading.Timer(120, self.process.kill)
        self.limit.start()

    def turn(self) -> str:
        """What the next turn printed."""
        output: IO[str] | None = self.process.stdout
        assert output is not None
        lines: list[str] = []
        for line in output:
            if line.startswith("checked at"):
                return "".join(lines)
            lines.append(line)
        raise AssertionError("".join(lines))


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Callable[..., Watching]]:
    running: list[Watching] = []

    def start(*specs: str) -> Watching:
        running.append(Watching(tmp_path, *specs))
        return running[-1]

    yield start
    for each in running:
        each.limit.cancel()
        each.process.kill()
        each.process.__exit__(None, None, None)


def test_check_watch(tmp_path: Path, watch: Callable[..., Watching]) -> None:
    base, mine = tmp_path / "base.yaml", tmp_path / "mine.yaml"
    mine.write_text("name: mine\nextends: base.yaml\n")
    running = watch("mine.yaml")
    assert "there is no file `base.yaml`" in running.turn()
    base.write_text(GOOD)
    assert "mine: ok" in running.turn()
    base.write_text(GOOD.replace("ReLU", "RLU"))
    assert "did you mean `ReLU`?" in running.turn()
    mine.unlink()
    assert "error: no such file: mine.yaml" in running.turn()
    shutil.copy(base, mine)
    assert "did you mean `ReLU`?" in running.turn()
    running.process.send_signal(signal.SIGINT)
    assert running.process.wait() == 130
    assert running.process.stdout is not None
    assert running.process.stdout.read() == ""


def test_check_watch_sees_new_files_of_a_folder(
    tmp_path: Path, watch: Callable[..., Watching]
) -> None:
    (tmp_path / "good.yaml").write_text(GOOD)
    running = watch(".")
    assert "good.yaml: ok" in running.turn()
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "more.yaml").write_text(GOOD)
    assert "more.yaml: ok" in running.turn()


def test_what_is_wrong_with_the_command_ends_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["check", "no-such-file.yaml", "--watch"]) == 2
    assert "no such file" in capsys.readouterr().err
