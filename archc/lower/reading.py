"""From a `Tree` to a value: numbers, words, expressions, `$` paths, each in its scope."""

from __future__ import annotations

import re
from math import ceil, floor
from typing import TYPE_CHECKING

from msgspec import Struct, field

from archc.diag import codes
from archc.diag.fix import replacing
from archc.ir.dim import Dim, symbols
from archc.lower.lazy import Circle
from archc.lower.provenance import set_elsewhere
from archc.lower.run import show
from archc.lower.values import Built, OpValue, Written
from archc.spec.document import describe_value
from archc.spec.expr import Absorbed, ExprError, evaluate, names, parse, parse_path, weighed
from archc.spec.expr.problems import CircularError, Respelling, misspelt
from archc.spec.tree import List, Map, Scalar

if TYPE_CHECKING:
    from collections.abc import Iterable

    from archc.diag.fix import Fix
    from archc.diag.source import Span
    from archc.lower.scope import Scope
    from archc.spec.tree import Tree


class Kind(Struct, frozen=True):
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
ANY_NUMBER = Kind(open_sizes=True)
INTEGER = Kind(integer=True)
SIZE = Kind(integer=True, open_sizes=True)
TEXT = Kind(text=True, number=False)


def expression_failed(scope: Scope, tree: Tree, problem: ExprError) -> Absorbed:
    """Report what an expression did wrong, at its characters; the exception to raise."""
    span = tree.span
    if isinstance(tree, Scalar):
        span = tree.part(problem.start, max(problem.end, problem.start + 1))
    told = problem.code in {codes.EXPR_FAILS, codes.EXPR_LIMIT, codes.EXPR_TYPE}
    origins = tuple(set_elsewhere(span, scope)) if told else ()
    scope.report.error(
        problem.code,
        problem.message,
        span,
        label=values_at(span, scope) if told else "",
        also=(*problem.also, *origins),
        help=problem.help,
        fix=_respelt(problem, tree, scope),
        notes=scope.notes(),
    )
    return Absorbed()


def _respelt(problem: ExprError, tree: Tree, scope: Scope) -> Fix | None:
    """The name that was meant in place of the one that is written, where that is a whole word."""
    named = problem.respelling
    if named is None or not isinstance(tree, Scalar):
        return None
    bounds = r"(?<!\w){}(?!\w)" if named.word.isidentifier() else "{}"
    pattern = re.compile(bounds.format(re.escape(named.word)))
    start = 0 if named.word == tree.text else problem.start
    found = pattern.search(tree.text, start)
    if found is None:
        return None
    span = tree.part(*found.span())
    if scope.report.text_at(span) != named.word:
        return None
    return replacing(span, named.meant, certain=named.certain)


_PADDINGS = frozenset({"zeros", "reflect", "replicate", "circular"})
"""Words of `padding_mode`, which people write under `padding`."""


def evaluate_text(tree: Scalar, scope: Scope, words: Iterable[str] = ()) -> object:
    """The value of a string as an expression. Raises `Absorbed` once a problem is reported.

    `words` are those that would have been taken as they are.
    """
    text = str(tree.value)
    try:
        value, work = weighed(parse(text), scope)
    except ExprError as problem:
        if words and problem.code is codes.EXPR_NAME and text.isidentifier():
            listed = " and ".join(f"`{word}`" for word in sorted(words))
            problem.message = f"`{text}` is no word that fits here, nor the name of a value"
            problem.help, problem.respelling = f"the words are {listed}", None
            if text in _PADDINGS:
                problem.help = f"how it pads is said apart, `padding_mode: {text}`; {problem.help}"
            misspelt(problem, text, words)
        raise expression_failed(scope, tree, _as_number(text, problem)) from None
    if work:
        scope.run.spend(work, tree.span)
    return value


def _as_number(text: str, problem: ExprError) -> ExprError:
    """The complaint about a text that is a whole number or a share with marks, as one of those."""
    from archc.spec.expr.plain_number import plain_number

    meant = plain_number(text) if problem.code is codes.EXPR_SYNTAX else None
    if meant is None:
        return problem
    message = f"`{text}` is not a number"
    told = ExprError(codes.EXPR_SYNTAX, message, 0, len(text), meant.help)
    if not meant.listed:
        told.respelling = Respelling(text, meant.digits, certain=meant.certain)
    return told


