"""The functions of expressions on lists."""

from __future__ import annotations

from itertools import accumulate, pairwise
from typing import Any

from archc.diag import codes
from archc.spec.expr.arithmetic import add, multiply
from archc.spec.expr.problems import MAX_LIST, Refusal, bounded, kind, too_much, wrong_type
from archc.spec.expr.registry import declare, elements, integer, number


@declare("cumsum(list)", "the sums of the first 1, 2, ... elements", "cumsum([1, 2, 3])")
def _cumsum(values: Any) -> list[Any]:
    total: Any = 0
    sums: list[Any] = []
    for value in elements(values, "`cumsum`"):
        total = add(total, value)
        sums.append(bounded(total))
    return sums


@declare("len(list)", "the number of elements, of fields of a record", "len([3, 4, 6])")
def _len(value: Any) -> int:
    if not isinstance(value, list | tuple | dict | str):
        raise wrong_type(f"`len` needs a list, not {kind(value)}")
    return len(value)


@declare(
    "linspace(first, last, count)",
    "numbers at equal distances, both ends included; one number is the first",
    "linspace(0, 0.5, 3)",
    least=3,
)
def _linspace(first: Any, last: Any, count: Any) -> list[float]:
    first, last = number(first, "`linspace`"), number(last, "`linspace`")
    steps = _length(integer(count, "`linspace`"))
    if steps < 2:
        return [float(first)] * steps
    made = [float(first + (last - first) * k / (steps - 1)) for k in range(steps - 1)]
    bounded(made[-1])
    return [*made, float(last)]


def _length(count: int) -> int:
    if count > MAX_LIST:
        raise too_much(f"a list of {count:,} elements is longer than {MAX_LIST:,}")
    if count < 0:
        raise Refusal(f"a list cannot have {count} elements")
    return count


@declare("prod(list)", "the product of the elements, 1 of none", "prod([2, 3, 4])")
def _prod(values: Any) -> Any:
    total: Any = 1
    for value in elements(values, "`prod`"):
        total = bounded(multiply(total, value))
    return total


@declare(
    "range(stop) or range(start, stop, step)",
    "whole numbers as in Python, as a list",
    "range(2, 8, 2)",
    most=3,
)
def _range(*values: Any) -> list[int]:
    whole = [integer(value, "`range`") for value in values]
    if len(whole) == 3 and whole[2] == 0:
        raise Refusal("the step of `range` is 0")
    made = range(*whole)
    first, after, step = made.start, made.stop, made.step
    return list(made) if _length(max(0, -((first - after) // step))) else []


@declare("reversed(list)", "the elements from the last to the first", "reversed([1, 2, 3])")
def _reversed(values: Any) -> list[Any]:
    return elements(values, "`reversed`")[::-1]


@declare(
    "split(list, lengths)",
    "the list cut into lists of these lengths, which must add up",
    "split([1, 2, 3], [1, 2])",
    least=2,
)
def _split(values: Any, lengths: Any) -> list[list[Any]]:
    rest = elements(values, "`split`")
    sizes = [integer(size, "`split`") for size in elements(lengths, "`split`")]
    if any(size < 0 for size in sizes) or sum(sizes) != len(rest):
        raise Refusal(f"`split` cuts {len(rest)} elements into parts of {sum(sizes)} together")
    cuts = [0, *accumulate(sizes)]
    return [rest[a:b] for a, b in pairwise(cuts)]


@declare("sum(list)", "the sum of the elements, 0 of none", "sum([3, 4, 6, 3])")
def _sum(values: Any) -> Any:
    total: Any = 0
    for value in elements(values, "`sum`"):
        total = bounded(add(total, value))
    return total


@declare(
    "zip(list, list, ...)",
    "rows of the elements at one place; the lists are of one length",
    "zip([1, 2], [3, 4])",
    most=64,
)
def _zip(*lists: Any) -> list[list[Any]]:
    given = [elements(one, "`zip`") for one in lists]
    lengths = [len(one) for one in given]
    if len(set(lengths)) > 1:
        shown = " and ".join(map(str, lengths))
        raise Refusal(f"`zip` walks lists of {shown} elements together", codes.LOOP_LENGTHS)
    return [list(row) for row in zip(*given, strict=True)]
