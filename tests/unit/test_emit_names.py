"""Names and values of a spec cannot put code into what is emitted, nor hide what it needs."""

from __future__ import annotations

import ast

import pytest
from msgspec.structs import replace

from archc.backends.python import emit
from archc.ir.graph import Network, Ref
from tests.unit.networks import INPUT, body, conv, network, op

HOSTILE = [
    'x"); import os #',
    "a\nimport os",
    "'''",
    '"""',
    "\\",
    "{x.__class__}",
    "class",
    "self",
    "torch",
    "nn",
    "Tensor",
    "super",
    "getattr",
    "__init__",
    "_modules",
    "0",
    "block1-0",
    "ﬁne",
    "x",
    "out",
    "check_input",
    "layers",
]


def calls(text: str) -> set[str]:
    """Everything that the text calls, by name."""
    return {
        ast.unparse(node.func)
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call) and not ast.unparse(node.func).startswith("self")
    }


HARMLESS = {
    *("super", "super().__init__", "super().forward", "getattr", "isinstance", "list"),
    *("nn.Conv2d", "nn.Sequential", "ValueError", "check_input", "check_input2", "Inner"),
}


def imports(text: str) -> list[str]:
    """Every import, wherever it stands."""
    nodes = ast.walk(ast.parse(text))
    return [ast.unparse(node) for node in nodes if isinstance(node, ast.Import | ast.ImportFrom)]


@pytest.mark.parametrize("name", [name.replace(".", "") for name in HOSTILE])
def test_a_node_may_have_any_name(name: str) -> None:
    nodes = [(name, conv(8), [INPUT]), ("b", conv(8), [Ref(0)])]
    text = emit(network(body([(name, body(nodes, name="Inner"), [INPUT])])))
    assert calls(text) <= {*HARMLESS, f"getattr(self, {name!r})"}
    assert imports(text) == ["import torch", "from torch import Tensor, nn"]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_block_may_have_any_name(name: str) -> None:
    inner = body([("conv", conv(8), [INPUT])], name=name)
    tree = ast.parse(emit(network(body([("a", inner, [INPUT]), ("b", conv(3), [Ref(0)])]))))
    classes = [node.name for node in tree.body if isinstance(node, ast.ClassDef)]
    assert len(classes) == 2
    assert not {"nn", "torch", "Tensor", "super", "self", "class"} & set(classes)


@pytest.mark.parametrize("text", HOSTILE)
def test_words_stay_words(text: str) -> None:
    made = network(body([("conv", conv(8), [INPUT])]))
    emitted = emit(Network(text, text, replace(made.body, doc=text), made.dims))
    assert calls(emitted) <= HARMLESS
    assert imports(emitted) == ["import torch", "from torch import Tensor, nn"]


def test_a_string_is_a_literal() -> None:
    hostile = "zeros'); import os #"
    padded = op("Conv2d", out_channels=8, kernel_size=1)
    node = padded.model_copy(update={"padding_mode": hostile})
    text = emit(network(body([("conv", node, [INPUT])])))
    (call,) = [
        n
        for n in ast.walk(ast.parse(text))
        if isinstance(n, ast.Call) and ast.unparse(n.func) == "nn.Conv2d"
    ]
    assert [k.value.value for k in call.keywords if k.arg == "padding_mode"] == [hostile]  # type: ignore[attr-defined]


def test_blocks_keep_their_names_and_the_network_gives_way() -> None:
    inner = body([("conv", conv(8), [INPUT])], name="Made")
    tree = ast.parse(emit(network(body([("a", inner, [INPUT])]))))
    assert [n.name for n in tree.body if isinstance(n, ast.ClassDef)] == ["Made", "MadeNetwork"]
