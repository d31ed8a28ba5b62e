"""The arguments of an op: read by the kind of each parameter, then checked by its model."""

from __future__ import annotations

from functools import lru_cache
from types import UnionType
from typing import TYPE_CHECKING, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, PlainValidator, ValidationError

from archc.diag import codes
from archc.ir.dim import Dim
from archc.lower.argument_names import check_names
from archc.lower.provenance import set_elsewhere
from archc.lower.reading import Kind, read_value, values_at
from archc.lower.run import show
from archc.lower.scope import Scope
from archc.spec.expr import Absorbed
from archc.spec.tree import Scalar

if TYPE_CHECKING:
    from archc.diag.source import Span
    from archc.ir.op import Op
    from archc.lower.resolve import Resolved
    from archc.lower.values import Incoming
    from archc.spec.tree import Tree


@lru_cache(maxsize=256)
def kinds_of(op: type[Op]) -> dict[str, Kind]:
    """What each parameter of an op takes, from its annotation."""
    return {name: _kind(op, name) for name in op.model_fields}


@lru_cache(maxsize=256)
def _required(op: type[Op]) -> tuple[str, ...]:
    return tuple(name for name, info in op.model_fields.items() if info.is_required())


def _kind(op: type[BaseModel], name: str) -> Kind:
    info = op.model_fields[name]
    seen = [part for note in (info.annotation, *info.metadata) for part in _parts(note)]
    words = frozenset(w for w in seen if isinstance(w, str))
    number = any(t in seen for t in (int, float, bool))
    return Kind(
        words=words,
        text=str in seen,
        number=number,
        integer=int in seen and float not in seen,
        open_sizes=Dim in seen,
    )


def _parts(annotation: object) -> list[object]:
    """The plain types and literal words inside an annotation."""
    if isinstance(annotation, PlainValidator):
        return _parts(annotation.json_schema_input_type)
    origin = get_origin(annotation)
    if origin is Literal:
        return list(get_args(annotation))
    if origin in {Union, UnionType, tuple, list, dict} or hasattr(annotation, "__metadata__"):
        return [p for arg in get_args(annotation) for p in _parts(arg)]
    return [annotation]


def make_op(
    op: type[Op],
    resolved: Resolved,
    incoming: Incoming,
    scope: Scope,
    *,
    needed: tuple[str, ...] | None = None,
) -> tuple[Op, dict[str, Span]]:
    """The op with its arguments, and where each is written. Raises `Absorbed` once reported.

    `needed` are the parameters that have to be given here: all required ones unless it says so.
    """
    kinds, needed, values = kinds_of(op), _required(op) if needed is None else needed, {}
    good = check_names(resolved, kinds, needed, scope, f"`{resolved.name}`")
    spans: dict[str, Span] = {}
    for name, (tree, writer, _) in resolved.args.items():
        spans[name] = tree.span
        if name not in kinds:
            continue
        try:
            values[name] = _read(tree, writer, incoming, kinds[name])
        except Absorbed:
            good = False
    try:
        made = op.model_validate(values)
    except ValidationError as problem:
        _report(resolved, scope, problem, spans)
        raise Absorbed from None
    if not good:
        raise Absorbed
    return made, spans


def _read(tree: Tree, writer: Scope, incoming: Incoming, kind: Kind) -> object:
    """One argument; a scope that knows `in` is made only for what may be an expression."""
    if isinstance(tree, Scalar) and not isinstance(tree.value, str):
        return read_value(tree, writer, kind)
    return read_value(tree, Scope(writer, incoming=incoming), kind)


def _report(
    resolved: Resolved, scope: Scope, problem: ValidationError, spans: dict[str, Span]
) -> None:
    """One diagnostic a parameter, whatever number of alternatives it failed.

    What is missing was reported when the names were checked, or its value is wrong already.
    """
    from archc.lower.instead import instead

    told: set[str] = set()
    for error in problem.errors(include_url=False):
        name = str(error["loc"][0]) if error["loc"] else ""
        if name in told or error["type"] == "missing":
            continue
        told.add(name)
        given = getattr(error["input"], "value", error["input"])
        text = f"`{name}` {_words(dict(error))}, not {show(given)}"
        if not name:
            text = _words(dict(error))
        span = spans.get(name, resolved.span)
        help, fix = instead(dict(error), given, span, scope.report.text_at(span))
        if given is None:
            text, help = _nothing(name, text, scope.report.text_at(span))
        label, notes = values_at(span, scope), scope.notes()
        value = (scope.report.text_at(span), label, notes)
        if label and value[0].isidentifier() and value in scope.run.told:
            continue  # the same value of the same name: the mistake is where it comes from
        scope.run.told.add(value)
        also = tuple(set_elsewhere(span, scope))
        scope.report.error(
            codes.BAD_PARAMETER, text, span, label=label, also=also, help=help, notes=notes, fix=fix
        )


def _nothing(name: str, text: str, written: str) -> tuple[str, str]:
    """The message and help for a null that nobody wrote as such."""
    if written.startswith("&"):
        return f"`{name}` has no value", f"`&` begins an anchor of YAML: write `{written[1:]}`"
    if not written.strip():
        return f"`{name}` has no value", "write one after the `:`"
    return text, ""


_WORDS = {
    "int_type": "must be an integer",
    "float_type": "must be a number",
    "bool_type": "must be true or false",
    "string_type": "must be text",
    "tuple_type": "must be a list",
    "list_type": "must be a list",
    "finite_number": "must be a finite number",
}
_BOUNDS = {
    "greater_than_equal": "must be at least {ge}",
    "greater_than": "must be more than {gt}",
    "less_than_equal": "must be at most {le}",
    "less_than": "must be less than {lt}",
    "literal_error": "must be {expected}",
    "multiple_of": "must be a multiple of {multiple_of}",
}


def _plain(bound: object) -> object:
    """A bound without the `.0` of a whole number."""
    return int(bound) if isinstance(bound, float) and bound.is_integer() else bound


def _words(error: dict[str, Any]) -> str:
    kind, context = error["type"], error.get("ctx", {})
    if kind in _WORDS:
        return _WORDS[kind]
    if kind in _BOUNDS:
        return _BOUNDS[kind].format(**{k: _plain(v) for k, v in context.items()})
    if kind == "value_error":
        return str(context["error"])
    message: str = error["msg"]
    return message[0].lower() + message[1:]
