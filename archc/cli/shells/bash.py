"""Completion in bash, 3.2 or later, without the `bash-completion` package."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from archc.cli.shells.model import switches

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archc.cli.shells.model import Command, Takes

_HEAD = """\
# bash completion for archc. For this shell: eval "$(archc completion bash)"

_archc_words() {
    COMPREPLY+=($(compgen -W "$1" -- "$cur"))
}

_archc_files() {
    compopt -o filenames 2>/dev/null
    local name
    while IFS= read -r name; do
        if [[ -d $name || -z $1 || $name == *.yaml || $name == *.yml ]]; then
            COMPREPLY+=("$name")
        fi
    done < <(compgen -f -- "$cur")
}

_archc_folders() {
    compopt -o filenames 2>/dev/null
    local name
    while IFS= read -r name; do COMPREPLY+=("$name"); done < <(compgen -d -- "$cur")
}

_archc() {
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}
    # `--format=json` is three words to readline
    if [[ $cur == = ]]; then
        cur=
    elif [[ $prev == = ]]; then
        prev=${COMP_WORDS[COMP_CWORD-2]}
    fi
    COMPREPLY=()
"""


def write(commands: Sequence[Command]) -> str:
    """The script."""
    return "\n".join([_HEAD + "\n".join(_body(commands)), "}", "complete -F _archc archc", ""])


def _body(commands: Sequence[Command]) -> Iterator[str]:
    names = " ".join([*(command.name for command in commands), "--help", "--version"])
    yield "    if ((COMP_CWORD == 1)); then"
    yield f"        _archc_words {shlex.quote(names)}"
    yield "        return"
    yield "    fi"
    yield '    case "${COMP_WORDS[1]} $prev" in'
    for command in commands:
        for option in command.options:
            if option.takes:
                places = "|".join(f'"{command.name} {name}"' for name in option.names)
                yield f"        {places}) {_call(option.takes)}; return ;;"
    yield "    esac"
    yield '    case "${COMP_WORDS[1]}:$cur" in'
    for command in commands:
        words = shlex.quote(" ".join(switches(command)))
        yield f"        {command.name}:-*) _archc_words {words} ;;"
        yield f"        {command.name}:*) {_call(command.takes) if command.takes else ':'} ;;"
    yield "    esac"


def _call(takes: Takes) -> str:
    words = f"_archc_words {shlex.quote(' '.join(takes.words))}"
    match takes.kind:
        case "words":
            return words
        case "specs":
            return f"{words}; _archc_files yaml"
        case "yaml":
            return "_archc_files yaml"
        case "files":
            return "_archc_files ''"
        case "folders":
            return "_archc_folders"
        case _:
            return ":"
