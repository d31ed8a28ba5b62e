"""The options that commands share, and how their values are read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from archc.cli.usage import UsageError
from archc.diag.diagnostic import Label
from archc.diag.source import Source, Span

if TYPE_CHECKING:
    import argparse
    from contextlib import AbstractContextManager

    from archc.diag.diagnostic import Diagnostic

SUFFIXES = (".yaml", ".yml")


def add_output(parser: argparse.ArgumentParser) -> None:
    """What every command takes."""
    group = parser.add_argument_group("general")
    group.add_argument("-h", "--help", action="help", help="show this text")
    group.add_argument("-q", "--quiet", action="store_true", help="print errors only")
    group.add_argument(
        "--traceback", action="store_true", help="show the Python traceback of a bug in archc"
    )


def add_settings(parser: argparse.ArgumentParser) -> None:
    """What every command takes that reads a spec."""
    add_ops(parser)
    group = parser.add_argument_group("variants")
    group.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="set a parameter of the spec; the value is YAML (repeatable)",
    )
    group.add_argument(
        "--size",
        action="append",
        default=[],
        metavar="H=256",
        help="the size of a symbolic dimension that costs are reported at (repeatable)",
    )
    _add_limits(parser)


def _add_limits(parser: argparse.ArgumentParser) -> None:
    """What may be larger than a spec usually is; an error that meets a limit names its option."""
    from archc.spec.limits import DEFAULTS, NAMES, option

    group = parser.add_argument_group("limits")
    for name in NAMES:
        unit = "MIB" if name == "file_size" else "N"
        group.add_argument(
            option(name),
            type=_positive,
            metavar=unit,
            help=f"{_LIMITS[name]} (default: {getattr(DEFAULTS, name):,})",
        )


_LIMITS = {
    "nodes": "nodes of a network, every copy counted",
    "copies": "copies of one `repeat` or `for`",
    "entries": "values in one file, an alias counted as what it stands for",
    "file_size": "size of one file",
}


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError
    return number


_positive.__name__ = "positive number"


def limited(arguments: argparse.Namespace) -> AbstractContextManager[None]:
    """The limits of the command line, for a `with`."""
    from archc.spec.limits import NAMES, limits

    given = {name: getattr(arguments, f"max_{name}", None) for name in NAMES}
    return limits(**{name: most for name, most in given.items() if most is not None})


def add_ops(parser: argparse.ArgumentParser) -> None:
    """What every command takes that knows ops."""
    parser.add_argument(
        "--ops",
        action="append",
        default=[],
        metavar="MODULE",
        help="ops of your own: a Python module's name, or a .py file (repeatable)",
    )


def load_ops(arguments: argparse.Namespace) -> None:
    """Register the ops of each `--ops`."""
    from archc.diag.diagnostic import OpError
    from archc.ops.own import load_ops

    for where in arguments.ops:
        try:
            load_ops(where)
        except OpError as problem:
            raise UsageError(f"--ops: {problem}") from None


def settings(arguments: argparse.Namespace) -> dict[str, object]:
    """The values of `--set`, read as YAML."""
    return {name: _yaml(name, text) for name, text in _pairs("--set", arguments.set)}


def sizes(arguments: argparse.Namespace) -> dict[str, int]:
    """The values of `--size`: positive integers."""
    found: dict[str, int] = {}
    for name, text in _pairs("--size", arguments.size):
        if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text)):
            raise UsageError(f"--size {name} takes a positive integer, not `{text}`")
        found[name] = int(text)
    return found


def spec_files(spec: str) -> list[tuple[str, Path]]:
    """The files of a SPEC that may be a folder: then each with its path as a name, else with none.

    Hidden folders are left out.
    """
    from archc.spec import zoo

    folder = Path(spec)
    if folder.suffix in SUFFIXES or zoo.find(spec) or not folder.is_dir():
        return [("", spec_file(spec))]
    files = sorted(file for file in folder.rglob("*") if file.suffix in SUFFIXES and file.is_file())
    shown = [f for f in files if not any(p.startswith(".") for p in f.relative_to(folder).parts)]
    if not shown:
        raise UsageError(f"{spec} holds no .yaml file", "a spec's name ends in .yaml")
    return [(str(file), file) for file in shown]


def spec_file(spec: str) -> Path:
    """The file of a SPEC: a path to a `.yaml` file, or a name from the zoo."""
    from archc.spec import zoo

    path = Path(spec)
    if path.suffix in SUFFIXES:
        if not path.exists():
            name = zoo.in_path(spec)
            known = f"the zoo has it: write `{name}`" if name else ""
            raise UsageError(f"no such file: {spec}", _near(path) or known)
        if path.is_dir():
            raise UsageError(f"{spec} is a folder, not a spec")
        return path
    found = zoo.find(spec)
    if found is None:
        if path.is_dir():
            raise UsageError(f"{spec} is a folder, not a spec", "`archc check` takes folders")
        if path.exists():
            raise UsageError(f"{spec} is not a spec: its name does not end in .yaml", _other(path))
        raise UsageError(
            f"the zoo has no `{spec}`",
            zoo.suggest(spec) or "`archc list` shows the zoo; a file's name ends in .yaml",
        )
    return found


def _other(path: Path) -> str:
    """What to do with a file that is there and no YAML file by its name."""
    if path.suffix == ".json":
        return f"JSON is YAML as well: name it `{path.stem}.yaml`"
    if path.suffix == ".py":
        return "a spec is YAML; `archc new FILE --from NAME` writes one to start from"
    return "a spec is a YAML file, or a name of `archc list`"


def _near(path: Path) -> str:
    from archc.spec.files import meant

    return meant(path)


def _pairs(option: str, given: list[str]) -> list[tuple[str, str]]:
    for text in given:
        if not text.partition("=")[0].strip() or "=" not in text:
            raise UsageError(f"{option} takes name=value, not `{text}`")
    return [(name.strip(), value) for name, _, value in (text.partition("=") for text in given)]


def _yaml(name: str, text: str) -> object:
    from archc.spec.tree import parse, plain

    if not text.strip():
        help = f"write `{name}=null` for nothing, `{name}=''` for an empty text"
        raise UsageError(f"`--set {name}=` gives no value", help)
    source = Source(f"--set {name}", text)
    tree, found = parse(source)
    if found:
        shown = text if len(text) <= 80 else f"{text[:77]}..."
        message = f"`--set {name}={shown}` is not YAML: {found[0].message}"
        raise UsageError(message, found[0].help, _excerpt(name, source, found[0]))
    return None if tree is None else plain(tree)


def _excerpt(name: str, source: Source, found: Diagnostic) -> str:
    """The setting as it was given, with marks where its YAML breaks."""
    from archc.diag.render.excerpt import Pin, excerpt
    from archc.diag.render.paint import paint

    whole, width = Source(source.file, f"{name}={source.text}"), len(name) + 1
    labels = ((found.primary, "^", "error"), *((label, "-", "") for label in found.also))
    pins = [Pin(_moved(label, width), mark, style) for label, mark, style in labels]
    rows = excerpt(whole, pins, margin=1, width=100)
    return "\n".join(["  |", *(paint(row, colour=False).rstrip() for row in rows), "  |"])


def _moved(label: Label, width: int) -> Label:
    """The label with the first line `width` characters further on."""
    at = label.span
    start = at.column + width if at.line == 1 else at.column
    end = at.end_column + width if at.end_line == 1 else at.end_column
    return Label(Span(at.file, at.line, start, at.end_line, end), label.text)
