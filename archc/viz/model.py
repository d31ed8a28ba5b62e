"""The picture as data: its boxes, clusters and arrows, and nothing of where they will be put."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from msgspec import Struct

from archc.viz.theme import MARKS, signed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archc.viz.flow import Part, Wire

Form: TypeAlias = Literal["box", "merge", "concat", "end"]
Line: TypeAlias = Literal["main", "branch", "skip"]
Marking: TypeAlias = Literal["", "wrong", "unknown", "added", "removed", "changed", "same"]
"""What a picture of mistakes or differences says of a thing; the marks of `theme.MARKS`."""


class Box(Struct, frozen=True):
    """What stands for some ops. `id` is unique in the picture and safe in every language.

    `name` is the author's name and `also` the names of what was fused into it. `lines` say what it
    is, `rows` (name and text) what follows what where a box holds a run of steps. `badge` says how
    often it repeats, `cells` the channels that a concat joins. `covers` are the ops it stands for,
    `parts` the groups closed in it, which a reader may want to see opened. `notes` say what its
    `mark` means here.
    """

    id: str
    name: str
    path: str
    family: str
    covers: tuple[int, ...]
    form: Form = "box"
    also: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    rows: tuple[tuple[str, str], ...] = ()
    cells: tuple[str, ...] = ()
    badge: str = ""
    training: bool = False
    parts: tuple[Part, ...] = ()
    mark: Marking = ""
    notes: tuple[str, ...] = ()
    costs: str = ""
    """Its parameters and FLOPs, where they were asked for."""

    @property
    def sign(self) -> bool:
        """Whether it is a merge that says no more than its sign."""
        return self.form == "merge" and not self.told and [len(x) for x in self.lines] == [1]

    @property
    def told(self) -> bool:
        """Whether it says what its mark is, which needs more room than a merge's sign has."""
        return bool(self.notes or (self.mark and MARKS[self.mark].sign))

    def said(self) -> tuple[str, ...]:
        """What it says, line by line and without form, for plain renderings."""
        name = signed(self.name, self.mark)
        title = () if self.form == "merge" and not self.notes else (" ".join((name, *self.also)),)
        rows = tuple(f"{name}: {words}" for name, words in self.rows)
        notes = (self.badge, "training only" if self.training else "", self.costs)
        return (
            *(title if not rows else ()),
            *rows,
            *self.lines,
            *(n for n in notes if n),
            *self.notes,
        )


class Cluster(Struct, frozen=True):
    """An open block or group around what is in it. `kind` is its block's name, or empty."""

    id: str
    name: str
    path: str
    kind: str
    children: tuple[Box | Cluster, ...]
    training: bool = False
    mark: Marking = ""


class Arrow(Struct, frozen=True):
    """What flows from one box to another: all wires between the two (or into one cell of a concat).

    `shapes` are the distinct shapes on it, `shown` says whether to write them. The main path is one
    line through the picture; a skip jumps over boxes that lie on another way.
    """

    tail: str
    head: str
    shapes: tuple[str, ...]
    line: Line
    wires: tuple[Wire, ...]
    cell: int | None = None
    shown: bool = True
    mark: Marking = ""


class Drawing(Struct, frozen=True):
    """One connected figure: the network itself, or one of its blocks opened."""

    id: str
    title: str
    note: str
    children: tuple[Box | Cluster, ...]
    arrows: tuple[Arrow, ...]
    valley: tuple[int, ...] = ()
    """The arrows that go across a U, by their places, the outermost first."""

    def boxes(self) -> Iterator[Box]:
        """Every box in execution order, clusters opened."""
        return boxes(self.children)


class Picture(Struct, frozen=True):
    """A network at a level of detail: the figure itself, and blocks opened beside it."""

    name: str
    description: str
    level: int
    main: Drawing
    insets: tuple[Drawing, ...] = ()
    more: int = 0
    """How many further kinds of block are not opened."""
    notes: tuple[str, ...] = ()
    """What the heading says besides, a line each."""

    @property
    def drawings(self) -> tuple[Drawing, ...]:
        """The figure and its insets."""
        return (self.main, *self.insets)

    def families(self) -> tuple[str, ...]:
        """The families that occur, sorted by name."""
        drawn = (box for one in self.drawings for box in one.boxes())
        return tuple(sorted({box.family for box in drawn if not box.mark}))

    def marks(self) -> frozenset[str]:
        """The marks that occur."""
        drawn = {box.mark for one in self.drawings for box in one.boxes()}
        return frozenset(
            {*drawn, *(arrow.mark for one in self.drawings for arrow in one.arrows)}
        ) - {""}


def boxes(children: tuple[Box | Cluster, ...]) -> Iterator[Box]:
    """Every box in order, clusters opened."""
    for child in children:
        if isinstance(child, Box):
            yield child
        else:
            yield from boxes(child.children)


def clusters(children: tuple[Box | Cluster, ...]) -> Iterator[Cluster]:
    """Every cluster, outer ones first."""
    for child in children:
        if not isinstance(child, Box):
            yield child
            yield from clusters(child.children)
