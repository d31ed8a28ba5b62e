"""Which memory the values of a body live in, and which of its inputs it writes over."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

if TYPE_CHECKING:
    from archc.diag.source import Span

Root: TypeAlias = tuple[int, int]
"""What gave a value its memory: an item and a number of its own; item -1 stands for the inputs."""

MAX_CUTS = 8
"""Divisions within divisions that are told apart."""


class Region(Struct, frozen=True):
    """Memory that a value may live in: all of what `root` gave, or a part of it.

    `cuts` are the parts that it was divided into: each names what divides, and which part it is.
    """

    root: Root
    cuts: tuple[tuple[object, int], ...] = ()

    def part(self, cuts: tuple[tuple[object, int], ...]) -> Region:
        """A part of it.

        >>> Region((3, 0)).part(((5, 1),))
        Region(root=(3, 0), cuts=((5, 1),))
        """
        return Region(self.root, (*self.cuts, *cuts)[:MAX_CUTS]) if cuts else self

    def meets(self, other: Region) -> bool:
        """Whether both may hold the same element.

        >>> left, right = Region((3, 0), ((5, 0),)), Region((3, 0), ((5, 1),))
        >>> left.meets(right), left.meets(Region((3, 0))), left.meets(Region((4, 0)))
        (False, True, False)
        """
        if self.root != other.root:
            return False
        for (op, part), (another, counterpart) in zip(self.cuts, other.cuts, strict=False):
            if op != another:
                return True
            if part != counterpart:
                return False
        return True


Regions: TypeAlias = tuple[Region, ...]


class Culprit(Struct, frozen=True):
    """A node that writes over its input: its path from where it is told, and its places."""

    path: tuple[str, ...]
    span: Span
    written: Span | None = None
    """Where it is told to, if that is written."""
    uses: tuple[Span, ...] = ()
    """The uses of blocks that lead to it, the outermost first."""

    def used(self, path: tuple[str, ...], span: Span) -> Culprit:
        """The same node, seen from outside the block that `path` uses."""
        return replace(self, path=(*path, *self.path), uses=(span, *self.uses))


class Overwrite(Struct, frozen=True):
    """An input that is written over. `region` has it, `then` are inputs that are read later on."""

    region: Region
    culprit: Culprit
    then: frozenset[int] = frozenset()

    @property
    def port(self) -> int:
        """Which input it is."""
        return self.region.root[1]


class Effects(Struct, frozen=True):
    """What a body does to memory, for whoever uses it.

    `outputs` are the regions of each output, none where each has new memory of its own. Roots are
    inputs (item -1) or memory of the body's own (item 0), numbered; `kept` says which of that stays
    from call to call, as a parameter does.
    """

    outputs: tuple[Regions, ...] = ()
    overwrites: tuple[Overwrite, ...] = ()
    kept: frozenset[int] = frozenset()


NO_EFFECTS = Effects()
