"""Scripts with which a shell completes archc's commands, made of what the commands declare."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from archc.cli.shells.model import Command

Shell: TypeAlias = Literal["bash", "zsh", "fish"]
SHELLS: tuple[Shell, ...] = get_args(Shell)


def script(shell: Shell, commands: Sequence[Command]) -> str:
    """The script for a shell."""
    from importlib import import_module

    write: Callable[[Sequence[Command]], str] = import_module(f"archc.cli.shells.{shell}").write
    return write(commands)
