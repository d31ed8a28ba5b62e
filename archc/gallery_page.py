"""`docs/gallery.md`: a figure of each family of the zoo, and of what else `archc` draws."""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from archc.analysis.compare import compare
from archc.lower import load
from archc.spec import zoo
from archc.viz import svg
from archc.viz.difference import difference
from archc.viz.options import Options
from archc.viz.render import svg_of
from archc.viz.sketch import sketched

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from archc.ir.graph import Network

    Drawn = tuple[str, Callable[[], str]]

FOLDER = "docs/pictures/gallery"
ENGINE = "archc"
"""Our own pen: its bytes depend on no other program's version."""
HEAD = """\
# Gallery

What `archc viz` draws of the networks of the zoo: the figure, with each kind of block opened once
beside it (`--level 1`, the default). Each is made from its spec by `python -m archc.dev`, and every
change is held to what the code draws then. On a dark screen they are dark.

"""
FIGURES = {
    "Convolutional networks": (
        "alexnet vgg16 googlenet inception_v3 resnet50 resnext50_32x4d densenet121 squeezenet1_1 "
        "mobilenet_v2 shufflenet_v2_x1_0 efficientnet_b0 regnet_y_400mf convnext_tiny conv3d_small"
    ),
    "Images to images, and to boxes": "unet hrnet_small fpn_resnet50 c2f",
    "Attention": "vit_b_16 swin_t tiny_gpt",
    "Sequences, and several inputs": "char_lstm siamese two_stream",
}
"""The networks that are shown, by chapter."""
LEVELS = (("resnet18", 0), ("resnet18", 2), ("d2l/lenet_bn", 3))
WRONG = """\
archc: 1
name: wrong
input: [N, 3, H, W]
dims: {H: 32, W: 32}
blocks:
  Residual:
    params: {width: int, stride: 1}
    layers:
      conv1: {op: Conv2d, out_channels: width, kernel_size: 1, stride: stride}
      conv2: {op: Conv2d, in_channels: 32, out_channels: width, kernel_size: 1}   # error: [E0401]
      shortcut: {op: Conv2d, from: input, out_channels: width, kernel_size: 1, stride: stride}
      add: {op: Add, from: [conv2, shortcut]}
layers:
  narrow: {op: Residual, width: 32, repeat: 2}
  wide: {op: Residual, width: 64, stride: 2, repeat: 3}
  pool: {op: AdaptiveAvgPool2d, output_size: 1}
  flatten: Flatten
  fc: {op: Linear, out_features: 10}
"""
DIFFERENT = ("resnet18", "resnet34")


def files() -> dict[str, str]:
    """The page and its pictures, by their paths in the project."""
    found = {"docs/gallery.md": page()}
    return found | {f"{FOLDER}/{name}.svg": draw() for name, draw in _pictures()}


def page() -> str:
    """The page itself."""
    return HEAD + "\n".join(_lines())


def _lines() -> Iterator[str]:
    for title, names in FIGURES.items():
        yield f"## {title}\n"
        for name in names.split():
            yield f"### {name}\n\n{_network(name).description}.\n\n![{name}]({_file(name, 1)})\n"
    yield "## Other levels\n"
    for name, level in LEVELS:
        words = f"`archc viz {name} --level {level}`"
        yield f"{words}\n\n![{name} at level {level}]({_file(name, level)})\n"
    yield "## A wrong spec\n"
    yield "`archc viz --errors`: the mistake in red with both shapes, what follows in grey.\n"
    yield f"![A wrong spec](pictures/gallery/wrong.svg)\n\n```yaml\n{WRONG}```\n"
    yield "## A difference\n"
    yield f"`archc diff {' '.join(DIFFERENT)} -o changes.svg`: `+` is new, `-` gone, `~` changed.\n"
    yield "![A difference](pictures/gallery/difference.svg)\n"


def _file(name: str, level: int) -> str:
    return f"pictures/gallery/{_stem(name, level)}.svg"


def _stem(name: str, level: int) -> str:
    return name.replace("/", "_") + (f"_{level}" if level != 1 else "")


def _pictures() -> Iterator[Drawn]:
    names = [name for names in FIGURES.values() for name in names.split()]
    for name, level in (*((name, 1) for name in names), *LEVELS):
        draw = partial(svg, _network(name), level=level, engine=ENGINE)
        yield _stem(name, level), draw
    yield "wrong", _wrong
    yield "difference", _difference


def _network(name: str) -> Network:
    """A network of the zoo. Raises ValueError for one that has errors."""
    network = load(zoo.find(name) or name).network
    if network is None:
        raise ValueError(f"the zoo's `{name}` has errors: see `archc check {name}`")
    return network


def _wrong() -> str:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "wrong.yaml"
        file.write_text(WRONG, encoding="utf-8")
        loaded = load(file)
        draft = loaded.draft
    assert draft is not None
    return svg_of(sketched(draft, loaded.diagnostics, 1), Options(engine=ENGINE))


def _difference() -> str:
    before, after = map(_network, DIFFERENT)
    shown = difference(before, after, compare(before, after), 1)
    return svg_of(shown, Options(engine=ENGINE))
