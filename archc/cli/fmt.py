"""`archc fmt`."""

from __future__ import annotations

from difflib import unified_diff
from pathlib import Path
from typing import TYPE_CHECKING

from archc.cli import options
from archc.cli.console import remark, say, show
from archc.cli.rewriting import rewrite
from archc.cli.usage import UsageError

if TYPE_CHECKING:
    import argparse

EPILOG = """\
Comments stay, keys keep their order, and the meaning is compared before a file is written. A file
that is not valid YAML is left alone.

examples:
  archc fmt specs/*.yaml
  archc fmt --check specs/*.yaml

exit codes: 0 nothing wrong, 1 a file is not valid YAML, or would change under --check,
2 the command was used wrongly
"""

_MOST_LINES = 20
"""Lines of a difference that are shown."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """FILE... and whether to write."""
    parser.add_argument("files", nargs="+", metavar="FILE", help="a .yaml file")
    parser.add_argument(
        "--check", action="store_true", help="write nothing, show what would change"
    )


def run(arguments: argparse.Namespace) -> int:
    """Format every file; 1 if one cannot be read, or would change under `--check`."""
    failed = changed = 0
    for file in [_existing(name) for name in arguments.files]:
        texts = _texts(file)
        if texts is None:
            failed += 1
            continue
        before, after = texts
        if before == after:
            continue
        changed += 1
        if not arguments.check:
            rewrite(file, after)
        if not arguments.quiet:
            say(_told(file, before, after) if arguments.check else f"formatted {file}")
    if not arguments.quiet:
        remark(_total(len(arguments.files) - failed, changed, check=arguments.check))
    return int(bool(failed or (changed and arguments.check)))


def _existing(name: str) -> Path:
    if Path(name).suffix not in {".yaml", ".yml"}:
        raise UsageError(f"{name} is not a .yaml file", "networks of the zoo are formatted already")
    return options.spec_file(name)


def _texts(file: Path) -> tuple[str, str] | None:
    """What is in the file and what should be; None after saying why it cannot be told."""
    from archc.diag.diagnostic import Diagnostic, Label
    from archc.diag.source import Span
    from archc.spec.files import FileProblem, read
    from archc.spec.format import formatted
    from archc.spec.tree import parse

    try:
        source = read(file)
    except FileProblem as problem:
        at = Label(Span(str(file), 1, 1, 1, 1))
        show([Diagnostic(problem.code, problem.message, at, help=problem.help)], {})
        return None
    _, found = parse(source)
    if found:
        show(found, {source.file: source})
        return None
    return file.read_bytes().decode("utf-8"), formatted(source)


def _told(file: Path, before: str, after: str) -> str:
    name, (old, new) = str(file), (before.splitlines(), after.splitlines())
    lines = list(unified_diff(old, new, name, name, lineterm="", n=1))
    if not lines:
        lines = ["(line ends or the byte-order mark)"]
    more = len(lines) - _MOST_LINES
    if more > 1:
        lines = [*lines[:_MOST_LINES], f"... and {more} more lines"]
    return "\n".join([f"would format {file}", *lines])


def _total(files: int, changed: int, *, check: bool) -> str:
    what = "would be formatted" if check else "formatted"
    return f"{changed} of {files} file{'s' if files != 1 else ''} {what}"
