"""Names of values: parameters, `let` names and loop variables, which expressions have to read."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from archc.diag import codes
from archc.diag.diagnostic import Label
from archc.diag.misspelt import another_name
from archc.spec.expr import ExprError, PathExpr, parse
from archc.spec.expr.lexer import CONSTANTS, KEYWORDS
from archc.spec.keys import RESERVED

if TYPE_CHECKING:
    from archc.diag.source import Span
    from archc.lower.scope import Scope
    from archc.spec.report import Report
    from archc.spec.tree import Map

_MEANT = frozenset({"in", "training"}) | KEYWORDS | CONSTANTS.keys()
"""Words of expressions, with what a node receives and how a network runs."""


@lru_cache(1024)
def wrong_name(name: str, *, argument: bool) -> str:
    """Why no value can be called so, or no argument of a node; empty if one can.

    >>> wrong_name("width", argument=True), wrong_name("from", argument=False)
    ('', '')
    >>> wrong_name("in", argument=False)
    'the word has a meaning of its own in expressions'
    """
    if argument and name in RESERVED:
        return "the word is a key of every node"
    if name in _MEANT:
        return "the word has a meaning of its own in expressions"
    return "" if name.isidentifier() and _is_read(name) else "a name is letters, digits and `_`"


def _is_read(name: str) -> bool:
    """Whether an expression takes a word for a name."""
    try:
        found = parse(name)
    except ExprError:
        return False
    return isinstance(found, PathExpr) and found.segments == (name,)


def check_name(name: str, at: Span, what: str, report: Report, *, argument: bool = False) -> bool:
    """Whether a value can be called so; reported if not."""
    wrong = wrong_name(name, argument=argument)
    if wrong:
        near = [re.sub(r"\W+", "_", name), f"{name}_"]
        help = another_name(near, lambda other: not wrong_name(other, argument=argument))
        text = f"{what} cannot be called `{name}`: {wrong}"
        report.error(codes.BAD_NAME, text, at, help=help)
    return not wrong


def let_names(tree: Map, params: Map | None, scope: Scope) -> list[str]:
    """The `let` names that can be, the others reported: a parameter has its name for itself."""
    report, taken = scope.report, params.keys if params is not None else {}
    good = [n for n in tree.items if check_name(n, tree.keys[n], "a `let`", report)]
    for name in good:
        if name in taken:
            _tell_taken(name, tree.keys[name], taken[name], report)
    return good


def _tell_taken(name: str, let: Span, parameter: Span, report: Report) -> None:
    """Report a `let` with a parameter's name, in the file that came second to it."""
    text, help = f"`{name}` is a parameter already", "give one of them another name"
    at, also = let, Label(parameter, "declared here")
    if let.file != parameter.file and report.extends(parameter.file, let.file):
        at, also = parameter, Label(let, "computed here")
        text = f"`{name}` is no parameter of the base, which computes it"
        help = f"write it under `let`, or remove the base's: `let: {{{name}: null}}`"
    elif let.file != parameter.file:
        help = "set it under `params`, or give this another name"
    report.error(codes.BAD_NAME, text, at, also=(also,), help=help)
