"""Where in the spec something is written, and the text of that line."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, TypeAlias

from archc.ir.graph import Container
from archc.viz.words import plain, short

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from archc.diag.source import Source, Span
    from archc.ir.graph import Body, Path
    from archc.viz.flow import Part

Parts: TypeAlias = tuple[str, ...]
LONGEST = 240
"""Characters of a line that is quoted."""


class Lines:
    """The lines that were asked for, file by file."""

    def __init__(self, sources: Mapping[str, Source]) -> None:
        """Quote from these files; of others only name and number are known."""
        self._sources = sources
        self._texts: dict[str, dict[int, str]] = {}
        self._spans: dict[Body, dict[Path, Span]] = {}

    def at(self, part: Part) -> tuple[int, int]:
        """The number of the file and of the line where a part is used."""
        span = self._span(part)
        texts = self._texts.setdefault(span.file, {})
        if span.line not in texts:
            texts[span.line] = self._text(span)
        return list(self._texts).index(span.file), span.line

    def rows(self) -> list[tuple[str, dict[int, str]]]:
        """Each file's name, and the lines of it that were asked for."""
        names = map(plain, short_names(list(self._texts)))
        return list(zip(names, self._texts.values(), strict=True))

    def _text(self, span: Span) -> str:
        source = self._sources.get(span.file)
        if source is None or span.line > len(source.lines):
            return ""
        return short(source.lines[span.line - 1].expandtabs().rstrip(), LONGEST)

    def _span(self, part: Part) -> Span:
        """An item of a body is known there by the end of its path."""
        if isinstance(part.what, Container):
            return part.what.span
        home = part.home
        if home not in self._spans:
            self._spans[home] = {item.path: item.span for item in home.items}
        ends = (part.path[start:] for start in range(len(part.path)))
        found = (self._spans[home].get(end) for end in ends)
        return next((span for span in found if span), home.span)


def short_names(names: Sequence[str]) -> list[str]:
    """Each file by as little of its path's end as tells it from the others.

    The rest would say where the files are on a disk.

    >>> short_names(["nets/a.yaml", "/home/me/zoo/resnet.yaml", "/opt/other/resnet.yaml"])
    ['a.yaml', 'zoo/resnet.yaml', 'other/resnet.yaml']
    """
    paths = [PurePath(name).parts for name in names]
    return ["/".join(path[-_least(path, paths) :]) for path in paths]


def without_folders(text: str, names: Sequence[str]) -> str:
    """A text in which files that are named from the root of a disk have their short names.

    >>> without_folders("see /opt/zoo/resnet.yaml:3", ["mine.yaml", "/opt/zoo/resnet.yaml"])
    'see resnet.yaml:3'
    """
    known = dict(zip(names, short_names(names), strict=True))
    for name in sorted(known, key=len, reverse=True):
        text = text.replace(name, known[name]) if PurePath(name).is_absolute() else text
    return text


def _least(path: Parts, paths: Sequence[Parts]) -> int:
    """How many parts at a path's end no other path ends with."""
    lengths = range(1, len(path))
    alone = (n for n in lengths if sum(other[-n:] == path[-n:] for other in paths) == 1)
    return next(alone, len(path))
