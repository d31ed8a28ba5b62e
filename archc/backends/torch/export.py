"""The network for other runtimes: torch's exported program, and ONNX made from it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import torch
from msgspec.structs import replace

from archc.backends.files import replacing
from archc.backends.torch.verify import evaluating, example_inputs
from archc.ir.dim import BATCH, symbols
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

    traced = replace(network, dims={**network.dims, BATCH: 2})
    open_axes = tuple(
        {axis: Dim.AUTO for axis, size in enumerate(type_.shape) if isinstance(size, Size)}
        for _, type_ in network.body.inputs
    )
    with evaluating(model), _without_solver_traces():
        inputs = example_inputs(traced, model)
        program = torch.export.export(model, inputs, dynamic_shapes=open_axes)
    _forget_paths(program)
    return program


@contextmanager
def _without_solver_traces() -> Iterator[None]:
    """Keep quiet about inequalities that torch tries to simplify and then leaves as they are.

    A U-Net's sizes make a thousand lines of it, and the export is the same.
    """
    logger = logging.getLogger("torch.fx.experimental.symbolic_shapes")
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(before)


def _forget_paths(program: ExportedProgram) -> None:
    """Drop the stack traces of this machine, which would be written into every artefact."""
    for module in program.graph_module.modules():
        for node in getattr(module, "graph", torch.fx.Graph()).nodes:
            node.meta.pop("stack_trace", None)


def write_pt2(network: Network, model: nn.Module, path: Path) -> None:
    """The exported program as `torch.export.load` reads it."""
    with replacing(path) as beside, beside.open("wb") as opened:
        # By a file's name torch would also call the archive inside.
        torch.export.save(exported(network, model), opened)


def write_onnx(network: Network, model: nn.Module, path: Path) -> None:
    """The network as ONNX; inputs, outputs and open sizes have the names of the spec.

    Raises ModuleNotFoundError without `onnx` and `onnxscript`.
    """
    body = network.body
    made = torch.onnx.export(
        exported(network, model),
        input_names=[name or "input" for name, _ in body.inputs],
        output_names=[out.name or "output" for out in body.outputs if not out.training],
        dynamic_shapes=_named_axes(network),
        dynamo=True,
        verbose=False,
    )
    if made is None:
        raise RuntimeError("torch made no ONNX program")
    with replacing(path) as beside:
        made.save(beside)


def _named_axes(network: Network) -> tuple[dict[int, str], ...]:
    """The axes of each input that are open under a symbol's name, each name where it stands first.

    A symbol that stands twice is one size to torch too, which carries the name on.
    """
    seen: set[str] = set()
    found: list[dict[int, str]] = []
    for _, type_ in network.body.inputs:
        named: dict[int, str] = {}
        for axis, size in enumerate(type_.shape):
            if isinstance(size, Size) and str(size) in symbols(size) - seen:
                named[axis] = str(size)
                seen.add(str(size))
        found.append(named)
    return tuple(found)


def run_compiled(network: Network, model: nn.Module) -> None:
    """Compile the model in place and run it once, so that what fails fails here."""
    model.compile()
    with evaluating(model), torch.no_grad():
        model(*example_inputs(network, model))
