"""`archc new`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from archc.cli.console import remark, say
from archc.cli.usage import UsageError

if TYPE_CHECKING:
    import argparse

    from archc.spec.tree import Map

EPILOG = """\
The file holds the parameters of NAME and a few changes as comments: take the `#` off and edit.

examples:
  archc new mine.yaml --from resnet50
  archc check mine.yaml
  archc diff resnet50 mine.yaml
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """FILE and the name it starts from."""
    parser.add_argument("file", metavar="FILE", help="the .yaml file to write")
    parser.add_argument(
        "--from", dest="base", metavar="NAME", required=True, help="a name from `archc list`"
    )


def run(arguments: argparse.Namespace) -> int:
    """Write the file, unless it is there."""
    from archc.backends.files import write_atomic
    from archc.cli import variant

    file = _free(arguments.file)
    content = variant.text(file.stem, arguments.base, _tree(arguments.base))
    try:
        write_atomic(file, content)
    except OSError as problem:
        raise UsageError(f"cannot write {file}: {problem.strerror}") from None
    if not arguments.quiet:
        say(f"wrote {file}")
        remark(f"`archc check {file}` checks it, `archc diff {arguments.base} {file}` compares it")
    return 0


def _free(name: str) -> Path:
    file = Path(name)
    if file.suffix not in {".yaml", ".yml"}:
        raise UsageError(f"a spec is a .yaml file, and {name} is not")
    if file.exists():
        raise UsageError(f"{name} is there already", "remove it first, or choose another name")
    return file


def _tree(base: str) -> Map:
    """The complete mapping of a network of the zoo."""
    from archc.spec import zoo
    from archc.spec.chain import read_spec
    from archc.spec.report import Report

    found = zoo.find(base) if base in zoo.names() else None
    tree = read_spec(found, Report()) if found else None
    if tree is None:
        help = zoo.suggest(base) or "`archc list` shows the zoo"
        raise UsageError(f"the zoo has no network `{base}`", help)
    return tree
