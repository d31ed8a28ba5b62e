"""Hypothesis profiles, and `--update` for golden text."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, Phase, settings

collect_ignore = ["fuzz/fuzz.py"]
"""A script for a fuzzer that few have installed."""

settings.register_profile(
    "ci", max_examples=300, derandomize=True, deadline=None, database=None, print_blob=True
)
settings.register_profile(
    "long",
    max_examples=20_000,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "mutation",
    max_examples=40,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],  # that it fails is enough
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="rewrite the golden text of the tests")


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """Rewriting is done by one process, since a file may hold the text of several tests."""
    if config.getoption("--update"):
        config.option.numprocesses = 0


def pytest_configure(config: pytest.Config) -> None:
    """`HYPOTHESIS_PROFILE` says how hard properties are tried, or that long tests are wanted."""
    asked_for_long = config.option.markexpr == "long"
    settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "long" if asked_for_long else "ci"))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A long run tries what each op accepts and gives again, as often as its profile says."""
    if config.option.markexpr == "long":
        for item in items:
            if item.path.name.startswith("test_ops_agree_"):
                item.add_marker(pytest.mark.long)


@pytest.fixture
def update(request: pytest.FixtureRequest) -> bool:
    """Whether golden text is to be rewritten."""
    return bool(request.config.getoption("--update"))
