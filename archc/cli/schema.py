"""`archc schema`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from archc.cli.console import say

if TYPE_CHECKING:
    import argparse

EPILOG = """\
An editor with a YAML language server completes and checks a spec that starts with
  # yaml-language-server: $schema=archc-1.schema.json
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing: there is one schema."""
    del parser


def run(arguments: argparse.Namespace) -> int:
    """Print the JSON Schema of the spec language."""
    from archc.schema import spec_schema

    del arguments
    say(json.dumps(spec_schema(), indent=2))
    return 0
