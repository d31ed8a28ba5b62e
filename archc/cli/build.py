"""`archc build`."""

from __future__ import annotations

import gc
import sys
import time
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from archc.cli import artefacts, loading, options
from archc.cli.console import doing, say, show
from archc.diag import codes
from archc.diag.diagnostic import Diagnostic, Label, OpError, SpecError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from torch import nn

    from archc.api import Architecture
    from archc.backends.torch import Mismatch, Verified

EPILOG = """\
artefacts: python (source that needs torch alone), state_dict (safetensors), onnx, pt2,
spec (one file with everything expanded)

examples:
  archc build resnet50
  archc build resnet50 --set num_classes=10 -o out --emit python,state_dict
  archc build resnet50 --weights resnet50.safetensors --emit onnx
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """SPEC, what to write and where, and how the module is made."""
    loading.add_spec(parser)
    parser.add_argument("-o", "--output", metavar="DIR", help="default: build/NAME/")
    parser.add_argument(
        "--emit", metavar="KIND,...", default="python", help=f"{', '.join(artefacts.ENDINGS)}"
    )
    parser.add_argument("--weights", metavar="FILE", help="load a state_dict, safetensors")
    parser.add_argument(
        "--allow-pickle", action="store_true", help="let FILE be a pickle of tensors"
    )
    parser.add_argument("--compile", action="store_true", help="try torch.compile as well")
    parser.add_argument("--device", metavar="D", default="cpu", help="where to build and run it")
    parser.add_argument(
        "--seed", type=int, metavar="S", default=0, help="of the initial weights (default: 0)"
    )
    options.add_settings(parser)


def run(arguments: argparse.Namespace) -> int:
    """Check, compile, run, verify, write, report."""
    started = time.perf_counter()
    kinds = artefacts.kinds(arguments.emit, arguments.device)
    arch = loading.architecture(arguments)
    model, verified = _made(arch, arguments)
    if verified.mismatches:
        show(map(_disagreement, verified.mismatches), arch.sources)
        return 1
    files = [_written(kind, arch, model, arguments) for kind in kinds]
    if not arguments.quiet:
        say("\n".join(_report(arch, verified, files, time.perf_counter() - started)))
    return 0


def _made(arch: Architecture, arguments: argparse.Namespace) -> tuple[nn.Module, Verified]:
    """The module, and what one forward pass says of the inferred shapes."""
    gc.enable()
    # torch says so on import when NumPy is absent; nothing here needs it.
    warnings.filterwarnings("ignore", message="Failed to initialize NumPy")
    with doing("importing torch", quiet=arguments.quiet):
        from archc.backends import torch as back_end
    network, quiet = arch.network, arguments.quiet
    try:
        with doing(f"building {arch.name}", quiet=quiet):
            model = back_end.build(network, device=arguments.device, seed=arguments.seed)
        if arguments.weights:
            back_end.load_weights(
                model, network, arguments.weights, allow_pickle=arguments.allow_pickle
            )
        with doing("running and verifying", quiet=quiet):
            verified = back_end.verify(network, model)
        if arguments.compile:
            with doing("compiling", quiet=quiet):
                back_end.run_compiled(network, model)
    except OpError:
        raise
    except SpecError as problem:
        show(problem.diagnostics, arch.sources)
        sys.exit(1)
    except RuntimeError as problem:
        show([_refusal(arch, problem, f"`{arch.name}`")], arch.sources)
        sys.exit(1)
    return model, verified


def _refusal(arch: Architecture, problem: RuntimeError, what: str) -> Diagnostic:
    text = str(problem).strip() or type(problem).__name__
    primary = Label(arch.network.body.span)
    return Diagnostic(codes.TORCH_FAILED, f"torch refuses {what}: {text}", primary)


def _disagreement(found: Mismatch) -> Diagnostic:
    return Diagnostic(
        codes.TORCH_DISAGREES,
        str(found),
        Label(found.span),
        notes=("one of the two is wrong, and it is not your spec: please report it",),
        path=found.path,
    )


def _written(
    kind: str, arch: Architecture, model: nn.Module, arguments: argparse.Namespace
) -> Path:
    """Write one artefact; its path."""
    file = artefacts.place(kind, arch, arguments.output)
    try:
        with doing(f"writing {file}", quiet=arguments.quiet):
            artefacts.write(kind, arch, model, file)
    except RuntimeError as problem:
        show([_refusal(arch, problem, f"to write `{arch.name}` as {kind}")], arch.sources)
        sys.exit(1)
    return file


def _report(
    arch: Architecture, verified: Verified, files: list[Path], seconds: float
) -> Iterator[str]:
    from importlib.metadata import version

    from archc.analysis import table
    from archc.analysis.figures import short
    from archc.analysis.memory import peak_activation_bytes

    summary = arch.summary()
    state = short(summary.costs.parameter_bytes, "B")
    peak = short(peak_activation_bytes(arch.network), "B")
    yield f"{arch.name}: built"
    yield from table.totals(summary)
    yield f"memory       {state} for parameters, at most {peak} for values alive at once"
    yield (
        f"verified     all {verified.count} inferred shapes verified against"
        f" torch {version('torch').partition('+')[0]}"
    )
    yield from (f"written      {file}" for file in files)
    yield f"time         {seconds:.1f} s"
