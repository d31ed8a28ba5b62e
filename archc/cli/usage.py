"""Wrong use of the command line, and how it is told."""

from __future__ import annotations

import argparse
import re
from typing import TYPE_CHECKING, NoReturn

from archc.diag.diagnostic import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_UNKNOWN = re.compile(r"unrecognized arguments: (\S+)")
_REQUIRED = "the following arguments are required"
_NUMBER = re.compile(r"--?$|-\.?\d")
"""What begins with `-` and is no option."""


class UsageError(Exception):
    """The command was used wrongly: exit code 2."""

    def __init__(self, message: str, help: str = "", excerpt: str = "") -> None:
        """Say what is wrong and, where there is one, the way out; `excerpt` shows the place."""
        super().__init__(message)
        self.help = help
        self.excerpt = excerpt

    def report(self) -> str:
        """All of it as lines for standard error."""
        lines = [f"error: {self}", *([self.excerpt] if self.excerpt else [])]
        lines += [f"  = help: {self.help}"] if self.help else []
        return "\n".join(lines)


class Parser(argparse.ArgumentParser):
    """A parser that raises `UsageError` and knows which option may have been meant."""

    given: Sequence[str] = ()

    def parse(self, arguments: Sequence[str]) -> argparse.Namespace:
        """Read the arguments of a command."""
        self.given = arguments
        return self.parse_args(arguments)

    def error(self, message: str) -> NoReturn:
        """Raise instead of leaving the process. What lacks is told with the call in full."""
        found, known = _UNKNOWN.match(message), self._option_strings()
        meant, listed = did_you_mean(found[1], known) if found else "", self._listed()
        if message.startswith(_REQUIRED):
            listed = f"write `{self._shortest()}`; {listed}"
            strange = next((name for name in map(_name, self._options()) if name not in known), "")
            message = f"unrecognized arguments: {strange}" if strange else message
            meant = did_you_mean(strange, known)
        raise UsageError(message, meant or listed)

    def _listed(self) -> str:
        return f"`{self.prog} --help` lists the options"

    def _options(self) -> Iterable[str]:
        """The arguments that look like options."""
        return (word for word in self.given if word.startswith("-") and not _NUMBER.match(word))

    def _shortest(self) -> str:
        """The command with all that it cannot do without: its places, then options."""
        places = [action for action in self._actions if not action.option_strings]
        options = [a for a in self._actions if a.option_strings and a.required]
        return " ".join([self.prog, *map(_written, (*places, *options))])

    def _option_strings(self) -> list[str]:
        return [name for action in self._actions for name in action.option_strings]


def _written(action: argparse.Action) -> str:
    """One argument as a call has it: `FILE`, `--from NAME`, `[B]` where it may be left out."""
    text = " ".join([*action.option_strings[:1], str(action.metavar or action.dest)])
    return text if action.required else f"[{text}]"


def _name(option: str) -> str:
    """An option without the value that is joined to it."""
    return option.partition("=")[0]
