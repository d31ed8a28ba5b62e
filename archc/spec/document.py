"""Reading a mapping as a document of the language, and telling what keeps it from being one."""

from __future__ import annotations

from itertools import islice
from typing import Any, TypeVar

from pydantic import ValidationError

from archc.diag import codes
from archc.diag.diagnostic import nearest
from archc.diag.fix import replacing
from archc.diag.source import Span
from archc.spec.keys import Document
from archc.spec.report import MAX_FOUND, Report
from archc.spec.tree import List, Map, Scalar, Tree

D = TypeVar("D", bound=Document)


def read(cls: type[D], tree: Map, report: Report, what: str) -> D | None:
    """The mapping as a document, or None after reporting what keeps it from being one.

    Keys that are wrong are reported and left out, so that what remains is still checked.
    """
    given = dict(tree.items)
    try:
        return cls.model_validate(given)
    except ValidationError as problem:
        wrong = _report_all(cls, tree, report, what, problem)
    try:
        return cls.model_validate({k: v for k, v in given.items() if k not in wrong})
    except ValidationError:
        return None


def keys_of(cls: type[Document]) -> tuple[str, ...]:
    """The keys that a document may hold, as they are written."""
    return tuple(field.alias or name for name, field in cls.model_fields.items())


_DECLARING = ("params", "let", "use", "blocks")


def lost_keys(cls: type[Document], tree: Map) -> frozenset[str]:
    """Keys that are misspelt, or whose value is no mapping though it should be.

    What they would have declared is unknown, so its use is no mistake of its own.
    """
    known = keys_of(cls)
    strange = (word for word in tree.items if word not in known)
    misspelt = {nearest(word, known) or "" for word in islice(strange, MAX_FOUND)}
    given = {k: tree.items[k] for k in _DECLARING if k in tree.items}
    wrong = {k for k, t in given.items() if not isinstance(t, Map) and not is_empty(t)}
    maybe = {"input", "inputs", "layers"} if strangers_of(cls, tree) else set[str]()
    return frozenset(misspelt | wrong | maybe - tree.items.keys())


def _report_all(
    cls: type[Document], tree: Map, report: Report, what: str, problem: ValidationError
) -> set[str]:
    errors = problem.errors(include_url=False)
    strangers = [str(e["loc"][0]) for e in errors if e["type"] == "extra_forbidden"][:MAX_FOUND]
    meant = {nearest(word, keys_of(cls)) for word in strangers}
    wrong: set[str] = set()
    for error in errors:
        key = str(error["loc"][0])
        wrong.add(key)
        if error["type"] in {"extra_forbidden", "missing"}:
            continue
        if report.has(codes.UNQUOTED, tree.items[key].span):
            continue
        _report_kind(error, key, tree.items[key], report)
    from archc.spec.strangers import report_strangers

    missing = [str(e["loc"][0]) for e in errors if e["type"] == "missing"]
    missing = [key for key in missing if key not in meant]
    report_strangers(report, tree, strangers, what, keys_of(cls), missing)
    if not strangers or None not in meant:
        for key in missing:
            text, help = f"{what} needs `{key}`", f"add `{key}:`"
            report.error(codes.MISSING_KEY, text, start_of(tree), help=help)
    return wrong


def _report_kind(error: Any, key: str, given: Tree, report: Report) -> None:
    """Report a value of the wrong kind, with the one that is meant where that is clear."""
    from archc.spec.switches import switch_meant

    example = _meant_by(key, given) or _EXAMPLES.get(key)
    help, fix = f"as in `{key}: {example}`" if example else "", None
    switch = switch_meant(given.value) if isinstance(given, Scalar) else ""
    if switch and error["type"] == "bool_type":
        quoted = isinstance(given, Scalar) and given.quoted
        help = f"write `{switch}`{', without quotes' if quoted else ''}"
        fix = None if quoted else replacing(given.span, switch, certain=True)
    text = f"`{key}` {_plain_words(error, given)}"
    report.error(codes.WRONG_KIND, text, given.span, help=help, fix=fix)


def _meant_by(key: str, tree: object) -> str:
    """The mapping for a loop as Python writes it, or for the node to tie to."""
    text = tree.value if isinstance(tree, Scalar) else None
    if key == "for" and isinstance(text, str):
        name, _, walked = text.partition(" in ")
        return f'{{{name}: "{walked}"}}' if name.isidentifier() and walked else ""
    if key == "use" and isinstance(text, str) and text.replace("_", "").isalnum():
        return f"{{{text}: {text}}}"
    if key != "tie" or not isinstance(text, str) or not text.replace(".", "").isidentifier():
        return ""
    tensor = text.rpartition(".")[2]
    return f"{{{tensor}: {text}}}" if tensor in {"weight", "bias"} else f"{{weight: {text}.weight}}"


def start_of(tree: Map) -> Span:
    """The first key of a mapping, to point at where something is missing in it."""
    here = (span for span in tree.keys.values() if span.file == tree.span.file)
    return next(here, tree.span)


def strangers_of(cls: type[Document], tree: Map) -> list[str]:
    """The keys that a document does not have, and that are no misspelling of one it has."""
    known = keys_of(cls)
    strange = islice((key for key in tree.items if key not in known), MAX_FOUND)
    return [key for key in strange if nearest(key, known) is None]


_WANTED = {"string_type": "text", "bool_type": "true or false", "int_type": "an integer"}
_EXAMPLES = {
    "params": "{width: 64}",
    "let": "{wide: 4 * width}",
    "use": "{common: blocks/common.yaml}",
    "dims": "{H: 224, W: 224}",
    "blocks": "{Norm: {op: BatchNorm2d, eps: 1e-3}}",
    "init": "{Conv2d: {weight: kaiming_normal_}}",
    "expect": "{params: 61706}",
    "for": "{width: [64, 128]}",
    "tie": "{weight: embed.weight}",
}


def _plain_words(error: Any, given: object) -> str:
    wanted = _WANTED.get(error["type"], "another kind of value")
    if error["type"] == "value_error":
        wanted = str(error["ctx"]["error"])
    return f"takes {wanted}, not {describe_value(given)}"


def is_empty(tree: object) -> bool:
    """Whether nothing stands under a key: null, or a mapping or list without entries.

    >>> is_empty(List((), Span("a.yaml", 1, 1, 1, 3)))
    True
    """
    if isinstance(tree, Scalar):
        return tree.value is None
    return isinstance(tree, Map | List) and not tree.items


def describe_value(value: object) -> str:
    """A value as a message quotes it.

    >>> describe_value("abc"), describe_value(True), describe_value(None)
    ("'abc'", 'true', 'null')
    """
    match value:
        case Map():
            return "a mapping"
        case List():
            return "a list"
        case Scalar():
            return describe_value(value.value)
        case bool():
            return str(value).lower()
        case None:
            return "null"
        case _:
            return repr(value)[:60]
