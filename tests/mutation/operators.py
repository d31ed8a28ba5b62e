"""The small changes that are made to a module, one at a time.

A change is one that a hand slips into: an operator, a number, a condition, a value not returned, a
statement left out. Texts, types, decorators, imports and definitions stay as they are.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass

_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr,  # and not the reverse, which would break every `int | float`
}
_COMPARISON: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}


@dataclass(frozen=True)
class Mutant:
    """One change of a module: the `variant`th of its `number`th node."""

    source: str
    number: int
    variant: int
    line: int
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.line}: `{self.before}` -> `{self.after}`"

    def tree(self) -> ast.Module:
        """The changed module."""
        tree = ast.parse(self.source)
        place = list(_code(tree))[self.number]
        changed = list(_changes(place))[self.variant]
        _put(tree, place, changed)
        return ast.fix_missing_locations(tree)


def mutants(source: str) -> list[Mutant]:
    """All changes of a module, in the order of its lines."""
    made = [
        Mutant(source, number, variant, node.lineno, _shown(node), _shown(changed))
        for number, node in enumerate(_code(ast.parse(source)))
        for variant, changed in enumerate(_changes(node))
    ]
    return sorted(made, key=lambda one: one.line)


def _put(tree: ast.Module, place: ast.AST, changed: ast.AST) -> None:
    """Put one node in place of another."""
    for parent in ast.walk(tree):
        for name, value in ast.iter_fields(parent):
            if value is place:
                setattr(parent, name, changed)
            elif isinstance(value, list):
                value[:] = [changed if one is place else one for one in value]


def _shown(node: ast.AST) -> str:
    first, *rest = ast.unparse(node).split("\n")
    return f"{first} ..." if rest else first


def _code(node: ast.AST) -> Iterator[ast.expr | ast.stmt]:
    """What is run: all but types, decorators, imports and the cases of a `match`."""
    for name, value in ast.iter_fields(node):
        if name in {"annotation", "returns", "decorator_list", "pattern", "type_params"}:
            continue
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, ast.expr | ast.stmt):
                yield one
            if isinstance(one, ast.AST) and not _is_of_types(one):
                yield from _code(one)


def _is_of_types(node: ast.AST) -> bool:
    """`if TYPE_CHECKING:` and `X: TypeAlias = ...`."""
    return (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING") or (
        isinstance(node, ast.AnnAssign) and ast.unparse(node.annotation) == "TypeAlias"
    )


def _changes(node: ast.AST) -> Iterator[ast.expr | ast.stmt]:
    if isinstance(node, ast.expr):
        yield from _of_expression(node)
    else:
        yield from _of_statement(node)


def _of_expression(node: ast.expr) -> Iterator[ast.expr]:
    match node:
        case ast.Constant(value=bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(value=int(value)):
            yield ast.Constant(value + 1)
            yield ast.Constant(value - 1)
        case ast.BinOp(left, operator, right) if type(operator) in _ARITHMETIC:
            yield ast.BinOp(left, _ARITHMETIC[type(operator)](), right)
        case ast.Compare(left, [operator, *rest], others):
            yield ast.Compare(left, [_COMPARISON[type(operator)](), *rest], others)
        case ast.UnaryOp(ast.Not() | ast.USub(), operand):
            yield operand
        case _:
            yield from _of_choice(node)


def _of_choice(node: ast.expr) -> Iterator[ast.expr]:
    match node:
        case ast.IfExp(_, then, other):
            yield from (then, other)
        case ast.BoolOp():
            yield from _of_logic(node)
        case ast.ListComp() | ast.GeneratorExp() | ast.SetComp() | ast.DictComp():
            yield from _unfiltered(node)


def _of_logic(node: ast.BoolOp) -> Iterator[ast.expr]:
    """The other operator, and each operand left out."""
    yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
    for left_out in range(len(node.values)):
        rest = [value for at, value in enumerate(node.values) if at != left_out]
        yield rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)


def _unfiltered(
    node: ast.ListComp | ast.GeneratorExp | ast.SetComp | ast.DictComp,
) -> Iterator[ast.expr]:
    if any(loop.ifs for loop in node.generators):
        every = copy.deepcopy(node)
        for loop in every.generators:
            loop.ifs = []
        yield every


def _of_statement(node: ast.AST) -> Iterator[ast.stmt]:
    match node:
        case ast.If(test, body, orelse) if ast.unparse(test) != "TYPE_CHECKING":
            yield ast.If(ast.Constant(value=True), body, orelse)
            yield ast.If(ast.Constant(value=False), body, orelse)
        case ast.While(_, body, orelse):
            yield ast.While(ast.Constant(value=False), body, orelse)
        case ast.Return(ast.expr() as value) if ast.unparse(value) != "None":
            yield ast.Return(ast.Constant(None))
        case ast.Expr(ast.Call() | ast.Yield() | ast.YieldFrom()):
            yield ast.Pass()
        case ast.AugAssign() | ast.Raise() | ast.Delete() | ast.Assert():
            yield ast.Pass()
        case ast.Break() | ast.Continue():
            yield ast.Continue() if isinstance(node, ast.Break) else ast.Break()
