"""Parameters have torch's own defaults, or say that they do not."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

import pytest
import torch

from archc.catalogue import entries
from archc.reference import other_default

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from archc.catalogue import Parameter


def _signatures(name: str) -> Iterator[Callable[..., object]]:
    """What torch has under the name of an op and says its parameters of, where it is Python."""
    module = getattr(torch.nn, name, None)
    if module is not None and issubclass(module, torch.nn.Module):
        yield from (module.__init__, module.forward)
    yield from (f for f in (getattr(torch, name.lower(), None),) if inspect.isfunction(f))


def _theirs(name: str) -> dict[str, object]:
    """Torch's defaults, a function by its name. None is left out: it means that the op decides."""
    return {
        p.name: getattr(p.default, "__name__", p.default)
        for f in _signatures(name)
        for p in inspect.signature(f).parameters.values()
        if p.default is not None and p.default is not inspect.Parameter.empty
    }


COMMON = [
    pytest.param(parameter, theirs[parameter.name], id=f"{entry.name}.{parameter.name}")
    for entry in entries()
    for theirs in (_theirs(entry.name),)
    for parameter in entry.parameters
    if parameter.name in theirs and not parameter.required
]


@pytest.mark.parametrize(("parameter", "theirs"), COMMON)
def test_a_default_is_torchs_or_the_difference_is_said(
    parameter: Parameter, theirs: object
) -> None:
    said = other_default(parameter)
    assert (said or str(parameter.default)).lower() == str(theirs).lower()


def test_most_ops_are_compared() -> None:
    assert len(COMMON) > 150
