"""Another way to write a path that leads nowhere, where one is at hand."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from archc.diag.diagnostic import nearest
from archc.diag.fix import replacing
from archc.diag.misspelt import is_certain, renaming
from archc.spec import zoo
from archc.spec.files import SUFFIXES, FileProblem, resolve, siblings

if TYPE_CHECKING:
    from pathlib import Path

    from archc.diag.fix import Fix
    from archc.diag.source import Span


def other_path(text: str, span: Span, folder: Path, root: Path) -> Fix | None:
    """The path or zoo name that is meant by `text` in a spec in `folder`."""
    for certain in (text.replace("\\", "/"), *(f"{text}{ending}" for ending in SUFFIXES)):
        if certain != text and _leads_somewhere(certain, folder, root):
            return replacing(span, certain, certain=True)
    name = zoo.in_path(text) if text.endswith(SUFFIXES) else ""
    if name:
        return replacing(span, name, certain=text.rpartition(".")[0] == name)
    return _misspelt(text, span, folder, root)


def _misspelt(text: str, span: Span, folder: Path, root: Path) -> Fix | None:
    """The name that is near: of the same folder, or of the zoo."""
    if not text.endswith(SUFFIXES):
        return renaming(span, text, nearest(text, zoo.contents()), zoo.contents(), own=True)
    path = PurePosixPath(text)
    known = siblings(folder / path)
    near = nearest(path.name, known)
    if near is None or not _leads_somewhere(str(path.with_name(near)), folder, root):
        return None
    certain = is_certain(path.name, near, known, own=True)
    return replacing(span, str(path.with_name(near)), certain=certain)


def _leads_somewhere(text: str, folder: Path, root: Path) -> bool:
    try:
        resolve(folder, root, text)
    except FileProblem:
        return False
    return True
