"""The part of Python that constructor expressions may use: parsed, evaluated, printed."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Mapping
from typing import Any

_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
    ast.Div: operator.truediv,
    ast.Mod: operator.mod,
}
_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_MIRRORED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.Gt,
    ast.LtE: ast.GtE,
    ast.Gt: ast.Lt,
    ast.GtE: ast.LtE,
}
_CALLS: dict[str, Callable[..., Any]] = {"abs": abs, "max": max, "min": min, "round": round}
_PATH = re.compile(r"[A-Za-z_]\w*(?:\s*\.\s*(?:[A-Za-z_]\w*|-?\d+))*")


class UnprintableError(Exception):
    """The expression uses more than a constructor can hold."""


def translate(text: str, name_of: Callable[[tuple[str, ...]], str]) -> str:
    """The expression of a spec as Python, with what `name_of` says in place of each path.

    Raises UnprintableError, also from `name_of`, when it cannot be said.

    >>> translate("stride != 1 or in.channels != 4*width", "_".join)
    'stride != 1 or in_channels != 4 * width'
    >>> translate("in.channels > width", {("in", "channels"): "3", ("width",): "width"}.__getitem__)
    'width < 3'
    """
    paths: dict[str, str] = {}

    def place(match: re.Match[str]) -> str:
        word = re.sub(r"\s", "", match[0])
        if word in {"and", "or", "not", "if", "else", "True", "False", "None", *_CALLS}:
            return match[0]
        if word in {"true", "false"}:
            return word.capitalize()
        return paths.setdefault(word, f"path_{len(paths)}")

    if '"' in text or "'" in text:
        raise UnprintableError(text)
    tree = _parsed(_PATH.sub(place, text))
    shown = {mark: _parsed(name_of(tuple(word.split(".")))) for word, mark in paths.items()}
    return ast.unparse(_Replace(shown).visit(tree))


class _Replace(ast.NodeTransformer):
    def __init__(self, shown: Mapping[str, ast.expr]) -> None:
        self.shown = shown

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self.shown.get(node.id, node)

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        self.generic_visit(node)
        (op, *_), (right, *_) = node.ops, node.comparators
        if isinstance(node.left, ast.Constant) and not isinstance(right, ast.Constant):
            node.left, node.comparators = right, [node.left]
            node.ops = [_MIRRORED.get(type(op), type(op))()]
        return node


def _parsed(text: str) -> ast.expr:
    try:
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError) as error:
        raise UnprintableError(text) from error


def evaluate(text: str, names: Mapping[str, object]) -> object:
    """The value of an expression.

    Raises UnprintableError for anything but arithmetic, comparisons and conditions over `names`.

    >>> evaluate("4 * width if stride != 1 else sizes[1]", {"stride": 1, "sizes": (3, 5)})
    5
    """
    try:
        return _value(_parsed(text), names)
    except (ArithmeticError, LookupError, TypeError, ValueError, RecursionError) as error:
        raise UnprintableError(text) from error


def _value(node: ast.expr, names: Mapping[str, object]) -> Any:
    match node:
        case ast.Constant(value=value):
            return value
        case ast.Name(id=name):
            return names[name]
        case ast.Tuple(elts=elements):
            return tuple(_value(element, names) for element in elements)
        case ast.IfExp(test=test, body=body, orelse=orelse):
            return _value(body if _value(test, names) else orelse, names)
        case ast.Subscript(value=ast.Name(id=name), slice=index):
            return _indexed(names[name], _value(index, names))
        case _:
            return _operation(node, names)


def _operation(node: ast.expr, names: Mapping[str, object]) -> Any:
    match node:
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
            return _BINARY[type(op)](_number(left, names), _number(right, names))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_number(operand, names)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return not _value(operand, names)
        case ast.BoolOp(op=op, values=values):
            parts = (_value(value, names) for value in values)
            return all(parts) if isinstance(op, ast.And) else any(parts)
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _COMPARE:
            return _COMPARE[type(op)](_value(left, names), _value(right, names))
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in _CALLS:
            return _CALLS[name](*(_number(arg, names) for arg in args))
        case _:
            raise UnprintableError(ast.unparse(node))


def _number(node: ast.expr, names: Mapping[str, object]) -> int | float:
    value = _value(node, names)
    if not isinstance(value, int | float):
        raise UnprintableError(ast.unparse(node))
    return value


def _indexed(value: object, index: object) -> object:
    if not isinstance(value, tuple) or not isinstance(index, int):
        raise UnprintableError("index")
    return value[index]
