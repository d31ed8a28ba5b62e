"""Which arguments are there: unknown ones, missing ones, and misspelt ones, which are both."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from archc import ops
from archc.diag import codes
from archc.diag.diagnostic import Label, nearest
from archc.diag.fix import replacing
from archc.diag.misspelt import distance, is_certain, renaming
from archc.lower.ports import ports_of
from archc.lower.values import BlockDefinition
from archc.spec.expr import Absorbed
from archc.spec.keys import NODE_KEYS
from archc.spec.not_there import is_null
from archc.spec.tree import Scalar

if TYPE_CHECKING:
    from collections.abc import Collection

    from archc.diag.fix import Fix
    from archc.lower.resolve import Resolved
    from archc.lower.scope import Scope
    from archc.spec.tree import Tree


def check_names(
    resolved: Resolved,
    known: Collection[str],
    needed: Collection[str],
    scope: Scope,
    what: str,
) -> bool:
    """Whether the arguments of a use are ones that there are, and none that is `needed` is missing.

    `what` is the op or block as a message names it. Raises `Absorbed` where the key of a loop is
    misspelt: what it would count is not known either. A name that is not known may be meant for one
    that is missing: then there is one mistake, not two.
    """
    named = inputs_as_arguments(resolved, known)
    strangers = [name for name in resolved.args if name not in known and name not in named]
    missing = [name for name in needed if name not in resolved.args]
    if not strangers and not missing:
        return not named
    from archc.ops import foreign

    meant = {name: _meant(name, resolved, known, missing) for name in strangers}
    missing = [name for name in missing if name not in meant.values()]
    guess = missing if any(near is None for near in meant.values()) else []
    for name, near in meant.items():
        text = f"{what} has no parameter `{name}`"
        help = f"did you mean `{near}`?" if near else ""
        if not near and _is_op(resolved):
            help = foreign.argument_help(name)
        help = _punctuation(name, resolved, known) or help
        if not help:
            help = _there_are(known, guess)
            if isinstance(resolved.target, BlockDefinition):
                scope.run.undeclared.setdefault(id(resolved.target), set()).add(name)
                declare = f": declare it in the block, `params: {{{name}: ...}}`"
                help += "" if known or resolved.target.unit is not None else declare
            help += _hidden_op(name, resolved)
        at = resolved.args[name][2]
        fix = _punctuated(name, resolved, known) or _fix(name, near, resolved, known)
        scope.report.error(
            codes.UNKNOWN_PARAMETER, text, at, help=help, fix=fix, notes=scope.notes()
        )
    if missing and not guess:
        _missing(missing, resolved, scope, what)
    if not {"repeat", "for"}.isdisjoint(meant.values()):
        raise Absorbed
    return False


def _there_are(known: Collection[str], missing: Collection[str]) -> str:
    """The help for a name that is not even like one that there is."""
    if len(known) == 1:
        return f"its only parameter is {_listed(known)}{', which must be given' if missing else ''}"
    must = f"; {_listed(missing)} must be given" if missing else ""
    return f"its parameters are {_listed(known)}{must}" if known else "it has none"


def inputs_as_arguments(resolved: Resolved, known: Collection[str]) -> list[str]:
    """The arguments that are inputs of a node with several, which `report_inputs` tells."""
    strangers = [name for name in resolved.args if name not in known]
    if not strangers or (isinstance(resolved.target, type) and resolved.target.variadic):
        return []
    ports = [port.name for port in ports_of(resolved)]
    return [name for name in strangers if name in ports] if len(ports) > 1 else []


def report_inputs(names: list[str], resolved: Resolved, scope: Scope) -> None:
    """Report arguments that are inputs, as one mistake."""
    first, *others = (resolved.args[name][2] for name in names)
    also = tuple(Label(span, "this one too") for span in others)
    needed = [port.name for port in ports_of(resolved) if not port.skippable or port.name in names]
    values = {name: _path(resolved.args[name][0]) for name in names}
    given = ", ".join(f"{name}: {values.get(name, '...')}" for name in needed)
    text = f"`{names[0]}` is an input of `{resolved.name}`, and no parameter"
    help = f"inputs are given by `from`: `from: {{{given}}}`"
    notes = scope.notes()
    scope.report.error(codes.UNKNOWN_PARAMETER, text, first, also=also, help=help, notes=notes)


def _path(tree: Tree) -> str:
    value = str(tree.value) if isinstance(tree, Scalar) else ""
    return value if re.fullmatch(r"[\w.-]+", value) else "..."


def misspelt_key(
    keys: Collection[str], resolved: Resolved, known: Collection[str], scope: Scope, what: str
) -> bool:
    """Whether an argument that there is not is a misspelling of one of `keys`; then it is told."""
    for name in (name for name in resolved.args if name not in known):
        near = _meant(name, resolved, known)
        if near in keys:
            text, at = f"{what} has no parameter `{name}`", resolved.args[name][2]
            help, fix = f"did you mean `{near}`?", _fix(name, near, resolved, known)
            notes = scope.notes()
            scope.report.error(codes.UNKNOWN_PARAMETER, text, at, help=help, fix=fix, notes=notes)
            return True
    return False


def _listed(names: Collection[str]) -> str:
    quoted = [f"`{name}`" for name in names]
    return (
        " and ".join([", ".join(quoted[:-1]), quoted[-1]]) if len(quoted) > 1 else "".join(quoted)
    )


def _meant(
    name: str, resolved: Resolved, known: Collection[str], missing: Collection[str] = ()
) -> str | None:
    """The parameter, or key of a node, that a name is a misspelling of.

    Where a parameter is `missing` it may stand for that, and is a key only if it is sure to be.
    """
    from archc.ops import foreign

    beside = _beside(name, resolved)
    told = foreign.parameter(name, known, beside) if _is_op(resolved) else None
    if told is None and _is_op(resolved) and foreign.argument_help(name):
        return None
    near = told or _nearest(name, known, beside)
    key = nearest(name, NODE_KEYS)
    if near or key is None or (missing and not is_certain(name, key, NODE_KEYS)):
        return near
    return key


def _beside(name: str, resolved: Resolved) -> set[str]:
    """The arguments that are written in one mapping with this one.

    Those of a base, or of a preset, are not: they are there for this mapping to change.
    """
    _, scope, at = resolved.args[name]
    return {n for n, (_, s, key) in resolved.args.items() if s is scope and key.file == at.file}


def _nearest(name: str, known: Collection[str], beside: set[str]) -> str | None:
    """The nearest of the names; among equals one that does not stand beside it already."""
    near, free = nearest(name, known), nearest(name, [n for n in known if n not in beside])
    if near is None or free is None:
        return near
    return near if _far(name, near) < _far(name, free) else free


def _far(one: str, other: str) -> int:
    return distance(one.casefold(), other.casefold())


def _punctuation(name: str, resolved: Resolved, known: Collection[str]) -> str:
    """What to write in place of `out_features=8`, `out_features:8` or the rest of `1,000`."""
    glued = re.fullmatch(r"(\w+)\s*[=:]\s*(.+)", name)
    if glued and glued[1] in known:
        return f"write `{glued[1]}: {glued[2]}`"
    if {"pattern", "sizes"} <= set(known) and len(name) <= 2:
        return f"write `sizes: {{{name}: ...}}`"
    rest = name.isdecimal() and is_null(resolved.args[name][0])
    return "a `,` ends a value: write a number without it" if rest else ""


def _punctuated(name: str, resolved: Resolved, known: Collection[str]) -> Fix | None:
    """The same as an edit, where nothing else stands for the value: a space behind the `:`."""
    tree, _, at = resolved.args[name]
    if not isinstance(tree, Scalar) or tree.text:
        return None
    glued = re.fullmatch(r"(\w+)\s*[=:]\s*(.+)", name)
    if glued is None or glued[1] not in known:
        return None
    return replacing(at, f"{glued[1]}: {glued[2]}", certain=True)


def _is_op(resolved: Resolved) -> bool:
    """Whether it is one of the ops, which have PyTorch's parameters; a block has its author's."""
    return isinstance(resolved.target, type)


def _hidden_op(name: str, resolved: Resolved) -> str:
    """For a block that is called like an op: that it hides the op, which has the argument."""
    block = resolved.target
    op = ops.find(block.name) if isinstance(block, BlockDefinition) else None
    if op is None or name not in op.model_fields:
        return ""
    return f"; it hides the op of that name, which has `{name}`: to use that, rename the block"


def _fix(name: str, near: str | None, resolved: Resolved, known: Collection[str]) -> Fix | None:
    """The name that was meant, unless it is given already. Authors choose those of a block."""
    if near is None or near in _beside(name, resolved):
        return None
    own = isinstance(resolved.target, BlockDefinition) and near in known
    return renaming(resolved.args[name][2], name, near, [*known, *NODE_KEYS], own=own)


def _missing(missing: list[str], resolved: Resolved, scope: Scope, what: str) -> None:
    given = ", ".join(f"{name}: ..." for name in missing)
    whole = f"write `{{op: {resolved.name}, {given}}}`"
    scope.report.error(
        codes.MISSING_PARAMETER,
        f"{what} needs {_listed(missing)}",
        resolved.span,
        help=f"add `{given}`" if resolved.args else whole,
        notes=scope.notes(),
    )
