"""The JSON Schema and `archc check` agree: on what is right, and on what editors can see is wrong.

The specs are those of the zoo and of the language's page. A thousand mistakes are made in them, of
kinds that can be seen without knowing what a name means. `BEYOND` lists those that cannot.
"""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable, Iterator
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import archc
from archc import ops
from archc.catalogue import Parameter, entry
from archc.diag.source import Source
from archc.lower.initialise import FUNCTIONS
from archc.schema import spec_schema
from archc.spec import keys, zoo
from archc.spec.tree import parse, plain
from tests.markdown import SPEC, fences, file_of

VALIDATOR = jsonschema.Draft7Validator(spec_schema())
PAGE = Path(__file__).parents[2] / "docs" / "language.md"
MISTAKES = 1000

Tree = dict[str, Any]
Mistake = Callable[[random.Random, Tree], bool]
"""Makes one mistake in a spec; False where it has no place for it."""


def read(text: str) -> Tree:
    tree, found = parse(Source("spec.yaml", text))
    assert tree is not None, found
    value = plain(tree)
    assert isinstance(value, dict)
    return value


def accepts(spec: Tree) -> bool:
    return VALIDATOR.is_valid(spec)


@cache
def examples() -> dict[str, Tree]:
    """The specs of the language's page that stand alone and have no errors."""
    files = [file_of(f) for f in fences(PAGE.read_text(encoding="utf-8")) if f.kind == "yaml"]
    right = [file for file in files if file.name == SPEC and not file.expected]
    specs = [read(file.text) for file in right]
    return {f"example {k}": s for k, s in enumerate(specs) if not {"use", "extends"} & s.keys()}


@cache
def zoo_specs() -> dict[str, Tree]:
    names = (*zoo.names(), *zoo.libraries())
    return {name: read((zoo.zoo_root() / f"{name}.yaml").read_text("utf-8")) for name in names}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the zoo to make mistakes in."""
    made = tmp_path_factory.mktemp("project") / "specs"
    shutil.copytree(zoo.zoo_root(), made)
    (made / "pyproject.toml").touch()
    return made


def refused_by_archc(name: str, spec: Tree, folder: Path) -> bool:
    """Checked where the spec stands, as JSON, which is YAML."""
    file = folder / f"{name}.yaml"
    before = file.read_text("utf-8") if file.exists() else ""
    file.write_text(json.dumps(spec, indent=1), encoding="utf-8")
    try:
        return any(d.severity == "error" for d in archc.check(file))
    finally:
        file.write_text(before, encoding="utf-8")


# --- what is right -------------------------------------------------------------------------------


def test_both_accept_the_examples() -> None:
    assert len(examples()) > 40
    assert [name for name, spec in examples().items() if not accepts(spec)] == []


def test_both_accept_the_zoo() -> None:
    assert [name for name, spec in zoo_specs().items() if not accepts(spec)] == []


# --- where things stand --------------------------------------------------------------------------


def layers_of(spec: Tree) -> Iterator[Any]:
    """The `layers` that are always built: not of what a condition or an empty loop leaves out."""
    if "extends" not in spec:
        yield spec.get("layers", {})


def entries_of(layers: Any) -> Iterator[tuple[Any, Any, Any]]:
    """Each node with the mapping or list it stands in, and its key there; groups opened."""
    pairs = enumerate(layers) if isinstance(layers, list) else layers.items()
    for key, node in list(pairs):
        yield layers, key, node
        if isinstance(node, list):
            yield from entries_of(node)
        elif isinstance(node, dict) and not {"op", "when", "repeat", "for"} & node.keys():
            inner = node.get("layers", node)
            yield from entries_of(inner)


def nodes_of(spec: Tree) -> list[tuple[Any, Any, Any]]:
    return [found for layers in layers_of(spec) for found in entries_of(layers)]


def uses_of(spec: Tree) -> list[Tree]:
    """The nodes that use a built-in op and are sure to be built."""
    return [
        node
        for _, _, node in nodes_of(spec)
        if isinstance(node, dict)
        and ops.find(str(node.get("op"))) is not None
        and node["op"] not in (spec.get("blocks") or {})
        and not {"when", "repeat", "for"} & node.keys()
    ]


def parameters_of(node: Tree) -> dict[str, Parameter]:
    op = ops.find(node["op"])
    assert op is not None
    return {parameter.name: parameter for parameter in entry(op).parameters}


def given(node: Tree) -> list[str]:
    """The arguments that a node writes."""
    return [key for key in node if key in parameters_of(node)]


def misspelt(rng: random.Random, word: str, known: set[str]) -> str | None:
    """The word with a letter doubled, left out or in its neighbour's place."""
    for _ in range(20):
        k = rng.randrange(len(word))
        made = rng.choice(
            [
                word[:k] + word[k] + word[k:],
                word[:k] + word[k + 1 :],
                word[:k] + word[k : k + 2][::-1] + word[k + 2 :],
            ]
        )
        if made != word and made and made not in known:
            return made
    return None


