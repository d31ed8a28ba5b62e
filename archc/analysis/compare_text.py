"""What changed between two networks, for people: equal changes of many nodes are told once."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from archc.analysis.compare_shapes import arrow, reshaped
from archc.analysis.figures import short, thousands
from archc.analysis.fold import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from archc.analysis.carry import Weights
    from archc.analysis.changes import Changed, Node
    from archc.analysis.compare import Comparison

_MOST_LINES = 40
"""Lines of one part of the report."""


def text(comparison: Comparison, width: int = 80) -> str:
    """The whole report."""
    before, after = comparison.names
    title = f"{before} -> {after}"
    if comparison.same:
        return f"{title}: nothing differs"
    parts = [
        ("", list(totals(comparison))),
        ("params", [f"{n}: {_pair(pair)}" for n, pair in comparison.params.items()]),
        (_node_title(comparison), list(_nodes(comparison))),
        ("output shapes", list(reshaped(comparison.changed))),
        (_weight_title(comparison.weights), list(_weights(comparison))),
    ]
    shown = [_part(name, lines, width) for name, lines in parts if lines or name.startswith("wei")]
    return "\n\n".join([title, *shown])


def _part(name: str, lines: list[str], width: int) -> str:
    left = len(lines) - _MOST_LINES
    if left > 1:
        lines = [*lines[:_MOST_LINES], f"... and {left} more lines (all of it: --format json)"]
    filled = [piece for line in lines for piece in _filled(line, width)]
    return "\n".join([name, *filled] if name else filled)


def _filled(line: str, width: int) -> list[str]:
    """A line in as many as it needs."""
    return wrap(
        f"  {line}",
        width,
        subsequent_indent="      ",
        break_on_hyphens=False,
        break_long_words=False,
        replace_whitespace=False,
    )


def totals(comparison: Comparison) -> Iterator[str]:
    """The costs, sizes, inputs and outputs, a line each."""
    costs = comparison.costs
    yield _cost("parameters", costs["params"], thousands)
    yield _cost("FLOPs", costs["flops"], short)
    yield _cost("activations", costs["activation_bytes"], lambda n: short(n, "B"))
    before, after = comparison.dims
    if before != after:
        yield f"{'at':<12} {_sizes(before, but=after)} -> {_sizes(after, but=before)}"
    yield from _ends("input", *comparison.inputs)
    yield from _ends("output", *comparison.outputs)
    needed, needs = (", ".join(c) or "nothing" for c in comparison.constraints)
    if needed != needs:
        yield f"{'needs':<12} {needed} -> {needs}"


def _cost(word: str, pair: tuple[int, int], count: Callable[[int], str]) -> str:
    before, after = pair
    if before == after:
        return f"{word:<12} {count(before)}, the same"
    if count(before) == count(after):
        count = thousands
    return f"{word:<12} {count(before)} -> {count(after)}{_relative(before, after)}"


def _relative(before: int, after: int) -> str:
    """The change in percent, where there is something to compare with.

    >>> _relative(200, 190), _relative(10_000, 10_001), _relative(0, 5)
    (' (-5.0%)', ' (under 0.1%)', '')
    """
    if not before:
        return ""
    change = (after - before) / before
    return f" ({change:+.1%})" if abs(change) >= 0.001 else " (under 0.1%)"


def _sizes(dims: dict[str, int], *, but: dict[str, int]) -> str:
    """The sizes that are not the same."""
    own = (f"{name} = {size}" for name, size in dims.items() if but.get(name) != size)
    return ", ".join(own) or "no such sizes"


def _ends(word: str, before: dict[str, str], after: dict[str, str]) -> Iterator[str]:
    """Inputs or outputs, where they differ; one that has no other name goes without."""
    for name in dict.fromkeys((*before, *after)):
        old, new = before.get(name), after.get(name)
        if old != new:
            label = "" if {*before, *after} <= {"input", "output"} else f"{name} "
            yield f"{word:<12} {label}{old or 'none'} -> {new or 'none'}"


def _node_title(comparison: Comparison) -> str:
    changed = [node for node in comparison.changed if change_text(node)]
    parts = (("changed", changed), ("added", comparison.added), ("removed", comparison.removed))
    return f"nodes: {', '.join(f'{len(nodes)} {what}' for what, nodes in parts if nodes)}"


def _nodes(comparison: Comparison) -> Iterator[str]:
    """The changes by top-level node: changed, then gone, then new."""
    told = [
        (node.path, f"~ {{}}: {change_text(node)}")
        for node in comparison.changed
        if change_text(node)
    ]
    told += [(within, f"- {{}}: {what}") for within, what in _whole(comparison.removed)]
    told += [(within, f"+ {{}}: {what}") for within, what in _whole(comparison.added)]
    yield from _grouped(told, comparison.order)


def _whole(nodes: Iterable[Node]) -> dict[tuple[str, str], None]:
    """Nodes that come or go with all around them are told as one."""
    return dict.fromkeys((node.within, node.module) for node in nodes)


def change_text(node: Changed) -> str:
    """What changed in a node itself."""
    said = [f"{node.op[0]} -> {node.op[1]}"] if node.op else []
    said += [f"{name} {_pair(pair)}" for name, pair in node.parameters.items()]
    if node.inputs:
        before, after = map(", ".join, node.inputs)
        said.append(f"reads {before} -> {after}")
    return ", ".join(said)


def _weight_title(weights: Weights) -> str:
    count = len(weights.kept) + len(weights.reshaped) + len(weights.unused)
    sizes = f"{short(weights.kept_elements)} of {short(weights.elements)} elements"
    return f"weights: {len(weights.kept)} of {count} tensors carry over ({sizes})"


def _weights(comparison: Comparison) -> Iterator[str]:
    """What does not load, and why."""
    weights = comparison.weights
    pairs = {name: arrow((a,), (b,)) for name, (a, b) in weights.reshaped.items()}
    told = [(name, f"~ {{}}: {change}") for name, change in pairs.items()]
    told += [(_owner(name), "- {}: not used") for name in weights.unused]
    told += [(_owner(name), "+ {}: not in the old weights") for name in weights.new]
    yield from _grouped(told, comparison.order)


def _owner(name: str) -> str:
    return name.rpartition(".")[0] or name


def _grouped(told: Iterable[tuple[str, str]], order: tuple[str, ...]) -> Iterator[str]:
    """Lines with a place for the path, equal ones folded, in the order of top-level nodes."""
    tops: dict[str, dict[str, dict[str, None]]] = {name: {} for name in order}
    for path, line in told:
        same = tops.setdefault(path.partition(".")[0], {}).setdefault(line, {})
        same[path] = None
    for lines in tops.values():
        for line, paths in lines.items():
            for pattern in fold(paths):
                yield line.replace("{}", pattern, 1)


def _pair(pair: tuple[object, object]) -> str:
    return f"{_value(pair[0])} -> {_value(pair[1])}"


def _value(value: object) -> str:
    """A value as a spec writes it."""
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "none"}[value]
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_value, value))}]"
    return str(value)
