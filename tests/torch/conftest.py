"""One thread: the workers share the cores, and sums in one order give the same bits each time."""

from __future__ import annotations

import sys

import pytest
import torch


@pytest.fixture(autouse=True, scope="session")
def one_thread() -> None:
    torch.set_num_threads(1)


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """How many cases of each op a long run in one process has held against torch."""
    tried = getattr(sys.modules.get("agree"), "tried", None)
    if tried and config.option.markexpr == "long":
        told = ", ".join(f"{name} {count:,}" for name, count in sorted(tried.items()))
        terminalreporter.write_line(f"cases: {told}")
