"""The network for other runtimes: torch's exported program, and ONNX made from it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import torch

from archc.backends.files import replacing
from archc.backends.torch.verify import evaluating, example_inputs
from archc.ir.dim import Dim as Size

if TYPE_CHECKING:
    from pathlib import Path

    from torch import nn
    from torch.export import ExportedProgram

    from archc.ir.graph import Network


def exported(network: Network, model: nn.Module) -> ExportedProgram:
    """The graph of one forward pass in evaluation mode, the spec's symbols left open.

    A batch of 2 is traced, since torch takes a size of 1 for one that never changes.
    """
    from torch.export import Dim  # takes longer to import than a network to build

    traced = replace(network, dims={**network.dims, "N": 2})
    open_axes = tuple(
        {axis: Dim.AUTO for axis, size in enumerate(type_.shape) if isinstance(size, Size)}
        for _, type_ in network.body.inputs
    )
    with evaluating(model):
        inputs = example_inputs(traced, model)
        return torch.export.export(model, inputs, dynamic_shapes=open_axes)


def write_pt2(network: Network, model: nn.Module, path: Path) -> None:
    """The exported program as `torch.export.load` reads it."""
    with replacing(path) as beside:
        torch.export.save(exported(network, model), beside)


def write_onnx(network: Network, model: nn.Module, path: Path) -> None:
    """The network as ONNX. Raises ModuleNotFoundError without `onnx` and `onnxscript`."""
    made = torch.onnx.export(exported(network, model), dynamo=True, verbose=False)
    if made is None:
        raise RuntimeError("torch made no ONNX program")
    with replacing(path) as beside:
        made.save(beside)


def run_compiled(network: Network, model: nn.Module) -> None:
    """Compile the model in place and run it once, so that what fails fails here."""
    model.compile()
    with evaluating(model), torch.no_grad():
        model(*example_inputs(network, model))
