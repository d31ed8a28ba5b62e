"""Completion in fish, 3.0 or later."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archc.cli.shells.model import Command, Option, Takes

_HEAD = """\
# fish completion for archc. For this shell: archc completion fish | source

function __archc_yaml
    for name in (commandline -ct)*.yaml (commandline -ct)*.yml (commandline -ct)*/
        echo $name
    end
end

complete -c archc -f
"""


def write(commands: Sequence[Command]) -> str:
    """The script."""
    return "\n".join([_HEAD + "\n".join(_body(commands)), ""])


def _body(commands: Sequence[Command]) -> Iterator[str]:
    for command in commands:
        yield (
            f"complete -c archc -n __fish_use_subcommand -a {command.name}"
            f" -d {_quote(command.help)}"
        )
    for command in commands:
        seen = f"complete -c archc -n '__fish_seen_subcommand_from {command.name}'"
        yield from (f"{seen} {_option(option)}" for option in command.options)
        if command.takes:
            yield f"{seen} {_takes(command.takes)}"


def _option(option: Option) -> str:
    flags = [
        f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}" for name in option.names
    ]
    takes = [f"-r {_takes(option.takes)}"] if option.takes else []
    return " ".join([*flags, *takes, f"-d {_quote(option.help)}"])


def _takes(takes: Takes) -> str:
    words = " ".join(takes.words)
    match takes.kind:
        case "words":
            return f"-f -a {_quote(words)}"
        case "specs":
            return f"-f -a {_quote(f'{words} (__archc_yaml)')}"
        case "yaml":
            return "-f -a '(__archc_yaml)'"
        case "files":
            return "-F"
        case "folders":
            return "-f -a '(__fish_complete_directories)'"
        case _:
            return "-f"


def _quote(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
