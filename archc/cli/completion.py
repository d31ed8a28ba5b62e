"""`archc completion`."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from archc.cli.console import say
from archc.cli.shells import SHELLS

if TYPE_CHECKING:
    import argparse

    from archc.cli.shells import Shell

EPILOG = """\
For one shell, or in its start-up file for all:
  eval "$(archc completion bash)"            in ~/.bashrc
  eval "$(archc completion zsh)"             in ~/.zshrc, after compinit
  archc completion fish | source             in ~/.config/fish/config.fish

The script holds the commands, options and names of the zoo as they are now; completing starts no
Python.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The shell."""
    parser.add_argument("shell", metavar="SHELL", choices=SHELLS, help=f"{', '.join(SHELLS)}")


def run(arguments: argparse.Namespace) -> int:
    """Print the script."""
    from archc.cli.main import COMMANDS, parser_of
    from archc.cli.shells import script
    from archc.cli.shells.model import read

    commands = [read(name, text, parser_of(name)[0]) for name, text in COMMANDS.items()]
    say(script(cast("Shell", arguments.shell), commands).rstrip("\n"))
    return 0
