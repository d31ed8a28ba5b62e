"""Mutation testing on demand: `python -m tests.mutation sizes --sample 50 --seed 0`.

Each mutant of a target is loaded in a process of its own in place of the module, and the target's
tests are run until one fails, which kills it; so does a run that does not end. README.md in this
folder says what was found.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path
from random import Random

from tests.mutation.operators import Mutant, mutants
from tests.mutation.running import ROOT, Finder, Stage, run
from tests.mutation.targets import TARGETS, Target


def drawn(target: Target, given: argparse.Namespace) -> list[tuple[Path, Mutant]]:
    """Mutants of all files of a target, drawn by a seed; or all that are told with some words."""
    files = sorted(file for pattern in target.files for file in ROOT.glob(pattern))
    found = [(file, one) for file in files for one in mutants(file.read_text("utf-8"))]
    print(f"{len(found)} mutants of {len(files)} files", flush=True)
    if given.only:
        return [at for at in found if any(text in f"{at[0]}:{at[1]}" for text in given.only)]
    size = min(given.sample or len(found), len(found))
    return [found[at] for at in sorted(Random(given.seed).sample(range(len(found)), size))]


def stages_of(name: str) -> list[Stage]:
    """The stages of a target, each with three times the seconds it takes without a mutant."""
    tests = TARGETS[name].tests
    told = run([Stage(one, 600) for one in tests])
    if told.end != "survived":
        sys.exit(f"{name}: {told.by} fails without a mutant")
    print(f"  {told.seconds:.1f} s without a mutant", flush=True)
    return [Stage(one, 2 + 3 * took) for one, took in zip(tests, told.stages, strict=True)]


def measure(name: str, given: argparse.Namespace) -> None:
    """Run a target's mutants and tell which survive, and what it cost of the processor."""
    print(f"{name}: ", end="")
    chosen, stages = drawn(TARGETS[name], given), stages_of(name)
    ends: Counter[str] = Counter()
    seconds = 0.0
    for done, (file, mutant) in enumerate(chosen, 1):
        told = run(stages, Finder(file, mutant))
        ends[told.end] += 1
        seconds += told.seconds
        if given.verbose or told.end == "survived":
            end = f"{told.end} in {told.seconds:.1f} s {told.by}" if given.verbose else ""
            print(f"  {done}: {file.relative_to(ROOT)}:{mutant} {end}".rstrip(), flush=True)
    share = 1 - ends["survived"] / max(len(chosen), 1)
    ended = ", ".join(f"{count} {end}" for end, count in sorted(ends.items()))
    print(f"{name}: {share:.1%} of {len(chosen)} ({ended}), {seconds:.0f} s", flush=True)


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("targets", nargs="*", default=[*TARGETS], metavar="|".join(TARGETS))
    parser.add_argument("--sample", type=int, default=50, help="mutants of each target; 0 for all")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", nargs="*", metavar="TEXT", help="as in `infer.py:39`")
    parser.add_argument("--verbose", action="store_true", help="tell of those killed, and by what")
    given = parser.parse_args()
    for name in given.targets:
        measure(name, given)


if __name__ == "__main__":
    main()
