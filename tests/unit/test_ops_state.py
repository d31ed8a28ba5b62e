"""Parameters and buffers: where their shape comes from, and what they leave in the `state_dict`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pydantic import ValidationError

from archc.api import load
from archc.diag import codes
from archc.ir import target
from archc.ir.op import Rules, Stop, Tensor
from archc.ir.types import TensorType
from archc.ops.state import Buffer, Parameter


def test_a_parameter_has_the_shape_it_is_given() -> None:
    op = Parameter.model_validate({"shape": [1, 1, 64]})
    assert op.infer((), Rules()) == (TensorType((1, 1, 64)),)
    assert op.tensors(()) == (Tensor("", (1, 1, 64)),)
    assert op.lowered(()) == target.State("parameter", (1, 1, 64))


def test_a_number_fills_the_shape() -> None:
    op = Parameter.model_validate({"shape": [3], "value": 1e-6})
    assert op.lowered(()) == target.State("parameter", (3,), value=1e-6)


def test_lists_have_a_shape_of_their_own() -> None:
    op = Buffer.model_validate({"value": [[1, 2, 3], [4, 5, 6]], "dtype": "int64"})
    assert op.infer((), Rules()) == (TensorType((2, 3), "int64"),)
    (held,) = op.tensors(())
    assert (held.shape, held.kind, held.dtype, held.persistent) == ((2, 3), "buffer", "int64", True)


def test_a_buffer_need_not_be_saved() -> None:
    op = Buffer.model_validate({"shape": [2], "persistent": False})
    assert not op.tensors(())[0].persistent
    assert op.lowered(()) == target.State("buffer", (2,), persistent=False)


def test_a_list_of_another_shape_is_refused() -> None:
    rules = Rules()
    Buffer.model_validate({"shape": [3, 2], "value": [[1, 2, 3], [4, 5, 6]]}).infer((), rules)
    (found,) = rules.broken
    assert (found.code, found.at) == (codes.ELEMENTS, "value")
    assert "[2, 3]" in found.message
    assert "[3, 2]" in found.message


@pytest.mark.parametrize("value", ["true", "2", "2.5", "[1, 2, 3]", "[true, false, true]"])
def test_it_begins_as_numbers_of_its_own_type(value: str, tmp_path: Path) -> None:
    """torch would take the type of what fills it, and learns no whole numbers."""
    spec = tmp_path / "filled.yaml"
    node = f"{{op: Parameter, shape: [3], value: {value}}}"
    spec.write_text(f"input: [N, 3]\nlayers:\n  p: {node}\n  add: {{op: Add, from: [input, p]}}")
    (held,) = load(str(spec)).build().parameters()
    assert str(held.dtype) == "torch.float32"
    wanted = json.loads(value)
    assert held.tolist() == (wanted if isinstance(wanted, list) else [wanted] * 3)


def test_something_must_say_the_shape() -> None:
    rules = Rules()
    with pytest.raises(Stop):
        Parameter.model_validate({"value": 1.0}).infer((), rules)
    assert [(found.code, found.at) for found in rules.broken] == [
        (codes.MISSING_PARAMETER, "shape")
    ]


@pytest.mark.parametrize(
    "value",
    [[1, [2]], [[1], [2, 3]], [], "1", float("nan"), float("inf"), [None], 2**40, [[]]],
)
def test_values_are_numbers_in_even_lists(value: object) -> None:
    with pytest.raises(ValidationError):
        Buffer.model_validate({"shape": [2], "value": value})


def test_lists_cannot_nest_without_end() -> None:
    value: object = 1
    for _ in range(2000):
        value = [value]
    with pytest.raises(ValidationError):
        Buffer.model_validate({"value": value})


@pytest.mark.parametrize("dtype", ["int64", "bool", "float"])
def test_a_parameter_is_floating(dtype: str) -> None:
    with pytest.raises(ValidationError):
        Parameter.model_validate({"shape": [2], "dtype": dtype})
