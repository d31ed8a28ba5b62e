"""What a reader chooses of a picture: parts, costs, themes, and the space it is to fill."""

from __future__ import annotations

import re
import struct
import xml.etree.ElementTree as ET

import pytest

import archc
from archc import viz
from archc.cli.main import run
from archc.viz.engine import DrawingWarning
from archc.viz.figure import picture
from archc.viz.options import Options
from archc.viz.sheet import sheet
from archc.viz.theme import THEMES
from tests.unit.viz.colours import contrast


def names(network, level=1, **choices):
    options = Options(level=level, **choices)
    shown = picture(network, level, options)
    return [box.name for box in shown.main.boxes() if box.form != "end"], shown


def test_an_opened_repeat_shows_its_copies(resnet50):
    found, _ = names(resnet50, expand=["layer3"])
    assert found[2:9] == ["layer2", *(f"layer3.{k}" for k in range(6))]


def test_an_opened_block_stands_in_its_frame_with_its_neighbours_folded(resnet50):
    found, shown = names(resnet50, expand=["layer3.2"])
    assert [name for name in found if name.startswith("layer3")] == [
        "layer3.0 \N{EN DASH} layer3.1",
        "layer3.3 \N{EN DASH} layer3.5",
    ]
    frames = [child.name for child in shown.main.children if not hasattr(child, "family")]
    assert frames == ["layer3.2"]


def test_a_blocks_name_opens_every_use(resnet50):
    found, _ = names(resnet50, level=0, expand=["Bottleneck"])
    assert found.count("conv2") == 16


def test_around_keeps_what_is_near(resnet50):
    found, shown = names(resnet50, around="layer3.0", hops=1)
    assert found == ["layer2", "layer3.0", "layer3.1 \N{EN DASH} layer3.5"]
    assert shown.notes == ("around layer3.0, 1 hop",)
    found, _ = names(resnet50, level=3, around="layer3.0.conv2", hops=0)
    assert found == ["conv2"]


def test_only_shows_a_group_alone(resnet50):
    found, shown = names(resnet50, level=3, only="layer1.0")
    assert found[0] == "conv1"
    assert len(found) == 12
    assert [box.name for box in shown.main.boxes() if box.form == "end"] == ["input", "output"]


@pytest.mark.parametrize("choice", [{"expand": ["layr3"]}, {"around": "layr3"}, {"only": "layr3"}])
def test_a_name_that_is_not_there_is_told_with_one_that_is(resnet50, choice):
    with pytest.raises(ValueError, match="called `layr3`; did you mean `layer3`"):
        picture(resnet50, 1, Options(**choice))


def test_an_op_alone_is_no_picture(resnet50):
    with pytest.raises(ValueError, match="`fc` is one op"):
        picture(resnet50, 1, Options(only="fc"))


@pytest.mark.parametrize("level", range(4))
def test_the_costs_in_the_boxes_are_those_of_the_summary(level):
    arch = archc.load("resnet50")
    shown = picture(arch.network, level, Options(level=level, costs=True))
    said = [box.costs for box in shown.main.boxes() if box.costs]
    assert said
    total = sum(_number(re.match(r"([\d.]+) ?(\w?) params", words)) for words in said)
    assert total == pytest.approx(arch.summary().costs.params, rel=0.01)


def _number(found: re.Match[str] | None) -> float:
    scale = {"": 1, "k": 1e3, "M": 1e6}
    return float(found[1]) * scale[found[2] if found[2] in scale else ""] if found else 0.0


def test_what_fits_fills_its_space():
    data = archc.load("unet").network
    width, height = struct.unpack(">II", viz.png(data, level=0, fit=(1600, 900))[16:24])
    assert abs(height - 900) < 3 or abs(width - 1600) < 3
    assert max(width - 1600, height - 900) < 3


def test_what_is_to_fit_a_wide_space_is_wrapped_for_it(resnet50):
    ratios = []
    for fit in ((1600, 400), (400, 1600)):
        found = sheet(picture(resnet50, 2), Options(level=2, fit=fit))
        ratios.append(found.width / found.height)
    assert ratios[0] > 2
    assert ratios[1] < 0.6


