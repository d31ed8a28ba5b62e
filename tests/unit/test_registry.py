"""The table of ops and the classes agree, and every op says what the documentation needs."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from inspect import getdoc, isabstract
from pkgutil import iter_modules

import pytest

from archc import ops
from archc.diag import codes
from archc.diag.source import Source
from archc.docstrings import attribute_docs
from archc.ir.op import Op, Rules, Stop, Types
from archc.ir.types import TensorType
from archc.spec.node import plain
from archc.spec.yaml import parse

EVERY = list(ops.all_ops())
RESERVED = {
    *("op", "layers", "from", "when", "repeat", "for", "parallel", "shared", "inline", "inputs"),
    *("outputs", "params", "let", "init", "tie", "after", "before"),
}


def written(kind: type[Op]) -> set[str]:
    """The parameters as a spec writes them."""
    return {field.alias or name for name, field in kind.model_fields.items()}


def test_every_class_is_in_the_table_and_every_name_has_its_class() -> None:
    found = {
        f"archc.ops.{module.name}": {
            name
            for name, value in vars(import_module(f"archc.ops.{module.name}")).items()
            if isinstance(value, type)
            and issubclass(value, Op)
            and value.__module__ == f"archc.ops.{module.name}"
            and not name.startswith("_")
            and not isabstract(value)
            and not value.__subclasses__()
        }
        for module in iter_modules(ops.__path__)
    }
    assert {module: set(names) for module, names in ops.TABLE.items()} == {
        module: names for module, names in found.items() if names
    }


def test_names_are_sorted_and_unique() -> None:
    listed = [name for names in ops.TABLE.values() for name in names]
    assert ops.names() == tuple(sorted(set(listed)))
    assert len(listed) == len(set(listed))
    assert [kind.__name__ for kind in EVERY] == listed


def test_an_unknown_name_is_none() -> None:
    assert ops.find("Conv2D") is None
    assert ops.find("fields") is None


def test_finding_an_op_imports_its_family_alone() -> None:
    code = (
        "import sys; from archc import ops; ops.names();"
        "before = [m for m in sys.modules if m in ops.TABLE]; ops.find('ReLU');"
        "print(before, [m for m in sys.modules if m in ops.TABLE])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[] ['archc.ops.activation']"


@pytest.mark.parametrize("kind", EVERY)
def test_an_op_is_described(kind: type[Op]) -> None:
    assert kind.__doc__, "a docstring of its own"
    assert (getdoc(kind) or "").split("\n")[0].endswith("."), "whose first line is a sentence"
    assert kind.rule, "a shape rule"
    assert kind.family
    assert len(set(kind.ports)) == len(kind.ports)
    assert kind.optional_ports <= len(kind.ports)
    docs = attribute_docs(kind)
    for name in kind.model_fields:
        assert name in docs, f"a docstring on `{name}`"
        assert docs[name].endswith((".", ")")), f"a sentence on `{name}`"


@pytest.mark.parametrize("kind", EVERY)
def test_no_parameter_takes_a_word_of_the_language_or_of_the_op(kind: type[Op]) -> None:
    assert not written(kind) & RESERVED
    assert not set(kind.model_fields) & {name for name in dir(Op) if not name.startswith("_")}


@pytest.mark.parametrize("kind", EVERY)
def test_the_example_of_an_op_works(kind: type[Op]) -> None:
    tree, problems = parse(Source("example.yaml", kind.example))
    assert tree is not None, problems
    read = plain(tree)
    node = {"op": read} if not isinstance(read, dict) else dict(read)
    assert node.pop("op") == kind.__name__
    sources = node.pop("from", None)
    many = isinstance(sources, list | dict) and len(sources)
    assert (many or 1) == len(kind.example_inputs) or not kind.ports
    assert set(node) <= written(kind)
    op = kind.model_validate(node)
    outs = infer(op, "float32") or infer(op, "int64")
    assert outs, "the shape rule accepts the example's inputs"
    assert all(type(size) is int for out in outs for size in out.shape)
    most = max(1, len(kind.output_names))
    assert kind.numbered_outputs or most - kind.optional_outputs <= len(outs) <= most


def infer(op: Op, dtype: str) -> Types | None:
    rules = Rules()
    try:
        kinds = op.example_dtypes or (dtype,) * len(op.example_inputs)
        pairs = zip(op.example_inputs, kinds, strict=True)
        outs = op.infer(tuple(TensorType(*pair) for pair in pairs), rules)
    except Stop:
        outs = ()
    assert all(found.code is codes.WRONG_DTYPE for found in rules.broken), rules.broken
    return None if rules.broken else outs


@pytest.mark.parametrize("kind", EVERY)
def test_an_op_has_a_schema_for_every_parameter(kind: type[Op]) -> None:
    schema = kind.model_json_schema()
    assert set(schema.get("properties", {})) == written(kind)
