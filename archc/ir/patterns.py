"""Patterns over the paths of nodes, as `init` writes them."""

from __future__ import annotations

import re
from functools import lru_cache


def matches(path: tuple[str, ...], pattern: str) -> bool:
    """Whether a path fits a pattern in which `*` is one segment and `**` any number of them.

    >>> matches(("layer1", "0", "bn3"), "layer1.*.bn3"), matches(("a", "b"), "**.b")
    (True, True)
    """
    return _compiled(pattern).fullmatch("/".join(path)) is not None


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    words = [
        "(?:.*)" if word == "**" else "[^/]*" if word == "*" else re.escape(word)
        for word in pattern.split(".")
    ]
    expression = "/".join(words).replace("(?:.*)/", "(?:.*/)?").replace("/(?:.*)", "(?:/.*)?")
    return re.compile(expression)
