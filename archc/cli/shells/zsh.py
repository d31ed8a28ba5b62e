"""Completion in zsh: the script is evaluated after `compinit`, or lies as `_archc` in `fpath`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archc.cli.shells.model import Command, Option, Takes

_HEAD = """\
#compdef archc
# zsh completion for archc. For this shell, after compinit: eval "$(archc completion zsh)"

_archc_specs() {
    _alternative "zoo:network of the zoo:($1)" 'files:spec:_files -g "*.(yaml|yml)(-.)"'
}

_archc() {
    local curcontext="$curcontext" state line
    _arguments -C '1: :->command' '*:: :->rest'
    if [[ $state == command ]]; then
        local -a commands=(
"""


def write(commands: Sequence[Command]) -> str:
    """The script."""
    return "\n".join([_HEAD + "\n".join(_body(commands)), ""])


def _body(commands: Sequence[Command]) -> Iterator[str]:
    for command in commands:
        yield f"            {_quote(f'{command.name}:{command.help}')}"
    yield "        )"
    yield "        _describe command commands"
    yield "        return"
    yield "    fi"
    yield "    case $words[1] in"
    for command in commands:
        yield f"        {command.name})"
        yield "            _arguments -s \\"
        yield from (f"                {spec} \\" for spec in map(_option, command.options))
        yield f"                {_rest(command)}"
        yield "            ;;"
    yield "    esac"
    yield "}"
    yield 'if [[ $funcstack[1] == _archc ]]; then _archc "$@"; else compdef _archc archc; fi'


def _option(option: Option) -> str:
    names, shown = option.names, f"[{_escaped(option.help, '[]:')}]"
    if option.takes:
        # the value may stand behind `=`, and right behind a short name
        names = tuple(f"{name}=" if name.startswith("--") else f"{name}+" for name in names)
    takes = f":{_escaped(option.metavar, ':')}:{_action(option.takes)}" if option.takes else ""
    star = "*" if option.again else ""
    if len(names) == 1:
        return _quote(f"{star}{names[0]}{shown}{takes}")
    excluded = "" if option.again else f"({' '.join(option.names)})"
    return f"{_quote(star + excluded)}{{{','.join(names)}}}{_quote(shown + takes)}"


def _rest(command: Command) -> str:
    if command.takes is None:
        return "':'"
    return _quote(f"*:{_escaped(command.metavar, ':')}:{_action(command.takes)}")


def _action(takes: Takes | None) -> str:
    words = " ".join(takes.words) if takes else ""
    match takes.kind if takes else "nothing":
        case "words":
            return f"({words})"
        case "specs":
            return f'{{_archc_specs "{words}"}}'
        case "yaml":
            return '_files -g "*.(yaml|yml)(-.)"'
        case "files":
            return "_files"
        case "folders":
            return "_files -/"
        case _:
            return " "


def _escaped(text: str, special: str) -> str:
    for char in f"\\{special}":
        text = text.replace(char, f"\\{char}")
    return text


def _quote(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
