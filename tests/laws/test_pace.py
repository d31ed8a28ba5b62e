"""The measure of time itself: what is slow is slow on any machine."""

from __future__ import annotations

import pytest
from pace import COUNTED, quickest, soon, timed


def work() -> int:
    return len([str(number) for number in range(1_000_000)])


def test_what_is_slow_is_told() -> None:
    """Ten times the count, within a sixth of the time that it takes at the usual pace."""
    with pytest.raises(AssertionError):
        soon(work, 10 / 6 * COUNTED)


def test_what_is_quick_is_given() -> None:
    assert soon(work, 60 * COUNTED) == 1_000_000


def test_what_was_slow_once_is_tried_again() -> None:
    tries = iter([300.0, 0.5])
    assert quickest(9.0, lambda: next(tries), 1) < 1
    assert next(tries, None) is None


def test_what_is_quick_at_once_is_not() -> None:
    def never() -> float:
        raise AssertionError

    assert quickest(0.5, never, 1) == 0.5
    assert timed(lambda: "done")[0] == "done"
