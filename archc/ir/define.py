"""A module that torch does not have: the text of its class, read and judged without torch."""

from __future__ import annotations

import ast
import builtins
import symtable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from archc.diag.diagnostic import OpError, did_you_mean
from archc.ir.target import New

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator

    from archc.ir.target import Arg, Expression, Gives

AT_HAND = frozenset({"torch", "nn", "Tensor"})
"""What the emitted file imports."""


class Define(Struct, frozen=True):
    r"""One class of `nn.Module` as text: the emitted file holds it once, and `new` makes one of it.

    It stands alone: it may use `torch`, `nn`, `Tensor` and Python's own functions, and imports
    nothing. Raises OpError for any other text. This keeps the emitted file whole; it is no sandbox.

    >>> twice = Define("class Twice(nn.Module):\n    def forward(self, x): return 2 * x")
    >>> twice.name
    'Twice'
    """

    source: str

    def __post_init__(self) -> None:
        """Judge the text."""
        parsed(self.source)

    @classmethod
    def of_file(cls, path: str | os.PathLike[str], name: str) -> Define:
        """The class of this name in a Python file, which is read and not run."""
        try:
            text = Path(path).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as problem:
            raise OpError(f"cannot read {path}: {problem}") from None
        found = {node.name: node for node in _tree(text).body if isinstance(node, ast.ClassDef)}
        if name not in found:
            near = did_you_mean(name, found)
            raise OpError(f"{path} has no class `{name}`{': ' if near else ''}{near}")
        if found[name].decorator_list:
            raise OpError(f"the class `{name}` has decorators, which the emitted file has not")
        return cls((ast.get_source_segment(text, found[name]) or "") + "\n")

    @property
    def name(self) -> str:
        """The name of the class."""
        return parsed(self.source).name

    def new(self, *args: Arg, call: Expression | None = None, gives: Gives = ()) -> New:
        """An instance made with these arguments; see `New` for the rest."""
        return New(self.name, args, call, gives, self.source)


@cache
def parsed(source: str) -> ast.ClassDef:
    """The one class in a text, which may be copied into an emitted file. Raises OpError."""
    body = _tree(source).body
    made = body[0] if len(body) == 1 else None
    if not isinstance(made, ast.ClassDef):
        raise OpError("the source of a module is one class, and nothing besides")
    for wrong in _wrongs(made, source):
        raise OpError(f"the class `{made.name}` {wrong}")
    return made


def defaults(source: str) -> dict[str, object]:
    r"""What the arguments of the constructor are when they are left out.

    >>> defaults("class A(nn.Module):\n    def __init__(self, a, b=1, *, c=None): pass")
    {'b': 1, 'c': None}
    """
    return {name: ast.literal_eval(value) for name, value in _defaults(parsed(source))}


def _tree(text: str) -> ast.Module:
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as problem:
        raise OpError(f"the source of a module does not parse: {problem}") from None


def _wrongs(made: ast.ClassDef, source: str) -> Iterator[str]:
    bases = [ast.unparse(base) for base in made.bases]
    if made.decorator_list or made.keywords:
        yield "has decorators or keywords, which the emitted file would run"
    if len(bases) != 1 or not bases[0].startswith(("nn.", "torch.nn.")):
        yield "is no subclass of `nn.Module`"
    if not all(map(_is_declaration, made.body)):
        yield "holds more than functions and constants"
    if any(isinstance(node, ast.Import | ast.ImportFrom) for node in ast.walk(made)):
        yield "imports something: it may use `torch`, `nn` and `Tensor`, and needs no more"
    if any(not _is_literal(value) for _, value in _defaults(made)):
        yield "has a default in its constructor that is no literal"
    known = {*AT_HAND, *dir(builtins), made.name}
    for name in sorted(_globals(symtable.symtable(source, made.name, "exec")) - known):
        yield f"uses `{name}`, which the emitted file does not have"


def _is_declaration(node: ast.stmt) -> bool:
    match node:
        case ast.FunctionDef() | ast.Pass() | ast.AnnAssign(value=None):
            return True
        case (
            ast.Expr(value=value)
            | ast.Assign(value=value)
            | ast.AnnAssign(value=ast.expr() as value)
        ):
            return _is_literal(value)
        case _:
            return False


def _is_literal(value: ast.expr) -> bool:
    try:
        ast.literal_eval(value)
    except ValueError:
        return False
    return True


def _defaults(made: ast.ClassDef) -> Iterator[tuple[str, ast.expr]]:
    for node in made.body:
        if isinstance(node, ast.FunctionDef) and node.name == "__init__":
            plain = [*node.args.posonlyargs, *node.args.args]
            last = plain[len(plain) - len(node.args.defaults) :]
            yield from ((arg.arg, v) for arg, v in zip(last, node.args.defaults, strict=True))
            by_name = zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
            yield from ((arg.arg, value) for arg, value in by_name if value is not None)


def _globals(table: symtable.SymbolTable) -> set[str]:
    """The names that a text expects to find in its file."""
    top = table.get_type() == "module"
    here = {s.get_name() for s in table.get_symbols() if s.is_global() or top}
    return here.union(*map(_globals, table.get_children()))
