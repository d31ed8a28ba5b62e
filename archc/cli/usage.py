"""Wrong use of the command line, and how it is told."""

from __future__ import annotations

import argparse
import re
from typing import TYPE_CHECKING, NoReturn

from archc.diag.diagnostic import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable

_UNKNOWN = re.compile(r"unrecognized arguments: (\S+)")


class UsageError(Exception):
    """The command was used wrongly: exit code 2."""

    def __init__(self, message: str, help: str = "") -> None:
        """Say what is wrong and, where there is one, the way out."""
        super().__init__(message)
        self.help = help

    def report(self) -> str:
        """Both as lines for standard error."""
        lines = [f"error: {self}", *([f"  = help: {self.help}"] if self.help else [])]
        return "\n".join(lines)


class Parser(argparse.ArgumentParser):
    """A parser that raises `UsageError` and knows which option may have been meant."""

    def error(self, message: str) -> NoReturn:
        """Raise instead of leaving the process."""
        found = _UNKNOWN.match(message)
        meant = did_you_mean(found[1], self._option_strings()) if found else ""
        raise UsageError(message, meant or f"`{self.prog} --help` lists the options")

    def _option_strings(self) -> Iterable[str]:
        return [name for action in self._actions for name in action.option_strings]
