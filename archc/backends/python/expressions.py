"""Tensor expressions as text, over the variables of a `forward`."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from typing import TYPE_CHECKING

from archc.backends.python.naming import identifier
from archc.ir.target import AllInputs, Call, Constant, Index, Infix, Input, Method

if TYPE_CHECKING:
    from archc.ir.target import Arg, Expression


def arguments(expression: Expression) -> Iterator[Arg]:
    """The plain values in an expression, in the order in which `printed` asks for their text."""
    match expression:
        case Infix(operands=operands):
            yield from _within(operands)
        case Call(operands=operands, args=args):
            yield from _within(operands)
            yield from args
        case Method(operand=operand, operands=operands, args=args):
            yield from _within((operand, *operands))
            yield from args
        case Index(operand=operand):
            yield from arguments(operand)
        case Constant(arg=arg):
            yield arg
        case Input() | AllInputs():
            return


def _within(operands: Sequence[Expression]) -> Iterator[Arg]:
    for operand in operands:
        yield from arguments(operand)


def printed(expression: Expression, inputs: Sequence[str], values: Iterator[str]) -> str:
    """The expression with the names of its inputs and the text of its arguments.

    >>> from archc.ir.target import Arg
    >>> cat = Call("torch.cat", (AllInputs(),), (Arg("dim", 1),))
    >>> printed(cat, ["x", "out"], iter(["1"]))
    'torch.cat([x, out], dim=1)'
    """
    match expression:
        case Input(index=index):
            return inputs[index]
        case AllInputs():
            return f"[{', '.join(inputs)}]"
        case Infix(operator=operator, operands=operands):
            return f" {operator} ".join(_operand(o, inputs, values) for o in operands)
        case Call(target=target, operands=operands, args=args):
            return f"{in_file(target)}({_arguments(operands, args, inputs, values)})"
        case Method(operand=operand, name=name, operands=operands, args=args):
            on = _operand(operand, inputs, values)
            return f"{on}.{identifier(name)}({_arguments(operands, args, inputs, values)})"
        case Index(operand=operand, index=index):
            return f"{_operand(operand, inputs, values)}[{int(index)}]"
        case Constant():
            return next(values)


def _operand(operand: Expression, inputs: Sequence[str], values: Iterator[str]) -> str:
    text = printed(operand, inputs, values)
    return f"({text})" if isinstance(operand, Infix) else text


def _arguments(
    operands: Sequence[Expression],
    args: Sequence[Arg],
    inputs: Sequence[str],
    values: Iterator[str],
) -> str:
    shown = [printed(operand, inputs, values) for operand in operands]
    shown += [f"{arg.name}={next(values)}" if arg.keyword else next(values) for arg in args]
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
    return printed(expression, [f"<{k}>" for k in range(inputs)], names)