def rename(mapping: Tree, old: str, new: str) -> None:
    """Another name for a key, in its place."""
    items = [(new if key == old else key, value) for key, value in mapping.items()]
    mapping.clear()
    mapping.update(items)


# --- the mistakes --------------------------------------------------------------------------------


def file_key(rng: random.Random, spec: Tree) -> bool:
    known = set(keys.FileDocument.model_fields)
    old = rng.choice([key for key in spec if key in known])
    new = misspelt(rng, old, known)
    if new is None:
        return False
    rename(spec, old, new)
    return True


def parameter_name(rng: random.Random, spec: Tree) -> bool:
    nodes = [node for node in uses_of(spec) if given(node)]
    if not nodes:
        return False
    node = rng.choice(nodes)
    old = rng.choice(given(node))
    new = misspelt(rng, old, {*parameters_of(node), *keys.RESERVED})
    if new is None:
        return False
    rename(node, old, new)
    return True


def parameter_value(rng: random.Random, spec: Tree) -> bool:
    """A value that no alternative of the parameter's type can be."""
    nodes = [node for node in uses_of(spec) if given(node)]
    if not nodes:
        return False
    node = rng.choice(nodes)
    name = rng.choice(given(node))
    schema = parameters_of(node)[name].schema
    wrong: list[Any] = [None, True, -3, 1.5, {"a": 1}, [[]], [True, False], [1] * 9]
    wrong = [
        value for value in wrong if not jsonschema.Draft202012Validator(schema).is_valid(value)
    ]
    if not wrong:
        return False
    node[name] = rng.choice(wrong)
    return True


def missing_parameter(rng: random.Random, spec: Tree) -> bool:
    found = [
        (node, name)
        for node in uses_of(spec)
        for name in given(node)
        if parameters_of(node)[name].required
    ]
    if not found:
        return False
    node, name = rng.choice(found)
    del node[name]
    return True


def op_name(rng: random.Random, spec: Tree) -> bool:
    if {"use", "blocks", "extends"} & spec.keys() or not uses_of(spec):
        return False
    node = rng.choice(uses_of(spec))
    new = misspelt(rng, node["op"], set(ops.names()))
    if new is None:
        return False
    node["op"] = new
    return True


def null_node(rng: random.Random, spec: Tree) -> bool:
    if not nodes_of(spec):
        return False
    layers, key, _ = rng.choice(nodes_of(spec))
    layers[key] = None
    return True


def bare_op(rng: random.Random, spec: Tree) -> bool:
    """A bare name of an op that needs arguments."""
    if not nodes_of(spec):
        return False
    layers, key, _ = rng.choice(nodes_of(spec))
    layers[key] = rng.choice(["Conv2d", "Linear", "MaxPool2d", "GroupNorm", "Call"])
    return True


def node_key(rng: random.Random, spec: Tree) -> bool:
    """A reserved key that takes no such value, or does not go with the others."""
    if not uses_of(spec):
        return False
    wrong: list[tuple[str, Any]] = [
        ("parallel", 3),
        ("parallel", True),
        ("shared", True),
        ("shared", "please"),
        ("inline", [True]),
        ("repeat", -1),
        ("repeat", [1, 2]),
        ("repeat", 1.5),
        ("for", 3),
        ("for", {"c": 3}),
        ("for", {}),
        ("from", {"a": {"b": "c"}}),
        ("from", 1.5),
        ("tie", 3),
        ("tie", {"weight": 3}),
        ("when", []),
        ("layers", ["ReLU"]),
        ("params", {"width": 3}),
        ("let", {"width": 3}),
        ("init", {"weight": "zeros"}),
        ("init", {"weight": {"normal_": {"sdt": 1}}}),
        ("init", 3),
    ]
    key, value = rng.choice(wrong)
    rng.choice(uses_of(spec))[key] = value
    return True


