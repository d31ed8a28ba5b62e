"""A mutant is loaded in a process of its own in place of its module, and tests are run on it."""

from __future__ import annotations

import os
import resource
import sys
import time
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import CodeType, ModuleType
from typing import NamedTuple, TextIO

import hypothesis  # noqa: F401 - loaded once here, for all that are forked
import pydantic  # noqa: F401 - this one too
import pytest

from tests.mutation.operators import Mutant

ROOT = Path(__file__).resolve().parents[2]
MAX_MEMORY = 4 * 2**30


class Stage(NamedTuple):
    """Tests that are run together, and the seconds of processor time that they may take."""

    tests: str
    limit: float


class Run(NamedTuple):
    """How the tests of a mutant ended."""

    end: str
    """`survived`, `killed` by a test, or killed as it `hung`."""
    by: str
    """The test that failed, or the stage that hung."""
    stages: list[float]
    """The seconds of processor time of each stage that ended."""
    seconds: float
    """All of it, with what was loaded before."""


class _Loader(SourceFileLoader):
    """Gives a module the code of its mutant."""

    mutant: Mutant

    def get_code(self, fullname: str) -> CodeType:
        return compile(self.mutant.tree(), self.path, "exec", dont_inherit=True)


class Finder(MetaPathFinder):
    """Finds one module only, the mutated one."""

    def __init__(self, file: Path, mutant: Mutant) -> None:
        parts = file.relative_to(ROOT).with_suffix("").parts
        self.name, self.file, self.mutant = ".".join(parts).removesuffix(".__init__"), file, mutant

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != self.name:
            return None
        loader = _Loader(fullname, str(self.file))
        loader.mutant = self.mutant
        return spec_from_file_location(fullname, self.file, loader=loader)


class _Watch:
    """Tells which test failed."""

    def __init__(self, told: TextIO) -> None:
        self.told = told

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            print("by", report.nodeid, file=self.told)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            print("by", report.nodeid, file=self.told)


def run(stages: Sequence[Stage], finder: Finder | None = None) -> Run:
    """Run one stage after another, until a test fails."""
    sys.stdout.flush()
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        with os.fdopen(writer, "w", buffering=1) as told:
            os._exit(_tested(stages, finder, told))
    os.close(writer)
    with os.fdopen(reader) as told:
        lines = [line.split(" ", 1) for line in told.read().splitlines()]
    _, status, used = os.wait4(child, 0)
    end = "hung" if os.WIFSIGNALED(status) else "killed" if os.WEXITSTATUS(status) else "survived"
    took = [float(word) for key, word in lines if key == "seconds"]
    failed = [word for key, word in lines if key == "by"]
    hung = [stage.tests for stage in stages[len(took) :]]
    return Run(end, (failed or hung or [""])[0], took, used.ru_utime + used.ru_stime)


def _tested(stages: Sequence[Stage], finder: Finder | None, told: TextIO) -> int:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    if finder:
        sys.meta_path.insert(0, finder)
    os.environ["HYPOTHESIS_PROFILE"] = "mutation"
    options = ["-x", "-q", "-n0", "-p", "no:cacheprovider", "--tb=no", "--assert=plain"]
    settings = ["-o", "addopts=--doctest-modules --import-mode=importlib -m 'not long'"]
    for stage in stages:
        start = time.process_time()
        resource.setrlimit(resource.RLIMIT_CPU, (round(start + stage.limit + 1), -1))
        code = pytest.main([*options, *settings, *stage.tests.split()], plugins=[_Watch(told)])
        print("seconds", time.process_time() - start, file=told)
        if code:
            return int(code)
    return 0
