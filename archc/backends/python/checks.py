"""The function of the emitted file that checks the inputs' shapes before anything runs on them."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from archc.backends.python.layout import docstring, literal, statement
from archc.backends.python.naming import Names, identifier
from archc.ir.dim import Dim, bind, symbols

if TYPE_CHECKING:
    from archc.ir.dim import Size
    from archc.ir.graph import Network
    from archc.ir.types import TensorType

_ALLOWED = (
    *(ast.Expression, ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare, ast.Name, ast.Load),
    *(ast.Constant, ast.operator, ast.unaryop, ast.boolop, ast.cmpop),
)
_OPPOSITE: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.GtE,
    ast.GtE: ast.Lt,
    ast.Gt: ast.LtE,
    ast.LtE: ast.Gt,
}


@dataclass(slots=True)
class Check:
    """Prints the function; `arguments` are the names of the inputs in `forward`."""

    network: Network
    name: str
    arguments: Sequence[str]
    _lines: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])
    _bound: dict[str, str] = field(default_factory=dict[str, str])
    _names: Names = field(default_factory=Names)

    def lines(self) -> list[str]:
        """The whole function."""
        inputs = self.network.body.inputs
        for argument in self.arguments:
            self._names.claim(argument)
        self._names.claim("expected")
        head = ", ".join(f"{argument}: Tensor" for argument in self.arguments)
        shapes = " and ".join(_shown(type_) for _, type_ in inputs)
        found = [*statement(f"def {self.name}({head}) -> None:", 0)]
        found += docstring(f"Raise ValueError unless the input is {shapes}.", 1)
        self._add(0, f"if isinstance({self.arguments[0]}, torch.fx.Proxy):")
        self._add(1, "return  # torch.fx traces without shapes")
        for argument, (name, type_) in zip(self.arguments, inputs, strict=True):
            self._input(argument, name, type_)
        self._constraints()
        for depth, text in self._lines:
            found += statement(text, depth + 1)
        return found

    def _add(self, depth: int, text: str) -> None:
        self._lines.append((depth, text))

    def _refuse(self, got: str, test: str, must: str) -> None:
        """Raise an error that says what must hold if `test` does."""
        self._add(0, f"if {test}:")
        text = f"{{expected}} {got}: {_plain(must)}"
        self._add(1, f"raise ValueError(f{literal(text)})")

    def _input(self, argument: str, name: str, type_: TensorType) -> None:
        expected = f"{self.network.name} expects {name or 'input'} {_shown(type_)}, got"
        self._add(0, f"expected = {literal(expected)}")
        self._refuse(
            f"{{list({argument}.shape)}}",
            f"{argument}.ndim != {type_.rank}",
            f"it must have {type_.rank} dimension{'s' if type_.rank != 1 else ''}",
        )
        later: list[tuple[int, Size]] = []
        for axis, size in enumerate(type_.shape):
            if not isinstance(size, Dim):
                self._side(argument, axis, size, str(size))
            elif not self._bind(argument, axis, size):
                later.append((axis, size))
        for axis, size in later:
            if symbols(size) <= self._bound.keys():
                self._side(argument, axis, size, _renamed(str(size), self._bound))

    def _side(self, argument: str, axis: int, size: Size, shown: str) -> None:
        must = f"dimension {axis} must be {size}"
        self._refuse(f"{{list({argument}.shape)}}", f"{argument}.shape[{axis}] != {shown}", must)

    def _bind(self, argument: str, axis: int, size: Dim) -> bool:
        """Give a new symbol its value, if the size is a multiple of it and a number."""
        (symbol, *others) = sorted(symbols(size))
        if others or symbol in self._bound:
            return False
        start = bind(size, {symbol: 0})
        step = bind(size, {symbol: 1}) - start
        if not isinstance(start, int) or not isinstance(step, int) or step < 1:
            return False
        if any(bind(size, {symbol: k}) != step * k + start for k in (2, 3, 64)):
            return False
        side = f"{argument}.shape[{axis}]"
        shifted = f"{side} - {start}" if start > 0 else f"{side} + {-start}" if start else side
        if step > 1:
            inner = f"({shifted})" if start else shifted
            must = f"dimension {axis} must be {size}"
            self._refuse(f"{{list({argument}.shape)}}", f"{inner} % {step} != 0", must)
            shifted = f"{inner} // {step}"
        self._bound[symbol] = shifted
        if self._is_needed(symbol):
            self._bound[symbol] = self._names.claim(identifier(symbol))
            self._add(0, f"{self._bound[symbol]} = {shifted}")
        return True

    def _is_needed(self, symbol: str) -> bool:
        """Whether a symbol is used often enough, in other sizes and constraints, to be named."""
        sizes = [s for _, type_ in self.network.body.inputs for s in type_.shape]
        uses = sum(symbol in symbols(size) for size in sizes) - 1
        uses += sum(list(_names(c.text)).count(symbol) for c in self.network.constraints)
        return uses > 1 or (uses == 1 and " " in self._bound[symbol])

    def _constraints(self) -> None:
        found = [c for c in self.network.constraints if set(_names(c.text)) <= self._bound.keys()]
        inputs = self.network.body.inputs
        if found and len(inputs) > 1:
            shapes = " and ".join(f"{name} {_shown(type_)}" for name, type_ in inputs)
            self._add(0, f"expected = {literal(f'{self.network.name} expects {shapes}, got')}")
        got = " and ".join(f"{{list({argument}.shape)}}" for argument in self.arguments)
        for constraint in found:
            test = _renamed(_opposite(constraint.text), self._bound)
            self._refuse(got, test, f"{constraint.text} must hold")


def _shown(type_: TensorType) -> str:
    return f"[{', '.join(map(str, type_.shape))}]"


def _plain(text: str) -> str:
    """Text inside an f-string."""
    return text.replace("{", "{{").replace("}", "}}")


def _tree(text: str) -> ast.Expression:
    """A constraint's text, if it is nothing but arithmetic over names."""
    tree = ast.parse(text, mode="eval")
    if not all(isinstance(node, _ALLOWED) for node in ast.walk(tree)):
        raise ValueError(f"not a constraint: {text}")
    return tree


def _names(text: str) -> Iterator[str]:
    return (node.id for node in ast.walk(_tree(text)) if isinstance(node, ast.Name))


def _renamed(text: str, names: dict[str, str]) -> str:
    tree = _tree(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            node.id = names[node.id]
    return ast.unparse(tree)


def _opposite(text: str) -> str:
    """The negation of a condition.

    >>> _opposite("H >= 63"), _opposite("H % 16 == 0 or W == 1")
    ('H < 63', 'not (H % 16 == 0 or W == 1)')
    """
    tree = _tree(text).body
    if isinstance(tree, ast.Compare) and len(tree.ops) == 1 and type(tree.ops[0]) in _OPPOSITE:
        tree.ops = [_OPPOSITE[type(tree.ops[0])]()]
        return ast.unparse(tree)
    return f"not ({text})"
