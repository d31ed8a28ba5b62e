"""`archc ops`."""

from __future__ import annotations

import json
import textwrap
from typing import TYPE_CHECKING

from archc.cli import options
from archc.cli.console import say, table_width
from archc.cli.usage import UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from archc.catalogue import Entry, Parameter
    from archc.ir.op import Op

EPILOG = """\
examples:
  archc ops
  archc ops Conv2d
  archc ops --format json
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The op, or none for all of them."""
    parser.add_argument("op", metavar="OP", nargs="?", help="an operator's name, such as Conv2d")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    options.add_ops(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print one op, or the list by family."""
    from archc import catalogue
    from archc.ops.own import own_ops

    if arguments.op is None:
        found = (*catalogue.entries(), *map(catalogue.entry, own_ops()))
        text = _as_list(found) if arguments.format == "text" else _as_json(found)
    else:
        entry = catalogue.entry(_op(arguments.op))
        text = "\n".join(_page(entry)) if arguments.format == "text" else _as_json(entry)
    say(text)
    return 0


def _op(name: str) -> type[Op]:
    from archc import ops
    from archc.diag.diagnostic import did_you_mean
    from archc.ops import foreign

    found = ops.find(name)
    if found is None:
        near = did_you_mean(name, ops.names())
        other = foreign.op_help(name, lambda known: ops.find(known) is not None)
        near = other or near or "`archc ops` lists them"
        raise UsageError(f"no such op: {name}", "; ".join((near, *ops.own.troubles())))
    return found


def _as_json(found: Entry | tuple[Entry, ...]) -> str:
    data = [entry.to_dict() for entry in found] if isinstance(found, tuple) else found.to_dict()
    return json.dumps(data, indent=2)


def _as_list(found: tuple[Entry, ...]) -> str:
    width = max(len(entry.name) for entry in found)
    room = table_width()
    families = dict.fromkeys(entry.family for entry in found)
    parts = []
    for family in families:
        lines = [f"  {e.name:<{width}}  {e.summary}"[:room] for e in found if e.family == family]
        parts.append("\n".join([family, *lines]))
    return "\n\n".join(parts)


def _page(entry: Entry) -> Iterator[str]:
    yield from (f"{entry.name} ({entry.family})", "", *_wrapped(entry.doc))
    for title, text in (("shape", entry.rule), ("example", entry.example)):
        if text:
            yield from ("", f"{title}:", *(f"  {line}" for line in text.splitlines()))
    yield from ("", f"inputs: {_inputs(entry)}")
    if entry.outputs:
        yield f"outputs: {', '.join(entry.outputs)}"
    if entry.numbered_outputs:
        yield "outputs: chosen by number"
    if entry.parameters:
        yield from ("", "parameters:")
    for parameter in entry.parameters:
        yield f"  {_head(parameter)}"
        yield from (f"      {line}" for line in _wrapped(parameter.doc))


def _head(parameter: Parameter) -> str:
    if parameter.required:
        return f"{parameter.name}: {parameter.type}, required"
    default = "" if parameter.default is None else f", default {json.dumps(parameter.default)}"
    return f"{parameter.name}: {parameter.type}{default}"


def _inputs(entry: Entry) -> str:
    if entry.variadic:
        return f"any number, at least {len(entry.inputs)}"
    fixed = len(entry.inputs) - entry.optional_inputs
    names = [name if n < fixed else f"{name} (optional)" for n, name in enumerate(entry.inputs)]
    return ", ".join(names) or "none"


def _wrapped(text: str) -> list[str]:
    width = min(table_width() or 100, 100) - 6
    lines: list[str] = []
    for part in text.split("\n\n"):
        if lines:
            lines.append("")
        lines += textwrap.wrap(" ".join(part.split()), width)
    return lines
