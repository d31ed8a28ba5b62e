"""Speed, as ratios measured side by side in one run: `python benchmarks/run.py`.

Absolute times say more about the machine than about archc, so each figure is set against something
that everybody knows. `timing.py` says how it is measured.
"""

from __future__ import annotations

import argparse
import sys

import figures
import model
import start

GROUPS = {"start": start.results, "model": model.results, "figures": figures.results}


def main() -> int:
    """Print the table; 1 if a limit is exceeded."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "groups",
        nargs="*",
        choices=[*GROUPS, []],
        metavar="GROUP",
        help="`start` and `model` unless said; `figures` takes minutes and torchview",
    )
    parser.add_argument("--rounds", type=int, default=40, help="repetitions of each side")
    arguments = parser.parse_args()
    print(f"{'':44} {'archc':>12} {'other':>12} {'ratio':>8} {'limit':>8}")
    holds = True
    for group in arguments.groups or ["start", "model"]:
        for result in GROUPS[group](arguments.rounds):
            print(result.row(), flush=True)
            holds = holds and result.holds
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