def values_at(span: Span, scope: Scope) -> str:
    """The values of the names in the expression written at a place: `where width = 64`."""
    text = scope.report.text_at(span).strip("'\"$")
    try:
        found = sorted(names(parse(text)))
    except ExprError:
        return ""
    known = [(name, scope.plain(name)) for name in found]
    told = [f"{name} = {show(value)}" for name, value in known if value is not None]
    told += _sizes_in(text, scope) if "in" in found else []
    return f"where {', '.join(told)}" if told else ""


def _sizes_in(text: str, scope: Scope) -> list[str]:
    """The sizes of `in` that an expression reads: `in.channels = 32`."""
    told: dict[str, str] = {}
    for found in re.finditer(r"\bin\.(channels|features|rank|shape\.-?\d+)", text):
        try:
            told[found.group()] = show(evaluate(parse(found.group()), scope))
        except (Absorbed, ExprError):
            continue
    return [f"{name} = {value}" for name, value in told.items()]


def settled(value: object) -> object:
    """What an expression reads: quoted strings become their own values, in their writer's scope.

    In lists and records a string that is no expression stays: it may be a word for another place.
    """
    match value:
        case Written():
            return evaluate_text(value.tree, value.scope)
        case list():
            return [_settled_part(part) for part in value]
        case dict():
            return {name: _settled_part(part) for name, part in value.items()}
        case _:
            return value


PART_WORK = 10
"""What it takes to read a quoted element of a list."""


def _settled_part(value: object) -> object:
    if not isinstance(value, Written):
        return settled(value)
    run, key = value.scope.run, (id(value.tree), id(value.scope))
    if key in run.settling:
        raise Circle
    run.spend(PART_WORK, value.tree.span)
    run.settling.add(key)
    try:
        return evaluate(parse(value.text), value.scope)
    except CircularError:
        raise
    except ExprError:
        return value
    finally:
        run.settling.discard(key)


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
        problem.start += 1
        problem.end += 1
        if problem.code is codes.EXPR_SYNTAX:
            problem.help = _without_dollar(text)
        raise expression_failed(scope, tree, problem) from None
    if isinstance(value, Built):
        raise Absorbed
    return value


def _without_dollar(text: str) -> str:
    """What to write in place of `${width}`, `${{ width }}` or `$width * 2`."""
    plain = text.strip("{} ") if text.startswith("{") else text
    return f"an expression goes without `$`: write `{plain}`"


def read_value(tree: Tree, scope: Scope, kind: Kind) -> object:
    """What a tree stands for in a place that takes `kind`."""
    if isinstance(tree, List):
        return [read_value(t, scope, kind) for t in tree.items]
    if isinstance(tree, Map) and kind.op and "op" in tree.items:
        from archc.lower.parameters import op_value

        return op_value(tree, scope)
    if isinstance(tree, Map):
        return {k: read_value(t, scope, kind) for k, t in tree.items.items()}
    value = tree.value
    if value is None or isinstance(value, bool | int):
        return value
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
        return evaluate_text(tree, scope, kind.words)
    return text


def fit(value: object, span: Span, scope: Scope, kind: Kind) -> object:
    """Refuse open sizes and fractions where whole numbers are needed; 2.0 is the integer 2."""
    if isinstance(value, Dim) and not kind.open_sizes:
        scope.report.error(
            codes.OPEN_SIZE,
            f"a fixed number is needed here, and `{value}` depends on the size of the input",
            span,
            help=f"write a number in place of {_symbols(value)} in `input`",
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


def _symbols(size: Dim) -> str:
    return " and ".join(f"`{name}`" for name in sorted(symbols(size)))


def _whole(value: float, span: Span, scope: Scope) -> int:
    if value.is_integer():
        return int(value)
    scope.report.error(
        codes.NOT_AN_INTEGER,
        f"a whole number is needed here, and this is {describe_value(value)}",
        span,
        label=values_at(span, scope),
        also=tuple(set_elsewhere(span, scope)),
        help=_rounded(value, scope.report.text_at(span)),
        notes=scope.notes(),
    )
    raise Absorbed


def _rounded(value: float, written: str) -> str:
    """How to come to a whole number: the two next to one that is written, else how to round."""
    if written != str(value):
        return "use `//` to round down, or `round(...)`"
    return f"write `{floor(value)}` or `{ceil(value)}`"


def boolean(tree: Tree, scope: Scope) -> bool:
    """A condition. Numbers count as Python counts them."""
    value = read_value(tree, scope, NUMBER)
    if isinstance(value, bool | int | float):
        return bool(value)
    scope.report.error(
        codes.EXPR_TYPE, f"a condition is true or false, not {describe_value(value)}", tree.span
    )
    raise Absorbed
