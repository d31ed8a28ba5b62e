"""What can be completed: commands, their options, and what an option or a place takes.

Everything is read off the commands' own parsers. What an argument takes follows from its choices or
from its metavar, which is the same word for the same thing in every command.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Literal, TypeAlias

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Kind: TypeAlias = Literal["words", "specs", "yaml", "files", "folders", "nothing"]


class Takes(Struct, frozen=True):
    """What may be typed at a place: some words, specs (zoo names and .yaml files), files, ..."""

    kind: Kind
    words: tuple[str, ...] = ()


class Option(Struct, frozen=True):
    """An option by all its names; `takes` is None for a switch."""

    names: tuple[str, ...]
    help: str
    takes: Takes | None = None
    metavar: str = ""
    again: bool = False
    """Whether it may be given several times."""


class Command(Struct, frozen=True):
    """A command, its options, and what stands at its other places."""

    name: str
    help: str
    options: tuple[Option, ...]
    takes: Takes | None
    metavar: str = ""


def read(name: str, help: str, parser: argparse.ArgumentParser) -> Command:
    """A command as its parser declares it."""
    known = metavars()
    actions = _actions(parser)
    places = [action for action in actions if not action.option_strings]
    first = places[0] if places else None
    return Command(
        name,
        help,
        tuple(_option(action, known) for action in actions if action.option_strings),
        _takes(first, known) if first else None,
        _metavar(first) if first else "",
    )


def _actions(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    """The arguments of a parser, in order. argparse has no public way to ask."""
    return parser._actions


def _option(action: argparse.Action, known: Mapping[str, Takes]) -> Option:
    again = isinstance(action, argparse._AppendAction)
    takes = None if action.nargs == 0 else _takes(action, known)
    return Option(tuple(action.option_strings), action.help or "", takes, _metavar(action), again)


def _metavar(action: argparse.Action) -> str:
    return str(action.metavar or action.dest.upper())


def _takes(action: argparse.Action, known: Mapping[str, Takes]) -> Takes:
    if action.choices is not None:
        return Takes("words", tuple(map(str, action.choices)))
    if action.metavar == "FILE" and not action.option_strings:
        return Takes("yaml")
    return known.get(_metavar(action), Takes("files"))


def metavars() -> dict[str, Takes]:
    """What each metavar stands for. A test holds that none is left out."""
    from archc import ops
    from archc.cli.artefacts import ENDINGS
    from archc.diag import codes
    from archc.spec import zoo

    zoo_names = (*zoo.names(), *zoo.libraries())
    return {
        **dict.fromkeys(("SPEC", "A", "B"), Takes("specs", zoo_names)),
        "NAME": Takes("words", zoo_names),
        "CODE": Takes("words", tuple(codes.ALL)),
        "OP": Takes("words", ops.names()),
        "KIND,...": Takes("words", tuple(ENDINGS)),
        "D": Takes("words", ("cpu", "cuda", "mps", "meta")),
        "E": Takes("words", ("graphviz-pure", "dot", "pygraphviz", "archc")),
        "FILE": Takes("files"),
        "MODULE": Takes("files"),
        "DIR": Takes("folders"),
        **dict.fromkeys(("NAME=VALUE", "H=256", "N", "S", "MIB", "WxH"), Takes("nothing")),
    }


def switches(command: Command) -> Iterator[str]:
    """Every way to begin an option of a command."""
    for option in command.options:
        yield from option.names
