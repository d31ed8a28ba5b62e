"""`docs/zoo.md`: the networks of the zoo, their costs, and what they are compared with."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from archc.analysis.costs import measure
from archc.analysis.figures import short, thousands
from archc.lower import load
from archc.spec import zoo

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from archc.analysis.costs import Costs

HEAD = """\
# The zoo

`archc list` prints this table, `archc show NAME` a network's file, `archc viz NAME` its picture.
The lines of a spec are those that hold more than a comment; a member of a family adds its few to
those of the family's file. Beside them stand the lines of the Python that a user would otherwise
copy, torchvision's file for the family. FLOPs are twice the multiply-accumulates at the sizes in
`dims`. The figures are those that `archc summary` prints and that `expect:` in each file pins down.

What a network is compared with, in tests that run with every change (the largest of each family
in the long run only):

- **torchvision**: its weights load with `strict=True`. Outputs in evaluation, and outputs,
  gradients and buffers in training under the same seed, are the same to the last bit. Parameters
  and FLOPs are equal, and the initial weights of a family come from the same distributions.
- **Dive into Deep Learning**, **PyTorch's tutorial**: modules and shapes are those that the text
  prints.

Every file is checked and built, and its parameters counted again. One of each architecture also
learns, made small, and all its shapes are compared with what torch gives.

"""
SOURCES = {"d2l": "Dive into Deep Learning", "tutorial": "PyTorch's tutorial"}
COLUMNS = ("network", "lines", "Python", "parameters", "FLOPs", "compared with", "description")


class Row(Struct, frozen=True):
    """A network of the zoo: its name, its file, the family's file it starts from, its costs."""

    name: str
    file: Path
    family: Path
    costs: Costs
    description: str


def page(published: Mapping[str, Mapping[str, object]]) -> str:
    """The whole page. `published` are facts of the networks that torchvision has, by name."""
    rows = [_row(name) for name in zoo.names()]
    cells = [COLUMNS, ("---", *["---:"] * 4, "---", "---"), *(_cells(r, published) for r in rows)]
    return HEAD + "".join(f"| {' | '.join(line)} |\n" for line in cells)


def lines(text: str) -> int:
    r"""How many lines hold something other than a comment.

    >>> lines("# a comment\n\nname: net  # another\n")
    1
    """
    return sum(1 for line in map(str.strip, text.splitlines()) if line and line[0] != "#")


def _row(name: str) -> Row:
    file, network = zoo.find(name), load(name).network
    if file is None or network is None:
        raise ValueError(f"the zoo's `{name}` has errors: see `archc check {name}`")
    family = file
    for extended in _extended(file):
        family = extended
    return Row(name, file, family, measure(network), network.description)


def _extended(file: Path) -> Iterator[Path]:
    """The files that a file starts from, the nearest first."""
    while found := re.search(r"^extends: (\S+)", file.read_text(encoding="utf-8"), re.MULTILINE):
        file = file.parent / found[1]
        yield file


def _cells(row: Row, published: Mapping[str, Mapping[str, object]]) -> tuple[str, ...]:
    own = lines(row.file.read_text(encoding="utf-8"))
    more = f" + {lines(row.family.read_text(encoding='utf-8'))}" if row.family != row.file else ""
    source = "torchvision" if row.name in published else SOURCES.get(row.name.split("/")[0], "")
    python = str(published.get(row.name, {}).get("python_lines", ""))
    figures = (thousands(row.costs.params), short(row.costs.flops))
    return f"`{row.name}`", f"{own}{more}", python, *figures, source, row.description
