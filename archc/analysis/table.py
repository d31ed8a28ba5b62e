"""A summary as a table: text, CSV, Markdown, HTML."""

from __future__ import annotations

import csv as csv_
import io
from html import escape
from typing import TYPE_CHECKING

from msgspec import Struct

from archc.analysis.costs import Costs
from archc.analysis.figures import shape, short, thousands

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from archc.analysis.summary import Node, Shape, Summary

    Number = Callable[[int], str]

_HEAD = ("node", "op", "output", "params", "FLOPs", "field")
_LEFT = 3
_GAP = "  "
_NARROWEST_PATH = 12


class Row(Struct, frozen=True):
    """A line of the table: a node, or all nodes of a module that is folded."""

    path: str
    op: str
    outputs: tuple[Shape, ...]
    costs: Costs
    field: str


def rows(summary: Summary, depth: int | None = None) -> list[Row]:
    """A row a node; with `depth`, neighbours that share their first `depth` names are one row."""
    found: list[Row] = []
    for node in summary.nodes:
        names = node.path.split(".")
        folded = depth is not None and len(names) > depth
        path = ".".join(names[:depth]) if folded else node.path
        if folded and found and found[-1].path == path:
            found[-1] = _row(node, path, found[-1].op, found[-1].costs + node.costs)
        else:
            op = summary.modules.get(path, node.op) if folded else node.op
            found.append(_row(node, path, op, node.costs))
    return found


def text(summary: Summary, *, depth: int | None = None, width: int | None = None) -> str:
    """The table for a terminal of `width` cells; None leaves every column as wide as it needs."""
    lines = _fitted(rows(summary, depth), width)
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    table = [_aligned(line, widths) for line in lines]
    table.insert(1, "-" * max(map(len, table)))
    title = summary.name + (f": {summary.description}" if summary.description else "")
    return "\n".join([title, "", *table, table[1], *totals(summary)])


def csv(summary: Summary, *, depth: int | None = None) -> str:
    """Comma-separated values with plain numbers, a header first."""
    out = io.StringIO()
    writer = csv_.writer(out, lineterminator="\n")
    writer.writerow(("path", "op", "output", "params", "macs", "flops", "receptive_field"))
    for row in rows(summary, depth):
        costs = row.costs
        writer.writerow(
            (row.path, row.op, _shapes(row), costs.params, costs.macs, costs.flops, row.field)
        )
    return out.getvalue().rstrip("\n")


def markdown(summary: Summary, *, depth: int | None = None) -> str:
    """A table in GitHub's Markdown, and the totals."""
    lines = [f"| {' | '.join(_HEAD)} |", "| --- | --- | --- | ---: | ---: | ---: |"]
    lines += [f"| {' | '.join(_cells(row))} |" for row in rows(summary, depth)]
    facts = [f"- {line}" for line in totals(summary)]
    return "\n".join([f"**{summary.name}**", "", *lines, "", *facts])


def html(summary: Summary) -> str:
    """A table for a notebook."""
    head = "".join(f"<th>{word}</th>" for word in _HEAD)
    lines = [
        f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in _cells(row))}</tr>"
        for row in rows(summary)
    ]
    facts = "<br>".join(map(escape, totals(summary)))
    caption = f"<caption>{escape(summary.name)}</caption>"
    return f"<table>{caption}<tr>{head}</tr>{''.join(lines)}</table><p>{facts}</p>"


def _row(node: Node, path: str, op: str, costs: Costs) -> Row:
    sizes = node.receptive_field
    field = "all" if node.sees_all else "x".join(map(str, sizes)) if sizes else "-"
    return Row(path, op, node.outputs, costs, field)


def _cells(row: Row, count: Number = thousands, work: Number = thousands) -> tuple[str, ...]:
    params, flops = row.costs.params, row.costs.flops
    return (
        row.path,
        row.op,
        _shapes(row),
        count(params) if params else "-",
        work(flops) if flops else "-",
        row.field,
    )


def _shapes(row: Row) -> str:
    return " ".join(map(shape, row.outputs))


def _fitted(found: Sequence[Row], width: int | None) -> list[tuple[str, ...]]:
    """The cells; where they do not fit, numbers are shortened, then paths cut in the middle."""
    lines = [_HEAD, *(_cells(row) for row in found)]
    if width is None:
        return lines
    for forms in ((thousands, thousands), (thousands, short), (short, short)):
        lines = [_HEAD, *(_cells(row, *forms) for row in found)]
        if _width(lines) <= width:
            return lines
    longest = max(len(line[0]) for line in lines)
    room = max(_NARROWEST_PATH, longest - max(0, _width(lines) - width))
    return [(_cut(line[0], room), *line[1:]) for line in lines]


def _width(lines: Sequence[tuple[str, ...]]) -> int:
    columns = list(zip(*lines, strict=True))
    return sum(max(map(len, column)) for column in columns) + len(_GAP) * (len(columns) - 1)


def _cut(path: str, room: int) -> str:
    if len(path) <= room:
        return path
    half = (room - 3) // 2
    return f"{path[: room - 3 - half]}...{path[len(path) - half :]}"


def _aligned(line: tuple[str, ...], widths: Sequence[int]) -> str:
    cells = [
        f"{cell:<{width}}" if place < _LEFT else f"{cell:>{width}}"
        for place, (cell, width) in enumerate(zip(line, widths, strict=True))
    ]
    return _GAP.join(cells).rstrip()


def totals(summary: Summary) -> Iterator[str]:
    """What the whole network costs, takes and gives, a line each."""
    costs = summary.costs
    yield f"parameters   {thousands(costs.params)} ({short(costs.parameter_bytes, 'B')})"
    if costs.buffers:
        yield f"buffers      {thousands(costs.buffers)}"
    yield f"FLOPs        {thousands(costs.flops)} ({thousands(costs.macs)} multiply-accumulates)"
    yield f"activations  {short(costs.activation_bytes, 'B')}"
    yield from _ends("input", summary.symbolic_inputs, summary.inputs)
    yield from _ends("output", summary.symbolic_outputs, summary.outputs)
    if summary.constraints:
        yield f"needs        {', '.join(summary.constraints)}"


def _ends(
    word: str, symbolic: dict[str, tuple[str, ...]], sizes: dict[str, Shape]
) -> Iterator[str]:
    for name, words in symbolic.items():
        label = f"{name} " if len(symbolic) > 1 else ""
        yield f"{word:<12} {label}{shape(words)} = {shape(sizes[name])}"
