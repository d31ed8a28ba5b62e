"""The tables of `docs/language.md`, each made from the code that it describes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from archc.catalogue import entries
from archc.docstrings import attribute_docs
from archc.lower import initialise, parameters, run, signature
from archc.spec import keys
from archc.spec.expr import evaluate, parse, problems
from archc.spec.expr.functions import FUNCTIONS
from archc.spec.limits import DEFAULTS, option

if TYPE_CHECKING:
    from collections.abc import Iterable

    from archc.catalogue import Entry, Parameter
    from archc.spec.keys import Document

_REGION = re.compile(r"(<!-- table: ([\w ]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def filled(page: str) -> str:
    r"""The page with every table in it as the code says it should be.

    >>> print(filled("<!-- table: dtypes -->\nold\n<!-- end -->"))
    <!-- table: dtypes -->
    `bfloat16` `bool` `complex64` ...
    <!-- end -->

    Raises `KeyError` for a table that there is not.
    """
    return _REGION.sub(lambda found: found[1] + _table(found[2]) + found[3], page)


def _table(name: str) -> str:
    if name.startswith("keys of "):
        return _keys(_DOCUMENTS[name.removeprefix("keys of ")])
    return _TABLES[name]()


def _rows(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = tuple(head)
    lines = [head, ("---",) * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _code(text: str) -> str:
    """Text as code in a cell of a table."""
    return f"`{text}`".replace("|", "\\|")


def _all(words: Iterable[str]) -> str:
    return " ".join(map(_code, words))


def _keys(document: type[Document]) -> str:
    docs = attribute_docs(document)
    fields = document.model_fields.items()
    rows = ((_code(field.alias or name), docs[name]) for name, field in fields)
    return _rows(("Key", "Meaning"), rows)


_DOCUMENTS: dict[str, type[Document]] = {
    "a file": keys.FileDocument,
    "a node": keys.NodeDocument,
    "a block": keys.BlockDocument,
    "a parameter": keys.ParameterDocument,
    "a dimension": keys.DimDocument,
    "an input": keys.InputDocument,
    "an output": keys.OutputDocument,
    "a used file": keys.UseDocument,
    "expect": keys.ExpectDocument,
}


def _reserved() -> str:
    return f"{_all(sorted(keys.RESERVED))}\n"


def _dtypes() -> str:
    return f"{_all(sorted(signature.DTYPES))}\n"


def _types() -> str:
    rows = [(_code(name), f"{meaning}") for name, meaning in parameters.TYPES.items()]
    return _rows(("Type", "Value"), [*rows, (_all(parameters.ELEMENTS), "a list of these")])


def _functions() -> str:
    rows = (
        (_code(f.signature), f.summary, f"{_code(f.example)} is {_code(_value(f.example))}")
        for f in FUNCTIONS.values()
    )
    return _rows(("Function", "Value", "Example"), rows)


def _value(example: str) -> str:
    value = evaluate(parse(example), _Nothing())
    return f"{value:.5g}" if isinstance(value, float) else str(value)


class _Nothing:
    """A scope without names."""

    def lookup(self, path: tuple[str | int, ...], at: object) -> object:
        """No name has a value. Raises LookupError."""
        del at
        raise LookupError(path)


def _init() -> str:
    rows = (
        (_code(name), _all(arguments) or "none") for name, arguments in initialise.FUNCTIONS.items()
    )
    return _rows(("Function", "Arguments"), rows)


def _ops() -> str:
    """Every op, a table for each family, in the order of the catalogue."""
    catalogue = entries()
    families = dict.fromkeys(entry.family for entry in catalogue)
    parts = []
    for family in families:
        rows = (
            (_code(entry.name), entry.summary, _inputs(entry))
            for entry in catalogue
            if entry.family == family
        )
        parts.append(f"**{family}**\n\n{_rows(('Op', 'What it does', 'Inputs'), rows)}")
    return "\n".join(parts)


def _inputs(entry: Entry) -> str:
    if entry.variadic:
        return f"{len(entry.inputs)} or more"
    needed = len(entry.inputs) - entry.optional_inputs
    words = [_code(name) for name in entry.inputs[:needed]]
    words += [f"[{_code(name)}]" for name in entry.inputs[needed:]]
    return ", ".join(words) or "none"


_OTHER_DEFAULT = re.compile(r"torch's own default is (\w+)")


def other_default(parameter: Parameter) -> str:
    """Torch's own default, where a parameter has another; empty where it has the same."""
    found = _OTHER_DEFAULT.search(parameter.doc)
    return found[1] if found else ""


def _defaults() -> str:
    """The parameters that do not have torch's own default."""
    rows = (
        (_code(f"{entry.name}.{p.name}"), _code(str(p.default).lower()), _code(other_default(p)))
        for entry in entries()
        for p in entry.parameters
        if other_default(p)
    )
    return _rows(("Parameter", "Here", "In torch"), rows)


def _limits() -> str:
    rows = (
        ("nodes of a network", DEFAULTS.nodes, "nodes"),
        ("copies of one repeat", DEFAULTS.copies, "copies"),
        ("values in one file, aliases followed", DEFAULTS.entries, "entries"),
        ("MiB of one file", DEFAULTS.file_size, "file_size"),
        ("inputs of all nodes together", run.MAX_EDGES, ""),
        ("blocks within blocks", run.MAX_NESTING, ""),
        ("uses of other files", run.MAX_FILES, ""),
        ("characters of an expression", problems.MAX_LENGTH, ""),
        ("elements of a list in an expression", problems.MAX_LIST, ""),
    )
    return _rows(
        ("Limit", "At most", "Raised by"),
        ((what, f"{most:,}", _code(option(name)) if name else "") for what, most, name in rows),
    )


_TABLES = {
    "reserved": _reserved,
    "dtypes": _dtypes,
    "types": _types,
    "functions": _functions,
    "init": _init,
    "ops": _ops,
    "defaults": _defaults,
    "limits": _limits,
}
