"""The zoo: the specs that travel with archc."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from archc.diag.diagnostic import nearest

_NAME = re.compile(r"[A-Za-z0-9_-]+(?:/[A-Za-z0-9_-]+)*")
_KEY = re.compile(r"^([a-z]+):", re.MULTILINE)


_PACKAGE = Path(__file__).resolve().parent.parent


def zoo_root() -> Path:
    """The folder of the zoo: inside the installed package, else `specs/` of the checkout."""
    return _PACKAGE / "zoo" if is_installed() else _PACKAGE.parent / "specs"


def is_installed() -> bool:
    """Whether the zoo travels inside the package: then it is nobody's to edit."""
    return (_PACKAGE / "zoo").is_dir()


def find(name: str) -> Path | None:
    """The file of a zoo name such as `resnet50` or `d2l/nin`; None if the zoo has no such file.

    >>> find("no/such/network") is None, find("../pyproject") is None
    (True, True)
    """
    if not _NAME.fullmatch(name):
        return None
    file = zoo_root() / f"{name}.yaml"
    return file if file.is_file() else None


def names() -> tuple[str, ...]:
    """Every network of the zoo, sorted. Libraries of blocks are left out."""
    return tuple(name for name, keys in contents().items() if _is_network(keys))


def libraries() -> tuple[str, ...]:
    """The files of the zoo that only hold blocks for others, sorted."""
    return tuple(name for name, keys in contents().items() if not _is_network(keys))


def holds(file: Path) -> bool:
    """Whether a file belongs to the zoo."""
    return file.resolve().is_relative_to(zoo_root())


def suggest(name: str) -> str:
    """A sentence with the zoo's nearest name, empty when none is near.

    >>> suggest("lenet")
    'did you mean `tutorial/lenet5`?'
    """
    known = {full.rpartition("/")[2]: full for full in names()} | {n: n for n in contents()}
    near = nearest(name, known)
    return f"did you mean `{known[near]}`?" if near else ""


def in_path(text: str) -> str:
    """The zoo's name that the path of a file may be meant for; empty if the zoo has none.

    >>> in_path("tutorial/lenet5.yaml"), in_path("./specs/resnet18.yml"), in_path("mine.yaml")
    ('tutorial/lenet5', 'resnet18', '')
    """
    stem = text.rpartition(".")[0]
    return next((n for n in (stem, stem.rpartition("/")[2]) if find(n) is not None), "")


@cache
def contents() -> dict[str, frozenset[str]]:
    """Each file by name, with the keys at its left edge, which need no YAML reader."""
    root = zoo_root()
    files = sorted(root.rglob("*.yaml"))
    return {
        file.relative_to(root).with_suffix("").as_posix(): frozenset(
            _KEY.findall(file.read_text(encoding="utf-8"))
        )
        for file in files
    }


def _is_network(keys: frozenset[str]) -> bool:
    return "extends" in keys or ("layers" in keys and bool(keys & {"input", "inputs"}))
