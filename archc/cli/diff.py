"""`archc diff`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.cli import loading, options
from archc.cli.console import doing, say, say_bytes, table_width
from archc.cli.pictures import ENDINGS, FORMATS, add_looks, form_of, options_of, save
from archc.cli.usage import UsageError

if TYPE_CHECKING:
    import argparse

    from archc.analysis.compare import Comparison
    from archc.api import Architecture

EPILOG = """\
With two specs --set and --size hold for both. With one spec it is compared with what --set makes
of it. Weights carry over where name and shape are the same. A picture has both networks on it:
`+` is new, `-` is gone, `~` has changed; its levels are those of `archc viz`.

examples:
  archc diff resnet50 mine.yaml
  archc diff resnet50 --set 'depths=[3, 4, 23, 3]'
  archc diff resnet50 resnet101 --format json
  archc diff resnet50 mine.yaml -o changes.svg

exit codes: 0 whether they differ or not, 1 a spec has errors, 2 the command was used wrongly
"""

_WIDTH = 80


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Two specs and the format."""
    parser.add_argument("before", metavar="A", help="a .yaml file or a zoo name")
    parser.add_argument("after", metavar="B", nargs="?", help="the same; A if left out")
    parser.add_argument(
        "--format",
        choices=("text", "json", *FORMATS),
        help="default: by the file's ending, or text",
    )
    parser.add_argument("-o", "--output", metavar="FILE", help="default: standard output")
    add_looks(parser.add_argument_group("a picture's"))
    options.add_settings(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print what changed from A to B, or draw it."""
    from archc.analysis.compare import compare

    to = _form(arguments)
    settings, sizes = options.settings(arguments), options.sizes(arguments)
    alone = arguments.after is None
    if alone and not settings:
        raise UsageError("there is one spec and no --set", "name a second spec to compare with")
    quiet = arguments.quiet
    before = loading.read(arguments.before, {} if alone else settings, sizes, quiet=quiet)
    after = loading.read(arguments.after or arguments.before, settings, sizes, quiet=quiet)
    found = compare(before.network, after.network)
    if to not in FORMATS:
        _give(f"{_printed(found, to, arguments.output)}\n", arguments)
        return 0
    with doing(f"drawing {before.name} and {after.name}", quiet=quiet):
        made = _drawn(before, after, found, to, arguments)
    _give(made, arguments)
    return 0


def _give(made: str | bytes, arguments: argparse.Namespace) -> None:
    """Write the result to the file that was named, or on standard output."""
    if arguments.output:
        save(arguments.output, made, quiet=arguments.quiet)
    elif isinstance(made, str):
        say(made.removesuffix("\n"))
    else:
        say_bytes(made)


def _form(arguments: argparse.Namespace) -> str:
    """The format: as asked for, by the file's ending, else text."""
    known = ENDINGS | {".txt": "text", ".json": "json"}
    return form_of(arguments.format, arguments.output or "diff.txt", known)


def _printed(found: Comparison, to: str, output: str | None) -> str:
    if to == "json":
        import json

        return json.dumps(found.to_dict(), indent=2)
    return found.to_text(_WIDTH if output else table_width() or _WIDTH)


def _drawn(
    before: Architecture,
    after: Architecture,
    found: Comparison,
    to: str,
    arguments: argparse.Namespace,
) -> bytes:
    from archc.viz.difference import difference
    from archc.viz.engine import DrawingError
    from archc.viz.written import written

    shown = difference(before.network, after.network, found, arguments.level)
    try:
        return written(shown, to, options_of(arguments), found.to_text(100))
    except DrawingError as problem:
        raise UsageError(str(problem)) from None
