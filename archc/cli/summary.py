"""`archc summary`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.cli import loading, options
from archc.cli.console import say, table_width
from archc.cli.usage import UsageError

if TYPE_CHECKING:
    import argparse

    from archc.analysis.summary import Summary

EPILOG = """\
FLOPs are twice the multiply-accumulates of convolutions and matrix products. `field` is the
receptive field in positions of the input: `all` where the whole input is seen, `-` before the
first window, and where positions were moved or mixed (a reshape, a permutation).

examples:
  archc summary resnet50 --depth 1
  archc summary resnet50 --size H=256 --size W=256 --format csv > costs.csv
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """SPEC, how deep, and in which format."""
    loading.add_spec(parser)
    parser.add_argument("--depth", type=int, metavar="N", help="fold what is nested deeper than N")
    parser.add_argument("--format", choices=("text", "json", "csv", "markdown"), default="text")
    options.add_settings(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the table."""
    from archc.analysis.summary import summarise

    if arguments.depth is not None and arguments.depth < 1:
        raise UsageError("--depth takes a positive number")
    network = loading.architecture(arguments).network
    say(_written(summarise(network), arguments.format, arguments.depth))
    return 0


def _written(summary: Summary, to: str, depth: int | None) -> str:
    from archc.analysis import table

    match to:
        case "json":
            import json

            return json.dumps(summary.to_dict(), indent=2)
        case "csv":
            return table.csv(summary, depth=depth)
        case "markdown":
            return table.markdown(summary, depth=depth)
        case _:
            return table.text(summary, depth=depth, width=table_width())
