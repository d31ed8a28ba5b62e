"""Files that are whole or not there at all."""

from __future__ import annotations

import os
import secrets
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A file beside `path` to write to, put in its place at the end; on an error `path` stays.

    Raises OSError. The folder is made if it is missing.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name[:100]}.{secrets.token_hex(4)}{path.suffix[:20]}")
    with _raising_interrupts():
        yield from _replacing(path, beside)


def _replacing(path: Path, beside: Path) -> Iterator[Path]:
    try:
        os.close(os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        yield beside
        _sync(beside, os.O_RDWR)
        beside.chmod(0o666 & ~_umask())
        beside.replace(path)
        _sync(path.parent, os.O_RDONLY)
    finally:
        beside.unlink(missing_ok=True)


@contextmanager
def _raising_interrupts() -> Iterator[None]:
    """Ctrl-C is an exception inside, so that nothing is left behind, whatever it does outside."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def write_atomic(path: Path, content: str | bytes) -> None:
    """Write a file as a whole: readers see the old one or the new one. Text is UTF-8."""
    data = content.encode() if isinstance(content, str) else content
    with replacing(path) as beside:
        beside.write_bytes(data)


def _sync(path: Path, flags: int) -> None:
    """Bring what is written to the disk; a folder cannot be opened everywhere."""
    try:
        handle = os.open(path, flags)
    except OSError:
        return
    try:
        os.fsync(handle)
    except OSError:
        pass
    finally:
        os.close(handle)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
