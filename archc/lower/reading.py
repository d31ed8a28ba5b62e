"""From a `Tree` to a value: numbers, words, expressions, `$` paths, each in its scope."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from archc.diag import codes
from archc.ir.dim import Dim
from archc.lower.values import Built, OpValue, Written
from archc.spec.document import describe_value
from archc.spec.expr import Absorbed, ExprError, evaluate, parse, parse_path
from archc.spec.tree import List, Map, Scalar

if TYPE_CHECKING:
    from archc.diag.source import Span
    from archc.lower.scope import Scope
    from archc.spec.tree import Tree


@dataclass(frozen=True, slots=True)
class Kind:
    """What a place takes: some words, any text, numbers, sizes that are still open."""

    words: frozenset[str] = field(default_factory=frozenset[str])
    text: bool = False
    number: bool = True
    integer: bool = False
    open_sizes: bool = False
    op: bool = False
    raw_text: bool = False
    """Strings inside stay as written: the elements of a `list`, a `record`, an `any`."""


NUMBER = Kind()
INTEGER = Kind(integer=True)
SIZE = Kind(integer=True, open_sizes=True)
TEXT = Kind(text=True, number=False)


def expression_failed(scope: Scope, tree: Tree, problem: ExprError) -> Absorbed:
    """Report what an expression did wrong, at its characters; the exception to raise."""
    span = tree.span
    if isinstance(tree, Scalar):
        span = tree.part(problem.start, max(problem.end, problem.start + 1))
    scope.report.error(problem.code, problem.message, span, help=problem.help, notes=scope.notes())
    return Absorbed()


def evaluate_text(tree: Scalar, scope: Scope) -> object:
    """The value of a string as an expression. Raises `Absorbed` once a problem is reported."""
    try:
        return evaluate(parse(str(tree.value)), scope)
    except ExprError as problem:
        raise expression_failed(scope, tree, problem) from None


def number_of_written(value: Written) -> object:
    """A quoted string that an expression reads: its own value, in the scope that wrote it."""
    return evaluate_text(value.tree, value.scope)


def is_dollar(tree: Tree) -> bool:
    """Whether a tree is `$path`."""
    return isinstance(tree, Scalar) and isinstance(tree.value, str) and tree.value.startswith("$")


def dollar(tree: Scalar, scope: Scope) -> object:
    """The value that `$path` names, quoted strings left for their place of use."""
    text = str(tree.value)[1:]
    try:
        path = parse_path(text)
        value = scope.raw(scope.segments(path), path)
    except ExprError as problem:
        moved = ExprError(
            problem.code, problem.message, problem.start + 1, problem.end + 1, problem.help
        )
        raise expression_failed(scope, tree, moved) from None
    if isinstance(value, Built):
        raise Absorbed
    return value


def read_value(tree: Tree, scope: Scope, kind: Kind) -> object:
    """What a tree stands for in a place that takes `kind`."""
    if isinstance(tree, List):
        return [read_value(t, scope, kind) for t in tree.items]
    if isinstance(tree, Map):
        return {k: read_value(t, scope, kind) for k, t in tree.items.items()}
    value = tree.value
    if isinstance(value, str):
        if value.startswith("$"):
            return _settle(dollar(tree, scope), tree, scope, kind)
        return fit(_read_text(tree, value, scope, kind), tree.span, scope, kind)
    return fit(value, tree.span, scope, kind)


def _settle(value: object, tree: Tree, scope: Scope, kind: Kind) -> object:
    """A value reached through `$`: its quoted strings are read now, for this place."""
    if isinstance(value, Written):
        if kind.raw_text:
            return value
        return read_value(value.tree, value.scope, kind)
    if isinstance(value, list | tuple):
        return [_settle(v, tree, scope, kind) for v in value]
    return fit(value, tree.span, scope, kind)


def _read_text(tree: Scalar, text: str, scope: Scope, kind: Kind) -> object:
    if kind.raw_text:
        return Written(tree, scope)
    if text in kind.words or (kind.text and not kind.number):
        return text
    if kind.number:
        return evaluate_text(tree, scope)
    return text


def fit(value: object, span: Span, scope: Scope, kind: Kind) -> object:
    """Refuse open sizes and fractions where whole numbers are needed; 2.0 is the integer 2."""
    if isinstance(value, Dim) and not kind.open_sizes:
        scope.report.error(
            codes.OPEN_SIZE,
            f"a fixed number is needed here, and `{value}` depends on the size of the input",
            span,
            help="write a number in place of the symbol in `input`, or pool to a fixed size first",
            notes=scope.notes(),
        )
        raise Absorbed
    if isinstance(value, list):
        return [fit(v, span, scope, kind) for v in value]
    if isinstance(value, float) and kind.integer:
        return _whole(value, span, scope)
    if isinstance(value, OpValue) and not kind.op:
        text = f"takes a value, not the op `{value.name}`"
        scope.report.error(codes.EXPR_TYPE, text, span, notes=scope.notes())
        raise Absorbed
    return value


def _whole(value: float, span: Span, scope: Scope) -> int:
    if value.is_integer():
        return int(value)
    scope.report.error(
        codes.NOT_AN_INTEGER,
        f"a whole number is needed here, and this is {describe_value(value)}",
        span,
        help="use `//` to round down, or `round(...)`",
        notes=scope.notes(),
    )
    raise Absorbed


def boolean(tree: Tree, scope: Scope) -> bool:
    """A condition. Numbers count as Python counts them."""
    value = read_value(tree, scope, NUMBER)
    if isinstance(value, bool | int | float):
        return bool(value)
    scope.report.error(
        codes.EXPR_TYPE, f"a condition is true or false, not {describe_value(value)}", tree.span
    )
    raise Absorbed
