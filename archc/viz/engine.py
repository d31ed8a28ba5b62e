"""The programs that lay a diagram out: which there are, in what order, and how they are run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from importlib.util import find_spec
from pathlib import Path

from msgspec import Struct

from archc.viz.theme import FONT, SAME

NAMES = ("graphviz-pure", "dot", "pygraphviz", "archc")
"""The engines by name, best first: the wheel's program, the system's, a library, our own pen."""
VARIABLE = "ARCHC_DOT"
SECONDS = 120
"""How long a layout may take."""


class DrawingError(Exception):
    """A diagram cannot be drawn as asked: no program, an unknown one, or one that failed."""


class DrawingWarning(UserWarning):
    """A diagram can be drawn as asked, but not well."""


class Program(Struct, frozen=True):
    """A program that understands `dot`'s options, and the words that start it."""

    name: str
    command: tuple[str, ...]

    def run(self, text: str, form: str, *options: str) -> bytes:
        """Lay out DOT text and write it in a format: `svg`, `png`, `pdf`, `json0`.

        Raises DrawingError if the program fails.
        """
        try:
            done = subprocess.run(
                [*self.command, f"-T{form}", *options],
                input=text.replace(f'fontname="{FONT}"', f'fontname="{SAME}"').encode(),
                capture_output=True,
                timeout=SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise DrawingError(
                f"{self.name} took longer than {SECONDS} s; try a lower level"
            ) from None
        except OSError as problem:
            raise DrawingError(f"{self.name} cannot be run: {problem}") from None
        if done.returncode or not done.stdout:
            raise DrawingError(f"{self.name} failed: {_complaint(done.stderr, done.returncode)}")
        return done.stdout


def _complaint(stderr: bytes, code: int) -> str:
    """The first line that speaks of an error, else the last one, else the exit code."""
    lines = stderr.decode(errors="replace").strip().splitlines()
    errors = [line for line in lines if "error" in line.lower()]
    return (errors or lines[-1:] or [f"exit code {code}"])[0]


def programs(engine: str | None = None) -> tuple[Program, ...]:
    """The programs to try, best first; none where our own layout was asked for.

    `engine` is a name of `NAMES` or a program's path; unset, `$ARCHC_DOT` says. Raises DrawingError
    if one was asked for and is not there.
    """
    name = asked(engine)
    if name == "archc":
        return ()
    if name:
        found = _find(name)
        if found is None:
            raise DrawingError(f"there is no program `{name}`; the engines are {', '.join(NAMES)}")
        return (Program(name, found),)
    known = ((name, _find(name)) for name in NAMES[:-1])
    return tuple(Program(name, command) for name, command in known if command)


def asked(engine: str | None = None) -> str:
    """The engine that was asked for, or nothing."""
    return engine or os.environ.get(VARIABLE, "")


def _find(name: str) -> tuple[str, ...] | None:
    """What starts a program; None if there is none."""
    if name == "pygraphviz":
        there = find_spec(name) is not None
        return (sys.executable, "-m", "archc.viz.agraph") if there else None
    path = _path(name)
    return (path,) if path else None


def _path(name: str) -> str | None:
    """Beside the interpreter's other scripts, then on the `PATH`. A path is taken as it is."""
    if os.sep in name:
        return shutil.which(name)
    folders = dict.fromkeys((str(Path(sys.executable).parent), sysconfig.get_path("scripts")))
    inside = shutil.which(name, path=os.pathsep.join(folders))
    return inside or shutil.which(name)
