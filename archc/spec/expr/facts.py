"""What can be told of an expression without running it."""

from __future__ import annotations

from keyword import iskeyword

from archc.spec.expr.nodes import (
    Binary,
    Call,
    Comprehension,
    Constant,
    Expr,
    Index,
    PathExpr,
)

_SHARED = frozenset({"abs", "len", "max", "min", "sum"})


def is_python(expr: Expr, allowed: frozenset[str]) -> bool:
    """Whether an expression's text has the same value in Python, given the variables `allowed`.

    Division and powers are left out: a whole number that comes out of them may be a float there.

    >>> from archc.spec.expr import parse
    >>> is_python(parse("4 * width"), frozenset({"width"}))
    True
    >>> is_python(parse("depths.0"), frozenset({"depths"}))
    False
    """
    waiting = [(expr, allowed)]
    while waiting:
        one, known = waiting.pop()
        if not _alone(one, known):
            return False
        if isinstance(one, Comprehension):
            waiting.append((one.source, known))
            known |= set(one.targets)
        waiting += [(part, known) for part in one.parts() if part is not getattr(one, "source", 0)]
    return True


def _alone(expr: Expr, known: frozenset[str]) -> bool:
    """Whether a part, those inside it aside, is Python."""
    match expr:
        case Constant():
            return not expr.word
        case PathExpr():
            name = expr.segments[0]
            return len(expr.segments) == 1 and name in known and not iskeyword(str(name))
        case Call():
            return expr.function in _SHARED
        case Index():
            return not expr.dotted
        case Binary():
            return expr.operator not in {"/", "**"}
        case Comprehension():
            return not any(iskeyword(name) for name in expr.targets)
        case _:
            return True


def names(expr: Expr) -> frozenset[str]:
    """The names that an expression reads from its scope: first segments, loop variables left out.

    >>> from archc.spec.expr import parse
    >>> sorted(names(parse("[c * width for c in widths if c > in.channels]")))
    ['in', 'width', 'widths']
    """
    none: frozenset[str] = frozenset()
    found: set[str] = set()
    waiting = [(expr, none)]
    while waiting:
        one, bound = waiting.pop()
        if isinstance(one, PathExpr) and one.segments and isinstance(one.segments[0], str):
            found |= {one.segments[0]} - bound
        if isinstance(one, Comprehension):
            waiting.append((one.source, bound))
            inner = bound | set(one.targets)
            waiting += [(part, inner) for part in one.parts() if part is not one.source]
        else:
            waiting += [(part, bound) for part in one.parts()]
    return frozenset(found)
