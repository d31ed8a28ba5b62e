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
    from collections.abc import Iterator, Mapping, Sequence
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
HARD = """
## The hard cases

What the language was made to say, and where the zoo says it. A test builds each of these networks,
small, and runs it forward and backward.

"""
HARD_CASES: dict[str, str] = {
    "a flat numbered list with pools between stages": "vgg",
    "blocks and transitions in one loop, each layer on the concat of all before": "densenet",
    "parallel branches, an auxiliary head in training only": "inception_v3 googlenet",
    "inverted residuals with optional expansion, squeeze-excite on `in.channels`, rows per stage": (
        "efficientnet mobilenet_v2"
    ),
    "stochastic depth that grows over the whole net": "convnext swin",
    "channel split, shuffle and concat; no split where the stride is 2": "shufflenet_v2",
    "a U-Net of any depth, for any size that divides": "unet",
    "a concat of the parts of a split and of all copies": "c2f",
    "a ResNet with taps, a feature pyramid, one shared head over five levels": "fpn_resnet50",
    "branches of several resolutions, each fused with all": "hrnet_small",
    "class token, position table, and a mask into every layer; published weights load": (
        "vit text_encoder"
    ),
    "a causal language model with rotary attention and a tied head": "tiny_gpt",
    "two inputs through one encoder": "siamese",
    "two streams fused late": "two_stream",
    "a block chosen by `--set block=...`": "resnet",
    "Conv1d and LSTM on sequences": "cldnn char_lstm",
    "Conv3d on video": "conv3d_small",
}
"""What is hard to say, and the networks of the zoo that say it, apart by spaces."""
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
    hard = [("case", "networks"), ("---", "---"), *map(_hard, HARD_CASES.items())]
    return HEAD + _table(cells) + HARD + _table(hard)


def _table(lines: Sequence[Sequence[str]]) -> str:
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _hard(case: tuple[str, str]) -> tuple[str, str]:
    what, names = case
    return what, ", ".join(f"`{name}`" for name in names.split())


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
