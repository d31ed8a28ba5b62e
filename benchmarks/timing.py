"""How two things are timed side by side, and what a comparison says.

The two sides alternate, each time is one thread's processor time, and what is compared is the mean
of the fastest quarter.
"""

from __future__ import annotations

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
    """Processor time of a Python process from start to end, with the processes that it starts."""

    def timed() -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, *arguments], cwd=ROOT, check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    return timed
