"""Parameters: how files and blocks declare them, and how values are bound to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from msgspec import Struct

from archc.diag import codes
from archc.diag.diagnostic import Label
from archc.diag.misspelt import guess, translated
from archc.lower.reading import Kind, dollar, fit, is_dollar, read_value
from archc.lower.run import show
from archc.lower.value_names import check_name
from archc.lower.values import OpValue, Written
from archc.spec.document import describe_value, keys_of, read
from archc.spec.expr import Absorbed
from archc.spec.expr.lexer import CONSTANTS
from archc.spec.keys import ParameterDocument
from archc.spec.tree import List, Map, Scalar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archc.diag.source import Span
    from archc.lower.scope import Scope
    from archc.spec.report import Report
    from archc.spec.tree import Tree

TYPES = {
    "int": "an integer",
    "float": "a number",
    "bool": "true or false",
    "str": "text",
    "op": "an op",
    "size": "an integer or a list of integers",
    "list": "a list",
    "record": "a mapping",
    "any": "anything",
}
"""The types of parameters, and what a value of each is."""

ELEMENTS = tuple(f"list[{t}]" for t in ("int", "float", "bool", "str", "op", "size", "list", "any"))

_OTHER_NAMES = {
    "integer": "int",
    "number": "float",
    "double": "float",
    "scalar": "float",
    "boolean": "bool",
    "string": "str",
    "module": "op",
    "tuple": "list",
    "dict": "record",
}
"""Names that other languages have for some of them."""

KINDS = {
    "int": Kind(integer=True),
    "float": Kind(),
    "bool": Kind(),
    "size": Kind(integer=True),
    "str": Kind(text=True, number=False),
    "op": Kind(op=True, number=False),
    "any": Kind(raw_text=True, op=True),
}


class Declaration(Struct, frozen=True):
    """A parameter: its type, its default (None: it must be given), its bounds."""

    name: str
    type: str
    span: Span
    default: Tree | None = None
    doc: ParameterDocument | None = None
    wrong: bool = False
    """Whether the declaration itself is an error: nothing that uses the name is one then."""


def declarations(tree: Map | None, report: Report) -> dict[str, Declaration]:
    """The parameters that a `params:` mapping declares, wrong ones reported."""
    if tree is None:
        return {}
    return {n: _declare(n, value, tree.keys[n], report) for n, value in tree.items.items()}


def _declare(name: str, tree: Tree, span: Span, report: Report) -> Declaration:
    if not check_name(name, span, "a parameter", report, argument=True):
        return Declaration(name, "any", span, wrong=True)
    if isinstance(tree, Map) and "type" in tree.items:
        return _full(name, tree, span, report)
    if isinstance(tree, Map) and _is_untyped(tree):
        from archc.lower.untyped import tell_untyped

        tell_untyped(name, tree, _type_of_default(tree.items["default"]), TYPES, report)
        return Declaration(name, "any", span, wrong=True)
    if isinstance(tree, Scalar) and tree.value in (*TYPES, *ELEMENTS):
        return Declaration(name, str(tree.value), span)
    return Declaration(name, _type_of_default(tree), span, tree)


def _is_untyped(tree: Map) -> bool:
    """Whether a mapping with a default and bounds can only be a declaration, and says no type."""
    known, given = set(keys_of(ParameterDocument)), tree.items.keys()
    return "default" in given and given <= known and not given.isdisjoint({"min", "max", "choices"})


def _full(name: str, tree: Map, span: Span, report: Report) -> Declaration:
    doc = read(ParameterDocument, tree, report, f"the declaration of `{name}`")
    if doc is None:
        return Declaration(name, "any", span, wrong=True)
    if doc.type not in (*TYPES, *ELEMENTS):
        at, listed = tree.items["type"].span, f"the types are {', '.join(TYPES)}"
        told = translated(at, doc.type, _OTHER_NAMES)
        help, fix = told or guess(at, doc.type, (*TYPES, *ELEMENTS), listed)
        report.error(codes.BAD_DECLARATION, f"`{doc.type}` is not a type", at, help=help, fix=fix)
        return Declaration(name, "any", span, wrong=True)
    strangers = tree.items.keys() - keys_of(ParameterDocument)
    return Declaration(name, doc.type, span, doc.default, doc, wrong=bool(strangers))


def _type_of_default(tree: Tree) -> str:
    match tree:
        case List():
            return "list"
        case Map():
            return "record"
        case Scalar(value=bool()):
            return "bool"
        case Scalar(value=int()):
            return "int"
        case Scalar(value=float()):
            return "float"
        case Scalar(value=str()):
            return "str"
        case _:
            return "any"


def bind(declared: Declaration, tree: Tree | None, scope: Scope) -> object:
    """The value that a tree gives a parameter, checked against its declaration.

    Raises `Absorbed` once a problem is reported; without a tree one was.
    """
    if declared.wrong or tree is None:
        raise Absorbed
    value = typed(tree, scope, declared.type)
    _check_type(declared, value, tree, scope.report)
    if declared.doc is not None:
        _check_bounds(declared, declared.doc, value, tree, scope)
    return value


def below(declared: dict[str, Declaration]) -> Iterator[tuple[Declaration, dict[str, Span]]]:
    """Every declaration with the names and places of those below it."""
    later = {name: declaration.span for name, declaration in declared.items()}
    for name, declaration in declared.items():
        del later[name]
        yield declaration, later


def typed(tree: Tree, scope: Scope, type_: str) -> object:
    """What a tree stands for as a value of `type_`."""
    if is_dollar(tree) and isinstance(tree, Scalar):
        value = dollar(tree, scope)
        if isinstance(value, Written) and type_ != "any":
            return typed(value.tree, value.scope, type_)
        return fit(value, tree.span, scope, KINDS["any"])
    if type_ == "op":
        return op_value(tree, scope)
    if type_.startswith("list[") and isinstance(tree, List):
        return [typed(t, scope, type_[5:-1]) for t in tree.items]
    if type_ in {"list", "record"} and isinstance(tree, Map | List):
        return read_value(tree, scope, KINDS["any"])
    if type_ in {"list", "record"} or type_.startswith("list["):
        return read_value(tree, scope, KINDS["float"])
    return read_value(tree, scope, KINDS[type_])


def op_value(tree: Tree, scope: Scope) -> OpValue | None:
    """An op value: a bare name, or a mapping with `op` and arguments; null drops the node."""
    match tree:
        case Scalar(value=None):
            return None
        case Scalar(value=str(name)):
            return OpValue(name, tree.span, scope)
        case Map() if isinstance(op := tree.items.get("op"), Scalar) and isinstance(op.value, str):
            args = {k: v for k, v in tree.items.items() if k != "op"}
            keys = {k: tree.keys[k] for k in args}
            inner = op_value(op, scope) if not is_dollar(op) else dollar(op, scope)
            name = inner.name if isinstance(inner, OpValue) else op.value
            return OpValue(name, op.span, scope, Map(args, keys, tree.span))
        case _:
            text = f"an op value is a name or a mapping with `op`, not {describe_value(tree)}"
            scope.report.error(codes.BAD_PARAMETER, text, tree.span, notes=scope.notes())
            raise Absorbed


_PYTHON: dict[str, tuple[type, ...]] = {
    "int": (int,),
    "float": (int, float),
    "bool": (bool,),
    "str": (str,),
    "op": (OpValue, type(None)),
    "size": (int, list, tuple),
    "list": (list, tuple),
    "record": (dict,),
}


def _check_type(declared: Declaration, value: object, tree: Tree, report: Report) -> None:
    wanted = _PYTHON.get(declared.type.partition("[")[0])
    boolean = isinstance(value, bool) and declared.type not in {"bool", "any"}
    if wanted is None or (isinstance(value, wanted) and not boolean):
        return
    _wrong_type(declared, show(value), tree, report)


def refuse_word(declared: Declaration, tree: Tree | None, scope: Scope) -> None:
    """Refuse a word that names nothing, given by another file or `--set` where a number is wanted.

    Raises `Absorbed`. Inside one file it is a name that is not known, which is told as such.
    """
    if (
        declared.type not in {"int", "float", "bool"}
        or scope.unsure
        or not isinstance(tree, Scalar)
    ):
        return
    word = tree.value
    if not isinstance(word, str) or not word.isidentifier() or tree.span.file == declared.span.file:
        return
    if word not in CONSTANTS and not scope.has(word):
        _wrong_type(declared, f"the word '{word}'", tree, scope.report)


def _wrong_type(declared: Declaration, given: str, tree: Tree, report: Report) -> NoReturn:
    report.error(
        codes.BAD_PARAMETER,
        f"`{declared.name}` takes {TYPES[declared.type.partition('[')[0]]}, not {given}",
        tree.span,
        also=(Label(declared.span, "declared here"),) if declared.span != tree.span else (),
    )
    raise Absorbed


def _check_bounds(
    declared: Declaration, doc: ParameterDocument, value: object, tree: Tree, scope: Scope
) -> None:
    low, high = (
        read_value(t, scope, KINDS["float"]) if t is not None else None for t in (doc.min, doc.max)
    )
    choices = read_value(doc.choices, scope, Kind(text=True, number=False)) if doc.choices else None
    wrong = ""
    if isinstance(value, int | float):
        if isinstance(low, int | float) and value < low:
            wrong = f"must be at least {low}"
        elif isinstance(high, int | float) and value > high:
            wrong = f"must be at most {high}"
    name = value.name if isinstance(value, OpValue) else value
    if isinstance(choices, list) and name not in choices:
        wrong = f"must be one of {', '.join(map(show, choices))}"
    if not wrong:
        return
    also = (Label(declared.span, "declared here"),)
    text = f"`{declared.name}` {wrong}, not {show(value)}"
    scope.report.error(codes.BAD_PARAMETER, text, tree.span, also=also, notes=scope.notes())
    raise Absorbed
