"""A complaint as data. Rendering is somebody else's job: terminal, JSON, SARIF, editor."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from heapq import nsmallest
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

if TYPE_CHECKING:
    from archc.diag.codes import Code
    from archc.diag.fix import Fix
    from archc.diag.source import Span

Severity = Literal["error", "warning"]


class Label(Struct, frozen=True):
    """A stretch of source with a remark on it."""

    span: Span
    text: str = ""


class Diagnostic(Struct, frozen=True):
    """What is wrong (`message`), where to change it (`primary`), why (`also`), what to do (`help`).

    `notes` are further facts: the values of names, the chain of blocks. `path` is the dotted path
    of the node, empty where there is none.
    """

    code: Code
    message: str
    primary: Label
    also: tuple[Label, ...] = ()
    help: str = ""
    notes: tuple[str, ...] = ()
    fix: Fix | None = None
    path: str = ""

    @property
    def severity(self) -> Severity:
        """`error` or `warning`, as the first letter of the code says."""
        return "error" if self.code.id.startswith("E") else "warning"

    def sort_key(self) -> tuple[str, int, int, str, str]:
        """By place, then code: the order in which people read."""
        at = self.primary.span
        return (at.file, at.line, at.column, self.code.id, self.message)


class SpecError(Exception):
    """What a user got wrong in a spec. `str()` is the full report, `diagnostics` the data."""

    def __init__(self, report: str, diagnostics: Iterable[Diagnostic]) -> None:
        """Hold the rendered report and the diagnostics behind it."""
        super().__init__(report)
        self.report = report
        self.diagnostics = tuple(diagnostics)

    def __reduce__(self) -> tuple[type[SpecError], tuple[str, tuple[Diagnostic, ...]]]:
        """Survive a trip through `pickle`, from a worker process for one."""
        return type(self), (self.report, self.diagnostics)


class OpError(SpecError):
    """An op of the user's own that cannot be used. `str()` says which, and why."""

    def __init__(self, report: str, diagnostics: Iterable[Diagnostic] = ()) -> None:
        """Hold the sentence; a spec is not at fault."""
        super().__init__(report, diagnostics)


MAX_WORD = 200
"""Letters of a word that may be misspelt; comparing takes the square of that."""
MAX_LIKE = 100
"""Names that one word is compared with."""
_CUT_OFF = 0.7


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known name that `word` is most likely a misspelling of, or None.

    >>> nearest("Conv2D", ["Conv2d", "Linear"])
    'Conv2d'
    >>> nearest("form", ["for", "from"]), nearest("xyzzy", ["Conv2d", "Linear"])
    ('from', None)
    """
    low, high = _CUT_OFF / (2 - _CUT_OFF) * len(word), (2 - _CUT_OFF) / _CUT_OFF * len(word)
    like = [name for name in known if low <= len(name) <= high]
    if len(word) > MAX_WORD or not like:
        return None
    if len(like) > MAX_LIKE:
        like = nsmallest(MAX_LIKE, like, key=lambda name: (abs(len(name) - len(word)), name))
    folded = {name.casefold(): name for name in sorted(like)}
    letters = sorted(word.casefold())
    swapped = next((n for n in folded if sorted(n) == letters), None)
    if swapped and len(letters) > 3:
        return folded[swapped]
    near = get_close_matches(word.casefold(), folded, n=1, cutoff=_CUT_OFF)
    return folded[near[0]] if near else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A sentence for `help`, empty when nothing is near enough.

    >>> did_you_mean("kernal_size", ["kernel_size", "stride"])
    'did you mean `kernel_size`?'
    """
    near = nearest(word, known)
    return f"did you mean `{near}`?" if near else ""
