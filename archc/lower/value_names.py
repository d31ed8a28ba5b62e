"""Names of values: parameters, `let` names and loop variables, which expressions have to read."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from archc.diag import codes
from archc.diag.diagnostic import Label
from archc.diag.misspelt import another_name
from archc.spec.expr import ExprError, PathExpr, parse
from archc.spec.keys import RESERVED

if TYPE_CHECKING:
    from archc.diag.source import Span
    from archc.lower.scope import Scope
    from archc.spec.report import Report
    from archc.spec.tree import Map

_MEANT = frozenset({"in", "training"})
"""Names that have a value of their own: what a node receives, and how a network runs."""


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
    if not name.isidentifier():
        return "a name is letters, digits and `_`"
    if name in _MEANT or not _is_read(name):
        return "the word has a meaning of its own in expressions"
    return ""


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
            also = (Label(taken[name], "declared here"),)
            text = f"`{name}` is a parameter already"
            help = "set it under `params`, or give this another name"
            report.error(codes.BAD_NAME, text, tree.keys[name], also=also, help=help)
    return good
