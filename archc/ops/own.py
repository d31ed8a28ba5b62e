"""Ops of the user's own: registered from Python, loaded with `--ops`, or installed.

A package declares ops under the entry point group `archc.ops`, with a class or a module that holds
several: `MovingBatchNorm = "my_package.ops:MovingBatchNorm"`. A spec only ever names an op; which
Python is imported is up to whoever runs archc.
"""

from __future__ import annotations

import sys
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, TypeVar, get_args

from archc.diag.diagnostic import OpError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

    from archc.ir.op import Op

    Kind = TypeVar("Kind", bound="type[Op]")

GROUP = "archc.ops"
"""The entry points that are looked at."""
_LANGUAGE = frozenset({"Call"})
"""Names that the language itself takes."""
_registered: dict[str, type[Op]] = {}


def register_op(op: Kind) -> Kind:
    """Let specs use an op by its class's name; gives the class back, to serve as a decorator.

    Raises OpError for what is no usable op, for a name that archc has itself, and for one that
    another class has. The same class may come again: a cell of a notebook is run twice.
    """
    _check(op)
    known = _registered.get(op.__name__)
    if known is not None and _place(known) != _place(op):
        raise OpError(f"the op `{op.__name__}` is registered already, by {known.__module__}")
    _registered[op.__name__] = op
    return op


def load_ops(where: str) -> tuple[type[Op], ...]:
    """Import a module by its dotted name, or a `.py` file by its path, and register its ops.

    Raises OpError where it cannot be imported or holds no op.
    """
    try:
        module = _of_file(where) if where.endswith(".py") else import_module(where)
    except OpError as problem:
        raise OpError(f"the ops of `{where}` cannot be used: {problem}") from None
    except (Exception, SystemExit) as problem:  # noqa: BLE001 - it runs the user's code
        raise OpError(f"the ops of `{where}` cannot be loaded: {_said(problem)}") from None
    found = _ops_of(module)
    if not found:
        raise OpError(f"`{where}` holds no op: no subclass of `archc.ir.op.Op`")
    return tuple(map(register_op, found))


def find(name: str) -> type[Op] | None:
    """The op that was registered, or else installed, under this name."""
    if name in _registered or not name[:1].isupper():
        return _registered.get(name)
    return _installed()[0].get(name)


def own_ops() -> tuple[type[Op], ...]:
    """Every op that is not archc's own, sorted by name."""
    return tuple(op for _, op in sorted({**_installed()[0], **_registered}.items()))


def troubles() -> tuple[str, ...]:
    """What is wrong with installed ops, a sentence each: looked at when a name is not known."""
    return _installed()[1]


def at_fault(problem: BaseException) -> str:
    """The module of the user's own op in which an error came up; empty if there is none."""
    from traceback import walk_tb

    modules = {op.__module__ for op in own_ops()}
    passed = [frame.f_globals.get("__name__", "") for frame, _ in walk_tb(problem.__traceback__)]
    return next((str(name) for name in reversed(passed) if name in modules), "")


@cache
def _installed() -> tuple[dict[str, type[Op]], tuple[str, ...]]:
    """The ops of installed packages and what went wrong, found once a process."""
    from importlib.metadata import entry_points

    found: dict[str, type[Op]] = {}
    wrong: list[str] = []
    for point in sorted(entry_points(group=GROUP), key=lambda p: (_package(p), p.name)):
        try:
            for op in _declared(point):
                _check(op)
                if found.setdefault(op.__name__, op) is not op:
                    wrong.append(f"`{_package(point)}` has one more op `{op.__name__}`")
        except (Exception, SystemExit) as problem:  # noqa: BLE001 - it runs a package's code
            said = str(problem) if isinstance(problem, OpError) else _said(problem)
            wrong.append(f"the ops of the package `{_package(point)}` cannot be used: {said}")
    return found, tuple(wrong)


def _declared(point: EntryPoint) -> tuple[type[Op], ...]:
    value = point.load()
    if not isinstance(value, ModuleType):
        return (value,)
    return _ops_of(value)


def _package(point: EntryPoint) -> str:
    return point.dist.name if point.dist is not None else point.module


def _said(problem: BaseException) -> str:
    return f"{type(problem).__name__}: {problem}".rstrip(": ").splitlines()[0]


def _check(op: object) -> None:
    from inspect import isabstract

    from archc.ir.op import Family, Op
    from archc.ops import TABLE

    if not isinstance(op, type) or not issubclass(op, Op):
        raise OpError(f"`{getattr(op, '__name__', op)}` is no subclass of `archc.ir.op.Op`")
    name = op.__name__
    if name in _LANGUAGE or any(name in names for names in TABLE.values()):
        raise OpError(f"`{name}` is an op of archc's own, and cannot be replaced: call yours else")
    if isabstract(op):
        missing = ", ".join(f"`{method}`" for method in sorted(op.__abstractmethods__))
        raise OpError(f"the op `{name}` does not say {missing}")
    if getattr(op, "family", None) not in get_args(Family):
        raise OpError(f"the op `{name}` needs a `family`: {', '.join(get_args(Family))}")
    if not name[:1].isupper():
        raise OpError(f"the name of the op `{name}` begins with a capital letter")


def _place(op: type[Op]) -> tuple[str, str]:
    return op.__module__, op.__qualname__


def _ops_of(module: ModuleType) -> tuple[type[Op], ...]:
    """The ops that a module itself makes, but for bases that others share."""
    from inspect import isabstract

    from archc.ir.op import Op

    return tuple(
        value
        for name, value in vars(module).items()
        if isinstance(value, type)
        and issubclass(value, Op)
        and value.__module__ == module.__name__
        and not (name.startswith("_") or isabstract(value))
    )


def _of_file(where: str) -> ModuleType:
    """The module in a file, run once a process under a name that no other module has."""
    from hashlib import sha256
    from importlib.util import module_from_spec, spec_from_file_location

    path = Path(where).resolve()
    name = f"archc_ops_{sha256(str(path).encode()).hexdigest()[:12]}_{path.stem}"
    if name in sys.modules:
        return sys.modules[name]
    if not path.is_file():
        raise OpError("there is no such file")
    spec = spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise OpError("Python cannot import it")
    module = sys.modules[name] = module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module
