"""Checks that the rules of many ops share. Each records what it finds in `rules`."""

from __future__ import annotations

from math import gcd
from typing import TYPE_CHECKING

from archc.diag import codes
from archc.ir.dim import Dim

if TYPE_CHECKING:
    from archc.ir.dim import Size
    from archc.ir.op import Op, Rules
    from archc.ir.types import TensorType


def rank_from(rules: Rules, x: TensorType, low: int, *, at: str = "input") -> None:
    """The input has at least this many dimensions."""
    if x.rank < low:
        dims = "1 dimension" if low == 1 else f"{low} dimensions"
        message = f"expects at least {dims}, not the {x.rank} of {x}"
        rules.stop(codes.RANK, message, at=at)


def inferred(  # noqa: PLR0913 - what is compared, and how to speak of it
    rules: Rules,
    given: int | None,
    found: Size,
    what: str,
    *,
    at: str,
    port: str = "input",
    axis: int = 1,
) -> int:
    """The number of channels or features: what is given and then checked, else what is found.

    `what` is plural (`input channels`), `at` the parameter that may hold it, `axis` the dimension.
    """
    if given is None:
        return rules.number(found, f"the number of {what}", at=port, axis=axis)
    rules.equal(
        found,
        given,
        codes.CHANNELS,
        f"expects {given} {what}, but gets {found}",
        at=at,
        help=f"drop `{at}` to infer it, or write `{at}: {found}`",
        axis=axis,
    )
    return given


def settled(given: int | None, found: Size) -> int:
    """What `inferred` came to, once the rules have passed."""
    if given is not None:
        return given
    if isinstance(found, Dim):
        raise TypeError(f"the size {found} is still open")
    return found


def split_evenly(rules: Rules, counts: dict[str, int], groups: int, *, at: str = "groups") -> None:
    """Channels split into equal groups. `counts` says how many there are of what.

    Where a count was found to be wrong, it is not judged a second time.
    """
    if any(broken.code is codes.CHANNELS for broken in rules.broken):
        return
    common = gcd(*counts.values())
    if common % groups == 0:
        return
    what, count = next((what, n) for what, n in counts.items() if n % groups)
    wanted = " and ".join(str(n) for n in dict.fromkeys(counts.values()))
    rules.fail(
        codes.INDIVISIBLE,
        f"cannot split {count} {what} into {groups} equal groups",
        at=at,
        help=f"`{at}` must divide {wanted}{listed_divisors(common)}",
    )


def listed_divisors(size: Size) -> str:
    """What divides a number, to go on a sentence with; nothing for an open size.

    >>> listed_divisors(12)
    ': 1, 2, 3, 4, 6, 12'
    """
    if not isinstance(size, int):
        return ""
    return f": {', '.join(str(n) for n in range(1, min(size, LISTABLE) + 1) if size % n == 0)}"


LISTABLE = 4096
"""Divisors up to here are listed."""


def check_spatial_rank(rules: Rules, x: TensorType, op: Op, *allowed: int) -> None:
    """The number of dimensions fits an op whose name ends in its number of axes."""
    if x.rank in allowed:
        return
    axes = max(x.rank - 2, 1)  # sequences may come without a batch
    sibling = f"{type(op).__name__[:-2]}{axes}d"
    words = " or ".join(map(str, allowed))
    rules.stop(
        codes.RANK,
        f"expects {words} dimensions, not the {x.rank} of {x}",
        at="input",
        help=_rank_help(x, op, f"{sibling} takes {x.rank}" if axes <= MOST_AXES else ""),
    )


def _rank_help(x: TensorType, op: Op, sibling: str) -> str:
    """The op for that many dimensions; of two there is nothing left of an image."""
    sizes = {"1d": "length", "2d": "height, width", "3d": "depth, height, width"}
    of = type(op).__name__
    if x.rank < 3:
        return f"{of} takes [N, channels, {sizes[of[-2:]]}]: put it before what flattens"
    return sibling


MOST_AXES = 3
"""torch has convolutions, pools and norms for up to three axes."""
