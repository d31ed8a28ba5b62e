"""Completion scripts in the shells themselves: what a Tab makes of a line that somebody types."""

from __future__ import annotations

import os
import pty
import select
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from archc.cli.main import COMMANDS, parser_of, run
from archc.cli.shells import SHELLS, script
from archc.cli.shells.model import Command, read
from archc.spec import zoo

# What is typed before a Tab, and what the line is then.
LINES = {
    "archc che": "archc check ",
    "archc check --for": "archc check --format ",
    "archc check --format gi": "archc check --format github ",
    "archc check resnet15": "archc check resnet152 ",
    "archc check d2l/ni": "archc check d2l/nin ",
    "archc check my": "archc check my-spec.yaml ",
    "archc check resnet18 my": "archc check resnet18 my-spec.yaml ",
    "archc check fold": "archc check folder/",
    "archc check folder/": "archc check folder/inner.yml ",
    "archc diff resnet18 resnet15": "archc diff resnet18 resnet152 ",
    "archc explain E0401": "archc explain E0401 ",
    "archc ops BatchNorm1": "archc ops BatchNorm1d ",
    "archc new mine.yaml --from resnet15": "archc new mine.yaml --from resnet152 ",
    "archc fmt my": "archc fmt my-spec.yaml ",
    "archc viz resnet18 --level=3": "archc viz resnet18 --level=3 ",
    "archc build resnet18 -o fold": "archc build resnet18 -o folder/",
    "archc build --weights we": "archc build --weights weights.safetensors ",
    "archc completion fi": "archc completion fish ",
    "archc check --set wid": "archc check --set wid",
}


def commands() -> list[Command]:
    return [read(name, text, parser_of(name)[0]) for name, text in COMMANDS.items()]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("completion")
    for name in ("my-spec.yaml", "my-notes.txt", "weights.safetensors", "folder/inner.yml"):
        (path / name).parent.mkdir(exist_ok=True)
        (path / name).touch()
    for shell in SHELLS:
        (path / f"script.{shell}").write_text(script(shell, commands()))
    return path


BASH = """\
bind 'set bell-style none'; source script.bash
bind -x '"\\C-t": printf %s "$READLINE_LINE" > line.new; mv line.new line'
"""
ZSH = """\
unsetopt beep; autoload -U compinit; compinit -u -D; source script.zsh
tell() { print -rn -- $BUFFER > line.new; mv line.new line }
zle -N tell; bindkey '^T' tell; bindkey '^U' kill-whole-line
"""
START = {"bash": (["bash", "--norc", "--noprofile", "-i"], BASH), "zsh": (["zsh", "-f", "-i"], ZSH)}


class Terminal:
    """A shell in a terminal of its own. Ctrl-T writes the line being typed to a file."""

    def __init__(self, shell: str, folder: Path) -> None:
        self.shell, self.line = shell, folder / "line"
        argv, start = START[shell]
        child, self.master = pty.fork()
        if not child:
            os.chdir(folder)
            os.execvpe(argv[0], argv, {**os.environ, "TERM": "dumb", "PS1": "$ "})
        self.child = child
        self.type(start)
        self.type("touch ready\n")
        self.wait_for(folder / "ready")

    def type(self, text: str) -> None:
        os.write(self.master, text.encode())

    def wait_for(self, file: Path) -> None:
        """Read what the shell prints, so that it can go on, until a file is there."""
        deadline = time.monotonic() + 60
        while not file.exists():
            assert time.monotonic() < deadline, "the shell does not answer"
            if select.select([self.master], [], [], 0.02)[0]:
                os.read(self.master, 65536)

    def complete(self, text: str) -> str:
        """The line after `text` and a Tab."""
        self.line.unlink(missing_ok=True)
        self.type(f"\x15{text}\t\x14")
        self.wait_for(self.line)
        return self.line.read_text()

    def close(self) -> None:
        os.kill(self.child, 9)
        os.waitpid(self.child, 0)
        os.close(self.master)


@pytest.fixture(scope="module", params=["bash", "zsh"])
def terminal(request: pytest.FixtureRequest, folder: Path) -> Iterator[Terminal]:
    if shutil.which(request.param) is None:
        pytest.skip(f"{request.param} is not installed")
    shell = Terminal(request.param, folder)
    yield shell
    shell.close()


@pytest.mark.parametrize("line", LINES)
def test_a_tab_in_bash_and_zsh(terminal: Terminal, line: str) -> None:
    after = LINES[line]
    if terminal.shell == "zsh" and line == "archc check --for":
        after = "archc check --format="
    assert terminal.complete(line) == after


def test_a_tab_in_fish(folder: Path, tmp_path: Path) -> None:
    if shutil.which("fish") is None:
        pytest.skip("fish is not installed")
    asked = "; ".join(f"echo '# {line}'; complete -C '{line}'" for line in LINES)
    done = subprocess.run(
        ["fish", "--no-config", "-c", f"source script.fish; {asked}"],
        cwd=folder,
        env={**os.environ, "HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)},
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stderr == ""
    proposed: dict[str, list[str]] = {}
    for row in done.stdout.splitlines():
        if row.startswith("# "):
            line = row[2:]
            proposed[line] = []
        else:
            proposed[line].append(row.split("\t")[0])
    words = {line: LINES[line][line.rindex(" ") + 1 :].rstrip() for line in LINES}
    assert proposed == {line: [] if w == "wid" else [w] for line, w in words.items()}


def bash(folder: Path, *words: str) -> set[str]:
    """All that bash proposes for the last word."""
    quoted = " ".join(f"'{word}'" for word in words)
    code = (
        f"source script.bash; COMP_WORDS=({quoted}); COMP_CWORD={len(words) - 1}; _archc;"
        ' printf "%s\\n" "${COMPREPLY[@]}"'
    )
    done = subprocess.run(
        ["bash", "-c", code], cwd=folder, check=True, capture_output=True, text=True
    )
    assert done.stderr == ""
    return set(done.stdout.split("\n")) - {""}


def test_bash_proposes_everything_there_is(folder: Path) -> None:
    assert bash(folder, "archc", "") == {*COMMANDS, "--help", "--version"}
    zoo_names = {*zoo.names(), *zoo.libraries()}
    assert bash(folder, "archc", "check", "") == {*zoo_names, "my-spec.yaml", "folder"}
    assert {"--fix", "--diff", "--watch", "-q", "--set"} <= bash(folder, "archc", "check", "-")
    assert bash(folder, "archc", "summary", "--format", "=", "") == {
        *("text", "json", "csv", "markdown")
    }
    assert bash(folder, "archc", "no-such-command", "") == set()


def test_every_option_of_every_command_is_in_every_script() -> None:
    scripts = {shell: script(shell, commands()) for shell in SHELLS}
    options = {name for command in commands() for o in command.options for name in o.names}
    for shell, text in scripts.items():
        missing = {
            name
            for name in options
            if (f"-l {name[2:]}" if shell == "fish" and name[:2] == "--" else name) not in text
            and not (shell == "fish" and f"-s {name[1:]}" in text)
        }
        assert missing == set(), shell


@pytest.mark.parametrize("shell", SHELLS)
def test_the_command_prints_the_script(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["completion", shell]) == 0
    assert capsys.readouterr().out == script(shell, commands())  # type: ignore[arg-type]
    assert run(["completion", "tcsh"]) == 2
