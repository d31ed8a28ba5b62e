"""What of a network a picture shows, and the space it fills, as `archc viz` takes it."""

from __future__ import annotations

import re
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING

from archc.cli.console import remark
from archc.cli.usage import UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from archc.viz.options import Choices

THEMES = ("paper", "slide", "mono")
_IDLE = {
    "html": ((), "a page", "its reader chooses there"),
    "mermaid": (("theme", "fit", "engine"), "Mermaid", "whoever shows it paints it too"),
    "dot": (("engine",), "DOT", "whoever reads it draws it"),
}
"""The choices that say nothing in a format (all but the level if none is named), and why."""
_SIZE = re.compile(r"([0-9]{1,6})[xX]([0-9]{1,6})", re.ASCII)


def add_choice(parser: argparse.ArgumentParser) -> None:
    """What of the network is shown."""
    group = parser.add_argument_group("parts")
    group.add_argument(
        "--expand",
        action="append",
        default=[],
        metavar="NAME",
        help="open this group, by its path, or each use of this block (repeatable)",
    )
    group.add_argument("--only", default="", metavar="NAME", help="show this group alone")
    group.add_argument("--around", default="", metavar="NAME", help="show this and what is near it")
    group.add_argument("--hops", type=int, default=1, metavar="N", help="how near; default: 1")
    group.add_argument("--costs", action="store_true", help="write parameters and FLOPs too")


def chosen(arguments: argparse.Namespace) -> Choices:
    """The options as the picture takes them."""
    return {
        "expand": arguments.expand,
        "only": arguments.only,
        "around": arguments.around,
        "hops": arguments.hops,
        "costs": arguments.costs,
    }


def refuse_idle(form: str, choices: Choices) -> None:
    """Refuse what says nothing in a format, rather than leave it out."""
    from archc.viz.options import Drawn, Options

    if form not in _IDLE:
        return
    names, what, why = _IDLE[form]
    given, usual = dict(choices), Options()
    asked = (n for n in Drawn.__annotations__ if (given[n] or None) != (getattr(usual, n) or None))
    idle = [f"--{name}" for name in asked if not names or name in names]
    if idle:
        words = f"{', '.join(idle)} {'says' if len(idle) == 1 else 'say'} nothing to {what}"
        raise UsageError(words, f"{why}; draw SVG, PNG or PDF instead")


@contextmanager
def telling() -> Iterator[None]:
    """Tell on standard error what a drawing warns of."""
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        yield
    for one in found:
        remark("warning: " + str(one.message))


def fit_of(words: str | None) -> tuple[int, int] | None:
    """`1600x900` as two numbers."""
    if words is None:
        return None
    found = _SIZE.fullmatch(words)
    if found is None or "0" in {found[1].lstrip("0") or "0", found[2].lstrip("0") or "0"}:
        raise UsageError(f"--fit takes a width and a height, not `{words}`", "write --fit 1600x900")
    return int(found[1]), int(found[2])
