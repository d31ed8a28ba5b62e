"""What is mutated, and the tests that hold it.

The tests of a target are stages, those first that kill most in a second. A mutant that survives
has been through all of them.
"""

from __future__ import annotations

from typing import NamedTuple

CASES = "tests/test_cases.py"
FIXES = "tests/unit/test_fixes.py"
_ARITHMETIC = "tests/laws/test_expr_arithmetic.py::test_equal_or_both_refuse"
_NUMBERS = "tests/laws/test_dim_numbers.py::test_sizes_are_what_integers_say"


class Target(NamedTuple):
    """Modules, and the tests that hold them, in stages."""

    files: tuple[str, ...]
    tests: tuple[str, ...]


TARGETS = {
    "sizes": Target(
        ("archc/ir/polynomial.py", "archc/ir/bounds.py", "archc/ir/solved.py", "archc/ir/dim*.py"),
        (
            "tests/unit/test_dim.py archc/ir",
            f"{_NUMBERS}[0]",
            "tests/laws/test_dim_laws.py",
            f"{_NUMBERS}[1000] {_NUMBERS}[2000] {_NUMBERS}[3000]",
            CASES,
        ),
    ),
    "expressions": Target(
        ("archc/spec/expr/*.py",),
        (
            "tests/unit/test_expr.py archc/spec/expr",
            f"{CASES} -k expressions",
            f"{_ARITHMETIC}[0]",
            f"{CASES} {FIXES}",
            "tests/laws/test_expr_laws.py",
        ),
    ),
    "inference": Target(
        ("archc/lower/infer.py", "archc/lower/mismatch.py"),
        (f"{CASES} -k shapes", CASES, FIXES, "tests/unit/viz/test_sketch.py"),
    ),
    "inheritance": Target(("archc/spec/extend.py",), (f"{CASES} -k bases", CASES, FIXES)),
}
