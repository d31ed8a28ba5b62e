"""Limits of time, held against what plain Python does at the same moment.

A machine may be slow, or be slowed for a while by what runs beside. So time is that of the process
alone, and what is over its limit is tried again between two measures of the pace: slow code is slow
each time.
"""

from __future__ import annotations

from collections.abc import Callable
from time import process_time
from typing import TypeVar

T = TypeVar("T")

TRIES = 5
COUNTED = 0.0053
"""The seconds that counting takes on the machine that all limits are meant for."""


def soon(work: Callable[[], T], limit: float) -> T:
    """What a piece of work gives; asserts that it takes less than so many seconds."""
    result, seconds = timed(work)
    assert quickest(seconds, lambda: timed(work)[1], limit) < limit
    return result


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """What a piece of work gives, and the seconds of this process that it took."""
    start = process_time()
    return work(), process_time() - start


def quickest(seconds: float, again: Callable[[], float], limit: float) -> float:
    """What a piece of work took, or what it took `again` if that was too long.

    Each further try is told in seconds of the machine that the limit is meant for; the first one
    below it is the last.
    """
    for _ in range(TRIES):
        if seconds < limit:
            break
        before = slowness()
        seconds = min(seconds, again() / max(before, slowness()))
    return seconds


def slowness() -> float:
    """How much slower plain Python is here and now; 1 if it is not."""
    return max(1.0, min(timed(_counted)[1] for _ in range(3)) / COUNTED)


def _counted() -> int:
    return len([str(number) for number in range(100_000)])
