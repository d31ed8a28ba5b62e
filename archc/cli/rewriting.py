"""Changing files that are the user's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.cli.usage import UsageError

if TYPE_CHECKING:
    from pathlib import Path


def rewrite(file: Path, text: str) -> None:
    """Write the file that the name leads to, in one go, as accessible as it was."""
    from archc.backends.files import write_atomic

    real = file.resolve()
    try:
        mode = real.stat().st_mode
        write_atomic(real, text)
        real.chmod(mode)
    except OSError as error:
        raise UsageError(f"cannot write {file}: {error.strerror}") from None
