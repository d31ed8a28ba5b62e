"""One forward pass in which every node's output is seen, those without a module included."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FunctionType, MethodType
from typing import TYPE_CHECKING, Any, TypeAlias

import torch
from torch import Tensor, nn

from archc.backends.torch.source import module_of

if TYPE_CHECKING:
    from archc.backends.python.emit import Emitted
    from archc.ir.graph import Path

Seen: TypeAlias = "dict[str, list[tuple[Tensor, ...]]]"
"""What came out at each path, call by call."""
_TELL = "__archc_tell__"


def observed(model: nn.Module, text: Emitted, name: str, inputs: Sequence[Tensor]) -> Seen:
    """What comes out of every node, by path. `text` is the source that made the model."""
    seen: Seen = defaultdict(list)
    told: Seen = defaultdict(list)
    with torch.no_grad(), _hooks(model, seen), _telling(model, text, name, told):
        model(*inputs)
    return {**seen, **told}


def tensors(value: object) -> tuple[Tensor, ...]:
    """The tensors in a result, in order; torch nests those of an LSTM."""
    if isinstance(value, Tensor):
        return (value,)
    if isinstance(value, tuple | list):
        return tuple(tensor for part in value for tensor in tensors(part))
    return ()


@contextmanager
def _hooks(model: nn.Module, seen: Seen) -> Iterator[None]:
    def note(path: str) -> Callable[..., None]:
        return lambda _module, _inputs, output: seen[path].append(tensors(output))

    handles = [module.register_forward_hook(note(path)) for path, module in model.named_modules()]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


@contextmanager
def _telling(model: nn.Module, text: Emitted, name: str, seen: Seen) -> Iterator[None]:
    """Each module's own `forward`, with a word after every line that has a mark."""
    paths = {id(one): path for path, one in model.named_modules()}

    def tell(one: nn.Module, node: str, value: object) -> object:
        seen[".".join(filter(None, (paths[id(one)], node)))].append(tensors(value))
        return value

    forwards = _forwards(text, name, tell)
    changed = [one for one in model.modules() if type(one) in forwards]
    for one in changed:
        one.forward = MethodType(forwards[type(one)], one)
    try:
        yield
    finally:
        for one in changed:
            del one.forward


def _forwards(
    text: Emitted, name: str, tell: Callable[..., object]
) -> dict[type[Any], FunctionType]:
    """The changed `forward` of every class that has a mark."""
    module = module_of(name, text.source)
    found: dict[type[Any], FunctionType] = {}
    for node in ast.parse(text.source).body:
        forward = _forward(node, text.marks)
        if forward is None or not isinstance(node, ast.ClassDef):
            continue
        space = {**vars(module), _TELL: tell}
        lone = ast.fix_missing_locations(ast.Module([forward], type_ignores=[]))
        exec(compile(lone, str(module.__file__), "exec"), space)
        found[getattr(module, node.name)] = space["forward"]
    return found


def _forward(node: ast.stmt, marks: dict[int, Path]) -> ast.FunctionDef | None:
    """The `forward` of a class with its marked lines changed; None if it has no mark."""
    for function in node.body if isinstance(node, ast.ClassDef) else ():
        if isinstance(function, ast.FunctionDef) and function.name == "forward":
            changed = _Tell(marks)
            made: ast.FunctionDef = changed.visit(function)
            return made if changed.any else None
    return None


class _Tell(ast.NodeTransformer):
    """`x = a + b` becomes `x = tell(self, "add", a + b)`; a return likewise."""

    def __init__(self, marks: dict[int, Path]) -> None:
        self.marks = marks
        self.any = False

    def visit_Assign(self, node: ast.Assign) -> ast.Assign:
        node.value = self._told(node.lineno, node.value)
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> list[ast.stmt]:
        """`x += y`, and then a word about `x`."""
        target = ast.Name(node.target.id, ast.Load()) if isinstance(node.target, ast.Name) else None
        if target is None or node.lineno not in self.marks:
            return [node]
        return [node, ast.Expr(self._told(node.lineno, target))]

    def visit_Return(self, node: ast.Return) -> ast.Return:
        if node.value is not None:
            node.value = self._told(node.lineno, node.value)
        return node

    def _told(self, line: int, value: ast.expr) -> ast.expr:
        if line not in self.marks:
            return value
        self.any = True
        path = ast.Constant(".".join(self.marks[line]))
        return ast.Call(
            ast.Name(_TELL, ast.Load()), [ast.Name("self", ast.Load()), path, value], []
        )
