"""`repeat` and `for`: the variables of every copy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from archc.diag import codes
from archc.diag.diagnostic import Label
from archc.ir.dim import Dim
from archc.lower.provenance import set_elsewhere
from archc.lower.reading import INTEGER, Kind, is_dollar, read_value, values_at
from archc.lower.run import show
from archc.lower.value_names import check_name
from archc.lower.values import Written
from archc.spec.document import describe_value
from archc.spec.expr import Absorbed
from archc.spec.limits import current, way_out
from archc.spec.tree import List, Map, Scalar

if TYPE_CHECKING:
    from archc.diag.source import Span
    from archc.lower.nodes import NodeSpec
    from archc.lower.scope import Scope
    from archc.spec.tree import Tree

_ELEMENTS = Kind(raw_text=True, op=True)


class Loop(Struct, frozen=True):
    """The copies of a node: the names they bind, and their values copy by copy."""

    names: frozenset[str]
    copies: tuple[dict[str, object], ...]


def loop_of(spec: NodeSpec, scope: Scope) -> Loop | None:
    """The loop that a node is in by its own keys, None where it has none."""
    doc = spec.doc
    if doc.repeat is not None and doc.for_ is not None:
        text = "a node has `repeat` or `for`, not both"
        scope.report.error(codes.CONFLICTING_KEYS, text, doc.repeat.span, help="drop `repeat`")
        raise Absorbed
    if doc.repeat is not None:
        count = _count(doc.repeat, scope)
        return Loop(frozenset({"i"}), tuple({"i": i} for i in range(count)))
    return _for(doc.for_, scope) if doc.for_ is not None else None


def _count(tree: Tree, scope: Scope) -> int:
    value = read_value(tree, scope, INTEGER)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        text = f"`repeat` takes a number of copies, not {show(value)}"
        listed = isinstance(value, list | tuple)
        help = "it is a whole number; 0 leaves the node out"
        if listed:
            help = "walk a list with `for: {n: ...}`, or take one element"
        _report(codes.REPEAT_COUNT, text, tree.span, scope, help)
        raise Absorbed
    _check_copies(value, tree.span, scope)
    return value


def _check_copies(count: int, span: Span, scope: Scope) -> None:
    most = current().copies
    if count <= most:
        return
    text, help = f"{count:,} copies are more than the limit of {most:,}", way_out("copies")
    _report(codes.EXPANSION_LIMIT, text, span, scope, help)
    raise Absorbed


def _report(code: codes.Code, text: str, span: Span, scope: Scope, help: str) -> None:
    """Report a count with the values in it, and where they are set."""
    label, also = values_at(span, scope), tuple(set_elsewhere(span, scope))
    notes = scope.notes()
    scope.report.error(code, text, span, label=label, also=also, help=help, notes=notes)


def _for(tree: Map, scope: Scope) -> Loop:
    """Lists that are walked together; several names before a colon unpack rows."""
    columns = [(key, _list(value, scope)) for key, value in tree.items.items()]
    if not columns:
        text = "`for` needs a name and a list"
        scope.report.error(codes.REPEAT_COUNT, text, tree.span, help="`for: {c: [64, 128]}`")
        raise Absorbed
    lengths = {len(values) for _, values in columns}
    if len(lengths) > 1:
        _uneven(tree, columns, scope)
    copies: list[dict[str, object]] = [{"i": i} for i in range(len(columns[0][1]))]
    names: set[str] = {"i"}
    for key, values in columns:
        targets = [name.strip() for name in key.split(",")]
        _check_targets(key, targets, tree.keys[key], scope)
        names.update(targets)
        for k, (copy, value) in enumerate(zip(copies, values, strict=True)):
            row = _row(tree.items[key], k) or tree.keys[key]
            copy.update(_unpack(targets, value, row, scope))
    return Loop(frozenset(names), tuple(copies))


def _check_targets(key: str, targets: list[str], at: Span, scope: Scope) -> None:
    """Raises `Absorbed` once a name that no expression can read is reported."""
    inside = key.strip("() ")
    if key.startswith("(") and all(name.strip().isidentifier() for name in inside.split(",")):
        text, help = "the names of a loop stand without parentheses", f'write `"{inside}": ...`'
        scope.report.error(codes.BAD_NAME, text, at, help=help)
        raise Absorbed
    good = [check_name(n, at, "a loop's variable", scope.report) for n in targets if n]
    if not all(good):
        raise Absorbed


def _list(tree: Tree, scope: Scope) -> list[object]:
    if isinstance(tree, List):
        value: object = read_value(tree, scope, _ELEMENTS)
    elif isinstance(tree, Scalar) and isinstance(tree.value, str) and not is_dollar(tree):
        value = read_value(tree, scope, Kind(open_sizes=True, op=True))
    else:
        value = read_value(tree, scope, _ELEMENTS)
    if isinstance(value, Written):
        value = _list(value.tree, value.scope)
    if isinstance(value, list | tuple):
        _check_copies(len(value), tree.span, scope)
        return list(value)
    kind = f"the size `{value}`" if isinstance(value, Dim) else describe_value(value)
    text, help = f"`for` walks a list, not {kind}", "`repeat: n` makes `n` copies"
    scope.report.error(codes.REPEAT_COUNT, text, tree.span, help=help, notes=scope.notes())
    raise Absorbed


def _uneven(tree: Map, columns: list[tuple[str, list[object]]], scope: Scope) -> None:
    told = ", ".join(f"`{key}` has {len(values)}" for key, values in columns)
    also = tuple(Label(tree.items[k].span, f"{len(v)} elements") for k, v in columns[1:])
    span = tree.items[columns[0][0]].span
    text = f"lists that are walked together must be equally long: {told}"
    scope.report.error(
        codes.LOOP_LENGTHS, text, span, label=f"{len(columns[0][1])} elements", also=also
    )
    raise Absorbed


def _row(tree: Tree, index: int) -> Span | None:
    """Where a row is written, if it is in a list here."""
    return tree.items[index].span if isinstance(tree, List) else None


def _unpack(targets: list[str], value: object, span: Span, scope: Scope) -> dict[str, object]:
    if len(targets) == 1:
        return {targets[0]: value}
    if not isinstance(value, list | tuple) or len(value) != len(targets):
        count = len(value) if isinstance(value, list | tuple) else 1
        text = f"this row has {count} value{'s' * (count != 1)} for {len(targets)} names"
        help = f"the names are {', '.join(targets)}"
        scope.report.error(codes.LOOP_LENGTHS, text, span, help=help, notes=scope.notes())
        raise Absorbed
    return dict(zip(targets, value, strict=True))