def declaration(rng: random.Random, spec: Tree) -> bool:
    """A parameter that is declared wrongly."""
    wrong: list[Any] = [
        {"type": "integer"},
        {"type": "int", "defalt": 3},
        {"type": "int", "default": [3]},
        {"type": "int", "default": True},
        {"type": "bool", "default": 3},
        {"type": "op", "default": 3},
        {"type": "op", "default": {"name": "ReLU"}},
        {"type": "list", "default": 3},
        {"type": 3},
        {"type": "float", "default": 3, "doc": 4},
    ]
    params = spec.setdefault("params", {})
    params["extra"] = rng.choice(wrong)
    return True


def declared_name(rng: random.Random, spec: Tree) -> bool:
    spec.setdefault("params", {})[rng.choice(["from", "op", "a b", "1st", "a-b", "layers"])] = 3
    return True


def head(rng: random.Random, spec: Tree) -> bool:
    """A key of the file with a value of another kind."""
    wrong: list[tuple[str, Any]] = [
        ("archc", 2),
        ("archc", "one"),
        ("name", 3),
        ("description", ["a", "b"]),
        ("input", 3),
        ("input", {"shpae": ["N", 3]}),
        ("input", {"shape": ["N", 3], "dtype": "float"}),
        ("input", {"dtype": "int64"}),
        ("input", ["N", 0]),
        ("input", ["N", None]),
        ("inputs", {"x": 3}),
        ("inputs", {}),
        ("inputs", 3),
        ("dims", {"N": [[3]]}),
        ("dims", {"N": 0}),
        ("dims", {"N": {"defualt": 3}}),
        ("dims", {"N": {"min": 3}}),
        ("dims", 3),
        ("blocks", 3),
        ("blocks", {"Extra": 3}),
        ("blocks", {"Extra": None}),
        ("blocks", {"Extra": {"params": {"width": 3}}}),
        ("blocks", {"Extra": {"layers": ["ReLU"], "op": "ReLU"}}),
        ("blocks", {"Extra": {"layers": ["ReLU"], "laters": ["ReLU"]}}),
        ("blocks", {"Extra": {"op": "Conv2d", "out_chanels": 3}}),
        ("blocks", {"Extra": {"op": "Conv2d", "kernel_size": [1, 2, 3]}}),
        ("blocks", {"Extra": {"layers": {"a": {"op": "Conv2d", "out_channels": 3}}}}),
        ("params", 3),
        ("let", 3),
        ("use", 3),
        ("use", {"other": 3}),
        ("use", {"other": {"flie": "a.yaml"}}),
        ("extends", 3),
        ("layers", 3),
        ("layers", None),
        ("outputs", 1.5),
        ("outputs", {"x": {"form": "a"}}),
        ("expect", {"parms": 3}),
        ("expect", {"output": 3}),
        ("expect", 3),
        ("init", {"Conv2d": {"weight": "zeros"}}),
        ("init", {"Conv2d": 3}),
        ("init", {"Conv2d": {"weight": {"normal_": 0.1, "zeros_": None}}}),
    ]
    key, value = rng.choice(wrong)
    if key == "blocks" and isinstance(value, dict):
        spec["blocks"] = {**(spec.get("blocks") or {}), **value}
    else:
        spec[key] = value
    return "extends" not in spec or key not in {"layers", "blocks", "input", "inputs"}


def init_function(rng: random.Random, spec: Tree) -> bool:
    name = rng.choice(sorted(FUNCTIONS))
    new = misspelt(rng, name, set(FUNCTIONS))
    spec["init"] = {"Linear": {"weight": new}}
    return new is not None


