"""Docstrings of attributes: the string under a field, read from the source when it is wanted.

pydantic can do this while a class is made, which would put 20 ms on every start of `archc check`.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from functools import cache
from itertools import pairwise


@cache
def attribute_docs(owner: type) -> dict[str, str]:
    """The docstring of each attribute that has one, inherited ones included, each on one line.

    >>> from archc.ir.op import Tensor
    >>> attribute_docs(Tensor)
    {}
    """
    found: dict[str, str] = {}
    for home in reversed(owner.__mro__):
        if home.__module__.partition(".")[0] not in {"abc", "builtins", "pydantic"}:
            found.update(_own(home))
    return found


def _own(owner: type) -> dict[str, str]:
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(owner))).body[0]
    except (OSError, SyntaxError):  # typed into a prompt, which keeps no source
        return {}
    body = tree.body if isinstance(tree, ast.ClassDef) else []
    found: dict[str, str] = {}
    for statement, doc in pairwise(body):
        match statement, doc:
            case (
                ast.AnnAssign(target=ast.Name(id=name)),
                ast.Expr(value=ast.Constant(value=str(text))),
            ):
                found[name] = " ".join(text.split())
    return found
