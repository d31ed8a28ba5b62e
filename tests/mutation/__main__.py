"""Mutation testing on demand: `python -m tests.mutation sizes --sample 50 --seed 0`.

Each mutant of a target is loaded in a process of its own in place of the module, and the target's
tests are run until one fails, which kills it; so does a run that does not end. README.md in this
folder says what was found.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import time
from collections import Counter
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from random import Random
from types import CodeType, ModuleType
from typing import NamedTuple

import hypothesis  # noqa: F401 - loaded once here, for all that are forked
import pydantic  # noqa: F401
import pytest

from tests.mutation.operators import Mutant, mutants

ROOT = Path(__file__).resolve().parents[2]
CASES = "tests/test_cases.py"
FIXES = "tests/unit/test_fixes.py"
MAX_MEMORY = 4 * 2**30


class Target(NamedTuple):
    """Modules, and the tests that hold them, the fastest first."""

    files: tuple[str, ...]
    tests: tuple[str, ...]


TARGETS = {
    "sizes": Target(
        ("archc/ir/polynomial.py", "archc/ir/bounds.py", "archc/ir/dim*.py"),
        (
            "tests/unit/test_dim.py",
            "tests/laws/test_dim_laws.py",
            "tests/laws/test_dim_numbers.py::test_sizes_are_what_integers_say[0]",
        ),
    ),
    "expressions": Target(
        ("archc/spec/expr/*.py",),
        ("tests/unit/test_expr.py", CASES, FIXES, "tests/laws/test_expr_laws.py"),
    ),
    "inference": Target(("archc/lower/infer.py", "archc/lower/mismatch.py"), (CASES, FIXES)),
    "inheritance": Target(("archc/spec/extend.py",), (CASES, FIXES)),
}


class _Loader(SourceFileLoader):
    """Gives a module the code of its mutant."""

    mutant: Mutant

    def get_code(self, fullname: str) -> CodeType:
        return compile(self.mutant.tree(), self.path, "exec", dont_inherit=True)


class _Finder(MetaPathFinder):
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


def run(tests: tuple[str, ...], seconds: int, finder: _Finder | None = None) -> tuple[str, float]:
    """`survived`, `killed` by a test, or killed as it `hung`; and the seconds of processor time."""
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
        os._exit(_tested(tests, finder))
    _, status, used = os.wait4(child, 0)
    end = "hung" if os.WIFSIGNALED(status) else "killed" if os.WEXITSTATUS(status) else "survived"
    return end, used.ru_utime + used.ru_stime


def _tested(tests: tuple[str, ...], finder: _Finder | None) -> int:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    if finder:
        sys.meta_path.insert(0, finder)
    os.environ["HYPOTHESIS_PROFILE"] = "mutation"
    options = ["-x", "-q", "-n0", "-p", "no:cacheprovider", "--tb=no", "--assert=plain"]
    settings = ["-o", "addopts=--import-mode=importlib -m 'not long'"]
    return int(pytest.main([*options, *settings, *tests]))


def drawn(target: Target, given: argparse.Namespace) -> list[tuple[Path, Mutant]]:
    """Mutants of all files of a target, drawn by a seed; or all that are told with some words."""
    files = sorted(file for pattern in target.files for file in ROOT.glob(pattern))
    found = [(file, one) for file in files for one in mutants(file.read_text("utf-8"))]
    print(f"{len(found)} mutants of {len(files)} files", flush=True)
    if given.only:
        return [(file, one) for file, one in found if given.only in f"{file}:{one}"]
    size = min(given.sample or len(found), len(found))
    return [found[at] for at in sorted(Random(given.seed).sample(range(len(found)), size))]


def measure(name: str, given: argparse.Namespace) -> None:
    """Run a target's mutants and tell which survive."""
    target, start = TARGETS[name], time.monotonic()
    print(f"{name}: ", end="")
    chosen = drawn(target, given)
    end, seconds = run(target.tests, 600)
    if end != "survived":
        sys.exit(f"{name}: the tests fail without a mutant")
    ends: Counter[str] = Counter()
    for done, (file, mutant) in enumerate(chosen, 1):
        end, _ = run(target.tests, 10 + round(3 * seconds), _Finder(file, mutant))
        ends[end] += 1
        if end == "survived":
            print(f"  {done}: {file.relative_to(ROOT)}:{mutant}", flush=True)
    share = 1 - ends["survived"] / max(len(chosen), 1)
    told = ", ".join(f"{count} {end}" for end, count in sorted(ends.items()))
    print(f"{name}: {share:.1%} of {len(chosen)} ({told}), {time.monotonic() - start:.0f} s")


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("targets", nargs="*", default=[*TARGETS], metavar="|".join(TARGETS))
    parser.add_argument("--sample", type=int, default=50, help="mutants of each target; 0 for all")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="", metavar="TEXT", help="as in `infer.py:39`")
    given = parser.parse_args()
    for name in given.targets:
        measure(name, given)


if __name__ == "__main__":
    main()