MISTAKES_BY_KIND: tuple[Mistake, ...] = (
    *(file_key, parameter_name, parameter_value, missing_parameter, op_name, null_node, bare_op),
    *(node_key, declaration, declared_name, head, init_function),
)


def drawn(kind: Mistake, count: int) -> Iterator[tuple[str, Tree]]:
    """Specs with one mistake of a kind, most of them small."""
    rng = random.Random(kind.__name__)
    names = [*examples(), *zoo_specs()]
    weights = [5] * len(examples()) + [1] * len(zoo_specs())
    made = tried = 0
    while made < count:
        tried += 1
        assert tried < 50 * count, f"no place for {kind.__name__}"
        name = rng.choices(names, weights)[0]
        spec = deepcopy({**examples(), **zoo_specs()}[name])
        if kind(rng, spec):
            made += 1
            yield name, spec


@pytest.mark.parametrize("kind", MISTAKES_BY_KIND, ids=lambda kind: kind.__name__)
def test_both_refuse(kind: Mistake, folder: Path) -> None:
    count = -(-MISTAKES // len(MISTAKES_BY_KIND))
    missed = []
    for name, spec in drawn(kind, count):
        schema, checker = accepts(spec), not refused_by_archc(name, spec, folder)
        if schema or checker:
            who = " and ".join(w for w, ok in (("the schema", schema), ("archc", checker)) if ok)
            missed.append(f"{who} takes {name}: {json.dumps(spec)[:2000]}")
    assert not missed, f"{len(missed)} of {count}:\n" + "\n".join(missed[:5])


# --- what a schema cannot know -------------------------------------------------------------------

BEYOND = {
    "what a name means where the file has blocks of its own": """
        blocks: {Unit: [ReLU]}
        input: [N, 3]
        layers: {a: Unti}
        """,
    "what parameters a block has": """
        blocks: {Unit: {params: {width: int}, layers: [{op: Linear, out_features: width}]}}
        input: [N, 3]
        layers: {a: {op: Unit, widht: 3}}
        """,
    "names in expressions": """
        input: [N, 3]
        layers: {a: {op: Linear, out_features: width}}
        """,
    "the grammar of expressions": """
        input: [N, 3]
        layers: {a: {op: Linear, out_features: 3 *}}
        """,
    "the type of what an expression gives": """
        params: {width: [3]}
        input: [N, 3]
        layers: {a: {op: Linear, out_features: width}}
        """,
    "which nodes there are": """
        input: [N, 3]
        layers: {a: ReLU, b: {op: ReLU, from: c}}
        """,
    "the order of nodes": """
        input: [N, 3]
        layers: {a: {op: ReLU, from: b}, b: ReLU}
        """,
    "how many inputs an op takes": """
        input: [N, 3]
        layers: {a: ReLU, b: {op: Linear, out_features: 3, from: [a, input]}}
        """,
    "shapes": """
        input: [N, 3]
        layers: {a: {op: Conv2d, out_channels: 3, kernel_size: 3}}
        """,
    "rules between the parameters of an op": """
        input: [N, 3, H, W]
        layers: {a: {op: Conv2d, out_channels: 8, kernel_size: 3, groups: 3}}
        """,
    "loops over lists of different lengths": """
        input: [N, 3]
        layers: {a: {for: {c: [1, 2], d: [1]}, op: Linear, out_features: c + d}}
        """,
    "blocks that contain themselves": """
        blocks: {Unit: {layers: {a: Unit}}}
        input: [N, 3]
        layers: {a: Unit}
        """,
    "bounds of a parameter": """
        params: {width: {type: int, default: 3, min: 4}}
        input: [N, 3]
        layers: {a: {op: Linear, out_features: width}}
        """,
    "facts": """
        input: [N, 3]
        layers: {a: {op: Linear, out_features: 3}}
        expect: {params: 13}
        """,
    "names that a module has already": """
        input: [N, 3]
        layers: {train: ReLU}
        """,
}


@pytest.mark.parametrize("what", BEYOND)
def test_beyond_a_schema(what: str, tmp_path: Path) -> None:
    spec = read("\n".join(line[8:] for line in BEYOND[what].splitlines()))
    assert accepts(spec)
    assert refused_by_archc("spec", spec, tmp_path)
