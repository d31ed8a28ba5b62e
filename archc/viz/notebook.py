"""What a notebook shows of a network: its diagram where that can be seen, and a line of text."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Container

SVG, TEXT = "image/svg+xml", "text/plain"


def bundle(
    svg: Callable[[], str],
    text: str,
    include: Container[str] | None = None,
    exclude: Container[str] | None = None,
) -> dict[str, str]:
    """The representations that are wanted, by their MIME types. Nothing is drawn in vain."""
    wanted = {
        kind
        for kind in (SVG, TEXT)
        if (include is None or kind in include) and (exclude is None or kind not in exclude)
    }
    found = {TEXT: text} if TEXT in wanted else {}
    return {SVG: svg(), **found} if SVG in wanted and _draws() else found


def _draws() -> bool:
    """Whether whoever asks can show more than text: IPython in a terminal cannot."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    kinds = getattr(getattr(shell, "display_formatter", None), "active_types", None)
    return kinds is None or SVG in kinds
