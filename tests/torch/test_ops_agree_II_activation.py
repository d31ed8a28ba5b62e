"""Activations, softmaxes and dropouts say what torch does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from agree import Shape, agree, many
from hypothesis import assume, given
from hypothesis import strategies as st
from torch import Tensor, nn

from archc.ops import find
from archc.ops.dtypes import EVERY

pytestmark = pytest.mark.filterwarnings("ignore")

SLOPE = st.floats(-2, 2, width=16) | st.integers(-2, 2)
PARAMETERS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "ReLU": {},
    "ReLU6": {},
    "LeakyReLU": {"negative_slope": SLOPE},
    "PReLU": {"num_parameters": st.integers(0, 4)},
    "RReLU": {"lower": SLOPE, "upper": SLOPE},
    "ELU": {"alpha": SLOPE},
    "SELU": {},
    "CELU": {"alpha": SLOPE},
    "GELU": {"approximate": st.sampled_from(["none", "tanh", "erf"])},
    "SiLU": {},
    "Mish": {},
    "GLU": {"dim": st.integers(-5, 5)},
    "Sigmoid": {},
    "LogSigmoid": {},
    "Tanh": {},
    "Tanhshrink": {},
    "Softsign": {},
    "Softplus": {"beta": SLOPE, "threshold": SLOPE},
    "Hardswish": {},
    "Hardsigmoid": {},
    "Hardtanh": {"min_val": SLOPE, "max_val": SLOPE},
    "Hardshrink": {"lambd": SLOPE},
    "Softshrink": {"lambd": SLOPE},
    "Threshold": {"threshold": SLOPE, "value": SLOPE},
    "Softmax": {"dim": st.integers(-5, 5)},
    "Softmin": {"dim": st.integers(-5, 5)},
    "LogSoftmax": {"dim": st.integers(-5, 5)},
    "Softmax2d": {},
}
DROPOUTS = (
    *("Dropout", "Dropout1d", "Dropout2d", "Dropout3d"),
    *("AlphaDropout", "FeatureAlphaDropout"),
)
REQUIRED = {"Threshold", "Softmax", "Softmin", "LogSoftmax"}
DTYPES = st.sampled_from(["float32"] * 8 + sorted(EVERY))


def shapes(high: int = 6) -> st.SearchStrategy[Shape]:
    """Any rank up to five, the low ones less often."""
    return st.integers(0, 5).flatmap(
        lambda rank: st.tuples(*[st.integers(1, high if rank < 4 else 3)] * rank)
    )


def arguments(name: str) -> st.SearchStrategy[dict[str, Any]]:
    """Some of an op's parameters."""
    fields = dict(PARAMETERS[name])
    if "inplace" in find_fields(name):
        fields["inplace"] = st.booleans()
    if name in REQUIRED:
        return st.fixed_dictionaries(fields)
    return st.fixed_dictionaries({}, optional=fields)


def find_fields(name: str) -> set[str]:
    kind = find(name)
    assert kind is not None
    return set(kind.model_fields)


def test_every_parameter_is_drawn() -> None:
    for name, drawn in PARAMETERS.items():
        fields = {field.removesuffix("_") for field in find_fields(name)}
        assert fields - {"inplace"} == set(drawn), name


@pytest.mark.parametrize("name", sorted(PARAMETERS))
@many
@given(data=st.data())
def test_activation(name: str, data: st.DataObject) -> None:
    """Every rank, every element type, parameters good and bad."""
    kind = find(name)
    assert kind is not None
    shape, dtype = data.draw(shapes()), data.draw(DTYPES)
    values = data.draw(arguments(name))
    # torch takes some negative numbers for uint8 and refuses others, depending on the size
    assume(dtype != "uint8" or name != "Threshold" or min(values.values()) >= 0)
    free = {(0, axis) for axis in range(len(shape))}
    made = getattr(nn, name)
    agree(kind, values, [shape], lambda: fresh(made(**values)), dtypes=[dtype], free=free)


def fresh(module: nn.Module) -> nn.Module:
    """The module on a copy of its input, which `inplace` would change."""
    module.register_forward_pre_hook(lambda _, args: tuple(a.clone() for a in args))
    return module


@pytest.mark.parametrize("name", DROPOUTS)
@many
@given(data=st.data())
def test_dropout(name: str, data: st.DataObject) -> None:
    """It must run in training as well as outside."""
    kind = find(name)
    assert kind is not None
    shape, dtype = data.draw(shapes()), data.draw(DTYPES)
    p = st.sampled_from([0, 1, 0.0, 1.0, 0.5, 0.25, -0.5, 1.5])
    values = data.draw(st.fixed_dictionaries({}, optional={"p": p, "inplace": st.booleans()}))
    free = {(0, axis) for axis in range(len(shape))}

    def make() -> Callable[[Tensor], Tensor]:
        module = getattr(nn, name)(**values)

        def both(x: Tensor) -> Tensor:
            trained = module.train()(x.clone())
            result = module.eval()(x.clone())
            assert trained.shape == result.shape
            assert isinstance(result, Tensor)
            return result

        return both

    agree(kind, values, [shape], make, dtypes=[dtype], free=free)
