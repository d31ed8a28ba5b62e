"""A way out as data: the edits that mend a mistake, and how sure they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from archc.diag.source import Span


class Edit(Struct, frozen=True):
    """Put `replacement` in place of `span`; a span without width inserts."""

    span: Span
    replacement: str


class Fix(Struct, frozen=True):
    """Edits that mend one mistake together.

    It is `certain` when the author can have meant nothing else: `archc check --fix` then applies
    it. All others are proposals. `title` says what it does, in the imperative.
    """

    edits: tuple[Edit, ...]
    title: str
    certain: bool = False


def replacing(span: Span, text: str, *, certain: bool = False) -> Fix:
    """Write `text` where `span` is.

    >>> from archc.diag.source import Span
    >>> replacing(Span("a.yaml", 3, 5, 3, 9), "ReLU").title
    'write `ReLU`'
    """
    return Fix((Edit(span, text),), f"write `{text}`", certain)


def removing(span: Span, what: str, *, certain: bool = False) -> Fix:
    """Take out what stands at `span`, which `what` names."""
    return Fix((Edit(span, ""),), f"remove {what}", certain)