def test_text_that_cannot_be_read_is_warned_of(resnet50):
    with pytest.warns(DrawingWarning, match=r"would print at \d\.\d points"):
        viz.svg(resnet50, level=2, fit=(300, 200))


def test_a_slide_has_larger_text_and_grey_needs_no_legend(resnet50):
    sizes, words = {}, {}
    for theme in THEMES:
        text = viz.svg(resnet50, theme=theme, engine="archc")
        sizes[theme] = min(
            float(size) for size in re.findall(r'<text[^>]*font-size="([\d.]+)"', text)
        )
        words[theme] = "".join(ET.fromstring(text).itertext()).split("}}")[-1]
    assert sizes == {"paper": 8.0, "slide": 11.0, "mono": 8.0}
    said = [re.sub(r"\s", "", words[theme]) for theme in ("paper", "slide")]
    assert said[0] == said[1]
    assert "convolution" in words["paper"]
    assert "convolution" not in words["mono"]


def test_mono_is_grey_and_can_be_read(resnet50):
    for text in (viz.svg(resnet50, theme="mono"), viz.dot(resnet50, theme="mono")):
        colours = set(re.findall(r'"#([0-9a-f]{6})"', text))
        assert all(len({colour[k : k + 2] for k in (0, 2, 4)}) == 1 for colour in colours)
    assert contrast("#0f0f0f", "#dfdfdf") > 14


@pytest.mark.parametrize(
    "choice",
    [{"level": 4}, {"direction": "RL"}, {"theme": "neon"}, {"fit": (0, 5)}, {"hops": -1}],
)
def test_what_there_is_not_is_refused(choice):
    with pytest.raises(ValueError, match=r"levels|direction|themes|width|hops"):
        Options(**choice)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--expand", "layr3"], "did you mean `layer3`"),
        (["--fit", "3"], "write --fit 1600x900"),
        (["--fit", "0x100"], "write --fit 1600x900"),
        (["--hops", "-1"], "a number of hops is 0 or more"),
        (["--theme", "slide", "--format", "html"], "--theme says nothing to a page"),
        (["--direction", "LR", "--format", "html"], "--direction says nothing to a page"),
        (
            ["--fit", "9x9", "--theme", "mono", "-o", "a.mmd"],
            "--theme, --fit say nothing to Mermaid",
        ),
        (["--engine", "dot", "--format", "dot"], "--engine says nothing to DOT"),
    ],
)
def test_the_command_tells_what_cannot_be_drawn(words, said, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run(["viz", "resnet50", *words]) == 2
    assert said in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_mermaid_shows_what_is_chosen(resnet50):
    whole, opened = (
        viz.mermaid(resnet50, level=0),
        viz.mermaid(resnet50, level=0, expand=["layer1"]),
    )
    assert "layer1.0" not in whole
    assert "layer1.0" in opened
    alone = viz.mermaid(resnet50, only="layer2", costs=True)
    assert "layer3" not in alone
    assert "params" in alone


def test_the_page_of_a_draft_takes_looks(tmp_path):
    """It is a figure with a report, not the page that a reader arranges."""
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("input: [N, 8]\nlayers: {a: {op: Linear, out_features: 4}, b: Lineer}\n")
    pages = []
    for k, looks in enumerate([[], ["--theme", "slide"], ["--direction", "LR"]]):
        page = tmp_path / f"{k}.html"
        assert run(["viz", str(wrong), "--errors", *looks, "-o", str(page)]) == 1
        pages.append(page.read_text())
    assert len(set(pages)) == 3


def test_the_command_takes_every_choice(tmp_path, capsys):
    file = tmp_path / "a.svg"
    choices = ["--theme", "mono", "--fit", "200x100", "--expand", "layer1", "--costs"]
    assert run(["viz", "resnet50", *choices, "-o", str(file)]) == 0
    assert "params" in file.read_text()
    assert "warning: the smallest text would print" in capsys.readouterr().err
