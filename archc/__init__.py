"""A compiler for neural network architectures: a YAML spec in, a checked PyTorch module out.

The public names are resolved when first used, so that `import archc` costs next to nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from archc.api import Architecture, build, check, diff, list_specs, load
    from archc.diag.diagnostic import Diagnostic, SpecError
    from archc.ops.own import register_op
    from archc.spec.limits import limits

    __version__: str

__all__ = [
    "Architecture",
    "Diagnostic",
    "SpecError",
    "__version__",
    "build",
    "check",
    "diff",
    "limits",
    "list_specs",
    "load",
    "register_op",
]

_HOMES = {
    "Diagnostic": "archc.diag.diagnostic",
    "SpecError": "archc.diag.diagnostic",
    "limits": "archc.spec.limits",
    "register_op": "archc.ops.own",
}


def __getattr__(name: str) -> object:
    """Import a public name from its home; the version from the installed package."""
    if name not in __all__:
        raise AttributeError(f"module 'archc' has no attribute {name!r}")
    if name == "__version__":
        return _version()
    from importlib import import_module

    return getattr(import_module(_HOMES.get(name, "archc.api")), name)


def __dir__() -> list[str]:
    """The public names, for completion."""
    return __all__


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("archc-nn")
    except PackageNotFoundError:
        return "0+unknown"
