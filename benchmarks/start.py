"""First runs: whole processes, set against a process that imports torch and does nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from timing import ROOT, SPEC, Result, compare, process

IMPORT_TORCH = process("-c", "import torch")


def results(rounds: int) -> Iterator[Result]:
    """The package, `archc check` of one spec and of the zoo, `archc viz` of a large network."""
    rounds = max(4, rounds // 4)
    yield imported(rounds)
    yield check("archc check resnet50", SPEC, rounds, limit=1 / 6)
    yield check("archc check specs/", ROOT / "specs", rounds, limit=1.18)
    yield figure(rounds, level=1, limit=1 / 2)
    yield figure(rounds, level=3, limit=1)


def imported(rounds: int) -> Result:
    """`import archc`, the interpreter's own start included."""
    times = compare(process("-c", "import archc"), IMPORT_TORCH, rounds)
    return Result("import archc : import torch", *times, limit=1 / 20, ceiling=0.1)


def check(
    name: str, spec: Path, rounds: int, *, limit: float, ceiling: float = float("inf")
) -> Result:
    """`archc check` of a spec, or of all in a folder."""
    times = compare(process("-m", "archc", "check", str(spec)), IMPORT_TORCH, rounds)
    return Result(f"{name} : import torch", *times, limit=limit, ceiling=ceiling)


def figure(rounds: int, *, level: int, limit: float) -> Result:
    """`archc viz densenet201`, the layout engine's process included."""
    with TemporaryDirectory() as folder:
        output = ("-o", f"{folder}/figure.svg", "--level", str(level))
        times = compare(process("-m", "archc", "viz", "densenet201", *output), IMPORT_TORCH, rounds)
    return Result(f"archc viz densenet201, level {level} : import torch", *times, limit=limit)
