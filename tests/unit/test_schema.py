"""The JSON Schema of specs, and the files that are derived from the code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from archc import dev, ops
from archc.diag.source import Source
from archc.schema import arguments, diagnostics_schema, spec_schema
from archc.spec import zoo
from archc.spec.document import keys_of
from archc.spec.keys import FileDocument
from archc.spec.tree import parse, plain

SCHEMA = spec_schema()
VALIDATOR = jsonschema.Draft7Validator(SCHEMA)
HEAD = "input: [N, 3, H, W]\nlayers:\n"


def wrong(text: str) -> list[str]:
    """Where a spec departs from the schema."""
    tree, found = parse(Source("spec.yaml", text))
    assert tree is not None, found
    return sorted(error.json_path for error in VALIDATOR.iter_errors(plain(tree)))


@pytest.mark.parametrize("schema", [SCHEMA, diagnostics_schema()])
def test_the_schemas_are_schemas(schema: dict[str, Any]) -> None:
    jsonschema.Draft7Validator.check_schema(schema)


@pytest.mark.parametrize("name", [*zoo.names(), *zoo.libraries()])
def test_every_spec_of_the_zoo_follows_the_schema(name: str) -> None:
    file = zoo.find(name)
    assert file is not None
    assert wrong(file.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("node", "path"),
    [
        ("{op: Conv2d, out_chanels: 3, kernel_size: 3}", "$.layers.a"),
        ("{op: Conv2d, out_channels: -3, kernel_size: 3}", "$.layers.a.out_channels"),
        ("{op: Conv2d, out_channels: 3, kernel_size: [1, 2, 3]}", "$.layers.a.kernel_size"),
        ("{op: Conv2d, out_channels: 3, kernel_size: 3, bias: 2}", "$.layers.a.bias"),
        ("{op: ReLU, repeat: 2, parallel: 3}", "$.layers.a.parallel"),
        ("{layers: [ReLU], strange: 1}", "$.layers.a"),
        ("{layers: [ReLU], tie: {0.weight: b.weight}}", "$.layers.a"),
        ("{op: ReLU, shared: true}", "$.layers.a"),
        ("{layers: [{op: Conv2d, strange: 1}]}", "$.layers.a.layers[0]"),
        ("[ReLU, {op: Conv2d, strange: 1}]", "$.layers.a[1]"),
        ("{b: {op: Conv2d, strange: 1}}", "$.layers.a.b"),
        ("3", "$.layers.a"),
        ("null", "$.layers.a"),
        ("{op: Conv2d, out_channels: 3}", "$.layers.a"),
        ("Conv2d", "$.layers.a"),
        ("Conv2D", "$.layers.a"),
        ("{op: Conv2D, out_channels: 3, kernel_size: 3}", "$.layers.a.op"),
        ("{op: ReLU, layers: [ReLU]}", "$.layers.a"),
        ("{op: ReLU, params: {}}", "$.layers.a"),
        ("{op: ReLU, repeat: 2, for: {c: [1]}}", "$.layers.a"),
        ("{op: ReLU, from: {inptu: b}}", "$.layers.a.from"),
        ("{op: Linear, out_features: 3, init: {weight: zeros}}", "$.layers.a.init"),
    ],
)
def test_what_the_language_forbids_is_marked(node: str, path: str) -> None:
    assert set(wrong(f"{HEAD}  a: {node}\n")) == {path}


@pytest.mark.parametrize(
    "node",
    [
        "{op: Conv2d, out_channels: 4 * width, kernel_size: ['k', 3], bias: norm == 0}",
        "{op: MyBlock, anything: {op: ReLU}}",
        "{op: $block, width: 3}",
        "{op: Conv2d, out_channels: 3, kernel_size: 3, padding: same, repeat: n, when: a and b}",
        "[ReLU, [ReLU]]",
        "{b: ReLU, c: [ReLU]}",
        "{op: Call, module: b}",
        "$act",
    ],
)
def test_what_the_language_allows_is_not(node: str) -> None:
    assert wrong(f"blocks: {{MyBlock: [ReLU]}}\n{HEAD}  a: {node}\n") == []


@pytest.mark.parametrize(
    "head",
    [
        "blocks: {Linear: {params: {width: int}, layers: [ReLU]}, Other: [{op: Linear, width: 3}]}",
        "blocks: {Linear: {layers: [ReLU], params: {width: int}}}",
        "use: {Linear: linear.yaml}",
    ],
)
def test_a_block_may_hide_an_op(head: str) -> None:
    node = "{op: Linear, width: 3}"
    assert wrong(f"{head}\n{HEAD}  a: {node}\n  b: [{node}]\n  c: Linear\n") == []
    assert wrong(f"extends: base.yaml\n{head}\nlayers: {{a: {node}}}\n") == []
    assert wrong(f"{head}\n{HEAD}  a: {{op: Linear, repeat: -3}}\n") == ["$.layers.a.repeat"]
    assert set(wrong(f"{HEAD}  a: {node}\n")) == {"$.layers.a"}


def test_a_change_to_another_file_may_hold_arguments_alone() -> None:
    change = "layers:\n  stem: {conv: {out_channels: 3}}\n  fc: {out_features: 10}\n"
    assert wrong(f"extends: base.yaml\n{change}") == []
    assert wrong(f"input: [N, 3]\n{change}") != []


def test_keys_and_operators_come_from_their_declarations() -> None:
    assert set(SCHEMA["properties"]) == set(keys_of(FileDocument))
    assert {*ops.names(), "Call"} == set(arguments.names())
    described = SCHEMA["definitions"]["op.Conv2d"]["properties"]["out_channels"]["description"]
    assert described == "Channels of the output, one for each learned kernel."


def test_derived_files_are_fresh() -> None:
    assert dev.stale() == []


def test_a_stale_file_is_noticed_and_written(tmp_path: Path) -> None:
    assert len(dev.write(tmp_path)) == len(dev.derived())
    assert dev.stale(tmp_path) == []
    file = tmp_path / "schemas" / "ops-1.json"
    file.write_text("{}")
    assert dev.stale(tmp_path) == ["schemas/ops-1.json"]
    assert dev.write(tmp_path) == ["schemas/ops-1.json"]
    assert "Conv2d" in {op["name"] for op in json.loads(file.read_text())["ops"]}
