"""Waiting until files change, for the `--watch` of commands.

The files are looked at a few times a second. A spec involves a handful of them, so a look takes
microseconds, works on every file system and needs no library.
"""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING, NoReturn, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

EVERY = 0.2
"""Seconds between two looks."""
IDLE = 20
"""How many times longer than a look the pause after it is at least: a large folder takes long."""
SETTLED = 0.05
"""Seconds that nothing may change before a change counts: an editor saves in several steps."""
PATIENCE = 2.0
"""Seconds after which a change counts although the files still change."""

_Stamp: TypeAlias = tuple[int, int, int] | None
_Stamps: TypeAlias = "dict[Path, _Stamp]"


def repeat(
    work: Callable[[], Iterable[Path]], *, also: Callable[[], Iterable[Path]] = tuple
) -> NoReturn:
    """Do `work` now, and again whenever one of the files that it returns has changed.

    Those that `also` lists count too, and it is asked at every look. The terminal is cleared before
    each turn. Ctrl-C ends it, with `KeyboardInterrupt`.
    """
    files: list[Path] = []
    news = changes(lambda: (*files, *also()))
    while True:
        _clear()
        files[:] = work()
        sys.stdout.flush()
        sys.stderr.flush()
        next(news)


def changes(files: Callable[[], Iterable[Path]]) -> Iterator[tuple[Path, ...]]:
    """What changed, each time that some of `files()` were written, made, replaced or removed.

    It counts from the call on, and between two `next` too. `files` is asked at every look, so that
    it may list a folder; a file that need not exist may be among them. What is named for the first
    time after a change was told is taken as it is then, unless it was written since.
    """
    return _changes(files, _stamps(files()), time.time_ns())


def _changes(
    files: Callable[[], Iterable[Path]], known: _Stamps, since: int
) -> Iterator[tuple[Path, ...]]:
    while True:
        now = _stamps(files())
        fresh = {path: stamp for path, stamp in now.items() if path not in known}
        old = {path: None if stamp and stamp[0] > since else stamp for path, stamp in fresh.items()}
        known = {path: stamp for path, stamp in known.items() if path in now} | old
        pause = EVERY
        while not _differing(known, now):
            time.sleep(pause)
            started = time.monotonic()
            now = _stamps(files())
            pause = max(EVERY, IDLE * (time.monotonic() - started))
        now = _settled(files, now)
        changed = _differing(known, now)
        known, since = now, time.time_ns()
        if changed:
            yield changed


def _settled(files: Callable[[], Iterable[Path]], now: _Stamps) -> _Stamps:
    """The stamps once two looks in a row agree."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        time.sleep(SETTLED)
        before, now = now, _stamps(files())
        if now == before:
            break
    return now


def _differing(before: _Stamps, after: _Stamps) -> tuple[Path, ...]:
    paths = before.keys() | after.keys()
    return tuple(sorted(path for path in paths if before.get(path) != after.get(path)))


def _stamps(files: Iterable[Path]) -> _Stamps:
    return {path: _stamp(path) for path in files}


def _stamp(path: Path) -> _Stamp:
    """What tells one state of a file from another; None where there is no such file."""
    try:
        found = path.stat()
    except (OSError, ValueError):
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _clear() -> None:
    """Empty the terminal, where both streams go to one."""
    both = sys.stdout.isatty() and sys.stderr.isatty()
    if both and os.environ.get("TERM") != "dumb":
        sys.stdout.write("\x1b[2J\x1b[H")
        sys.stdout.flush()
