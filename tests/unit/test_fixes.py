"""What is certain, what is only suggested, and what is left alone: each way out by an example.

`<<wrong=>right>>` marks what is wrong, and what the fix writes there.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from archc.api import read
from archc.diag.diagnostic import Diagnostic
from archc.diag.edits import apply
from archc.diag.misspelt import is_certain

HEAD = "name: a\ninput: [N, 8, 16, 16]\nparams: {width: 8, act: {type: op, default: ReLU}}\n"

CERTAIN = [
    "layers: {a: <<relu=>ReLU>>}",
    "layers: {a: <<nn.ReLU=>ReLU>>}",
    "layers: {a: <<'relu'=>'ReLU'>>}",
    'layers: {a: {<<"type"=>"op">>: GELU}}',
    "layers: {a: <<nn.ReLU()=>ReLU>>}",
    "layers: {a: <<act=>$act>>}",
    "layers: {a: <<“ReLU”=>ReLU>>}",
    "layers:\n  a: <<ReLU#x=>ReLU #x>>",
    "layers: {a: {<<type=>op>>: ReLU}}",
    "layers: {a: {op: Linear, <<outfeatures=>out_features>>: 4}}",
    "layers: {a: {op: Linear, out_features: 4, <<bais=>bias>>: false}}",
    "layers: {a: {op: Linear, <<out_features:4=>out_features: 4>>}}",
    "layers: {a: {op: Linear, <<out_features=4=>out_features: 4>>}}",
    "layers: {a: {op: Linear, out_features: 4, bias: <<no=>false>>}}",
    "layers: {a: {op: Linear, out_features: 4, bias: <<0=>false>>}}",
    "layers: {a: {op: Linear, out_features: <<[4]=>4>>}}",
    "layers: {a: {op: Linear, out_features: <<max(4, width)=>\"max(4, width)\">>}}",
    "layers: {a: {op: Linear, out_features: <<wdith=>width>>}}",
    "layers: {a: {op: Linear, out_features: 2 * <<wdith=>width>> + 1}}",
    "layers: {a: {op: Linear, out_features: '2 * <<wdith=>width>> + 1'}}",
    "layers: {a: {op: Linear, out_features: in.<<chanels=>channels>>}}",
    "layers: {a: {op: Linear, out_features: '<<make_divisble=>make_divisible>>(9, 8)'}}",
    "layers: {a: {op: Conv2d, out_channels: 4, kernel_size: <<(3, 3)=>[3, 3]>>}}",
    "layers: {a: {op: Conv2d, out_channels: 4, kernel_size: 3, padding: <<Same=>same>>}}",
    "layers: {a: {op: Conv2d, out_channels: 4, kernel_size: 3, padding_mode: <<zero=>zeros>>}}",
    "layers: {a: {op: ReLU, when: width > 1 <<&&=>and>> width < 9}}",
    "layers: {a: {op: ReLU, when: width > 1<<&&=> and>> width < 9}}",
    "layers: {first: ReLU, b: {op: ReLU, from: <<frist=>first>>}}",
    "layers: {abc: ReLU, b: {op: Add, from: [input, <<ABC=>abc>>]}}",
    "<<layer=>layers>>: {a: ReLU}",
    "layers: {a: ReLU}\nexpect: {<<parms=>params>>: 0}",
    "layers: {a: {op: Linear, out_features: 4}}\ninit: {<<Linaer=>Linear>>: {weight: zeros_}}",
    "layers: {a: {op: Linear, out_features: 4}}\ninit: {Linear: {weight: <<zeros=>zeros_>>}}",
    "blocks: {B: {params: {n: {type: int, <<defualt=>default>>: 1}}, layers: [ReLU]}}\nlayers: [B]",
    "blocks: {B: {params: {n: {type: <<integer=>int>>}}, layers: [ReLU]}}\nlayers: [{op: B, n: 1}]",
    "blocks: {Bee: {params: {rate: int}, layers: [ReLU]}}\nlayers: [{op: Bee, <<raet=>rate>>: 1}]",
    "layers: {a: ReLU}\nuse: {c: <<other=>other.yaml>>}",
    "layers: {a: ReLU}\nuse: {c: <<'inner\\deep.yaml'=>'inner/deep.yaml'>>}",
    "layers: {a: ReLU}\nuse: {c: <<Other.yaml=>other.yaml>>}",
    "layers: {a: ReLU}\nuse: {c: <<ResNet50=>resnet50>>}",
    "layers: {a: ReLU}\nuse: {c: <<resnet50.yaml=>resnet50>>}",
    "layers: {a: {op: Dropout, p: <<10%=>0.1>>}}",
    "layers: {a: {op: Linear, out_features: <<1_024=>1024>>}}",
    "layers: {a: {op: Linear, out_features: \"<<1'024=>1024>>\"}}",
    "layers: {t: {op: Chunk, chunks: 2}, a: {op: ReLU, from: <<t[0]=>t.0>>}}",
    "layers: {t: {op: Chunk, chunks: 2}, a: {op: Add, from: [<<t[0]=>t.0>>, t.1]}}",
    "layers: {t: {op: Chunk, chunks: 2}, a: {op: ReLU, from: '<<t[ -1 ]=>t.-1>>'}}",
    "layers:\n  t: {op: Chunk, chunks: 2}\n  a:\n    op: ReLU\n    from: <<t[0]=>t.0>>",
    "layers: {a: <<{Linear: {out_features: 4, bias: 0}}=>{op: Linear, out_features: 4, bias: 0}>>}",
    "layers:\n- <<Linear: {out_features: 4}=>{op: Linear, out_features: 4}>>",
    "layers: {a: {op: ReLU, repeat: 2, parallel: <<yes=>true>>}}",
    "layers: {a: {op: ReLU, repeat: 2, shared: <<1=>true>>}}",
]  # fmt: skip
SUGGESTED = [
    "layers: {a: {op: Dropout, p: '<<0,125=>0.125>>'}}",
    "layers: {a: {op: Linear, out_features: <<1k=>1000>>}}",
    "layers: {a: {op: Linear, out_features: <<1 072=>1072>>}}",
    "layers: {t: {op: Chunk, chunks: 2}, a: {op: ReLU, from: '<<t[width - 8]=>t.(width - 8)>>'}}",
    "layers: {t: {op: Chunk, chunks: 2}, a: {op: ReLU, from: '<<input[0]=>input.0>>'}}",
    "layers: {a: ReLU}\nuse: {c: <<./specs/resnet50.yaml=>resnet50>>}",
    "layers: {a: ReLU}\nuse: {c: <<resnet50/resnet50.yaml=>resnet50>>}",
    "layers: {a: <<width=>$width>>}",
    "layers: {conv_a: ReLU, b: {op: ReLU, from: <<conv_b=>conv_a>>}}",
    "layers: {conv1: ReLU, b: {op: ReLU, from: <<conv2=>conv1>>}}",
    "layers: {a: {op: Linear, <<filters=>out_features>>: 4}}",
    "layers: {a: <<BatchNorm4d=>BatchNorm3d>>}",
    "layers: {a: {op: Linear, out_features: <<widths=>width>>}}",
    "layers: {a: {op: Conv2d, out_channels: 4, kernel_size: 1<<, in_channels: 9=>>>}}",
    "layers: {a: {op: Conv2d, out_channels: 4<<, 'in_channels': width + 1=>>>, kernel_size: 1}}",
    "layers: {a: {<<in_channels: 9, =>>>op: Conv2d, out_channels: 4, kernel_size: 1}}",
    "layers:\n  a:\n    op: Linear\n<<    in_features: 9\n=>>>    out_features: 4",
    "blocks: {Trunk: {layers: [ReLU]}}\nlayers: [{op: <<Trunks=>Trunk>>}]",
    "layers: {a: ReLU}\nuse: {c: <<others.yaml=>other.yaml>>}",
    "layers: {a: ReLU}\nuse: {c: <<resnet51=>resnet50>>}",
    "layers: {a: ReLU}\nexpect: {params: <<3=>0>>}",
]
ALONE = [
    "layers: {a: Xyzzy}",
    "layers: {a: {op: Linear, out_features: 4, bias: maybe}}",
    "layers: {a: {op: ReLU, inplace: true, inplce: true}}",
    "layers: {a: {op: Linear, out_features: -4}}",
    "layers: {a: {op: Linear, out_features: 2.5}}",
    "layers:\n  a:\n    op: AdaptiveAvgPool2d\n    output_size: 224,224",
    "layers: {a: {op: AdaptiveAvgPool2d, output_size: 224 224}}",
    "layers: {a: {op: LeakyReLU, negative_slope: 0_5}}",
    "layers: {a: {op: ReLU, repeat: 2, shared: 'true'}}",
    "layers: {a: ReLU, b: {op: Add, from: [a, nothing-like-it]}}",
]
_MARK = re.compile(r"<<(.+?)=>(.*?)>>", re.DOTALL)


def _both(case: str) -> tuple[str, str]:
    """The text that is wrong, and the one that is mended."""
    return _MARK.sub(r"\1", case), _MARK.sub(r"\2", case)


def errors(file: Path) -> list[Diagnostic]:
    return [found for found in read(file).diagnostics if found.severity == "error"]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "archc.toml").touch()
    (tmp_path / "inner").mkdir()
    for name in ("other.yaml", "inner/deep.yaml"):
        (tmp_path / name).write_text("blocks: {A: ReLU}\n")
    return tmp_path / "spec.yaml"


@pytest.mark.parametrize("certain", [True, False])
def test_what_is_certain_and_what_is_suggested(file: Path, *, certain: bool) -> None:
    wrong = []
    for case in CERTAIN if certain else SUGGESTED:
        before, after = (HEAD + text + "\n" for text in _both(case))
        file.write_text(before)
        (found,) = errors(file)
        got = found.fix and (apply(before, found.fix.edits), found.fix.certain)
        if got != (after, certain):
            wrong.append((case, found.message, found.fix))
    assert wrong == []


def test_inputs_by_name_under_the_key_of_one(file: Path) -> None:
    before = "input: {a: [N, 8], b: {shape: [N, 8]}}\nlayers: {c: {op: Add, from: [a, b]}}\n"
    file.write_text(before)
    (found,) = errors(file)
    assert found.fix is not None
    assert found.fix.certain
    assert apply(before, found.fix.edits) == before.replace("input", "inputs", 1)


@pytest.mark.parametrize("case", ALONE)
def test_what_is_left_alone(file: Path, case: str) -> None:
    file.write_text(HEAD + case + "\n")
    assert {found.fix for found in errors(file)} == {None}


@pytest.mark.parametrize(
    ("before", "after", "certain"),
    [
        ("layers:\n\ta: ReLU\n\tb: ReLU\n", "layers:\n  a: ReLU\n  b: ReLU\n", True),
        ("layers:\r\n\ta: ReLU\r\n", "layers:\r\n  a: ReLU\r\n", True),
        ("layers:\n    a: ReLU\n\tb: ReLU\n", "layers:\n    a: ReLU\n    b: ReLU\n", True),
        ("layers:\n  a:\n\tb: ReLU\n", "layers:\n  a:\n  b: ReLU\n", False),
        ("layers:\n  a:\n    b: ReLU\n  \tc: {d\n", None, False),
        ("layers:\n  -\t\ta: ReLU\n", None, False),
        ("layers:\n\t-\t\ta: ReLU\n", None, False),
    ],
)
def test_tabs_become_spaces(file: Path, before: str, after: str | None, *, certain: bool) -> None:
    file.write_text(HEAD + before, newline="")
    (found,) = errors(file)
    assert "tab" in found.message
    if after is None:
        assert found.fix is None
        return
    assert found.fix is not None
    assert apply(HEAD + before, found.fix.edits) == HEAD + after
    assert found.fix.certain is certain


@pytest.mark.parametrize("word", ["", "x" * 100_000, "Conv2d" * 1000, "\ud800"])
def test_no_word_is_too_odd(word: str) -> None:
    assert not is_certain(word, "Conv2d", ["Conv2d", "ReLU"])
