"""Speed, as ratios measured side by side in one run: `python benchmarks/run.py`.

Absolute times say more about the machine than about archc, so each figure is set against something
that everybody knows. The two sides alternate, each time is one thread's processor time, and what is
compared is the mean of the fastest quarter.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

os.environ |= {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # installed packages come with theirs compiled

ROOT = Path(__file__).parents[1]
SPEC = ROOT / "specs" / "resnet50.yaml"

Timed = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Result:
    """One comparison. Times are in seconds; `ceiling` is an absolute limit for ours, if any."""

    name: str
    ours: float
    theirs: float
    limit: float
    ceiling: float = float("inf")

    @property
    def ratio(self) -> float:
        return self.ours / self.theirs

    @property
    def holds(self) -> bool:
        return self.ratio <= self.limit and self.ours <= self.ceiling

    def row(self) -> str:
        verdict = "ok" if self.holds else "TOO SLOW"
        times = f"{self.ours * 1e3:9.2f} ms {self.theirs * 1e3:9.2f} ms"
        return f"{self.name:44} {times} {self.ratio:8.3f} {self.limit:8.3f}  {verdict}"


def fastest_quarter(times: list[float]) -> float:
    """The mean of the fastest quarter: what the work costs when nothing else disturbs it."""
    best = sorted(times)[: max(1, len(times) // 4)]
    return sum(best) / len(best)


def compare(ours: Timed, theirs: Timed, rounds: int) -> tuple[float, float]:
    """Both sides' times, after one round that does not count, in alternating order."""
    ours(), theirs()
    a: list[float] = []
    b: list[float] = []
    for k in range(rounds):
        sides = [(ours, a), (theirs, b)]
        for run, times in sides if k % 2 else reversed(sides):
            times.append(run())
    return fastest_quarter(a), fastest_quarter(b)


def here(work: Callable[[], object]) -> Timed:
    """Processor time of work in this process."""

    def timed() -> float:
        start = time.process_time()
        work()
        return time.process_time() - start

    return timed


def process(*arguments: str) -> Timed:
    """Processor time of a Python process from start to end."""

    def timed() -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, *arguments], cwd=ROOT, check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    return timed


def cold_check(rounds: int) -> Result:
    """A first `archc check` against what importing torch alone takes."""
    ours = process("-m", "archc", "check", str(SPEC))
    times = compare(ours, process("-c", "import torch"), max(4, rounds // 4))
    return Result("archc check, cold : import torch", *times, limit=1 / 6)


def costs(rounds: int) -> Result:
    """From YAML to parameters and FLOPs, against building and running on the meta device."""
    import torch
    from torchvision import models

    from archc.analysis.costs import measure
    from archc.lower import load

    def to_costs() -> None:
        network = load(SPEC).network
        assert network is not None
        assert measure(network).flops == 8_178_368_512

    def on_meta() -> None:
        with torch.device("meta"):
            models.resnet50()(torch.empty(1, 3, 224, 224))

    times = compare(here(to_costs), here(on_meta), rounds)
    return Result("YAML to costs : torchvision on meta", *times, limit=0.1, ceiling=0.010)


def constructor(rounds: int) -> Result:
    """Building the module, initial weights included."""
    from torchvision import models

    import archc

    arch = archc.load(SPEC)
    times = compare(here(arch.build), here(models.resnet50), rounds)
    return Result("arch.build() : torchvision's constructor", *times, limit=1.1)


def eager(rounds: int, *, training: bool) -> Result:
    """A forward pass, or a whole training step, on images small enough for overhead to show."""
    import torch
    from torchvision import models

    import archc

    x = torch.randn(2, 3, 64, 64)

    def step(model: torch.nn.Module) -> Callable[[], object]:
        model.train(training)
        if not training:
            return torch.no_grad()(lambda: model(x))
        optimiser = torch.optim.SGD(model.parameters(), lr=1e-9)

        def work() -> None:
            optimiser.zero_grad()
            model(x).sum().backward()
            optimiser.step()

        return work

    ours, theirs = here(step(archc.build(SPEC))), here(step(models.resnet50()))
    name = "training step" if training else "forward"
    return Result(f"{name} : torchvision's", *compare(ours, theirs, rounds), limit=1.02)


def main() -> int:
    """Print the table; 1 if a limit is exceeded."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=40, help="repetitions of each side")
    rounds = parser.parse_args().rounds

    import torch

    torch.set_num_threads(1)
    print(f"{'':44} {'archc':>12} {'other':>12} {'ratio':>8} {'limit':>8}")
    results = [cold_check(rounds), costs(rounds), constructor(rounds)]
    results += [eager(rounds, training=False), eager(rounds, training=True)]
    for result in results:
        print(result.row())
    return 0 if all(result.holds for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
