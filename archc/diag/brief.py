"""Cutting what is too long to be read."""

from __future__ import annotations

_CUT = "..."


def brief(text: str, most: int) -> str:
    """The text, cut after `most` characters.

    >>> brief("abcdefgh", 6), brief("abcdef", 6)
    ('abc...', 'abcdef')
    """
    return text if len(text) <= most else text[: most - len(_CUT)] + _CUT
