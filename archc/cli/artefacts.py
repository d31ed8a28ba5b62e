"""What `archc build` leaves on disk: the kinds of artefact, and how each is written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from archc.cli import loading
from archc.cli.usage import UsageError
from archc.diag.diagnostic import did_you_mean

if TYPE_CHECKING:
    from torch import nn

    from archc.api import Architecture

ENDINGS = {
    "python": ".py",
    "state_dict": ".safetensors",
    "onnx": ".onnx",
    "pt2": ".pt2",
    "spec": ".yaml",
}


def kinds(emit: str, device: str) -> list[str]:
    """The kinds that `--emit` lists, each once. Raises `UsageError` for one there is not."""
    found = list(dict.fromkeys(kind.strip() for kind in emit.split(",")))
    for kind in found:
        if kind not in ENDINGS:
            near = did_you_mean(kind, ENDINGS) or f"the artefacts are {', '.join(ENDINGS)}"
            raise UsageError(f"--emit knows no `{kind}`", near)
    if "state_dict" in found and device == "meta":
        raise UsageError("a module on the meta device has no weights to write")
    return found


def place(kind: str, arch: Architecture, folder: str | None) -> Path:
    """Where an artefact goes: `folder`, or `build/NAME`."""
    name = loading.file_name(arch.name)
    return Path(folder or Path("build") / name) / f"{name}{ENDINGS[kind]}"


def write(kind: str, arch: Architecture, model: nn.Module, file: Path) -> None:
    """Write one artefact whole. Raises `UsageError` where that needs something, else RuntimeError.

    A RuntimeError is torch's: it cannot say this network in that form.
    """
    try:
        _write(kind, arch, model, file)
    except ModuleNotFoundError as missing:
        raise UsageError(
            f"--emit {kind} needs the package `{missing.name}`",
            f"pip install archc-nn[{kind}]" if kind == "onnx" else f"pip install {missing.name}",
        ) from None
    except OSError as problem:
        raise UsageError(f"cannot write {file}: {problem.strerror}") from None


def _write(kind: str, arch: Architecture, model: nn.Module, file: Path) -> None:
    from archc.backends import torch as back_end
    from archc.backends.files import write_atomic
    from archc.backends.spec import emit as emit_spec

    match kind:
        case "python":
            write_atomic(file, arch.emit())
        case "spec":
            write_atomic(file, emit_spec(arch.network))
        case "state_dict":
            back_end.write_state_dict(model, file)
        case "onnx":
            back_end.write_onnx(arch.network, model, file)
        case _:
            back_end.write_pt2(arch.network, model, file)
