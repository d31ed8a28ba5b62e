"""Opening files: the one on the command line, and those that a spec names, which are kept in check.

A spec may come from anywhere, so a path inside it is relative, stays inside the project whatever
links lead to, and names YAML. Only regular files are opened, so that a pipe does not hang.
"""

from __future__ import annotations

import os
import stat
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from archc.diag import codes
from archc.diag.diagnostic import nearest
from archc.diag.source import Source
from archc.spec.limits import MIB, current, way_out

if TYPE_CHECKING:
    from archc.diag.codes import Code

MAX_LINES = 500_000
"""Lines of one file."""
MAX_SIBLINGS = 500
"""Files of a folder that are looked at for a name that may be meant."""
ROOT_MARKS = (".git", "pyproject.toml", "archc.toml")
"""A folder that holds one of these is the root of a project."""
SUFFIXES = (".yaml", ".yml")


class FileProblem(Exception):  # noqa: N818 (shown to users as a diagnostic, not as an exception)
    """A file cannot be used."""

    def __init__(self, code: Code, message: str, help: str = "") -> None:
        """Say why, and what to do about it."""
        super().__init__(message)
        self.code = code
        self.message = message
        self.help = help


def read(path: Path, inside: Path | None = None) -> Source:
    """The text of a file: UTF-8 with or without a byte-order mark. Raises `FileProblem`.

    What a spec names stays `inside` a folder also if a link has changed since it was resolved.
    """
    try:
        content = _content(path, inside)
    except FileNotFoundError:
        raise _missing(path) from None
    except (OSError, ValueError) as problem:
        reason = getattr(problem, "strerror", None) or str(problem)
        raise FileProblem(codes.FILE_MISSING, f"cannot read `{path}`: {reason}") from None
    if content.count(b"\n") + content.count(b"\r") > MAX_LINES:
        message = f"`{path}` has more than {MAX_LINES:,} lines"
        raise FileProblem(codes.TOO_LARGE, message)
    try:
        return Source(str(path), content.decode("utf-8-sig"))
    except UnicodeDecodeError as problem:
        raise _not_text(path, content, problem.start) from None


def _not_text(path: Path, content: bytes, at: int) -> FileProblem:
    """The complaint about bytes that are no UTF-8 from `at` on."""
    utf16 = content[:2] in {b"\xff\xfe", b"\xfe\xff"}
    if b"\0" in content[:1024] and not utf16:
        return FileProblem(codes.NOT_UTF8, f"`{path}` is not text", "a spec is a YAML file")
    found = "it looks like UTF-16" if utf16 else f"byte {at} does not fit"
    return FileProblem(
        codes.NOT_UTF8, f"`{path}` is not UTF-8 text: {found}", "save the file as UTF-8"
    )


def _content(path: Path, inside: Path | None) -> bytes:
    # a pipe without a writer blocks in `open`, but not with O_NONBLOCK, which Windows lacks
    most = current().file_size
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags), "rb") as file:
        kind = os.fstat(file.fileno())
        if stat.S_ISDIR(kind.st_mode):
            raise FileProblem(codes.FILE_MISSING, f"`{path}` is a folder, not a file")
        if not stat.S_ISREG(kind.st_mode):
            raise FileProblem(codes.FILE_MISSING, f"`{path}` is not a regular file")
        if inside is not None and not _is_inside(kind, path, inside):
            raise FileProblem(codes.FILE_OUTSIDE, f"`{path}` was replaced while it was read")
        content = file.read(most * MIB + 1)
    if len(content) > most * MIB:
        message = f"`{path}` is larger than {most} MiB"
        raise FileProblem(codes.TOO_LARGE, message, way_out("file_size"))
    return content


def _is_inside(opened: os.stat_result, path: Path, folder: Path) -> bool:
    """Whether the file that was opened is the one at `path`, and that one is in the folder."""
    real = path.resolve()
    return real.is_relative_to(folder.resolve()) and os.path.samestat(opened, real.lstat())


def _missing(path: Path) -> FileProblem:
    return FileProblem(codes.FILE_MISSING, f"there is no file `{path}`", meant(path))


def meant(path: Path) -> str:
    """The file of the same folder that may be meant, as a sentence. Endings count for nothing."""
    stems = {Path(name).stem: name for name in siblings(path)}
    near = nearest(path.stem, stems)
    return f"did you mean `{stems[near]}`?" if near else ""


def siblings(path: Path) -> list[str]:
    """The names of the YAML files in the folder of a path."""
    try:
        with os.scandir(path.parent) as entries:
            names = [entry.name for entry in islice(entries, MAX_SIBLINGS)]
    except OSError:
        return []
    return [name for name in names if name.endswith(SUFFIXES)]


def resolve(base: Path, root: Path, ref: str) -> Path:
    """The file that `ref` names in a spec in the folder `base` of the project at `root`.

    Raises `FileProblem` for a path that leaves the project, through links too, or does not exist.
    """
    _check_form(ref)
    try:
        real, inside = (base / ref).resolve(), root.resolve()
        there = real.exists()
    except (OSError, RuntimeError, ValueError) as problem:
        reason = getattr(problem, "strerror", None) or "it cannot be followed"
        message = f"the path `{_short(ref)}` does not work: {reason}"
        raise FileProblem(codes.FILE_MISSING, message) from None
    if not real.is_relative_to(inside):
        message = f"the path `{ref}` leads out of the project"
        advice = f"the project is the folder `{inside.name}`; a file inside it can be named"
        raise FileProblem(codes.FILE_OUTSIDE, message, advice)
    if real.suffix not in SUFFIXES:
        raise _not_yaml(ref)
    if not there:
        raise FileProblem(codes.FILE_MISSING, f"there is no file `{ref}`", meant(real))
    # the way it was written is what people want to see, unless links make it mean another file
    plain = Path(os.path.normpath(base / ref))
    return plain if plain.resolve() == real else real


def _check_form(ref: str) -> None:
    """Refuse what is not a plain relative path to a YAML file."""
    if not ref or not ref.isprintable():
        raise FileProblem(codes.FILE_MISSING, f"the path {_short(repr(ref))} is not a file's name")
    if ref.startswith(("/", "~")) or "\\" in ref or ":" in ref:
        message = f"the path `{_short(ref)}` is not relative to this file"
        advice = "write it as `folder/name.yaml`, without drive, scheme, `~` or `\\`"
        raise FileProblem(codes.FILE_OUTSIDE, message, advice)
    if not ref.endswith(SUFFIXES):
        raise _not_yaml(ref)


def _not_yaml(ref: str) -> FileProblem:
    message = f"the path `{_short(ref)}` does not name a `.yaml` file"
    return FileProblem(codes.FILE_OUTSIDE, message)


def _short(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:77]}..."


def project_root(path: Path) -> Path:
    """The nearest folder above a file that is marked as a project's root, else its own folder."""
    folder = path.resolve().parent
    for parent in (folder, *folder.parents):
        if any((parent / mark).exists() for mark in ROOT_MARKS):
            return parent
    return folder
