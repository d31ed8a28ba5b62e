"""Emitted source as a real module of Python, which debuggers, tracebacks and `pickle` know."""

from __future__ import annotations

import copyreg
import hashlib
import linecache
import sys
import threading
from collections.abc import Callable
from importlib.abc import InspectLoader
from importlib.machinery import ModuleSpec
from importlib.util import module_from_spec
from types import CodeType, ModuleType
from typing import Any

from torch import nn

_PREFIX = "archc.built"
_LOCK = threading.RLock()


class _Loader(InspectLoader):
    """Runs source that is in no file, and shows it to whoever asks."""

    def __init__(self, source: str, filename: str) -> None:
        self.source = source
        self.filename = filename

    def get_source(self, fullname: str) -> str:
        del fullname
        return self.source

    def get_code(self, fullname: str) -> CodeType:
        del fullname
        return self.source_to_code(self.source, self.filename)


def module_of(name: str, source: str) -> ModuleType:
    """The module that runs this source; the same one each time. `name` is the network's."""
    digest = hashlib.sha256(source.encode()).hexdigest()[:12]
    readable = "".join(char if char.isalnum() and char.isascii() else "_" for char in name)
    full = f"{_PREFIX}.{readable}_{digest}"
    with _LOCK:
        return sys.modules.get(full) or _run(full, f"<archc {readable}-{digest}>", source)


def _run(full: str, filename: str, source: str) -> ModuleType:
    loader = _Loader(source, filename)
    spec = ModuleSpec(full, loader, origin=filename)
    module = module_from_spec(spec)
    module.__file__ = filename
    lines = source.splitlines(keepends=True)
    linecache.cache[filename] = (len(source), None, lines, filename)
    sys.modules[full] = module
    try:
        loader.exec_module(module)
    except BaseException:
        del sys.modules[full]
        raise
    for made in vars(module).values():
        if isinstance(made, type) and made.__module__ == full:
            _teach_pickle(made, source)
    return module


def _teach_pickle(made: type[Any], source: str) -> None:
    """Instances carry their source along, so that another process can make the class again."""
    name = made.__module__.rpartition(".")[2].rpartition("_")[0]
    key = (name, source, made.__qualname__)

    def reduce_module(module: nn.Module) -> tuple[object, ...]:
        return blank, key, vars(module)

    def reduce_tuple(value: tuple[object, ...]) -> tuple[object, ...]:
        return tuple_of, (*key, tuple(value))

    reduce: Callable[[Any], tuple[object, ...]]
    reduce = reduce_module if issubclass(made, nn.Module) else reduce_tuple
    copyreg.pickle(made, reduce)  # type: ignore[arg-type]  # stubs want one length of tuple


def blank(name: str, source: str, qualname: str) -> object:
    """An instance of an emitted class that has no state yet. Pickles refer to this function."""
    made = getattr(module_of(name, source), qualname)
    return made.__new__(made)


def tuple_of(name: str, source: str, qualname: str, values: tuple[object, ...]) -> object:
    """A named tuple of an emitted class. Pickles refer to this function."""
    return getattr(module_of(name, source), qualname)(*values)
