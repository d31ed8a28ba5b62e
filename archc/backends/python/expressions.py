"""Tensor expressions as text, over the variables of a `forward`."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

from archc.backends.python.naming import attribute, identifier
from archc.ir.target import (
    AllInputs,
    Attribute,
    Call,
    Called,
    Constant,
    Cut,
    Group,
    Index,
    Infix,
    Input,
    Keyword,
    Method,
    Named,
    Subscript,
    Training,
)

if TYPE_CHECKING:
    from archc.ir.target import Arg, Expression

    Part: TypeAlias = Expression | Cut


def arguments(part: Part) -> Iterator[Arg]:
    """The plain values in an expression, in the order in which `printed` asks for their text."""
    if isinstance(part, Constant):
        yield part.arg
    if isinstance(part, Cut):
        yield from (arg for arg in (part.start, part.stop, part.step) if arg is not None)
    for inner in _parts(part):
        yield from arguments(inner)
    if isinstance(part, Call | Called | Method):
        yield from part.args


def _parts(part: Part) -> Sequence[Part]:
    match part:
        case Infix() | Call() | Called() | Group():
            return part.operands
        case Method(operand=operand, operands=operands):
            return (operand, *operands)
        case Subscript(operand=operand, entries=entries):
            return (operand, *entries)
        case Training(then=then, otherwise=otherwise):
            return (then, otherwise)
        case Index() | Attribute() | Keyword():
            return (part.operand,)
        case _:
            return ()


def printed(
    expression: Expression, inputs: Sequence[str], values: Iterator[str], module: str = ""
) -> str:
    """The expression with the names of its inputs and the text of its arguments.

    `module` reads the module that `Called` calls.

    >>> from archc.ir.target import Arg
    >>> cat = Call("torch.cat", (AllInputs(),), (Arg("dim", 1),))
    >>> printed(cat, ["x", "out"], iter(["1"]))
    'torch.cat([x, out], dim=1)'
    >>> after = Subscript(Input(), (Cut(), Cut(start=Arg("start", 1))))
    >>> printed(Index(Called((after,)), 0), ["x"], iter(["1"]), "self.gru")
    'self.gru(x[:, 1:])[0]'
    >>> printed(after, ["x"], iter(["x.shape[1] - 1"]))
    'x[:, x.shape[1] - 1 :]'
    """
    return _Printer(inputs, values, module).text(expression)


class _Printer(Struct, frozen=True):
    inputs: Sequence[str]
    values: Iterator[str]
    module: str

    def text(self, expression: Expression) -> str:
        match expression:
            case Input(index=index):
                return self.inputs[index]
            case AllInputs():
                return f"[{', '.join(self.inputs)}]"
            case Constant():
                return next(self.values)
            case Named(target=target):
                return in_file(target)
            case Keyword(name=name, operand=operand):
                return f"{identifier(name)}={self.text(operand)}"
            case Call(target=target, operands=operands, args=args):
                return f"{in_file(target)}({self._arguments(operands, args)})"
            case Called(operands=operands, args=args):
                return f"{self.module}({self._arguments(operands, args)})"
            case _:
                return self._joined(expression)

    def _joined(self, expression: Expression) -> str:
        """What is written with dots, brackets and signs."""
        match expression:
            case Infix(operator=operator, operands=operands):
                return f" {operator} ".join(map(self._operand, operands))
            case Method(operand=operand, name=name, operands=operands, args=args):
                on = self._operand(operand)
                return f"{on}.{attribute(name)}({self._arguments(operands, args)})"
            case Attribute(operand=operand, name=name):
                return f"{self._operand(operand)}.{attribute(name)}"
            case Index(operand=operand, index=index):
                return f"{self._operand(operand)}[{int(index)}]"
            case Subscript(operand=operand, entries=entries):
                on = self._operand(operand)
                return f"{on}[{', '.join(map(self._entry, entries))}]"
            case Group(operands=operands):
                comma = "," if len(operands) == 1 else ""
                return f"({', '.join(map(self.text, operands))}{comma})"
            case Training(then=then, otherwise=otherwise):
                return f"{self._operand(then)} if self.training else {self._operand(otherwise)}"
            case _:
                raise TypeError(f"{type(expression).__name__} is not an expression")

    def _operand(self, operand: Expression) -> str:
        text = self.text(operand)
        return f"({text})" if isinstance(operand, Infix | Training) else text

    def _entry(self, entry: Part) -> str:
        if not isinstance(entry, Cut):
            return self.text(entry)
        bounds = (entry.start, entry.stop, entry.step)
        shown = ["" if arg is None else next(self.values) for arg in bounds]
        if entry.step is None:
            shown.pop()
        plain = all(re.fullmatch(r"-?\w*", bound) for bound in shown)
        return ":".join(shown) if plain else " : ".join(shown).replace(":  :", "::").strip()

    def _arguments(self, operands: Sequence[Expression], args: Sequence[Arg]) -> str:
        shown = [self.text(operand) for operand in operands]
        shown += [
            f"{arg.name}={next(self.values)}" if arg.keyword else next(self.values) for arg in args
        ]
        return ", ".join(shown)


def in_file(target: str) -> str:
    """A name of torch as the imports of the file reach it.

    >>> in_file("torch.nn.functional.pad"), in_file("torch.cat")
    ('nn.functional.pad', 'torch.cat')
    """
    return target.removeprefix("torch.") if target.startswith("torch.nn.") else target


def skeleton(expression: Expression, inputs: int) -> Hashable:
    """The expression without the values of its arguments: equal where the same text fits."""
    names = (f"<{arg.name}>" for arg in arguments(expression))
    return printed(expression, [f"<{k}>" for k in range(inputs)], names, "<module>")
