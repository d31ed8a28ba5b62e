"""Large laws cut into tests of a few seconds, which the workers share.

Cases are numbered from 0, and a case is drawn from its number alone, so that one that fails is
found again by its number. CI takes the first ones, `pytest -m long` as many as the bar says.
"""

from __future__ import annotations

from typing import Any

import pytest


def shards(*, ci: int, long: int, size: int) -> list[Any]:
    """Ranges of `size` cases: those of CI, and those of the long run."""
    few = [pytest.param(range(at, at + size), id=str(at)) for at in range(0, ci, size)]
    many = [
        pytest.param(range(at, at + size * 5), id=f"long-{at}", marks=pytest.mark.long)
        for at in range(0, long, size * 5)
    ]
    return [*few, *many]
