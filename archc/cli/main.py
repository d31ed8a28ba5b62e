"""The command line: which command, and what its end means.

Exit codes: 0 nothing wrong, 1 the spec has errors, 2 used wrongly, 70 a bug in archc; 130 after
Ctrl-C, 141 when the reader of a pipe went away.
"""

from __future__ import annotations

import argparse
import atexit
import gc
import os
import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Protocol, TextIO, cast

from archc.cli import options
from archc.cli.usage import Parser, UsageError
from archc.diag.diagnostic import SpecError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

COMMANDS = {
    "check": "find everything wrong with specs, and say what the good ones cost",
    "build": "compile a spec to PyTorch, run it once, verify every shape, write the files",
    "summary": "a table of the network: shapes, parameters, FLOPs, receptive fields",
    "viz": "draw the network",
    "diff": "what changed between two specs, and which weights carry over",
    "list": "the zoo: the networks that come with archc",
    "show": "print the YAML of a network of the zoo",
    "new": "write a variant of a network of the zoo, ready to edit",
    "fmt": "format specs in the one canonical layout, comments kept",
    "ops": "the operators, or one operator's parameters, shape rule and example",
    "schema": "print the JSON Schema of specs, for editors",
    "explain": "what a diagnostic means, with an example and its mending",
    "completion": "print a script that completes commands and names in your shell",
}

WRONG, USAGE, BUG, INTERRUPTED, PIPE = 1, 2, 70, 130, 141


class Command(Protocol):
    """What a command's module holds."""

    EPILOG: str
    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]


def run(argv: Sequence[str] | None = None) -> int:
    """Run archc with these arguments, the process's own unless given; the exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    _start_fast()
    _never_fail_to_print(sys.stdout, sys.stderr)
    try:
        code = _dispatch(arguments)
        sys.stdout.flush()
    except UsageError as error:
        sys.stderr.write(f"{error.report()}\n")
        return USAGE
    except SpecError as error:
        sys.stderr.write(f"{error.report}\n")
        return WRONG
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else USAGE
    except BrokenPipeError:
        return _pipe_closed()
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as bug:  # noqa: BLE001 - whatever is left is our own mistake, and says so
        return _apologise(bug, arguments)
    finally:
        gc.enable()
    return code


def _start_fast() -> None:
    """Leave out what only long runs need.

    pydantic would look through every installed package for plug-ins; even with that switched
    off it imports what it would look with, `importlib.metadata`, which is a twentieth of a check.
    So the finder is one that finds none. The search for cycles in what the imports make takes as
    long again; a build switches it on. The interpreter makes a last search before it ends, which
    would be a quarter of a check: what is frozen then is left out.
    """
    finder = ModuleType("pydantic.plugin._loader")
    finder.__dict__["get_plugins"] = tuple[object, ...]
    sys.modules.setdefault(finder.__name__, finder)
    gc.disable()
    atexit.register(gc.freeze)


def _dispatch(arguments: list[str]) -> int:
    name = arguments[0] if arguments else "--help"
    if name in {"-h", "--help", "help"}:
        sys.stdout.write(_overview())
        return 0 if arguments else USAGE
    if name in {"-V", "--version"}:
        import archc

        sys.stdout.write(f"archc {archc.__version__}\n")
        return 0
    if name not in COMMANDS:
        kind = "option" if name.startswith("-") else "command"
        near = did_you_mean(name, [*COMMANDS, "--help", "--version"])
        raise UsageError(f"no such {kind}: {name}", near or "`archc --help` lists the commands")
    return _run(name, arguments[1:])


def parser_of(name: str) -> tuple[Parser, Command]:
    """The parser of a command, and the command."""
    module = f"archc.cli.{'list_' if name == 'list' else name}"
    command = cast("Command", import_module(module))
    parser = Parser(
        prog=f"archc {name}",
        description=COMMANDS[name].capitalize() + ".",
        epilog=command.EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        add_help=False,
        allow_abbrev=False,
    )
    command.add_arguments(parser)
    options.add_output(parser)
    return parser, command


def _run(name: str, arguments: list[str]) -> int:
    parser, command = parser_of(name)
    parsed = parser.parse(arguments)
    if getattr(parsed, "ops", None):
        options.load_ops(parsed)
    with options.limited(parsed):
        return command.run(parsed)


def _overview() -> str:
    width = max(map(len, COMMANDS)) + 2
    commands = "\n".join(f"  {name:<{width}}{text}" for name, text in COMMANDS.items())
    return f"""\
usage: archc COMMAND [options]

A compiler for neural network architectures: a YAML spec in, a checked PyTorch module,
its costs and its figure out.

commands:
{commands}

`archc COMMAND --help` says more. A SPEC is a .yaml file or a name from `archc list`:
  archc check resnet50 --set num_classes=10
"""


def _never_fail_to_print(*streams: TextIO) -> None:
    """A terminal that lacks a character gets its escape instead of an error."""
    for stream in streams:
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _pipe_closed() -> int:
    """Point standard output nowhere, so that Python's own last flush is silent too."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return PIPE


def _apologise(bug: Exception, arguments: list[str]) -> int:
    if "--traceback" in arguments or os.environ.get("ARCHC_TRACEBACK"):
        import traceback

        traceback.print_exception(bug)
    from archc.ops.own import at_fault

    if module := at_fault(bug):
        sys.stderr.write(f"error: the ops of `{module}` failed: {type(bug).__name__}: {bug}\n")
        return USAGE
    sys.stderr.write(
        f"archc stopped on an error of its own: {type(bug).__name__}: {bug}\n"
        f"Sorry: this is a bug in archc, not in your spec. Please report it to {_tracker()},\n"
        "with the spec and what the same command prints with --traceback.\n"
    )
    return BUG


def _tracker() -> str:
    """Where to report a bug, as the package's metadata says."""
    from importlib.metadata import PackageNotFoundError, metadata

    try:
        urls = metadata("archc-nn").get_all("Project-URL") or []
    except PackageNotFoundError:
        urls = []
    known = dict(url.split(", ", 1) for url in urls)
    return str(known.get("Issues", "the project's issue tracker"))
