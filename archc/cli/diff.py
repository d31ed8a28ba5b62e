"""`archc diff`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.cli import loading, options
from archc.cli.console import say, table_width
from archc.cli.usage import UsageError

if TYPE_CHECKING:
    import argparse

EPILOG = """\
With two specs --set and --size hold for both. With one spec it is compared with what --set makes
of it. Weights carry over where name and shape are the same.

examples:
  archc diff resnet50 mine.yaml
  archc diff resnet50 --set 'depths=[3, 4, 23, 3]'
  archc diff resnet50 resnet101 --format json

exit codes: 0 whether they differ or not, 1 a spec has errors, 2 the command was used wrongly
"""

_WIDTH = 80


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Two specs and the format."""
    parser.add_argument("before", metavar="A", help="a .yaml file or a zoo name")
    parser.add_argument("after", metavar="B", nargs="?", help="the same; A if left out")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    options.add_settings(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print what changed from A to B."""
    from archc.analysis.compare import compare

    settings, sizes = options.settings(arguments), options.sizes(arguments)
    alone = arguments.after is None
    if alone and not settings:
        raise UsageError("there is one spec and no --set", "name a second spec to compare with")
    quiet = arguments.quiet
    before = loading.read(arguments.before, {} if alone else settings, sizes, quiet=quiet)
    after = loading.read(arguments.after or arguments.before, settings, sizes, quiet=quiet)
    found = compare(before.network, after.network)
    if arguments.format == "json":
        import json

        say(json.dumps(found.to_dict(), indent=2))
    else:
        say(found.to_text(table_width() or _WIDTH))
    return 0
