"""Sizes left open: the capitals in the shapes of inputs, and what is written in place of one."""

from __future__ import annotations

import re
from keyword import iskeyword
from typing import TYPE_CHECKING

from archc.diag import codes
from archc.diag.diagnostic import nearest
from archc.diag.fix import replacing
from archc.ir.dim import Dim, symbol
from archc.lower.reading import SIZE, read_value
from archc.lower.run import show
from archc.spec.expr import Absorbed, names, parse
from archc.spec.tree import List, Map, Scalar

if TYPE_CHECKING:
    from archc.lower.scope import Scope
    from archc.lower.unit import Unit
    from archc.spec.tree import Tree

_AS_ANY = "leave a size open by a capital, as in `[N, 3, H, W]`"
_ANY = frozenset({"None", "none", "?", "*", ":", "..."})
"""What other tools write for a size of any number."""
_BATCH = frozenset({"b", "bs", "batch", "batch_size"})


def is_symbol(text: str) -> bool:
    """Whether a name is a symbolic dimension: capitals are, but for Python's own words.

    >>> is_symbol("H"), is_symbol("Length"), is_symbol("h"), is_symbol("None")
    (True, True, False, False)
    """
    return text.isidentifier() and text[0].isupper() and not iskeyword(text)


def find_symbols(unit: Unit) -> frozenset[str]:
    """The dimension symbols of a file: capital names in its inputs, and what `dims` declares."""
    declared = frozenset(unit.doc.dims.items) if unit.doc.dims is not None else frozenset()
    return declared | input_symbols(unit)


def input_symbols(unit: Unit) -> frozenset[str]:
    """The capital names in the shapes of a file's inputs."""
    found: set[str] = set()
    stack: list[Tree] = [t for t in (unit.doc.input, unit.doc.inputs) if t is not None]
    while stack:
        tree = stack.pop()
        if isinstance(tree, Map):
            stack += [tree.items["shape"]] if "shape" in tree.items else list(tree.items.values())
        elif isinstance(tree, List):
            stack += tree.items
        elif isinstance(tree.value, str):
            found |= {n for n in _names(tree.value) if is_symbol(n) and not unit.scope.has(n)}
    return frozenset(found)


def read_size(tree: Tree, scope: Scope) -> int | Dim:
    """One size of a declared shape. Raises `Absorbed` once reported what is wrong with it."""
    if isinstance(tree, Scalar) and isinstance(tree.value, str):
        if is_symbol(tree.value) and not scope.has(tree.value):
            return symbol(tree.value)
        if tree.value in _ANY and not scope.has(tree.value):
            raise _no_size(tree, tree.value, scope)
        _check_names(tree, tree.value, scope)
    value = read_value(tree, scope, SIZE)
    if isinstance(value, Dim) or (type(value) is int and value > 0):
        return value
    raise _no_size(tree, value, scope)


def _no_size(tree: Tree, value: object, scope: Scope) -> Absorbed:
    """Report what is no size, with the way out where any size is meant."""
    given = tree.value if isinstance(tree, Scalar) else ()
    help = _AS_ANY if given in {None, -1, *_ANY} else ""
    shown = f"`{value}`" if given in _ANY else show(value)
    text = f"a size is a positive integer or a capital name, not {shown}"
    scope.report.error(codes.BAD_PARAMETER, text, tree.span, help=help, notes=scope.notes())
    return Absorbed()


def _check_names(tree: Scalar, text: str, scope: Scope) -> None:
    """Report small names where open sizes are meant. Raises `Absorbed` if there is any."""
    lost = [name for name in _names(text) if not is_symbol(name) and _is_meant(name, text, scope)]
    if not lost or any(around.unsure for around in scope.chain()):
        return
    for name in sorted(lost):
        _tell_small(name, tree, scope)
    raise Absorbed


def _is_meant(name: str, text: str, scope: Scope) -> bool:
    """Whether an open size may be meant by a name: nothing is called so, or nearly so."""
    if scope.has(name) or iskeyword(name) or not is_symbol(_capital(name)):
        return False
    if re.search(rf"\b{name}\s*\.", text):  # a part of something, which a size is not
        return False
    if scope.layers is not None and scope.layers.names_head(name):
        return False
    return nearest(name, {n for around in scope.chain() for n in around.values}) is None


def _tell_small(name: str, tree: Scalar, scope: Scope) -> None:
    meant = _capital(name)
    found = re.search(rf"(?<![\w.]){re.escape(name)}(?!\w)", tree.text)
    span = tree.part(*found.span()) if found is not None else tree.span
    help = f"an open size is a capital: `{meant}`"
    message, fix = f"no parameter is called `{name}`", replacing(span, meant)
    scope.report.error(codes.EXPR_NAME, message, span, help=help, fix=fix, notes=scope.notes())


def _capital(name: str) -> str:
    """The open size that a name may mean: `N` for the batch, else the name with a capital."""
    return "N" if name in _BATCH else name[:1].upper() + name[1:]


def _names(text: str) -> frozenset[str]:
    try:
        return names(parse(text))
    except Exception:  # noqa: BLE001 - the expression is reported where it is read
        return frozenset()
