"""How a picture is asked for: the same options on the command line and in Python."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from msgspec import Struct

from archc.viz.theme import THEMES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archc.viz.theme import Theme

DIRECTIONS = ("TB", "LR")


class Drawn(TypedDict, total=False):
    """What may be chosen of a picture besides its level; each is explained at `Options`."""

    direction: str
    theme: str
    fit: tuple[float, float] | None
    expand: Sequence[str]
    around: str
    hops: int
    only: str
    costs: bool
    engine: str | None


class Choices(Drawn, total=False):
    """All that may be chosen of a picture."""

    level: int


class Options(Struct, frozen=True):
    """What was chosen of a picture. Raises ValueError for what there is not.

    `level` goes from 0, the overview, to 3, every op. `direction` is that of the main path, `TB`
    or `LR`. `theme` is a name of `THEMES`. `fit` is the width and height in pixels, 96 to an inch,
    that the picture is to fill. `expand` are paths of groups to open, or names of blocks. `around`
    is the path of what to show with all that is `hops` arrows away; `only` that of a group to show
    alone. `costs` writes parameters and FLOPs into the boxes. `engine` is the program that draws.
    """

    level: int = 1
    direction: str = "TB"
    theme: str = "paper"
    fit: tuple[float, float] | None = None
    expand: Sequence[str] = ()
    around: str = ""
    hops: int = 1
    only: str = ""
    costs: bool = False
    engine: str | None = None

    def __post_init__(self) -> None:
        """Refuse what there is not."""
        if self.level not in range(4):
            raise ValueError(f"the levels of a diagram are 0 to 3, not {self.level}")
        if self.direction not in DIRECTIONS:
            raise ValueError(f"a diagram's direction is TB or LR, not {self.direction}")
        if self.theme not in THEMES:
            raise ValueError(f"the themes are {', '.join(THEMES)}, not {self.theme}")
        if self.fit is not None and min(self.fit) <= 0:
            raise ValueError("a diagram fits into a width and a height above 0")
        if self.hops < 0:
            raise ValueError(f"a number of hops is 0 or more, not {self.hops}")

    @property
    def look(self) -> Theme:
        """The theme."""
        return THEMES[self.theme]
